"""From the negotiation to the archive: awards, contracts, milestones, payments, races, changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from tests.factories.challenge_running import (
    PRICE,
    accept,
    agreed,
    announced,
    fail,
    milestone,
    pay,
    sign,
    signed,
    started,
    submit,
    world,
)
from tests.factories.challenges import opened_bid
from tests.factories.matching import ledger_of

from xinglin.challenges.actions import awards, changes, contracts, milestones, negotiations, payments, running
from xinglin.challenges.actions.calls import cancel_challenge
from xinglin.challenges.actions.changes import AmountRow
from xinglin.challenges.actions.milestones import ValueRow
from xinglin.challenges.models import Challenge, Contract, Milestone, MoneyEntry, MoneyPurse, PanelResult, Tranche
from xinglin.challenges.queries.boards import whole
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ChangeKind, ChangeStage, ContractStage
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import configuration, documents, ledger, permits
from xinglin.kernel.clock import at, now, today
from xinglin.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(Refusal, match=code)


class TestAward:
    def test_the_way_from_talks_to_signed_contract(self) -> None:
        here = world()
        [contract] = signed(here)
        assert here.fresh().stage == ChallengeStage.SIGNED
        assert contract.stage == ContractStage.SIGNED
        assert contract.signed_fen == PRICE
        assert here.bids[0].__class__.objects.get(pk=here.bids[0].pk).stage == BidStage.AWARDED
        titles = {each.purpose: each for each in documents.documents_of(contract, here.office)}
        assert set(titles) == {"challenge_contract", "challenge_pledge"}
        assert "challenges.contract_signed" in ledger_of(contract)

    def test_nobody_signs_before_the_notice_is_over(self) -> None:
        here = world()
        [contract] = announced(here)
        with refused("notice_runs"):
            sign(here, contract)
        with at(today() + timedelta(days=9)), refused("notice_runs"):
            contracts.sign_contract(contract_id=contract.pk, signatory="示例", by=here.demander)

    def test_a_related_bidder_is_neither_talked_to_nor_awarded(self) -> None:
        here = world()
        own = opened_bid(here.challenge, organisation=here.challenge.organisation, stage=BidStage.QUALIFIED)
        with refused("challenges.related"):
            negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=own.pk, by=here.office)
        agreed(here)
        firm = here.bids[0].organisation
        firm.parent = here.challenge.organisation
        firm.save()
        with refused("challenges.related"):
            awards.announce_award(challenge_id=here.challenge.pk, by=here.office)

    def test_after_failed_talks_the_next_is_talked_to(self) -> None:
        here = world(2)
        talks = negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[0].pk, by=here.office)
        with refused("talks_open"):
            negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[1].pk, by=here.office)
        negotiations.fail_talks(negotiation_id=talks.pk, reason="示例：价格谈不拢", by=here.demander)
        with refused("in_vain"):
            negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[0].pk, by=here.office)
        agreed(here, 1)
        awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
        assert here.contracts()[0].bid_id == here.bids[1].pk

    def test_the_panels_ranking_is_followed(self) -> None:
        here = world(2)
        PanelResult.objects.create(
            challenge=here.challenge, version=1, made_at=now(), made_by=here.office.pk,
            table={"standings": [{"number": here.bids[1].number, "rank": 1}, {"number": here.bids[0].number, "rank": 2}]},
        )  # fmt: skip
        with refused("not_next"):
            negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[0].pk, by=here.office)
        negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[1].pk, by=here.office)

    def test_a_cancelled_challenge_leaves_nobody_waiting(self) -> None:
        here = world(2)
        announced(world())
        agreed(here)
        awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
        cancel_challenge(challenge_id=here.challenge.pk, reason="示例：需求取消", by=here.office)
        assert set(here.challenge.bids.values_list("stage", flat=True)) == {BidStage.NOT_AWARDED}
        assert set(here.challenge.contracts.values_list("stage", flat=True)) == {ContractStage.DROPPED}

    def test_taking_the_award_back_drops_contracts_and_releases_money(self) -> None:
        here = world()
        [contract] = announced(here)
        contracts.record_commitment(contract_id=contract.pk, bank="示例银行", commitment="示例保函", own_fen=70_000_01,
                                    public_fen=20_000_00, fund_fen=10_000_00, by=here.demander)  # fmt: skip
        awards.take_back_award(challenge_id=here.challenge.pk, by=here.office)
        contract.refresh_from_db()
        assert contract.stage == ContractStage.DROPPED
        assert not MoneyPurse.objects.exclude(committed_fen=0).exists()
        assert set(Tranche.objects.values_list("stage", flat=True)) == {TrancheStage.CALLED_OFF}

    def test_a_commitment_is_the_whole_amount_by_source(self) -> None:
        here = world()
        [contract] = announced(here)
        with refused("commitment_differs"):
            contracts.record_commitment(contract_id=contract.pk, bank="示例银行", commitment="示例", own_fen=PRICE,
                                        by=here.demander)  # fmt: skip

    def test_the_contract_needs_every_clause(self) -> None:
        here = world()
        agreed(here)
        awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
        with refused("clause_missing"):
            contracts.send_contract_out(contract_id=here.contracts()[0].pk, by=here.demander)


class TestMilestones:
    def test_accepted_then_paid(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        own = first.tranches.get(source=BudgetSource.OWN)
        with refused("wrong_stage"):
            payments.instruct_payment(tranche_id=own.pk, reference="示例", by=here.office)
        assert accept(here, first).stage == MilestoneStage.ACCEPTED
        pay(here, first)
        assert set(first.tranches.values_list("stage", flat=True)) == {TrancheStage.PAID}

    def test_failed_repaired_and_submitted_again(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        assert fail(here, first).stage == MilestoneStage.FAILED
        milestones.allow_repair(milestone_id=first.pk, until=today() + timedelta(days=30), reason="示例：补做",
                                by=here.office)  # fmt: skip
        bidder = here.bidder_of(contract)
        with refused("no_evidence"):
            milestones.submit_milestone(milestone_id=first.pk, statement="示例",
                                        indicators=[ValueRow("示例灵敏度", Decimal(90))], by=bidder)  # fmt: skip
        assert accept(here, first).stage == MilestoneStage.ACCEPTED
        assert [one.outcome for one in first.submissions.all()] == ["fail", "accept"]

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ([ValueRow("示例灵敏度", Decimal(120))], "value_outside_unit"),
            ([ValueRow("示例灵敏度", Decimal(-1))], "value_outside_unit"),
            ([ValueRow("示例灵敏度", Decimal("0.9"), "例")], "value_other_unit"),
            ([ValueRow("别的", Decimal(90))], "value_unknown"),
            ([], "value_missing"),
            ([ValueRow("示例灵敏度", Decimal(90))] * 2, "value_twice"),
        ],
    )
    def test_values_must_fit_their_indicators(self, rows: list[ValueRow], code: str) -> None:
        here = world()
        [contract] = started(here)
        with refused(code):
            milestones.submit_milestone(milestone_id=milestone(contract, 1).pk, statement="示例", indicators=rows,
                                        by=here.bidder_of(contract))  # fmt: skip

    def test_only_members_vote_and_only_once(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        submit(here, first)
        members = [each.grants.get().scope_id for each in here.experts[:3]]
        milestones.name_panel(milestone_id=first.pk, members=members, by=here.office)
        for stranger in (here.experts[4], here.office, here.demander, here.bidder_of(contract)):
            with refused("no_member"):
                milestones.cast_vote(milestone_id=first.pk, verdict=Verdict.ACCEPT, opinion="示例", by=stranger)
        milestones.cast_vote(milestone_id=first.pk, verdict=Verdict.ACCEPT, opinion="示例", by=here.experts[0])
        with refused("challenges.voted"):
            milestones.cast_vote(milestone_id=first.pk, verdict=Verdict.FAIL, opinion="示例", by=here.experts[0])
        joining = here.experts[3].grants.get().scope_id
        with refused("not_leaving"):
            milestones.replace_member(milestone_id=first.pk, leaving_id=members[0], joining_id=joining, reason="示例",
                                      by=here.office)  # fmt: skip
        milestones.replace_member(milestone_id=first.pk, leaving_id=members[1], joining_id=joining, reason="示例：出差",
                                  by=here.office)  # fmt: skip
        milestones.cast_vote(milestone_id=first.pk, verdict=Verdict.ACCEPT, opinion="示例", by=here.experts[3])
        assert Milestone.objects.get(pk=first.pk).stage == MilestoneStage.ACCEPTED

    def test_the_team_does_not_judge_itself_and_comes_in_order(self) -> None:
        here = world()
        [contract] = started(here)
        with refused("not_in_order"):
            submit(here, milestone(contract, 2))
        submit(here, milestone(contract, 1))
        inside = here.experts[0].grants.get().scope_id
        from xinglin.roster.models import Affiliation

        Affiliation.objects.create(person_id=inside, organisation=here.bids[0].organisation, main=True)
        members = [each.grants.get().scope_id for each in here.experts[:3]]
        with refused("panel_related"):
            milestones.name_panel(milestone_id=milestone(contract, 1).pk, members=members, by=here.office)
        with refused("panel_size"):
            milestones.name_panel(milestone_id=milestone(contract, 1).pk, members=members[1:], by=here.office)

    def test_the_demander_does_not_submit_for_the_team(self) -> None:
        here = world()
        [contract] = started(here)
        with refused("not_yours"):
            milestones.submit_milestone(milestone_id=milestone(contract, 1).pk, statement="示例",
                                        indicators=[ValueRow("示例灵敏度", Decimal(90))], by=here.demander)  # fmt: skip

    def test_an_overdue_milestone_alarms_the_demander_once(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        assert milestones.warn_of_overdue(by=permits.the_program()) == 0
        with at(first.planned_on + timedelta(days=1)):
            assert milestones.warn_of_overdue(by=permits.the_program()) > 0
            assert milestones.warn_of_overdue(by=permits.the_program()) == 0
        assert here.demander.notices.filter(event="kernel.deadline_passed").count() == 1
        assert "challenges.milestone_overdue" in ledger_of(first)


class TestMoney:
    def test_a_payment_the_bank_returns_is_issued_again(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        accept(here, first)
        own = first.tranches.get(source=BudgetSource.OWN)
        payments.instruct_payment(tranche_id=own.pk, reference="甲1", by=here.demander)
        with refused("wrong_stage"):
            payments.instruct_payment(tranche_id=own.pk, reference="甲2", by=here.office)
        payments.record_return(tranche_id=own.pk, returned_on=today(), reason="示例：账号有误", by=here.demander)
        with refused("reference_used"):
            payments.reissue_payment(tranche_id=own.pk, reference="甲1", by=here.demander)
        payments.reissue_payment(tranche_id=own.pk, reference="甲2", by=here.demander)
        payments.confirm_payment(tranche_id=own.pk, paid_on=today(), by=here.demander)
        # And once more, a week after it had arrived.
        payments.record_return(tranche_id=own.pk, returned_on=today(), reason="示例：账户注销", by=here.office)
        payments.reissue_payment(tranche_id=own.pk, reference="甲3", by=here.office)
        payments.confirm_payment(tranche_id=own.pk, paid_on=today(), by=here.office)
        kinds = list(own.money.order_by("created_at").values_list("kind", flat=True))
        assert kinds == ["instructed", "returned", "reissued", "paid", "returned", "reissued", "paid"]
        purse = contract.purses.get(source=BudgetSource.OWN)
        assert (purse.paid_fen, purse.committed_fen, purse.on_the_way_fen) == (20_000_00, 50_000_01, 0)

    def test_the_team_does_not_pay_itself_and_the_demander_no_public_money(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        accept(here, first)
        for tranche, by in (
            (first.tranches.get(source=BudgetSource.OWN), here.bidder_of(contract)),
            (first.tranches.get(source=BudgetSource.PUBLIC), here.demander),
        ):
            with refused("not_yours"):
                payments.instruct_payment(tranche_id=tranche.pk, reference="示例", by=by)

    def test_the_demander_pays_first_where_that_is_the_rule(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        accept(here, first)
        configuration.set_rule(key="challenges.demander_pays_first", value=True, valid_from=today(),
                               source_document="示例办法", by=here.office)  # fmt: skip
        public = first.tranches.get(source=BudgetSource.PUBLIC)
        with refused("demander_first"):
            payments.instruct_payment(tranche_id=public.pk, reference="示例", by=here.office)
        own = first.tranches.get(source=BudgetSource.OWN)
        payments.instruct_payment(tranche_id=own.pk, reference="示例1", by=here.demander)
        payments.confirm_payment(tranche_id=own.pk, paid_on=today(), by=here.demander)
        payments.instruct_payment(tranche_id=public.pk, reference="示例2", by=here.office)

    def test_the_database_keeps_the_book(self) -> None:
        here = world()
        [contract] = started(here)
        entry = MoneyEntry.objects.first()
        own = milestone(contract, 1).tranches.get(source=BudgetSource.OWN)
        tries = [
            ("UPDATE challenges_moneyentry SET amount_fen = 1", ()),
            ("DELETE FROM challenges_moneyentry", ()),
            ("UPDATE challenges_moneypurse SET paid_fen = paid_fen + 1", ()),
        ]
        for statement, values in tries:
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        for more in ({"kind": "paid"}, {"tranche": own, "kind": "instructed", "attempt": 1}):
            fields = {
                "challenge": here.challenge, "contract": contract, "source": "own", "from_place": "committed",
                "to_place": "on_the_way", "amount_fen": 1, "happened_on": today(), "recorded_by": here.office.pk, **more,
            }  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                MoneyEntry.objects.create(**fields)
        assert MoneyEntry.objects.first() == entry


class TestRace:
    def test_the_rest_of_the_money_goes_to_the_winners(self) -> None:
        here = world(3, mode=AwardMode.RACE, most_fen=4 * PRICE)
        lanes = started(here)
        assert [one.lane for one in lanes] == [1, 2, 3]
        with refused("no_gate"):
            running.eliminate_lane(contract_id=lanes[2].pk, reason="示例", by=here.office)
        for one in lanes[:2]:
            accept(here, milestone(one, 1))
            pay(here, milestone(one, 1))
        fail(here, milestone(lanes[2], 1))
        running.eliminate_lane(contract_id=lanes[2].pk, reason="示例：未达门槛", by=here.office)
        lost, *winners = (Contract.objects.get(pk=one.pk) for one in (lanes[2], lanes[0], lanes[1]))
        assert lost.stage == ContractStage.ELIMINATED
        # 70,000.01 of own money in two parts: the odd fen to the first lane.
        finals = [milestone(one, 3).tranches.get(source=BudgetSource.OWN).amount_fen for one in winners]
        assert finals == [30_000_01 + 35_000_01, 30_000_01 + 35_000_00]
        assert [one.amount_fen for one in winners] == [PRICE + 50_000_01, PRICE + 50_000_00]
        assert sum(one.put_in_fen for one in MoneyPurse.objects.all()) == 3 * PRICE
        assert not Tranche.objects.filter(milestone__contract=lost).exclude(stage="called_off").exists()
        with refused("last_lane"):
            running.eliminate_lane(contract_id=lost.pk, reason="示例", by=here.office)
        running.eliminate_lane(contract_id=winners[1].pk, reason="示例：名次", by=here.office)
        with refused("last_lane"):
            running.eliminate_lane(contract_id=winners[0].pk, reason="示例", by=here.office)

    def test_a_single_team_is_no_race(self) -> None:
        here = world()
        [contract] = started(here)
        with refused("no_race"):
            running.eliminate_lane(contract_id=contract.pk, reason="示例", by=here.office)


class TestChanges:
    def test_small_changes_add_up_to_a_formal_one(self) -> None:
        here = world()
        [contract] = started(here)
        by = here.bidder_of(contract)
        one = changes.request_change(contract_id=contract.pk, kind=ChangeKind.AMOUNT, reason="示例",
                                     amounts=[AmountRow(2, BudgetSource.OWN, 26_000_00)], by=by)  # fmt: skip
        assert not one.formal
        with refused("change_small"):
            changes.approve_change(change_id=one.pk, answer="示例", statement="示例公示", by=here.office)
        changes.record_change(change_id=one.pk, by=here.office)
        assert Contract.objects.get(pk=contract.pk).amount_fen == PRICE + 6_000_00
        two = changes.request_change(contract_id=contract.pk, kind=ChangeKind.AMOUNT, reason="示例",
                                     amounts=[AmountRow(2, BudgetSource.OWN, 32_000_00)], by=by)  # fmt: skip
        assert two.formal
        with refused("change_formal"):
            changes.record_change(change_id=two.pk, by=here.office)
        changes.approve_change(change_id=two.pk, answer="示例：同意", statement="示例公示", by=here.office)
        with refused("notice_runs"):
            changes.put_change_in_force(change_id=two.pk, by=here.office)
        with at(today() + timedelta(days=11)):
            changes.put_change_in_force(change_id=two.pk, by=here.office)
        contract.refresh_from_db()
        assert contract.amount_fen == contract.signed_fen == PRICE + 12_000_00
        assert contract.purses.get(source="own").committed_fen == 82_000_01

    def test_another_leader_is_formal_another_day_is_not(self) -> None:
        here = world()
        [contract] = started(here)
        leader = changes.request_change(contract_id=contract.pk, kind=ChangeKind.LEADER, reason="示例", leader="示例乙",
                                        by=here.demander)  # fmt: skip
        assert leader.formal
        with refused("change_open"):
            changes.request_change(contract_id=contract.pk, kind=ChangeKind.LEADER, reason="示例", leader="示例丙",
                                   by=here.demander)  # fmt: skip
        day = milestone(contract, 1).planned_on + timedelta(days=5)
        term = changes.request_change(contract_id=contract.pk, kind=ChangeKind.TERM, reason="示例", milestone=1, due=day,
                                      by=here.demander)  # fmt: skip
        changes.record_change(change_id=term.pk, by=here.office)
        assert milestone(contract, 1).due_on == day
        with refused("due_out_of_order"):
            changes.request_change(contract_id=contract.pk, kind=ChangeKind.TERM, reason="示例", milestone=1,
                                   due=day + timedelta(days=365), by=here.demander)  # fmt: skip


class TestEnd:
    def finished(self):
        here = world()
        [contract] = started(here)
        for number in (1, 2):
            accept(here, milestone(contract, number))
            pay(here, milestone(contract, number))
        running.call_final(challenge_id=here.challenge.pk, by=here.office)
        return here, contract

    def test_accepted_paid_assessed_archived(self) -> None:
        here, contract = self.finished()
        final = milestone(contract, 3)
        with refused("final_open"):
            running.accept_outcome(challenge_id=here.challenge.pk, by=here.office)
        accept(here, final)
        running.accept_outcome(challenge_id=here.challenge.pk, by=here.office)
        with refused("not_assessed"):
            running.archive_challenge(challenge_id=here.challenge.pk, by=here.office)
        running.assess_performance(challenge_id=here.challenge.pk, score=91, note="示例", by=here.office)
        assert here.challenge.project.level == "excellent"
        with refused("challenges.unpaid"):
            running.archive_challenge(challenge_id=here.challenge.pk, by=here.office)
        pay(here, final)
        running.archive_challenge(challenge_id=here.challenge.pk, by=here.office)
        assert here.fresh().stage == ChallengeStage.ARCHIVED
        assert sum(one.paid_fen for one in MoneyPurse.objects.all()) == PRICE
        assert ledger.verify().sound

    def test_a_bank_returns_money_after_the_archive(self) -> None:
        """The return and the new payment, each with its own ledger row; the book stays whole, nothing else opens."""
        here, contract = self.finished()
        final = milestone(contract, 3)
        accept(here, final)
        running.accept_outcome(challenge_id=here.challenge.pk, by=here.office)
        running.assess_performance(challenge_id=here.challenge.pk, score=91, note="示例", by=here.office)
        pay(here, final)
        running.archive_challenge(challenge_id=here.challenge.pk, by=here.office)
        own = final.tranches.get(source=BudgetSource.OWN)
        tell = {"tranche_id": own.pk, "by": here.office}
        for deed, more in ((payments.instruct_payment, {"reference": "示例甲"}),
                           (payments.reissue_payment, {"reference": "示例甲"}),
                           (payments.confirm_payment, {"paid_on": today()})):  # fmt: skip
            with refused("wrong_stage"):
                deed(**tell, **more)
        with refused("not_yours"):
            payments.record_return(tranche_id=own.pk, returned_on=today(), reason="示例", by=here.bidder_of(contract))
        payments.record_return(returned_on=today(), reason="示例：收款账户已销户", **tell)
        assert whole(here.challenge)
        purse = contract.purses.get(source="own")
        assert (purse.committed_fen, purse.paid_fen) == (own.amount_fen, 70_000_01 - own.amount_fen)
        payments.reissue_payment(reference="示例新账户", **tell)
        assert whole(here.challenge)
        payments.confirm_payment(paid_on=today(), **tell)
        assert whole(here.challenge) and ledger.verify().sound
        late = ["payment_returned_late", "payment_reissued_late", "payment_confirmed_late"]
        assert ledger_of(own)[-3:] == [f"challenges.{one}" for one in late]
        assert contract.purses.get(source="own").paid_fen == 70_000_01
        assert here.fresh().stage == ChallengeStage.ARCHIVED
        with refused("wrong_stage"):
            payments.record_repayment(contract_id=contract.pk, source=BudgetSource.OWN, amount_fen=1, reference="示例",
                                      by=here.office)  # fmt: skip

    def test_not_accepted_after_repair(self) -> None:
        here, contract = self.finished()
        final = milestone(contract, 3)
        with refused("final_not_failed"):
            running.refuse_outcome(challenge_id=here.challenge.pk, reason="示例", by=here.office)
        fail(here, final)
        running.repair_outcome(challenge_id=here.challenge.pk, until=today() + timedelta(days=30), reason="示例",
                               by=here.office)  # fmt: skip
        running.call_final(challenge_id=here.challenge.pk, by=here.office)
        fail(here, final)
        running.refuse_outcome(challenge_id=here.challenge.pk, reason="示例：指标未达", by=here.office)
        assert here.fresh().stage == ChallengeStage.NOT_ACCEPTED
        purse = {one.source: one for one in MoneyPurse.objects.all()}
        assert (purse["own"].paid_fen, purse["own"].given_back_fen) == (40_000_00, 30_000_01)
        assert final.tranches.first().stage == TrancheStage.CALLED_OFF

    def test_terminated_with_a_settlement(self) -> None:
        here = world()
        [contract] = started(here)
        first = milestone(contract, 1)
        accept(here, first)
        with refused("challenges.unpaid"):
            running.terminate_challenge(challenge_id=here.challenge.pk, reason="示例", by=here.office)
        pay(here, first)
        changes.request_change(contract_id=contract.pk, kind=ChangeKind.OTHER, reason="示例", by=here.demander)
        row = running.RepaidRow(0, BudgetSource.OWN, 5_000_00, "示例退款")
        running.terminate_challenge(
            challenge_id=here.challenge.pk, reason="示例：团队解散", repaid=[row], by=here.office
        )
        assert here.fresh().stage == ChallengeStage.TERMINATED
        own = contract.purses.get(source="own")
        assert (own.paid_fen, own.given_back_fen, own.committed_fen) == (15_000_00, 55_000_01, 0)
        assert contract.changes.get().stage == ChangeStage.WITHDRAWN
        payments.record_repayment(contract_id=contract.pk, source=BudgetSource.OWN, amount_fen=15_000_00,
                                  reference="示例退款2", by=here.office)  # fmt: skip
        with refused("money_not_there"):
            payments.record_repayment(contract_id=contract.pk, source=BudgetSource.OWN, amount_fen=1, reference="示例",
                                      by=here.office)  # fmt: skip
        assert Challenge.objects.get(pk=here.challenge.pk).project.ended_because
