"""Suspicions about bids: the machine raises them with evidence, a person dismisses or confirms each (domain 4.5)."""

from __future__ import annotations

from django.db import transaction

from xinglin.challenges.models import Challenge, Flag
from xinglin.challenges.queries import panels
from xinglin.challenges.rules.reviews import OFFICE
from xinglin.challenges.similarity import flags_of
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Paragraph
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@transaction.atomic
def compare_bids(*, challenge_id: str, by: Account) -> Challenge:
    """Compare all opened bids of a challenge with each other and raise what is new; what was judged stays judged."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    if challenge.stage not in (ChallengeStage.BID_FORMAL_CHECK, ChallengeStage.REVIEW):
        raise Refusal("reviews.not_open", say("Bids are compared after the opening and before the award."))
    bids = panels.competing(challenge)
    alike = configuration.value("challenges.text_alike_percent") / 100
    found = flags_of(
        [panels.bid_facts(bid) for bid in bids], given_texts=[panels.call_text(challenge)], alike=alike
    )  # fmt: skip
    raised = 0
    for flag in found:
        ids = sorted(flag.bids)
        if Flag.objects.filter(challenge=challenge, kind=flag.kind, bid_ids=ids).exists():
            continue
        lifecycle.begin(
            Flag(challenge=challenge, kind=flag.kind, bid_ids=ids, evidence=list(flag.evidence), strong=flag.strong,
                 blocks=flag.blocks, share_percent=None if flag.share is None else round(flag.share * 100)),
            by=by,
        )  # fmt: skip
        raised += 1
    ledger.record("challenges.bids_compared", by=by, subject=challenge, data={"bids": len(bids), "raised": raised})
    return challenge


@transaction.atomic
def dismiss_flag(*, flag_id: str, reason: Paragraph, by: Account) -> Flag:
    """Say why a suspicion is none."""
    return _judge(flag_id, "dismiss", reason, by)


@transaction.atomic
def confirm_flag(*, flag_id: str, reason: Paragraph, by: Account) -> Flag:
    """Confirm a suspicion with what was found out. The bids are excluded by the formal check, with its own reasons."""
    return _judge(flag_id, "confirm", reason, by)


def _judge(flag_id: str, move: str, reason: str, by: Account) -> Flag:
    flag = lifecycle.take(Flag, flag_id)
    if not reason.strip():
        raise Refusal("reviews.reason", say("Give a reason."), field="reason")
    flag.reason, flag.judged_at, flag.judged_by = reason, now(), by.pk
    lifecycle.step(flag, move, by=by)
    event = "challenges.flag_dismissed" if move == "dismiss" else "challenges.flag_confirmed"
    ledger.record(event, by=by, subject=flag, data={"kind": flag.kind, "reason": reason})
    return flag
