"""What the parameters of the actions of transfer are called on a page: one file per subject. Pure."""

from xinglin.kernel.phrases import Phrase
from xinglin.transfer.labels import achievements, funds, transfers

LABELS: dict[str, Phrase] = {**transfers.LABELS, **achievements.LABELS, **funds.LABELS}
HELPS: dict[str, Phrase] = {**achievements.HELPS, **transfers.HELPS, **funds.HELPS}
