"""Whatever people try in whatever order: nothing is paid without acceptance, nobody related is awarded, no fen is made
or lost, and somebody must always act until the challenge rests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.factories.challenge_running import CLAUSES, PRICE, World, agreed, judge, submit, world
from tests.factories.challenges import opened_bid

from xinglin.challenges.actions import (
    awards,
    changes,
    contracts,
    milestones,
    negotiations,
    objections,
    payments,
    running,
)
from xinglin.challenges.actions.changes import AmountRow
from xinglin.challenges.models import (
    Bid,
    ChangeRequest,
    Contract,
    Milestone,
    MoneyEntry,
    Negotiation,
    Objection,
    Tranche,
)
from xinglin.challenges.queries.boards import whole
from xinglin.challenges.queries.parties import relation_reasons
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.challenges.words.challenges import AwardMode, BudgetSource
from xinglin.challenges.words.contracts import ChangeKind, ContractSide, ContractStage
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.challenges.words.money import MoneyKind, MoneyPlace, TrancheStage
from xinglin.kernel import notices
from xinglin.kernel.clock import at, today
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
Deed = Callable[[World, int, Account], Any]


def one_of(rows: Any, n: int) -> Any:
    found = list(rows)
    if not found:
        raise Refusal("test.nothing", say("This changes nothing."))
    return found[n % len(found)]


def _contract(here: World, n: int) -> Contract:
    return one_of(Contract.objects.filter(challenge=here.challenge).order_by("number"), n)


def _milestone(here: World, n: int) -> Milestone:
    rows = Milestone.objects.filter(contract__challenge=here.challenge).exclude(contract__stage="dropped")
    return one_of(rows.order_by("contract__number", "number"), n)


def _tranche(here: World, n: int) -> Tranche:
    rows = Tranche.objects.filter(milestone__contract__challenge=here.challenge)
    return one_of(rows.order_by("milestone__contract__number", "milestone__number", "source"), n)


def _change(here: World, n: int) -> ChangeRequest:
    return one_of(ChangeRequest.objects.filter(contract__challenge=here.challenge), n)


def _objection(here: World, n: int) -> Objection:
    return one_of(Objection.objects.filter(challenge=here.challenge), n)


def _panel(here: World, n: int) -> list[str]:
    return [one.grants.get().scope_id for one in here.experts[: 3 + n % 3]]


# Deeds tried by anybody, at anything, in any order.
WILD: dict[str, Deed] = {
    "talk": lambda h, n, by: negotiations.begin_talks(
        challenge_id=h.challenge.pk, bid_id=h.bids[n % len(h.bids)].pk, by=by),
    "agree": lambda h, n, by: agreed(h, n % len(h.bids)),
    "fail_talks": lambda h, n, by: negotiations.fail_talks(
        negotiation_id=one_of(Negotiation.objects.filter(challenge=h.challenge), n).pk, reason="示例", by=by),
    "award": lambda h, n, by: awards.announce_award(challenge_id=h.challenge.pk, by=by),
    "draft": lambda h, n, by: contracts.draft_contract(
        contract_id=_contract(h, n).pk, leader="示例负责人", **CLAUSES, by=by),
    "out": lambda h, n, by: contracts.send_contract_out(contract_id=_contract(h, n).pk, by=by),
    "revise": lambda h, n, by: contracts.revise_contract(contract_id=_contract(h, n).pk, by=by),
    "commit": lambda h, n, by: contracts.record_commitment(
        contract_id=_contract(h, n).pk, bank="示例银行", commitment="示例", own_fen=70_000_01, public_fen=20_000_00,
        fund_fen=10_000_00, by=by),
    "sign": lambda h, n, by: contracts.sign_contract(contract_id=_contract(h, n).pk, signatory="示例", by=by),
    "paper": lambda h, n, by: contracts.record_contract_signature(
        contract_id=_contract(h, n).pk, side=list(ContractSide)[n % 2], signatory="示例", signed_on=today(),
        paper="示例柜", by=by),
    "conclude": lambda h, n, by: awards.conclude_contracts(challenge_id=h.challenge.pk, by=by),
    "begin": lambda h, n, by: running.begin_project(challenge_id=h.challenge.pk, approval_number="示例", by=by),
    "start": lambda h, n, by: running.start_milestones(challenge_id=h.challenge.pk, by=by),
    "submit": lambda h, n, by: submit(h, _milestone(h, n)),
    "panel": lambda h, n, by: milestones.name_panel(milestone_id=_milestone(h, n).pk, members=_panel(h, n), by=by),
    "vote": lambda h, n, by: milestones.cast_vote(
        milestone_id=_milestone(h, n).pk, verdict=list(Verdict)[n % 2], opinion="示例", by=by),
    "repair": lambda h, n, by: milestones.allow_repair(
        milestone_id=_milestone(h, n).pk, until=today() + timedelta(days=20), reason="示例", by=by),
    "instruct": lambda h, n, by: payments.instruct_payment(
        tranche_id=_tranche(h, n).pk, reference=f"示例{MoneyEntry.objects.count()}", by=by),
    "confirm": lambda h, n, by: payments.confirm_payment(tranche_id=_tranche(h, n).pk, paid_on=today(), by=by),
    "returned": lambda h, n, by: payments.record_return(
        tranche_id=_tranche(h, n).pk, returned_on=today(), reason="示例", by=by),
    "reissue": lambda h, n, by: payments.reissue_payment(
        tranche_id=_tranche(h, n).pk, reference=f"示例{MoneyEntry.objects.count()}", by=by),
    "eliminate": lambda h, n, by: running.eliminate_lane(contract_id=_contract(h, n).pk, reason="示例", by=by),
    "change": lambda h, n, by: changes.request_change(
        contract_id=_contract(h, n).pk, kind=ChangeKind.AMOUNT, reason="示例",
        amounts=[AmountRow(1 + n % 3, BudgetSource.OWN, 1_000_00 * (1 + n))], by=by),
    "record": lambda h, n, by: changes.record_change(change_id=_change(h, n).pk, by=by),
    "approve": lambda h, n, by: changes.approve_change(
        change_id=_change(h, n).pk, answer="示例", statement="示例公示", by=by),
    "object": lambda h, n, by: objections.raise_objection(
        challenge_id=h.challenge.pk, about=NoticeSubject.CHANGE, grounds="示例：理由可以核对的异议。", by=by),
    "hear": lambda h, n, by: objections.hear_objection(objection_id=_objection(h, n).pk, minutes="示例", by=by),
    "uphold": lambda h, n, by: objections.uphold_objection(
        objection_id=_objection(h, n).pk, decision="示例：理由成立，予以支持。", by=by),
    "dismiss": lambda h, n, by: objections.dismiss_objection(
        objection_id=_objection(h, n).pk, decision="示例：理由不成立，予以驳回。", by=by),
    "refuse_change": lambda h, n, by: changes.refuse_change(change_id=_change(h, n).pk, answer="示例", by=by),
    "force": lambda h, n, by: changes.put_change_in_force(change_id=_change(h, n).pk, by=by),
    "final": lambda h, n, by: running.call_final(challenge_id=h.challenge.pk, by=by),
    "accept": lambda h, n, by: running.accept_outcome(challenge_id=h.challenge.pk, by=by),
    "refuse": lambda h, n, by: running.refuse_outcome(challenge_id=h.challenge.pk, reason="示例", by=by),
    "terminate": lambda h, n, by: running.terminate_challenge(challenge_id=h.challenge.pk, reason="示例", by=by),
    "repaid": lambda h, n, by: payments.record_repayment(
        contract_id=_contract(h, n).pk, source=BudgetSource.OWN, amount_fen=1 + n, reference="示例", by=by),
    "take_back": lambda h, n, by: _take_back(h, by),
    "archive": lambda h, n, by: running.archive_challenge(challenge_id=h.challenge.pk, by=by),
}  # fmt: skip


def _take_back(here: World, by: Account) -> None:
    """As the challenge leaves its award: upheld objections lead back to the review."""
    if here.fresh().stage == "award_notice":
        awards.take_back_award(challenge_id=here.challenge.pk, by=by)
        here.fresh()
        here.challenge.stage = "negotiation"
        here.challenge.save()


class Running(RuleBasedStateMachine):
    """A challenge from its negotiation on. Most steps go forward, the others are wild."""

    def __init__(self) -> None:
        super().__init__()
        self.held = transaction.atomic()
        self.held.__enter__()
        self.days = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.held.__exit__(None, None, None)

    @initialize(race=st.booleans())
    def begin(self, race: bool) -> None:
        self.here = world(2, mode=AwardMode.RACE if race else AwardMode.SINGLE, most_fen=4 * PRICE)
        own = opened_bid(self.here.challenge, organisation=self.here.challenge.organisation, stage=BidStage.QUALIFIED)
        self.here.bids.append(own)
        self.here.bidders.append(self.here.demander)
        self.people = [self.here.office, self.here.demander, *self.here.bidders[:2], *self.here.experts]

    def attempt(self, deed: Deed, n: int, by: Account) -> None:
        with at(today() + timedelta(days=self.days)):
            try:
                with transaction.atomic():
                    deed(self.here, n, by)
            except Refusal:
                return

    @rule(name=st.sampled_from(sorted(WILD)), n=st.integers(0, 40), who=st.integers(0, 8))
    def wild(self, name: str, n: int, who: int) -> None:
        self.attempt(WILD[name], n, self.people[who % len(self.people)])

    @rule(days=st.sampled_from([1, 11]))
    def wait(self, days: int) -> None:
        self.days += days

    @rule(n=st.integers(0, 5), good=st.sampled_from([True, True, True, False]), steps=st.integers(1, 6))
    def forward(self, n: int, good: bool, steps: int) -> None:
        for _ in range(steps):
            self.attempt(lambda here, pick, by: self._forward(here, pick, good), n, self.here.office)

    def _forward(self, here: World, n: int, good: bool) -> None:
        stage = here.fresh().stage
        office = here.office
        if stage == "negotiation":
            firms = 2 if here.challenge.mode == AwardMode.RACE else 1
            for place in range(firms):
                agreed(here, place)
            awards.announce_award(challenge_id=here.challenge.pk, by=office)
        elif stage == "award_notice":
            self._sign_all(here)
        elif stage == "signed":
            running.begin_project(challenge_id=here.challenge.pk, approval_number="示例", by=office)
        elif stage == "approved":
            running.start_milestones(challenge_id=here.challenge.pk, by=office)
        elif stage in ("running", "final_acceptance"):
            self._work(here, n, good)
        elif stage == "performance":
            running.assess_performance(challenge_id=here.challenge.pk, score=80, note="示例", by=office)
            running.archive_challenge(challenge_id=here.challenge.pk, by=office)

    def _sign_all(self, here: World) -> None:
        self.days += 11
        with at(today() + timedelta(days=11)):
            for one in here.contracts():
                if one.stage == ContractStage.DRAFT:
                    WILD["draft"](here, here_place(here, one), here.demander)
                    contracts.send_contract_out(contract_id=one.pk, by=here.demander)
                one.refresh_from_db()
                if one.committed_on is None:
                    WILD["commit"](here, here_place(here, one), here.demander)
                signed = set(one.signatures.values_list("side", flat=True))
                for side, by in (("demander", here.demander), ("bidder", here.bidder_of(one))):
                    if side not in signed:
                        contracts.sign_contract(contract_id=one.pk, signatory="示例", by=by)
            awards.conclude_contracts(challenge_id=here.challenge.pk, by=here.office)

    def _work(self, here: World, n: int, good: bool) -> None:
        due = Tranche.objects.filter(milestone__contract__challenge=here.challenge, stage=TrancheStage.DUE).first()
        if due is not None:
            payments.instruct_payment(tranche_id=due.pk, reference=f"示例{MoneyEntry.objects.count()}", by=here.office)
            payments.confirm_payment(tranche_id=due.pk, paid_on=today(), by=here.office)
            return
        rows = Milestone.objects.filter(contract__challenge=here.challenge, stage__in=["open", "repairing"])
        one = rows.order_by("number").first()
        if one is None:
            if here.challenge.stage == "running":
                running.call_final(challenge_id=here.challenge.pk, by=here.office)
            else:
                running.accept_outcome(challenge_id=here.challenge.pk, by=here.office)
            return
        submit(here, one)
        judge(here, one, [Verdict.ACCEPT if good else Verdict.FAIL] * (5 if one.final else 3))

    @invariant()
    def the_book_balances(self) -> None:
        assert whole(self.here.challenge)

    @invariant()
    def nothing_is_paid_without_acceptance(self) -> None:
        touched = Tranche.objects.filter(stage__in=["due", "instructed", "returned", "paid"])
        assert not touched.exclude(milestone__stage=MilestoneStage.ACCEPTED).exists()
        told = MoneyEntry.objects.filter(to_place=MoneyPlace.ON_THE_WAY)
        assert not told.exclude(tranche__milestone__stage=MilestoneStage.ACCEPTED).exists()
        paid = sum(Tranche.objects.filter(stage="paid").values_list("amount_fen", flat=True))
        back = sum(MoneyEntry.objects.filter(kind=MoneyKind.REPAID).values_list("amount_fen", flat=True))
        there = sum(sum(one.paid_fen for one in each.purses.all()) for each in self.here.contracts())
        assert there == paid - back

    @invariant()
    def nobody_related_is_awarded(self) -> None:
        assert all(not relation_reasons(bid) for bid in Bid.objects.filter(stage=BidStage.AWARDED))
        own = self.here.bids[2]
        assert not Negotiation.objects.filter(bid=own).exists() and not Contract.objects.filter(bid=own).exists()

    @invariant()
    def what_runs_is_covered(self) -> None:
        """A signed contract's planned tranches are exactly what is committed and not paid."""
        for one in Contract.objects.filter(challenge=self.here.challenge, stage=ContractStage.SIGNED):
            waiting = Tranche.objects.filter(milestone__contract=one, stage__in=["planned", "due", "returned"])
            assert sum(waiting.values_list("amount_fen", flat=True)) == sum(
                purse.committed_fen for purse in one.purses.all()
            )

    @invariant()
    def what_is_contested_waits(self) -> None:
        """An objection is open only while what it is about is under notice."""
        contested = Objection.objects.filter(stage__in=["raised", "heard"])
        assert not contested.exclude(notice__ended_at=None, notice__change__stage="notice").exists()

    @invariant()
    def somebody_must_act(self) -> None:
        here = self.here
        here.fresh()
        rows: list[Dossier] = [
            *Negotiation.objects.filter(challenge=here.challenge), *Contract.objects.filter(challenge=here.challenge),
            *Milestone.objects.filter(contract__challenge=here.challenge),
            *Tranche.objects.filter(milestone__contract__challenge=here.challenge),
            *ChangeRequest.objects.filter(contract__challenge=here.challenge),
            *Objection.objects.filter(challenge=here.challenge),
        ]  # fmt: skip
        open_ones = [one for one in rows if not one.resting]
        awaited = [one for one in [here.challenge, *open_ones] if _holders(one)]
        if here.challenge.resting:
            # Only a payment that came back keeps somebody busy, and it says whom.
            assert all(one in awaited for one in open_ones)
        else:
            assert awaited


def here_place(here: World, contract: Contract) -> int:
    rows = list(Contract.objects.filter(challenge=here.challenge).order_by("number").values_list("pk", flat=True))
    return rows.index(contract.pk)


def _holders(one: Dossier) -> bool:
    """Whether a move is awaited that somebody with an account may make."""
    return any(notices.holders(*move.roles, scopes=one.scopes()) for move in one.MACHINE.awaited_from(one.stage))


def test_no_sequence_of_moves_breaks_the_chain() -> None:
    run_state_machine_as_test(
        Running,
        settings=settings(max_examples=8, stateful_step_count=22, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
