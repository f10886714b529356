"""The formal check of opened bids: pass, or exclude with reasons."""

from __future__ import annotations

from django.db import transaction

from xinglin.challenges.models import Bid
from xinglin.challenges.queries import checks
from xinglin.challenges.rules.bids import Check
from xinglin.challenges.words.bids import Exclusion
from xinglin.kernel import ledger, lifecycle, notices
from xinglin.kernel.asks import Paragraph
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal


@transaction.atomic
def qualify_bid(*, bid_id: str, remark: Paragraph | None = None, by: Account) -> Bid:
    """Pass the formal check of an opened bid. What blocks it is found again here, whatever the page showed."""
    bid = lifecycle.take(Bid, bid_id)
    blocks = [one.sentence for one in checks.findings(bid) if one.blocks]
    lifecycle.step(bid, "qualify", by=by, facts=Check(blocks))
    ledger.record("challenges.bid_qualified", by=by, subject=bid, data={"remark": (remark or "")[:300]})
    _tell(bid, say("Your bid {number} passed the formal check.", number=bid.number))
    return bid


@transaction.atomic
def disqualify_bid(*, bid_id: str, reasons: list[Exclusion], explanation: Paragraph, by: Account) -> Bid:
    """Exclude an opened bid with reasons, in the words the bidder is told."""
    bid = lifecycle.take(Bid, bid_id)
    if len(explanation.strip()) < 4:
        raise Refusal("challenges.explanation", say("Say why, in words the bidder understands."),
                      field="explanation")  # fmt: skip
    bid.exclusion_kinds, bid.exclusion = [str(one) for one in reasons], explanation
    lifecycle.step(bid, "disqualify", by=by)
    data = {"reasons": bid.exclusion_kinds, "remark": explanation[:300]}
    ledger.record("challenges.bid_disqualified", by=by, subject=bid, data=data)
    _tell(bid, say("Your bid {number} was excluded: {reason}", number=bid.number, reason=explanation[:300]))
    return bid


def _tell(bid: Bid, sentence: Phrase) -> None:
    sender = Account.objects.filter(pk=bid.created_by, is_active=True)
    notices.tell(sender, "challenges.bid_checked", sentence, subject=bid)
