"""Pairings through their actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.factories.bonds import account, expert_of, hospital, ledger_of, liaison, person

from xinglin.kernel import calendar, clock, inbox
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import pairings as actions
from xinglin.roster.models import Pairing, PairingReview
from xinglin.roster.queries import pairings as queries
from xinglin.roster.words.pairings import (
    PairingLevel,
    PairingProgramme,
    PairingResult,
    PairingSide,
    PairingStage,
    ReviewVerdict,
)

pytestmark = pytest.mark.django_db
START = date(2025, 7, 1)
GOALS = [actions.GoalRow("示例：开展新技术", "新技术项数", Decimal(4), unit="项")]


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(START):
        yield


@pytest.fixture
def office():
    return account(Role.SECRETARIAT)


@pytest.fixture
def sides():
    return hospital("示例上海医院"), hospital("示例丽水医院")


def proposed(sides, by, **more) -> Pairing:
    fields = {"programme": PairingProgramme.NOTED, "level": PairingLevel.HOSPITAL, "starts": START,
              "until": date(2026, 6, 30), "goals": GOALS, **more}  # fmt: skip
    return actions.propose_pairing(
        supporting_organisation_id=sides[0].pk, supported_organisation_id=sides[1].pk, **fields, by=by
    )


def running(sides, office, **more) -> Pairing:
    one = proposed(sides, office, **more)
    for side in sides:
        actions.agree_to_pairing(pairing_id=one.pk, by=liaison(side))
    return actions.start_pairing(pairing_id=one.pk, by=office)


def refused(code: str):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def moves(actor) -> list[str]:
    return [item.move.name for item in inbox.awaiting(actor)]


def test_both_sides_agree_and_it_runs(sides, office):
    one, other = liaison(sides[0]), liaison(sides[1])
    pairing = proposed(sides, one)
    assert (moves(one), moves(other)) == (["agree"], ["agree"])
    actions.agree_to_pairing(pairing_id=pairing.pk, by=one)
    assert (moves(one), moves(other)) == ([], ["agree"])
    with refused("pairings.agreed_already"):
        actions.agree_to_pairing(pairing_id=pairing.pk, by=one)
    with refused("permits.not_yours"):
        actions.agree_to_pairing(pairing_id=pairing.pk, side=PairingSide.SUPPORTED, by=one)
    with refused("permits.not_yours"):
        actions.agree_to_pairing(pairing_id=pairing.pk, by=liaison(hospital()))
    pairing = actions.agree_to_pairing(pairing_id=pairing.pk, by=other)
    assert pairing.stage == PairingStage.AGREED
    pairing = actions.start_pairing(pairing_id=pairing.pk, by=other)
    assert (pairing.stage, pairing.due_on) == (PairingStage.RUNNING, date(2025, 10, 15))
    assert ledger_of(pairing)[-1] == "roster.pairing_started"


def test_the_secretariat_records_a_written_consent(sides, office):
    one = proposed(sides, office)
    with refused("reasons.missing"):
        actions.record_pairing_consent(pairing_id=one.pk, side=PairingSide.SUPPORTED, paper=" ", by=office)
    for side in PairingSide:
        one = actions.record_pairing_consent(pairing_id=one.pk, side=side, paper="示例卷宗", by=office)
    assert one.stage == PairingStage.AGREED


def test_doctors_are_paired_one_to_one(sides, office):
    teacher, learner, third = person(), person(), person()
    doctors = {"level": PairingLevel.DOCTOR, "supporting_person_id": teacher.pk, "supported_person_id": learner.pk}
    one = proposed(sides, office, **doctors)
    with refused("pairings.supports_another"):
        proposed(sides, office, **{**doctors, "supported_person_id": third.pk})
    with refused("pairings.supported_already"):
        proposed(sides, office, **{**doctors, "supporting_person_id": third.pk})
    with refused("pairings.with_itself"):
        proposed(sides, office, **{**doctors, "supported_person_id": teacher.pk})
    with refused("pairings.no_doctor"):
        proposed(sides, office, **{**doctors, "supported_person_id": None})
    actions.agree_to_pairing(pairing_id=one.pk, by=expert_of(teacher))
    actions.decline_pairing(pairing_id=one.pk, reason="示例", by=expert_of(learner))
    assert proposed(sides, office, **doctors).stage == PairingStage.PROPOSED
    with pytest.raises(IntegrityError, match="supports_one_doctor"), transaction.atomic():
        Pairing.objects.create(
            programme="noted", level="doctor", supporting_organisation=sides[0], supported_organisation=sides[1],
            supporting_person=teacher, supported_person=third, starts=START, stage="proposed",
        )  # fmt: skip


def test_levels_name_their_sides(sides, office):
    with refused("pairings.no_department"):
        proposed(sides, office, level=PairingLevel.DEPARTMENT, supporting_department="肝胆外科")
    with refused("pairings.with_itself"):
        proposed((sides[0], sides[0]), office)
    both = {"supporting_department": "肝胆外科", "supported_department": "普外科"}
    one = proposed(sides, office, level=PairingLevel.DEPARTMENT, **both)
    assert str(one) == "示例上海医院肝胆外科 → 示例丽水医院普外科"
    with refused("pairings.again"):
        proposed(sides, office, level=PairingLevel.DEPARTMENT, **both)


def test_no_start_without_goals_and_no_goal_that_stands_still(sides, office):
    one = proposed(sides, office, goals=None)
    for side in sides:
        actions.agree_to_pairing(pairing_id=one.pk, by=liaison(side))
    with refused("pairings.no_goals"):
        actions.start_pairing(pairing_id=one.pk, by=office)
    still = [actions.GoalRow("示例", "示例", Decimal(3), baseline=Decimal(3))]
    with refused("pairings.goal_stands_still"):
        actions.set_goals(pairing_id=one.pk, goals=still, by=office)
    actions.set_goals(pairing_id=one.pk, goals=GOALS, by=office)
    one = actions.start_pairing(pairing_id=one.pk, by=office)
    with refused("machine.wrong_stage"):
        actions.set_goals(pairing_id=one.pk, goals=GOALS, by=office)


def test_quarters_are_reviewed_in_turn(sides, office):
    one = running(sides, office)
    rows = [actions.ProgressRow(1, Decimal(1), "示例：病例登记")]
    with refused("pairings.too_early"):
        actions.review_quarter(pairing_id=one.pk, verdict=ReviewVerdict.ON_TRACK, progress=rows, by=office)
    with clock.at(date(2025, 9, 20)):
        with refused("pairings.goals_reported"):
            actions.review_quarter(pairing_id=one.pk, verdict=ReviewVerdict.ON_TRACK, progress=[], by=office)
        with refused("reasons.missing"):
            actions.review_quarter(pairing_id=one.pk, verdict=ReviewVerdict.BEHIND, progress=rows, by=office)
        assert PairingReview.objects.count() == 0
        one = actions.review_quarter(pairing_id=one.pk, verdict=ReviewVerdict.ON_TRACK, progress=rows, by=office)
    assert one.due_on == date(2026, 1, 15)
    assert queries.due_review(one)[0].first_day == date(2025, 10, 1)
    goals = KINDS["roster.pairing"].sections(one, office)[0]
    assert goals.rows[0][-1] == "25 %"


def test_an_overdue_review_is_shown_and_told_once(sides, office):
    one = running(sides, office)
    with clock.at(date(2025, 10, 16)):
        assert calendar.run_day()["kernel.dossiers"] == 3  # the secretariat and both sides
        assert calendar.run_day()["kernel.dossiers"] == 0
        facts = {str(fact.label): str(fact.value) for fact in KINDS["roster.pairing"].facts(one, office)}
        assert facts["Next review"] == "2025Q3, overdue since 2025-10-15"
        assert inbox.awaiting(office)[0].overdue


def test_closed_with_its_result(sides, office):
    one = running(sides, office)
    with refused("reasons.missing"):
        actions.close_pairing(pairing_id=one.pk, result=PairingResult.REACHED, result_note=" ", by=office)
    one = actions.close_pairing(
        pairing_id=one.pk, result=PairingResult.PARTLY, result_note="示例", by=liaison(sides[1])
    )
    assert (one.stage, one.closed_on) == (PairingStage.CLOSED, START)


def test_strangers_see_running_pairs_of_those_who_agreed(sides, office):
    quiet = person(consent_publish_at=None, consent_publish_by="")
    hidden = proposed(sides, office, level=PairingLevel.DOCTOR, supporting_person_id=quiet.pk,
                      supported_person_id=person().pk)  # fmt: skip
    assert not queries.pairings_for(None).exists()
    for side in PairingSide:
        actions.record_pairing_consent(pairing_id=hidden.pk, side=side, paper="示例", by=office)
    actions.start_pairing(pairing_id=hidden.pk, by=office)
    shown = running(sides, office)
    assert [row.pk for row in queries.pairings_for(None)] == [shown.pk]
    assert not KINDS["roster.pairing"].sections(shown, None)


def test_nothing_is_told_of_what_did_not_happen(sides, office):
    one = liaison(sides[0])
    with pytest.raises(RuntimeError), transaction.atomic():
        proposed(sides, office)
        raise RuntimeError
    assert not Notice.objects.filter(account=one).exists()
    pairing = proposed(sides, office)
    assert actions.withdraw_pairing(pairing_id=pairing.pk, reason="示例", by=one).stage == PairingStage.WITHDRAWN
