"""What the parameters of the actions are called on a page (identity). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "other": say("Number of the other record"),
    "record": say("Number of the record"),
    "remark": say("Remark"),
    "review_id": say("Doubtful pair"),
    "person_id": say("Index person"),
}
HELPS: dict[str, Phrase] = {
    "record": say("Without the R before it."),
    "other": say("Without the R before it."),
}
