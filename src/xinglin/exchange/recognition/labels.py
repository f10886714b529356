"""What the parameters of the actions are called on a page (recognition). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "decision_id": say("Decision"),
    "decision_ids": say("Decisions"),
    "reason": say("Reason"),
    "remark": say("In your own words"),
    "informed": say("The patient was told why the test is repeated"),
    "diagnosis": say("Diagnosis"),
    "doctor": say("Doctor"),
    "payer": say("Who would have paid"),
    "version": say("Set of reasons"),
}
HELPS: dict[str, Phrase] = {
    "remark": say("Needed with reason 08."),
    "reason": say("Reasons 98 and 99 are not counted."),
}
