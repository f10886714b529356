"""Events of the two funds. Pure. A deal is known by its number alone."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.grant_prepared", say("{actor} prepared the grant call {number}: {subject}."), "number")
happens(
    "transfer.challenges_set", say("{actor} named {challenges} challenges of the grant call {subject}."), "challenges"
)
happens("transfer.grant_opened", say("{actor} opened the grant call {subject}."))
happens("transfer.grant_closed", say("{actor} closed the grant call {subject}."))
happens("transfer.grant_cancelled", say("{actor} cancelled the grant call {subject}."))
happens("transfer.deal_entered", say("{actor} entered the deal {subject}."))
happens("transfer.adviser_asked", say("{actor} asked an expert to advise the deal {subject}."))
happens("transfer.adviser_released", say("{actor} released an adviser of the deal {subject}."))
happens("transfer.interest_declared", say("{actor} declared for the deal {subject}."), "stage", "interest")
happens("transfer.deal_moved", say("{actor} moved the deal {subject} on."), "stage")
happens("transfer.tranche_paid", say("{actor} noted tranche {tranche} of the deal {subject} as paid."), "tranche")
happens("transfer.deal_noted", say("{actor} wrote a note on the deal {subject}."))
happens("transfer.deal_declined", say("{actor} declined the deal {subject}."))
