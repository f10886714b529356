"""What the parameters of the actions are called on a page (catalogue). Pure."""

from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {}
