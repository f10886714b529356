"""The award: announced for its term, taken back when an objection is upheld, concluded by signed contracts."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.booking import Book
from xinglin.challenges.actions.ending import Ending
from xinglin.challenges.actions.notices import end_notices, open_notice
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import (
    Bid,
    Challenge,
    Contract,
    Milestone,
    MilestoneIndicator,
    Negotiation,
    PublicNotice,
    Tranche,
)
from xinglin.challenges.queries import candidates as queries
from xinglin.challenges.queries.objections import notice_facts, notice_in_force
from xinglin.challenges.rules import awards as rules
from xinglin.challenges.rules import plans
from xinglin.challenges.rules.contracts import check_all_signed
from xinglin.challenges.rules.negotiations import Candidate, refuse_related
from xinglin.challenges.rules.objections import no_open_objection, notice_over
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.challenges.words.challenges import AwardMode
from xinglin.challenges.words.contracts import ContractStage, NegotiationStage
from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say

Statement = Annotated[str, Ask("text", longest=4_000)]


@transaction.atomic
def announce_award(*, challenge_id: str, statement: Statement | None = None, by: Account) -> Challenge:
    """Put the agreed award under public notice; contracts are drafted from what was agreed, one for each team."""
    challenge = lifecycle.take(Challenge, challenge_id)
    agreed = list(challenge.negotiations.filter(stage=NegotiationStage.AGREED).select_related("bid")
                  .order_by("created_at"))  # fmt: skip
    known = {one.key: one for one in queries.candidates(challenge)}
    race = challenge.mode == AwardMode.RACE
    rules.check_award(
        [known.get(one.bid_id) or Candidate(one.bid_id, None, qualified=False) for one in agreed],
        race=race, most=challenge.most_fen, prices=[one.price_fen or 0 for one in agreed],
    )  # fmt: skip
    for talks in challenge.negotiations.filter(stage=NegotiationStage.OPEN):
        _void(talks, by)
    notice = open_notice(challenge=challenge, about=NoticeSubject.AWARD, text=statement or "", by=by)
    until = notice.ends_on
    lifecycle.step(challenge, "award", by=by, due_on=until)
    for lane, talks in enumerate(agreed, start=1):
        contract = _draft(talks, notice, lane if race else 0, by)
        Telling.bidder(talks.bid, "challenges.award_announced",
                       say("The award of “{title}” to you is under public notice until {day}.",
                           title=challenge.title, day=until), contract)  # fmt: skip
    data = {"until": until.isoformat(), "bids": [one.bid.number for one in agreed]}
    ledger.record("challenges.award_announced", by=by, subject=challenge, data=data)
    return challenge


def _draft(talks: Negotiation, notice: PublicNotice, lane: int, by: Account) -> Contract:
    """The contract as agreed, its milestones and tranches with it."""
    challenge = talks.challenge
    contract = Contract(
        number=lifecycle.next_number("HT"), challenge=challenge, bid=talks.bid, notice=notice, lane=lane,
        amount_fen=talks.price_fen or 0, leader=talks.leader, ip=challenge.ip_clause,
    )  # fmt: skip
    lifecycle.begin(contract, by=by)
    steps = plans.unpacked(talks.plan)
    for step in steps:
        milestone = Milestone(contract=contract, number=step.number, content=step.content, planned_on=step.due_on,
                              gate=step.gate, final=step is steps[-1])  # fmt: skip
        lifecycle.begin(milestone, by=by)
        MilestoneIndicator.objects.bulk_create(
            MilestoneIndicator(milestone=milestone, ordinal=place, name=one.name, unit=one.unit, target=one.target,
                               direction=one.direction)
            for place, one in enumerate(step.targets, start=1)
        )  # fmt: skip
        for source, fen in step.fen.items():
            lifecycle.begin(Tranche(milestone=milestone, source=source, amount_fen=fen), by=by)
    return contract


@transaction.atomic
def take_back_award(*, challenge_id: str, by: Account) -> int:
    """The challenge left the award (objection upheld, no agreement, cancelled): talks are void, drafts are dropped with
    everything in them, committed money goes back. Returns how many contracts were dropped.
    """
    challenge = lifecycle.take(Challenge, challenge_id)
    for talks in challenge.negotiations.filter(stage__in=[NegotiationStage.OPEN, NegotiationStage.AGREED]):
        _void(talks, by)
    drafts = list(Contract.objects.select_for_update().filter(
        challenge=challenge, stage__in=[ContractStage.DRAFT, ContractStage.SIGNING, ContractStage.SIGNED]
    ))  # fmt: skip
    for contract in drafts:
        Book(contract, by).release_all()
        Ending.call_off(contract)
        lifecycle.step(contract, "drop", by=permits.the_program())
    notice = notice_in_force(challenge, NoticeSubject.AWARD)
    if notice is not None:
        end_notices(challenge=challenge, because="taken_back", only=notice, by=by)
    ledger.record("challenges.award_taken_back", by=by, subject=challenge, data={"contracts": len(drafts)})
    return len(drafts)


def _void(talks: Negotiation, by: Account) -> None:
    lifecycle.step(talks, "void", by=permits.the_program())
    Telling.bidder(talks.bid, "challenges.award_taken_back",
                   say("The talks about “{title}” ended.", title=talks.challenge.title), talks)  # fmt: skip


@transaction.atomic
def conclude_contracts(*, challenge_id: str, by: Account) -> Challenge:
    """Record that every contract of the award is signed by both sides and its money committed: the bids are awarded,
    the others passed over.
    """
    challenge = lifecycle.take(Challenge, challenge_id)
    facts = notice_facts(challenge, NoticeSubject.AWARD)
    notice_over(facts)
    no_open_objection(facts)
    notice = notice_in_force(challenge, NoticeSubject.AWARD)
    contracts = list(Contract.objects.select_for_update().filter(notice=notice).exclude(stage=ContractStage.DROPPED))
    check_all_signed([one.stage for one in contracts], len(contracts) or 1)
    lifecycle.step(challenge, "sign", by=by)
    for bid in challenge.bids.select_for_update().filter(stage=BidStage.QUALIFIED):
        mine = next((one for one in contracts if one.bid_id == bid.pk), None)
        if mine is None:
            lifecycle.step(bid, "pass_over", by=permits.the_program())
            ledger.record("challenges.bid_passed_over", by=by, subject=bid)
            Telling.bidder(bid, "challenges.bid_passed_over",
                           say("Another bid was awarded for “{title}”.", title=challenge.title), bid)  # fmt: skip
            continue
        refuse_related(next(one for one in queries.candidates(challenge) if one.key == bid.pk))
        bid.lane = mine.lane
        lifecycle.step(bid, "award", by=permits.the_program())
        ledger.record("challenges.bid_awarded", by=by, subject=bid, data={"lane": mine.lane})
    ledger.record("challenges.contracts_concluded", by=by, subject=challenge, data={"contracts": len(contracts)})
    return challenge


@transaction.atomic
def pass_over_bids(*, challenge_id: str, by: Account) -> int:
    """The challenge ended without an award: bids that were opened are passed over. Returns how many."""
    rows = list(Bid.objects.select_for_update(of=("self",)).filter(
        challenge_id=challenge_id, stage__in=[BidStage.OPENED, BidStage.QUALIFIED]
    ))  # fmt: skip
    for bid in rows:
        lifecycle.step(bid, "pass_over", by=permits.the_program())
        ledger.record("challenges.bid_not_awarded", by=by, subject=bid)
    return len(rows)
