"""Two officers of a challenge in the same instant: objections decided, tranches paid, milestones accepted.

Whatever the order, the end is one that either of them alone could have reached; nothing is done twice or left half.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.factories.bonds import hospital, liaison
from tests.factories.calls import announced as listed
from tests.factories.challenge_running import PRICE, World, accept, announced, milestone, pay, started, submit, world
from tests.factories.matching import office as secretariat
from tests.stories.together import at_once, in_step, outcome

from xinglin.challenges.actions import milestones, objections, payments, running
from xinglin.challenges.models import Challenge, Contract, Milestone, MoneyEntry, Objection, PublicNotice
from xinglin.challenges.words.calls import AwardFault, NoticeSubject
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.kernel.clock import today
from xinglin.kernel.models import LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "示例：经听证，理由和证据均已核对。"


def happened(event: str) -> int:
    return LedgerEntry.objects.filter(event=event).count()


def contested(here: World) -> list[Objection]:
    """An award under notice with two objections that were heard."""
    announced(here)
    rows = [
        objections.raise_objection(
            challenge_id=here.challenge.pk, about=NoticeSubject.AWARD, grounds="示例：评审有误，请核对。",
            by=liaison(hospital()),
        )
        for _ in range(2)
    ]  # fmt: skip
    for row in rows:
        objections.hear_objection(objection_id=row.pk, minutes="示例：已听取。", by=here.office)
    return rows


def uphold(row: Objection, by: Any) -> Any:
    return lambda: objections.uphold_objection(objection_id=row.pk, decision=SAID, fault=AwardFault.REVIEW, by=by)


def dismiss(row: Objection, by: Any) -> Any:
    return lambda: objections.dismiss_objection(objection_id=row.pk, decision=SAID, by=by)


def withdraw(row: Objection, _by: Any) -> Any:
    return lambda: objections.withdraw_objection(objection_id=row.pk, by=row.raised_by)


@pytest.mark.parametrize("other", [dismiss, uphold, withdraw])
def test_two_objections_to_one_award_decided_at_once(other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    first, second = contested(here)
    in_step(monkeypatch)
    went = at_once(outcome(uphold(first, here.office)), outcome(other(second, secretariat())))
    assert "done" in went and set(went) <= {"done", "machine.wrong_stage"}
    assert here.fresh().stage == ChallengeStage.BID_FORMAL_CHECK
    stages = sorted(Objection.objects.values_list("stage", flat=True))
    assert stages.count("upheld") == 1 and not {"raised", "heard"} & set(stages)
    assert PublicNotice.objects.filter(ended_at__isnull=False, about="award").count() == 1
    assert (happened("challenges.review_set_aside"), happened("challenges.award_taken_back")) == (1, 1)
    assert set(Contract.objects.values_list("stage", flat=True)) == {"dropped"}
    assert happened("challenges.objection_decided") == len([one for one in stages if one in ("upheld", "dismissed")])


@pytest.mark.parametrize("other", [dismiss, uphold, withdraw])
def test_one_objection_decided_twice_at_once(other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    one, rest = contested(here)
    in_step(monkeypatch)
    went = at_once(outcome(dismiss(one, here.office)), outcome(other(one, secretariat())))
    assert sorted(went) == ["done", "machine.wrong_stage"]
    upheld = Objection.objects.get(pk=one.pk).stage == "upheld"
    assert here.fresh().stage == (ChallengeStage.BID_FORMAL_CHECK if upheld else ChallengeStage.OBJECTION)
    assert Objection.objects.get(pk=rest.pk).stage == ("moot" if upheld else "heard")


def test_the_last_two_objections_dismissed_at_once_let_the_award_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    first, second = contested(here)
    in_step(monkeypatch)
    assert at_once(outcome(dismiss(first, here.office)), outcome(dismiss(second, secretariat()))) == ["done", "done"]
    assert here.fresh().stage == ChallengeStage.AWARD_NOTICE
    assert happened("challenges.objections_settled") == 1


def test_nobody_is_heard_on_what_was_upset_in_the_same_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = secretariat()
    one = listed(desk)
    rows = [
        objections.raise_objection(challenge_id=one.pk, about=NoticeSubject.LIST, grounds="示例：与在研项目重复，请核对。",
                                   by=liaison(hospital()))
        for _ in range(2)
    ]  # fmt: skip
    objections.hear_objection(objection_id=rows[0].pk, minutes="示例：已听取。", by=desk)
    in_step(monkeypatch)
    went = at_once(
        outcome(uphold(rows[0], desk)),
        outcome(lambda: objections.hear_objection(objection_id=rows[1].pk, minutes="示例", by=secretariat())),
    )
    assert went[0] == "done" and went[1] in ("done", "machine.wrong_stage")
    assert sorted(Objection.objects.values_list("stage", flat=True)) == ["moot", "upheld"]
    assert Challenge.objects.get(pk=one.pk).stage == ChallengeStage.ARGUMENTATION


def earned(here: World) -> Any:
    """The demander's own part of an accepted milestone, due."""
    [contract] = started(here)
    first = milestone(contract, 1)
    accept(here, first)
    return first.tranches.get(source=BudgetSource.OWN)


def test_one_tranche_is_paid_once_however_many_pay_it(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    own = earned(here)
    people = (here.office, here.demander)
    in_step(monkeypatch)

    def together(deed: Any) -> list[str]:
        return sorted(at_once(*(outcome(lambda n=n, by=by: deed(n, by)) for n, by in enumerate(people))))

    once = ["done", "machine.wrong_stage"]
    tell = {"tranche_id": own.pk}
    assert together(lambda n, by: payments.instruct_payment(reference=f"示例{n}", by=by, **tell)) == once
    assert together(lambda _n, by: payments.confirm_payment(paid_on=today(), by=by, **tell)) == once
    assert together(lambda _n, by: payments.record_return(returned_on=today(), reason="示例", by=by, **tell)) == once
    assert together(lambda n, by: payments.reissue_payment(reference=f"示例又{n}", by=by, **tell)) == once
    kinds = MoneyEntry.objects.filter(tranche=own).order_by("created_at").values_list("kind", flat=True)
    assert list(kinds) == ["instructed", "paid", "returned", "reissued"]
    own.refresh_from_db()
    assert own.attempts == 2
    assert own.milestone.contract.purses.get(source="own").on_the_way_fen == own.amount_fen


def before_its_panel(here: World, number: int) -> tuple[Milestone, list[Any]]:
    """A milestone that lacks the deciding votes of two members."""
    [contract] = here.contracts()
    one = milestone(contract, number)
    submit(here, one)
    people = here.experts[: 5 if one.final else 3]
    milestones.name_panel(milestone_id=one.pk, members=[each.grants.get().scope_id for each in people], by=here.office)
    for each in people[:-2]:
        milestones.cast_vote(milestone_id=one.pk, verdict=Verdict.ACCEPT, opinion="示例", by=each)
    return one, people[-2:]


def vote(one: Milestone, by: Any) -> Any:
    return outcome(
        lambda: milestones.cast_vote(milestone_id=one.pk, verdict=Verdict.ACCEPT, opinion="示例", by=by)
    )  # fmt: skip


def test_a_milestone_is_accepted_once_however_many_votes_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    started(here)
    one, (third, fourth) = before_its_panel(here, 1)
    in_step(monkeypatch)
    assert sorted(at_once(vote(one, third), vote(one, fourth))) == ["done", "machine.wrong_stage"]
    assert happened("challenges.milestone_accepted") == 1
    assert set(one.tranches.values_list("stage", flat=True)) == {"due"}


def test_one_member_votes_once_from_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    started(here)
    first = milestone(here.contracts()[0], 1)
    submit(here, first)
    people = here.experts[:3]
    members = [each.grants.get().scope_id for each in people]
    milestones.name_panel(milestone_id=first.pk, members=members, by=here.office)
    in_step(monkeypatch)
    assert sorted(at_once(vote(first, people[0]), vote(first, people[0]))) == ["challenges.voted", "done"]


def test_two_officers_accept_the_outcome_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    [contract] = started(here)
    for number in (1, 2):
        accept(here, milestone(contract, number))
        pay(here, milestone(contract, number))
    running.call_final(challenge_id=here.challenge.pk, by=here.office)
    accept(here, milestone(contract, 3))
    in_step(monkeypatch)
    deeds = [
        outcome(lambda by=by: running.accept_outcome(challenge_id=here.challenge.pk, by=by))
        for by in (here.office, secretariat())
    ]
    assert sorted(at_once(*deeds)) == ["done", "machine.wrong_stage"]
    assert happened("challenges.outcome_accepted") == 1


def test_what_a_last_vote_accepts_stays_covered_while_somebody_terminates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Either the vote comes first and is paid before an end, or the end comes first and there is no vote."""
    here = world()
    [contract] = started(here)
    one, (third, _fourth) = before_its_panel(here, 1)
    in_step(monkeypatch)
    end = outcome(lambda: running.terminate_challenge(challenge_id=here.challenge.pk, reason="示例", by=here.office))
    went = at_once(vote(one, third), end)
    assert went in (["done", "challenges.unpaid"], ["machine.wrong_stage", "done"])
    due = sum(one.tranches.filter(stage="due").values_list("amount_fen", flat=True))
    assert (due > 0) == (Milestone.objects.get(pk=one.pk).stage == MilestoneStage.ACCEPTED)
    assert due <= sum(purse.committed_fen for purse in contract.purses.all())


def test_a_team_is_not_put_out_while_its_milestone_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(2, mode=AwardMode.RACE, most_fen=4 * PRICE)
    lanes = started(here)
    for lane in lanes:
        accept(here, milestone(lane, 1))
        pay(here, milestone(lane, 1))
    second = milestone(lanes[1], 2)
    in_step(monkeypatch)
    went = at_once(
        outcome(lambda: submit(here, second)),
        outcome(lambda: running.eliminate_lane(contract_id=lanes[1].pk, reason="示例：名次", by=here.office)),
    )
    assert went in (["done", "challenges.in_hand"], ["machine.wrong_stage", "done"])


def test_two_teams_are_not_both_put_out(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(2, mode=AwardMode.RACE, most_fen=4 * PRICE)
    lanes = started(here)
    for lane in lanes:
        accept(here, milestone(lane, 1))
        pay(here, milestone(lane, 1))
    in_step(monkeypatch)
    went = at_once(*(
        outcome(lambda key=lane.pk: running.eliminate_lane(contract_id=key, reason="示例：名次", by=here.office))
        for lane in lanes
    ))  # fmt: skip
    assert sorted(went) == ["challenges.last_lane", "done"]
