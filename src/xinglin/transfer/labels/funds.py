"""Parameters of grant calls and deals. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "agreement": say("Agreement"),
    "challenge_number": say("Number of the challenge"),
    "challenges": say("Challenges"),
    "closes_on": say("Closes on"),
    "company": say("Company"),
    "condition": say("Condition"),
    "exit_way": say("How it ended"),
    "exited_on": say("Exited on"),
    "has_interest": say("I have an interest in this deal"),
    "planned_fen": say("Planned amount"),
    "proceeds_fen": say("Proceeds"),
    "promises_nothing": say("Neither principal nor a least return is promised"),
    "qualified_only": say("Only qualified investors join"),
    "report": say("Report of the due diligence"),
    "shown_by": say("What shows that the condition is met"),
    "summary": say("Summary"),
    "terms": say("Terms"),
    "tranche": say("Tranche"),
    "tranches": say("Tranches"),
}
HELPS: dict[str, Phrase] = {
    "has_interest": say("Shares, posts, relatives, earlier contracts: declare for yourself alone."),
    "tranches": say("Together exactly the amount the committee approved."),
}
