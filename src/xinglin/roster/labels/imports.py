"""Parameters of roster files and of the duplicates desk. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "file": say("File"), "sheet": say("What it lists"), "form": say("Form of the file"), "language": say("Language"),
    "personal": say("With personal data"), "keep": say("Which record stays"),
}  # fmt: skip
HELPS: dict[str, Phrase] = {
    "file": say("An .xlsx, .xls or .csv file with the headings of the template. Nothing is written before you say so."),
    "personal": say("Telephone, e-mail, documents, year of birth: for the secretariat, with a purpose."),
    "keep": say("The other one is closed and points to it. Nothing is deleted, and it can be undone."),
}  # fmt: skip
