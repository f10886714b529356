"""What the parameters of the roster's actions are called on a page: one file per subject. Pure."""

from xinglin.kernel.phrases import Phrase
from xinglin.roster.labels import bodies, bonds, imports, register

LABELS: dict[str, Phrase] = {**register.LABELS, **bodies.LABELS, **bonds.LABELS, **imports.LABELS}
HELPS: dict[str, Phrase] = {**register.HELPS, **bodies.HELPS, **bonds.HELPS, **imports.HELPS}
