"""A duty day's life: planned, reported by the expert, confirmed by the host."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Line, Paragraph
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.appointments import HOST_SIDE, tell_expert, tell_host
from xinglin.roster.models import Appointment, DutyDay
from xinglin.roster.rules import appointments as rules
from xinglin.roster.words.appointments import IN_OFFICE, DutyKind, PracticeGround
from xinglin.roster.words.register import LicenceStatus

Hours = Annotated[Decimal, Ask("number", least=0.5, most=24)]
Place = Annotated[str, Ask("line", longest=120)]
Why = Annotated[str, Ask("line", longest=300)]


@transaction.atomic
def plan_duty(*, appointment_id: str, kind: DutyKind, day: Day, place: Place | None = None, by: Account) -> DutyDay:
    """Plan a day. Licence and ground are checked for that very day (domain 3.2)."""
    appointment = lifecycle.take(Appointment, appointment_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, *HOST_SIDE, scopes=appointment.scopes())
    rules.may_serve(_service(appointment, kind, day))
    duty = DutyDay(
        appointment=appointment, kind=kind, day=day, place=place or "", ground=appointment.ground, due_on=day
    )
    lifecycle.begin(duty, by=by)
    ledger.record("roster.duty_planned", by=by, subject=duty, data={"kind": str(kind), "day": day.isoformat()})
    sentence = say("A day is planned for {day}.", day=day)
    tell_expert(appointment, "roster.duty_planned", sentence)
    tell_host(appointment, "roster.duty_planned", sentence)
    return duty


def _service(appointment: Appointment, kind: DutyKind, day: date) -> rules.Service:
    return rules.Service(
        kind=kind,
        day=day,
        in_office=appointment.stage in IN_OFFICE,
        starts=appointment.starts,
        until=appointment.until,
        licence=LicenceStatus(appointment.person.licence_status),
        licence_until=appointment.person.licence_until,
        ground=PracticeGround(appointment.ground),
        permit_until=appointment.permit_until,
    )


@transaction.atomic
def report_duty(
    *, dutyday_id: str, hours: Hours, summary: Paragraph, people_served: Count | None = None, by: Account
) -> DutyDay:
    """The day was held: how long, what was done, how many people were seen. Write no patient's name here."""
    return _report(dutyday_id, "report", hours, summary, people_served, by)


@transaction.atomic
def correct_duty(
    *, dutyday_id: str, hours: Hours, summary: Paragraph, people_served: Count | None = None, by: Account
) -> DutyDay:
    """Report again what the host did not confirm."""
    return _report(dutyday_id, "correct", hours, summary, people_served, by)


def _report(key: str, move: str, hours: Decimal, summary: str, people: int | None, by: Account) -> DutyDay:
    duty = lifecycle.take(DutyDay, key)
    if duty.day > today():
        raise Refusal(
            "duties.future", say("This day, {day}, has not come yet.", day=duty.day), say("Report it when it is over.")
        )
    duty.hours, duty.summary, duty.people_served = rules.half_hours(hours), summary, people
    duty.reported_by, duty.refused_because = by.pk, ""
    lifecycle.step(duty, move, by=by)
    ledger.record("roster.duty_reported", by=by, subject=duty, data={"hours": str(duty.hours)})
    tell_host(duty.appointment, "roster.duty_reported", say("A day is reported and waits for you to confirm it."))
    return duty


@transaction.atomic
def confirm_duty(*, dutyday_id: str, by: Account) -> DutyDay:
    """The host confirms the day; it counts from now on."""
    duty = lifecycle.take(DutyDay, dutyday_id)
    duty.confirmed_by, duty.confirmed_at = by.pk, now()
    lifecycle.step(duty, "confirm", by=by, facts=rules.Confirmation(duty.reported_by, by.pk))
    ledger.record("roster.duty_confirmed", by=by, subject=duty, data={"hours": str(duty.hours)})
    tell_expert(duty.appointment, "roster.duty_confirmed", say("Your day on {day} is confirmed.", day=duty.day))
    return duty


@transaction.atomic
def refuse_duty(*, dutyday_id: str, reason: Why, by: Account) -> DutyDay:
    """The host does not confirm the day, and says why."""
    duty = lifecycle.take(DutyDay, dutyday_id)
    duty.refused_because = require_reason(reason)
    lifecycle.step(duty, "refuse", by=by)
    ledger.record("roster.duty_refused", by=by, subject=duty)
    tell_expert(duty.appointment, "roster.duty_refused", say("Your day on {day} was not confirmed.", day=duty.day))
    return duty


@transaction.atomic
def cancel_duty(*, dutyday_id: str, reason: Line, by: Account) -> DutyDay:
    """Call a planned day off."""
    duty = lifecycle.take(DutyDay, dutyday_id)
    duty.refused_because = require_reason(reason)[:300]
    lifecycle.step(duty, "cancel", by=by)
    ledger.record("roster.duty_cancelled", by=by, subject=duty)
    sentence = say("The day on {day} is cancelled.", day=duty.day)
    tell_expert(duty.appointment, "roster.duty_cancelled", sentence)
    tell_host(duty.appointment, "roster.duty_cancelled", sentence)
    return duty
