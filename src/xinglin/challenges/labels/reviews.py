"""Parameters of reviews. Pure."""

from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {}
HELPS: dict[str, Phrase] = {}
