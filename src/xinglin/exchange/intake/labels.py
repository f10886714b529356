"""What the parameters of the actions are called on a page (intake). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "content": say("What the entry says (JSON)"),
    "patient_number": say("The sender's number of the patient"),
    "because": say("Why"),
    "reason": say("Reason"),
    "organisation_id": say("Organisation"),
    "columns": say("Columns"),
    "heading": say("Heading in your file"),
    "meaning": say("What it means"),
    "file": say("File"),
    "form": say("Form"),
}
HELPS: dict[str, Phrase] = {
    "content": say("Correct the fields in place. A row of a CSV file is shown as an object of its fields."),
    "patient_number": say("Fill this in only if the entry does not say whom it is about."),
    "columns": say("Only headings the program does not know by itself need a line."),
}
