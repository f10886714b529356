"""Talks with the best bids: begin, record rounds, agree on price and plan, or go to the next."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Bid, Challenge, Negotiation, NegotiationRound
from xinglin.challenges.queries import candidates as queries
from xinglin.challenges.queries.terms import plan_limits
from xinglin.challenges.rules import negotiations as rules
from xinglin.challenges.rules import plans
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import NegotiationStage
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Fen, Paragraph, Yes, ref
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster.actions.stages import require_stage

Content = Annotated[str, Ask("line", longest=300)]
Name = Annotated[str, Ask("line", longest=60)]
IndicatorName = Annotated[str, Ask("line", longest=120)]
Unit = Annotated[str, Ask("line", longest=20)]
Value = Annotated[Decimal, Ask("number", least=-1e12, most=1e12)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@dataclass(frozen=True)
class StepRow:
    """One milestone: what, by when, what it earns from each source. In a race, `gate` decides who goes on."""

    content: Content
    due_on: Day
    own_fen: Fen = 0
    public_fen: Fen = 0
    fund_fen: Fen = 0
    gate: Yes = False


@dataclass(frozen=True)
class IndicatorRow:
    """What milestone `number` is measured by."""

    number: Count
    name: IndicatorName
    target: Value
    unit: Unit | None = None
    direction: Direction = Direction.AT_LEAST


@transaction.atomic
def begin_talks(*, challenge_id: str, bid_id: ref("challenges.bid"), by: Account) -> Negotiation:
    """Begin to negotiate with the next bid in the ranking; in a race with several."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, Role.SECRETARIAT)
    require_stage(challenge, (ChallengeStage.NEGOTIATION,))
    bid = Bid.objects.filter(pk=bid_id, challenge=challenge).first()
    if bid is None:
        raise absent()
    known = queries.candidates(challenge)
    chosen = next((one for one in known if one.key == bid.pk), None)
    chosen = chosen or rules.Candidate(bid.pk, None, qualified=False)
    still = challenge.negotiations.filter(stage__in=[NegotiationStage.OPEN, NegotiationStage.AGREED]).count()
    rules.check_candidate(chosen, known, race=challenge.mode == AwardMode.RACE, open_already=still)
    talks = Negotiation(number=lifecycle.next_number("DJ"), challenge=challenge, bid=bid)
    lifecycle.begin(talks, by=by)
    ledger.record("challenges.talks_begun", by=by, subject=talks, data={"bid": bid.number})
    Telling.bidder(bid, "challenges.talks_begun",
                say("You are invited to negotiate about “{title}”.", title=challenge.title), talks)  # fmt: skip
    return talks


@transaction.atomic
def hold_round(
    *, negotiation_id: str, held_on: Day, offered_fen: Fen, asked_fen: Fen, note: Paragraph, by: Account
) -> Negotiation:
    """Record a round: what the bidder offered, what the demander asked, and what was said."""
    talks = lifecycle.take(Negotiation, negotiation_id)
    if held_on > today():
        raise Refusal("challenges.round_ahead", say("This day has not come yet."), field="held_on")
    lifecycle.step(talks, "hold_round", by=by, due_on=talks.due_on)
    number = talks.rounds.count() + 1
    NegotiationRound.objects.create(negotiation=talks, ordinal=number, held_on=held_on, offered_fen=offered_fen,
                                    asked_fen=asked_fen, note=note, recorded_by=by.pk)  # fmt: skip
    data = {"number": number, "offered_fen": offered_fen, "asked_fen": asked_fen}
    ledger.record("challenges.round_held", by=by, subject=talks, data=data)
    return talks


@transaction.atomic
def agree_terms(
    *,
    negotiation_id: str,
    price_fen: Fen,
    leader: Name,
    steps: list[StepRow],
    indicators: list[IndicatorRow],
    note: Paragraph | None = None,
    by: Account,
) -> Negotiation:
    """Record what was agreed: the price, who leads, and the milestones with their money and indicators. The last
    milestone is the final acceptance.
    """
    talks = lifecycle.take(Negotiation, negotiation_id)
    challenge = talks.challenge
    require_stage(challenge, (ChallengeStage.NEGOTIATION,))
    if not talks.rounds.exists():
        raise Refusal("challenges.no_round", say("No round was recorded yet."), say("Record the talks first."))
    plan = _plan(steps, indicators)
    plans.check_plan(plan, price_fen, plan_limits(), race=challenge.mode == AwardMode.RACE, begins=today())
    if challenge.most_fen is not None and price_fen > challenge.most_fen:
        raise Refusal("challenges.price_over", say("The price is more than the challenge may cost."),
                      say("Negotiate again, or end these talks."), field="price_fen")  # fmt: skip
    talks.price_fen, talks.leader, talks.plan, talks.note = price_fen, leader, plans.packed(plan), note or ""
    lifecycle.step(talks, "agree", by=by)
    data = {"price_fen": price_fen, "milestones": len(plan)}
    ledger.record("challenges.terms_agreed", by=by, subject=talks, data=data)
    return talks


@transaction.atomic
def fail_talks(*, negotiation_id: str, reason: Reason, by: Account) -> Negotiation:
    """No agreement; the next in the ranking may be talked to."""
    talks = lifecycle.take(Negotiation, negotiation_id)
    talks.closed_because = reason
    lifecycle.step(talks, "fail", by=by)
    ledger.record("challenges.talks_failed", by=by, subject=talks, data={"reason": reason[:200]})
    ended = say("The talks about “{title}” ended without agreement.", title=talks.challenge.title)
    Telling.bidder(talks.bid, "challenges.talks_failed", ended, talks)
    return talks


def _plan(steps: list[StepRow], indicators: list[IndicatorRow]) -> list[plans.Step]:
    if strange := [row.number for row in indicators if not 1 <= row.number <= len(steps)]:
        raise Refusal("challenges.indicator_of_nothing", say("There is no milestone {number}.", number=strange[0]),
                      field="indicators")  # fmt: skip
    names = [(row.number, row.name) for row in indicators]
    if len(set(names)) != len(names):
        raise Refusal("challenges.indicator_twice", say("An indicator stands twice at the same milestone."),
                      field="indicators")  # fmt: skip
    return [
        plans.Step(
            number=number, content=row.content, due_on=row.due_on, gate=row.gate,
            fen={BudgetSource.OWN: row.own_fen, BudgetSource.PUBLIC: row.public_fen, BudgetSource.FUND: row.fund_fen},
            targets=tuple(
                plans.Target(one.name, one.unit or "", one.target, one.direction)
                for one in indicators if one.number == number
            ),
        )
        for number, row in enumerate(steps, start=1)
    ]  # fmt: skip
