"""What happens (identity), in one sentence each. Pure."""

from xinglin.exchange.identity.words.evidence import GROUNDS
from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("identity.linked_on_arrival", say("{subject} was linked to a person known already: {ground}."),
        "ground", "weight", words={"ground": GROUNDS})  # fmt: skip
happens("identity.prepared_anew", say("{actor} prepared {count} patient records anew for this version."), "count")
happens("identity.asked", say("{subject} waits for a person to decide."), "reason")
happens("identity.linked", say("{actor} decided: {subject} are one person's."), "reason")
happens("identity.kept_apart", say("{actor} decided: {subject} are different people's."), "reason")
happens("identity.reopened", say("{actor} took the decision about {subject} back."))
happens("identity.taken_out", say("{actor} took {subject} out of its person."), "ties")
happens("identity.moved", say("{subject} stands under P{after} now, not P{before}."), "before", "after")
