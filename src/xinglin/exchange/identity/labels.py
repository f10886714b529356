"""What the parameters of the actions are called on a page (identity). Pure."""

from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {}
