"""Parameters of reviews. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "flag_id": say("Flag"),
    "copy_id": say("Blind copy"),
    "review_id": say("Review"),
    "reason": say("Reason"),
    "passages": say("Passages to black"),
    "looked": say("I looked at the pages that were not read as text"),
    "criteria": say("Criteria"),
    "criterion_name": say("Criterion"),
    "weight": say("Weight in %"),
    "said": say("Words said by those present"),
    "no_conflict": say("There is no conflict of interest"),
    "code": say("Code of the bid"),
    "scores": say("Scores"),
    "criterion_number": say("Number of the criterion"),
    "points": say("Points of 100"),
    "opinion": say("Opinion"),
}
HELPS: dict[str, Phrase] = {
    "passages": say("One passage on a line, as the bid writes it; it is blacked wherever it stands."),
    "looked": say("Needed only where the leak report names such pages; open the files on the page of the bid."),
    "said": say("Any words those present call out; they are mixed with the secret seed and published with it."),
    "opinion": say("What decided the points. Bidders may be told it without your name."),
}
