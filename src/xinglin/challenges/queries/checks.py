"""What the formal check finds on an opened bid: each finding a sentence, some of which block."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.challenges.models import Bid
from xinglin.challenges.queries import parties
from xinglin.challenges.rules.bidding import account
from xinglin.challenges.words.bids import BidStage, ControllerKind, TextState
from xinglin.kernel.phrases import Phrase, say
from xinglin.roster.words.register import OrganisationKind

CHECKED = (BidStage.OPENED, BidStage.QUALIFIED)


@dataclass(frozen=True)
class Finding:
    """One thing found; `blocks` means that the bid cannot qualify while it holds."""

    sentence: Phrase
    blocks: bool


def findings(bid: Bid) -> list[Finding]:
    """All findings on a bid, those that block first; empty when nothing was found."""
    call, found = bid.challenge, []
    found += [Finding(reason, True) for reason in parties.relation_reasons(bid)]
    if not bid.credit_commitment:
        found.append(Finding(say("The credit commitment is missing."), True))
    if call.most_fen is not None and (bid.price_fen or 0) > call.most_fen:
        found.append(Finding(say("The price is above the most this challenge pays."), True))
    if (bid.months or 0) > call.months:
        found.append(Finding(say("The challenge lasts {most} months at most.", most=call.months), True))
    held_by = list(bid.controllers.all())
    for row in held_by:
        if row.kind == ControllerKind.STATE:
            told = say("The state controls the bidder through {name}: that alone relates nobody.", name=row.name)
            found.append(Finding(told, False))
    if not held_by and bid.organisation is not None and bid.organisation.kind == OrganisationKind.ENTERPRISE:
        found.append(Finding(say("The bidder is an enterprise and does not say who controls it."), False))
    if bid.guarantee_account:
        others = Bid.objects.filter(challenge=call, stage__in=parties.OPENED).exclude(pk=bid.pk).order_by("number")
        for other in others:
            if account(other.guarantee_account) == account(bid.guarantee_account):
                told = say("The guarantee of bid {number} came from the same account.", number=other.number)
                found.append(Finding(told, False))
    if bid.conflict_statement.strip():
        found.append(Finding(say("The bidder declares a conflict: {text}", text=bid.conflict_statement[:300]), False))
    for row in bid.relations:
        found.append(Finding(say("The bidder declares a relation with {name}.", name=row["related_to"][:120]), False))
    unread = bid.attachments.filter(text_state=TextState.FAILED).count()
    if unread:
        found.append(Finding(say("{count} attachments could not be read as text.", count=unread), False))
    return sorted(found, key=lambda one: not one.blocks)
