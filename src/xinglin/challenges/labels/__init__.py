"""What the parameters of the actions of challenges are called on a page: one file per subject. Pure."""

from xinglin.challenges.labels import bids, calls, reviews, running
from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {**bids.LABELS, **calls.LABELS, **reviews.LABELS, **running.LABELS}
HELPS: dict[str, Phrase] = {**bids.HELPS, **calls.HELPS, **reviews.HELPS, **running.HELPS}
