"""What the parameters of the actions are called on a page (intake). Pure."""

from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {}
