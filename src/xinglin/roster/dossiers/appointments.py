"""Appointments and duty days, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import appointments as actions
from xinglin.roster.actions import duties
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Appointment, DutyDay
from xinglin.roster.queries import appointments as queries
from xinglin.roster.words.appointments import (
    IN_OFFICE,
    AppointmentKind,
    AppointmentStage,
    DutyKind,
    EndGround,
    PracticeGround,
)

PUBLIC = Privacy.PUBLIC
GROUP = say("Experts at work")
HOST = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
BOTH = HOST | roles(Role.EXPERT)


def _facts(one: Appointment, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Expert"), str(one.person), PUBLIC, link(one.person)),
        Fact(say("Appointed as"), AppointmentKind(one.kind), PUBLIC),
        Fact(say("Organisation"), str(one.organisation), PUBLIC, link(one.organisation)),
        Fact(say("Department"), dash(one.department), PUBLIC),
        Fact(say("Certificate"), dash(one.number), PUBLIC),
        Fact(say("From"), one.starts, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC),
    ]
    return [*facts, *_inside_facts(one)] if queries.is_inside(one, actor) else facts


def _inside_facts(one: Appointment) -> list[Fact]:
    """What the two sides agreed between them."""
    return [
        Fact(say("Renewal offered until"), one.renewal_until),
        Fact(say("Duties"), dash(one.duties)),
        Fact(say("Days per year"), one.days_per_year),
        Fact(say("Fee per year"), one.fee_fen if one.paid else say("Unpaid"), Privacy.PERSONAL, fen=one.paid),
        Fact(say("Intellectual property"), dash(one.ip_clause)),
        Fact(say("Confidentiality"), dash(one.confidentiality_clause)),
        Fact(say("Ground of practice"), PracticeGround(one.ground)),
        Fact(say("Permit valid until"), one.permit_until),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Why it ended"), EndGround(one.end_ground) if one.end_ground else None),
        Fact(say("Ended on"), one.ended_on),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _sections(one: Appointment, actor: Actor) -> Sequence[Section]:
    if not queries.is_inside(one, actor):
        return []
    totals = queries.totals_by_term(one)
    columns = [say("Certificate"), say("From"), say("Until"), say("Issued on"), say("Days"), say("Hours"),
               say("People seen")]  # fmt: skip
    rows = [
        [each.term.number, each.term.starts, each.term.until, each.term.issued_on, each.days, each.hours, each.people]
        for each in totals
    ]
    return [Section(say("Terms of office"), columns, rows)] if rows else []


def _related(one: Appointment, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for duty in queries.duty_days_for(actor).filter(appointment=one).order_by("-day")[:50]:
        yield say("Duty days"), "roster.dutyday", duty


def _as_drafted(one: Appointment, _by: Account) -> dict[str, Any]:
    names = ("starts", "until", "duties", "days_per_year", "paid", "fee_fen", "ip_clause", "confidentiality_clause")
    return {name: getattr(one, name) for name in names}


def _as_grounded(one: Appointment, _by: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("ground", "permit_number", "permit_until")}


DRAFT = frozenset({str(AppointmentStage.DRAFT)})
GROUNDED = frozenset(map(str, (AppointmentStage.DRAFT, AppointmentStage.ACCEPTED, *IN_OFFICE)))

register(Kind(
    name="roster.appointment", model=Appointment, key="appointment_id", label=say("Appointment"),
    plural=say("Appointments"), visible=queries.appointments_for, reminds_itself=frozenset({"expiring"}),
    mine=queries.own_appointments, title=str,
    facts=_facts, sections=_sections, related=_related, search=find,
    columns=[
        (say("Expert"), lambda one: one.person), (say("Appointed as"), lambda one: AppointmentKind(one.kind)),
        (say("Organisation"), lambda one: one.organisation), (say("Department"), lambda one: one.department),
        (say("Until"), lambda one: one.until), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("draft", actions.draft_appointment, say("Draft an appointment"), roles=HOST, opening=True),
        Verb("edit", actions.edit_appointment, say("Change the draft"), roles=HOST, stages=DRAFT, prefill=_as_drafted),
        Verb("offer", actions.offer_appointment, say("Offer to the expert"), move="offer"),
        Verb("accept", actions.accept_appointment, say("Accept"), move="accept"),
        Verb("record_acceptance", actions.record_acceptance, say("Record a written acceptance"),
             move="record_acceptance"),
        Verb("decline", actions.decline_appointment, say("Decline"), move="decline", danger=True),
        Verb("take_back", actions.take_back_appointment, say("Take back to change it"), move="take_back"),
        Verb("issue", actions.issue_appointment, say("Issue the certificate"), move="issue"),
        Verb("plan_duty", duties.plan_duty, say("Plan a day"), roles=BOTH, stages=frozenset(map(str, IN_OFFICE))),
        Verb("set_ground", actions.set_practice_ground, say("Record the ground of practice"), roles=HOST,
             stages=GROUNDED, prefill=_as_grounded),
        Verb("offer_renewal", actions.offer_renewal, say("Offer a renewal"), move="offer_renewal"),
        Verb("accept_renewal", actions.accept_renewal, say("Accept the renewal"), move="accept_renewal"),
        Verb("record_renewal", actions.record_renewal, say("Record a written acceptance of the renewal"),
             move="record_renewal"),
        Verb("decline_renewal", actions.decline_renewal, say("Decline the renewal"), move="decline_renewal"),
        Verb("end", actions.end_appointment, say("End early"), move="end", danger=True),
        Verb("withdraw", actions.withdraw_appointment, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"kind": (say("Appointed as"), AppointmentKind)}, public=True, group=GROUP,
))  # fmt: skip


def _duty_facts(one: DutyDay, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Appointment"), str(one.appointment), links=link(one.appointment)),
        Fact(say("What"), DutyKind(one.kind)),
        Fact(say("Day"), one.day),
        Fact(say("Place"), dash(one.place)),
        Fact(say("Ground of practice"), PracticeGround(one.ground)),
        Fact(say("Hours"), one.hours),
        Fact(say("What was done"), dash(one.summary)),
        Fact(say("People seen"), one.people_served),
        Fact(say("Reason"), dash(one.refused_because)),
    ]


def _as_reported(one: DutyDay, _by: Account) -> dict[str, Any]:
    return {"hours": one.hours, "summary": one.summary, "people_served": one.people_served}


register(Kind(
    name="roster.dutyday", model=DutyDay, key="dutyday_id", label=say("Duty day"), plural=say("Duty days"),
    visible=queries.duty_days_for, mine=queries.own_duty_days, title=str, facts=_duty_facts,
    columns=[
        (say("Day"), lambda one: one.day), (say("Expert"), lambda one: one.appointment.person),
        (say("Organisation"), lambda one: one.appointment.organisation),
        (say("What"), lambda one: DutyKind(one.kind)), (say("Hours"), lambda one: one.hours),
        (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("report", duties.report_duty, say("Report as held"), move="report"),
        Verb("correct", duties.correct_duty, say("Correct and report again"), move="correct", prefill=_as_reported),
        Verb("confirm", duties.confirm_duty, say("Confirm"), move="confirm"),
        Verb("refuse", duties.refuse_duty, say("Refuse to confirm"), move="refuse", danger=True),
        Verb("cancel", duties.cancel_duty, say("Cancel"), move="cancel", danger=True),
    ],
    filters={"kind": (say("What"), DutyKind)}, group=GROUP,
))  # fmt: skip
