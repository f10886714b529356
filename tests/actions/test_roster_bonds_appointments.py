"""Appointments and duty days through their actions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories.bonds import DAY, account, expert_of, hospital, ledger_of, liaison, person

from xinglin.kernel import clock, inbox
from xinglin.kernel.dossiers import KINDS, find, open_verbs
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import appointments as actions
from xinglin.roster.actions import deadlines, duties
from xinglin.roster.models import Appointment, DutyDay
from xinglin.roster.queries import appointments as queries
from xinglin.roster.words.appointments import (
    AppointmentKind,
    AppointmentStage,
    DutyKind,
    DutyStage,
    EndGround,
    PracticeGround,
)

pytestmark = pytest.mark.django_db
UNTIL = date(2028, 6, 5)


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def office():
    return account(Role.SECRETARIAT)


@pytest.fixture
def scene():
    """A hospital with its liaison, an expert with an account."""
    place, expert = hospital("示例市人民医院"), person("示例专家甲")
    return place, expert, liaison(place), expert_of(expert)


def drafted(scene, **more) -> Appointment:
    place, expert, host, _account = scene
    fields = {"kind": AppointmentKind.CHIEF, "starts": DAY, "department": "肝胆外科", "duties": "示例：每月坐诊一次",
              "ground": PracticeGround.ALLIANCE, **more}  # fmt: skip
    return actions.draft_appointment(person_id=expert.pk, organisation_id=place.pk, **fields, by=host)


def issued(scene, **more) -> Appointment:
    _place, _expert, host, invited = scene
    key = drafted(scene, **more).pk
    actions.offer_appointment(appointment_id=key, by=host)
    actions.accept_appointment(appointment_id=key, by=invited)
    return actions.issue_appointment(appointment_id=key, by=host)


def refused(code: str):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_from_draft_to_certificate(scene):
    one = issued(scene)
    assert one.stage == AppointmentStage.ISSUED
    assert one.number == "AP-2025-0001"
    assert one.until == UNTIL
    term = one.terms.get()
    assert (term.number, term.starts, term.until) == (one.number, DAY, UNTIL)
    assert ledger_of(one) == ["roster.appointment_drafted", "roster.appointment_offered",
                              "roster.appointment_accepted", "roster.appointment_issued"]  # fmt: skip


def test_the_offer_waits_for_the_expert_alone(scene, office):
    _place, _expert, host, invited = scene
    one = drafted(scene)
    assert [item.move.name for item in inbox.awaiting(host)] == ["offer"]
    actions.offer_appointment(appointment_id=one.pk, by=host)
    assert [item.move.name for item in inbox.awaiting(invited)] == ["accept"]
    assert not inbox.awaiting(host)
    with refused("permits.not_yours"):
        actions.accept_appointment(appointment_id=one.pk, by=host)
    with refused("permits.not_yours"):
        actions.accept_appointment(appointment_id=one.pk, by=expert_of(person()))
    actions.record_acceptance(appointment_id=one.pk, paper="示例卷宗 12 页", by=office)
    one.refresh_from_db()
    assert one.stage == AppointmentStage.ACCEPTED


def test_a_second_live_post_of_the_same_kind_is_refused(scene):
    one = drafted(scene)
    with refused("appointments.already"):
        drafted(scene)
    drafted(scene, department="")
    drafted(scene, kind=AppointmentKind.ADVISER)
    actions.withdraw_appointment(appointment_id=one.pk, reason="示例", by=scene[2])
    assert drafted(scene).stage == AppointmentStage.DRAFT


def test_the_database_itself_knows_one_live_appointment(scene):
    one = drafted(scene)
    with pytest.raises(IntegrityError, match="one_live_appointment"), transaction.atomic():
        Appointment.objects.create(
            person=one.person, organisation=one.organisation, kind=one.kind, department=one.department,
            starts=DAY, until=UNTIL, stage="issued", number="AP-2025-9999",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"paid": True}, "appointments.no_fee"),
        ({"fee_fen": 100}, "appointments.fee_unpaid"),
        ({"until": DAY - timedelta(days=1)}, "terms.order"),
        ({"until": date(2190, 1, 1)}, "terms.too_long"),
    ],
)
def test_what_cannot_be_drafted(scene, more, code):
    with refused(code):
        drafted(scene, **more)
    assert not Appointment.objects.exists()
    assert not LedgerEntry.objects.filter(event__startswith="roster.").exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"duties": None}, "appointments.no_duties"),
        ({"ground": PracticeGround.SHORT_TERM}, "appointments.no_permit"),
    ],
)
def test_what_cannot_be_offered(scene, more, code):
    one = drafted(scene, **more)
    with refused(code):
        actions.offer_appointment(appointment_id=one.pk, by=scene[2])
    one.refresh_from_db()
    assert one.stage == AppointmentStage.DRAFT


def test_nobody_is_offered_a_post_outside_the_register(scene):
    scene[1].stage = "proposed"
    scene[1].save()
    with refused("appointments.not_in_register"):
        actions.offer_appointment(appointment_id=drafted(scene).pk, by=scene[2])


def test_a_stranger_drafts_nothing(scene):
    place, expert, _host, _invited = scene
    with refused("permits.not_yours"):
        actions.draft_appointment(
            person_id=expert.pk,
            organisation_id=place.pk,
            kind=AppointmentKind.CHIEF,
            starts=DAY,
            by=liaison(hospital()),
        )


def test_no_certificate_for_a_term_that_is_over(scene):
    one = drafted(scene, until=DAY)
    actions.offer_appointment(appointment_id=one.pk, by=scene[2])
    actions.accept_appointment(appointment_id=one.pk, by=scene[3])
    with clock.at(DAY + timedelta(days=1)), refused("appointments.term_over"):
        actions.issue_appointment(appointment_id=one.pk, by=scene[2])


def test_an_offer_taken_back_is_changed_and_offered_again(scene):
    one = drafted(scene)
    actions.offer_appointment(appointment_id=one.pk, by=scene[2])
    with refused("machine.wrong_stage"):
        actions.edit_appointment(appointment_id=one.pk, starts=DAY, duties="示例", by=scene[2])
    actions.take_back_appointment(appointment_id=one.pk, by=scene[2])
    one = actions.edit_appointment(appointment_id=one.pk, starts=DAY, until=UNTIL, duties="示例：查房", by=scene[2])
    assert one.duties == "示例：查房"
    actions.offer_appointment(appointment_id=one.pk, by=scene[2])
    one = actions.decline_appointment(appointment_id=one.pk, by=scene[3])
    assert one.stage == AppointmentStage.DECLINED
    assert Notice.objects.filter(account=scene[2], event="roster.appointment_declined").exists()


def test_renewal_writes_a_second_certificate(scene):
    one = issued(scene)
    with refused("appointments.renewal_short"):
        actions.offer_renewal(appointment_id=one.pk, until=UNTIL, by=scene[2])
    actions.offer_renewal(appointment_id=one.pk, by=scene[2])
    assert [item.move.name for item in inbox.awaiting(scene[3])] == ["accept_renewal"]
    one = actions.accept_renewal(appointment_id=one.pk, by=scene[3])
    assert one.stage == AppointmentStage.ISSUED
    terms = list(one.terms.order_by("ordinal"))
    assert [term.number for term in terms] == ["AP-2025-0001", "AP-2025-0002"]
    assert terms[1].starts == UNTIL + timedelta(days=1)
    assert one.until == terms[1].until == date(2031, 6, 5)


def test_a_declined_renewal_lets_the_term_run_out(scene, office):
    one = issued(scene)
    actions.offer_renewal(appointment_id=one.pk, by=scene[2])
    one = actions.decline_renewal(appointment_id=one.pk, by=scene[3])
    assert (one.stage, one.due_on) == (AppointmentStage.EXPIRING, UNTIL)
    with clock.at(UNTIL + timedelta(days=1)):
        assert deadlines.run_day()["ended"] == 1
    one.refresh_from_db()
    assert one.stage == AppointmentStage.EXPIRED
    assert ledger_of(one)[-1] == "roster.lapsed"


def test_ended_early_with_a_reason(scene):
    one = issued(scene)
    with refused("reasons.missing"):
        actions.end_appointment(appointment_id=one.pk, end_ground=EndGround.OTHER, reason=" ", by=scene[2])
    with refused("appointments.end_day"):
        actions.end_appointment(
            appointment_id=one.pk,
            end_ground=EndGround.OTHER,
            reason="示例",
            ended_on=DAY + timedelta(days=1),
            by=scene[2],
        )
    one = actions.end_appointment(appointment_id=one.pk, end_ground=EndGround.EXPERT_ASKED, reason="示例", by=scene[3])
    assert (one.stage, one.ended_on) == (AppointmentStage.ENDED, DAY)


def test_warnings_come_once_each_and_say_who_must_act(scene, office):
    one = issued(scene)
    for left, expected in ((61, 0), (60, 1), (59, 0), (29, 1), (7, 1), (7, 0), (0, 0)):
        with clock.at(UNTIL - timedelta(days=left)):
            assert deadlines.run_day()["warned"] == expected, left
    one.refresh_from_db()
    assert one.stage == AppointmentStage.EXPIRING
    told = Notice.objects.filter(event="roster.end_comes_near", account=scene[2])
    assert told.count() == 3
    assert told[0].facts["who"] == "示例市人民医院"
    assert {n.account_id for n in Notice.objects.filter(event="roster.end_comes_near")} == {
        scene[2].pk, scene[3].pk, office.pk,
    }  # fmt: skip
    assert [item.move.name for item in inbox.awaiting(scene[2])] == ["offer_renewal"]


def test_duty_is_planned_reported_and_confirmed_by_another(scene, office):
    one = issued(scene)
    duty = duties.plan_duty(appointment_id=one.pk, kind=DutyKind.CLINIC, day=DAY, by=scene[3])
    assert duty.ground == PracticeGround.ALLIANCE
    with refused("duties.half_hours"):
        duties.report_duty(dutyday_id=duty.pk, hours=Decimal("3.3"), summary="示例", by=scene[3])
    duties.report_duty(dutyday_id=duty.pk, hours=Decimal("3.5"), summary="示例", people_served=12, by=scene[2])
    with refused("appointments.own_report"):
        duties.confirm_duty(dutyday_id=duty.pk, by=scene[2])
    with refused("permits.not_yours"):
        duties.confirm_duty(dutyday_id=duty.pk, by=scene[3])
    duty = duties.confirm_duty(dutyday_id=duty.pk, by=office)
    assert duty.stage == DutyStage.CONFIRMED
    total = queries.totals_by_term(one)[0]
    assert (total.days, total.hours, total.people) == (1, Decimal("3.5"), 12)
    assert total.by_kind == {DutyKind.CLINIC: 1}


def test_a_refused_day_is_corrected(scene, office):
    duty = duties.plan_duty(appointment_id=issued(scene).pk, kind=DutyKind.LECTURE, day=DAY, by=scene[2])
    duties.report_duty(dutyday_id=duty.pk, hours=Decimal(2), summary="示例", by=scene[3])
    duties.refuse_duty(dutyday_id=duty.pk, reason="示例：时长不符", by=scene[2])
    duties.correct_duty(dutyday_id=duty.pk, hours=Decimal(1), summary="示例", by=scene[3])
    assert duties.confirm_duty(dutyday_id=duty.pk, by=scene[2]).hours == 1


def test_the_future_is_not_reported_and_a_plan_can_be_called_off(scene):
    duty = duties.plan_duty(
        appointment_id=issued(scene).pk, kind=DutyKind.ROUND, day=DAY + timedelta(days=1), by=scene[2]
    )
    with refused("duties.future"):
        duties.report_duty(dutyday_id=duty.pk, hours=Decimal(1), summary="示例", by=scene[3])
    assert duties.cancel_duty(dutyday_id=duty.pk, reason="示例", by=scene[3]).stage == DutyStage.CANCELLED


@pytest.mark.parametrize(
    ("status", "code"), [("suspended", "appointments.licence"), ("unchecked", "appointments.licence")]
)
def test_no_clinic_without_a_valid_licence(scene, status, code):
    scene[1].licence_status = status
    scene[1].save()
    one = issued(scene)
    with refused(code):
        duties.plan_duty(appointment_id=one.pk, kind=DutyKind.CLINIC, day=DAY, by=scene[2])
    assert duties.plan_duty(appointment_id=one.pk, kind=DutyKind.LECTURE, day=DAY, by=scene[2]).pk
    assert DutyDay.objects.count() == 1


def test_a_hong_kong_doctor_with_a_lapsed_permit_is_not_planned(scene):
    """Domain 11.12."""
    one = issued(scene, ground=PracticeGround.SHORT_TERM, permit_number="示例-1", permit_until=DAY)
    duties.plan_duty(appointment_id=one.pk, kind=DutyKind.CLINIC, day=DAY, by=scene[2])
    with refused("appointments.permit_lapsed"):
        duties.plan_duty(appointment_id=one.pk, kind=DutyKind.CLINIC, day=DAY + timedelta(days=1), by=scene[2])
    actions.set_practice_ground(appointment_id=one.pk, ground=PracticeGround.ALLIANCE, by=scene[2])
    duties.plan_duty(appointment_id=one.pk, kind=DutyKind.CLINIC, day=DAY + timedelta(days=1), by=scene[2])


def test_strangers_see_who_is_in_office_and_nothing_else(scene):
    one = issued(scene, paid=True, fee_fen=100_000)
    drafted(scene, kind=AppointmentKind.ADVISER)
    seen = queries.appointments_for(None)
    assert [row.pk for row in seen] == [one.pk]
    kind, _dossier = find("roster.appointment", one.pk, None)
    assert "Fee per year" not in [str(fact.label) for fact in kind.facts(one, None)]
    assert "Fee per year" in [str(fact.label) for fact in kind.facts(one, scene[3])]
    assert not kind.sections(one, None)
    assert not open_verbs(kind, one, None)
    scene[1].consent_publish_at, scene[1].consent_publish_by = None, ""
    scene[1].save()
    assert not queries.appointments_for(None).exists()
    assert queries.appointments_for(scene[3]).count() == 2
    assert queries.appointments_for(account(Role.AUTHORITY)).count() == 2
    assert not queries.duty_days_for(None).exists()


def test_search_finds_the_expert(scene):
    one = drafted(scene)
    found = KINDS["roster.appointment"].search(queries.appointments_for(scene[2]), "示例专家")
    assert [row.pk for row in found] == [one.pk]


def test_nothing_is_told_of_what_did_not_happen(scene):
    one = drafted(scene)
    before = Notice.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.offer_appointment(appointment_id=one.pk, by=scene[2])
        raise RuntimeError
    assert Notice.objects.count() == before
    one.refresh_from_db()
    assert one.stage == AppointmentStage.DRAFT


def test_the_second_of_two_who_decide_is_told_so(scene):
    """The row is locked; whoever comes second meets the new stage."""
    one = drafted(scene)
    actions.offer_appointment(appointment_id=one.pk, by=scene[2])
    with connection.cursor():
        actions.accept_appointment(appointment_id=one.pk, by=scene[3])
    with refused("machine.wrong_stage"):
        actions.take_back_appointment(appointment_id=one.pk, by=scene[2])
