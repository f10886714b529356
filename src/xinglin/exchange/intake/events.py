"""What happens (intake), in one sentence each. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

OUTCOMES = {"accepted": say("accepted"), "unchanged": say("known already, nothing changed")}
happens(
    "intake.taken",
    say("{actor} delivered “{subject}”: {entries} entries, {accepted} accepted, {unchanged} unchanged, "
        "{quarantined} in quarantine."),
    "entries", "accepted", "unchanged", "quarantined", "site",
)  # fmt: skip
happens("intake.whole_refused",
        say("{actor} sent what is taken whole or not at all for “{subject}”; nothing was kept: {entries} entries could "
            "not be taken in."), "entries", "reasons")  # fmt: skip
happens("intake.replayed", say("{actor} took {subject} in again: {outcome}."), "outcome", "reason",
        words={"outcome": OUTCOMES})  # fmt: skip
happens("intake.repaired", say("{actor} repaired {subject}."), "fields")
happens("intake.dismissed", say("{actor} dismissed {subject}: {because}."), "because", "reason")
happens("intake.reopened", say("{actor} looks at {subject} again."))
happens("intake.read", say("{actor} read the quarantined entry {subject}."), "reason")
happens("intake.remapped", say("{actor} gave {results} waiting results of “{subject}” their standard item."),
        "results", "item", "code")  # fmt: skip
happens("intake.replaced",
        say("{actor} gave {results} results of “{subject}” another standard item, like corrected ones."),
        "results", "item", "code", "items")  # fmt: skip
happens("intake.columns_set", say("{actor} set the columns of “{subject}”."), "columns")
