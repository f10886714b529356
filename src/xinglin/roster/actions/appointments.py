"""An appointment's life: draft, offer, accept, issue, renew, end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, Paragraph, Yes, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.papers import letter_of_appointment
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Acceptance, Agreement, Appointment, AppointmentTerm
from xinglin.roster.rules import appointments as rules
from xinglin.roster.rules.lapsing import require_order, term_end
from xinglin.roster.words.appointments import (
    IN_OFFICE,
    AppointmentKind,
    AppointmentStage,
    EndGround,
    PracticeGround,
)
from xinglin.roster.words.register import RecordStage

HOST_SIDE = (Role.LIAISON, Role.DEPARTMENT_HEAD)
Department = Annotated[str, Ask("line", longest=80)]
Days = Annotated[int, Ask("count", least=0, most=366)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Paper = Annotated[str, Ask("line", longest=200)]
Permit = Annotated[str, Ask("line", longest=40)]

configuration.rule("roster.appointment_months", 36, say("Months an appointment lasts"), "set by the alliance")

ALREADY = Refusal(
    "appointments.already",
    say("This expert holds this post here already, or is being asked."),
    say("Open the appointment that exists: change it, or renew it."),
    field="person_id",
)


@transaction.atomic
def draft_appointment(
    *,
    person_id: ref("roster.person"),
    organisation_id: ref("roster.organisation"),
    kind: AppointmentKind,
    starts: Day,
    until: Day | None = None,
    department: Department | None = None,
    duties: Paragraph | None = None,
    days_per_year: Days | None = None,
    paid: Yes = False,
    fee_fen: Fen | None = None,
    ip_clause: Paragraph | None = None,
    confidentiality_clause: Paragraph | None = None,
    ground: PracticeGround = PracticeGround.NONE,
    permit_number: Permit | None = None,
    permit_until: Day | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> Appointment:
    """Write down a post for an expert. Without a last day the term lasts as long as the alliance has set."""
    permits.require(by, Role.SECRETARIAT, *HOST_SIDE, scopes=[("organisation", organisation_id)])
    appointment = Appointment(
        person=person_or_absent(person_id),
        organisation=organisation_or_absent(organisation_id),
        kind=kind,
        department=department or "",
        agreement=agreement_or_absent(agreement_id) if agreement_id else None,
    )
    _write(appointment, starts, until, duties, days_per_year, paid, fee_fen, ip_clause, confidentiality_clause)
    _set_ground(appointment, ground, permit_number, permit_until)
    appointment.keys = keys_of(
        appointment.person.name_zh, appointment.person.name_latin, str(appointment.organisation), appointment.department
    )
    with only_once({"one_live_appointment": ALREADY}):
        lifecycle.begin(appointment, by=by)
    ledger.record("roster.appointment_drafted", by=by, subject=appointment, data={"kind": str(kind)})
    return appointment


@transaction.atomic
def edit_appointment(
    *,
    appointment_id: str,
    starts: Day,
    until: Day | None = None,
    duties: Paragraph | None = None,
    days_per_year: Days | None = None,
    paid: Yes = False,
    fee_fen: Fen | None = None,
    ip_clause: Paragraph | None = None,
    confidentiality_clause: Paragraph | None = None,
    by: Account,
) -> Appointment:
    """Change a draft. What has been offered is taken back first."""
    appointment = lifecycle.take(Appointment, appointment_id)
    permits.require(by, Role.SECRETARIAT, *HOST_SIDE, scopes=_host(appointment))
    require_stage(appointment, (AppointmentStage.DRAFT,))
    _write(appointment, starts, until, duties, days_per_year, paid, fee_fen, ip_clause, confidentiality_clause)
    lifecycle.touch(appointment)
    ledger.record("roster.appointment_edited", by=by, subject=appointment)
    return appointment


def _write(
    appointment: Appointment,
    starts: date,
    until: date | None,
    duties: str | None,
    days_per_year: int | None,
    paid: bool,
    fee_fen: int | None,
    ip_clause: str | None,
    confidentiality_clause: str | None,
) -> None:
    appointment.starts = starts
    appointment.until = until or term_end(starts, configuration.value("roster.appointment_months", on=starts))
    require_order(appointment.starts, appointment.until)
    rules.fee_fits(paid, fee_fen)
    appointment.duties, appointment.days_per_year = duties or "", days_per_year
    appointment.paid, appointment.fee_fen = paid, fee_fen
    appointment.ip_clause, appointment.confidentiality_clause = ip_clause or "", confidentiality_clause or ""


@transaction.atomic
def set_practice_ground(
    *,
    appointment_id: str,
    ground: PracticeGround,
    permit_number: Permit | None = None,
    permit_until: Day | None = None,
    by: Account,
) -> Appointment:
    """Record on what ground the expert may see patients here (医师法 art. 18; domain 3.2). Days past keep theirs."""
    appointment = lifecycle.take(Appointment, appointment_id)
    permits.require(by, Role.SECRETARIAT, *HOST_SIDE, scopes=_host(appointment))
    require_stage(appointment, (AppointmentStage.DRAFT, AppointmentStage.ACCEPTED, *IN_OFFICE))
    _set_ground(appointment, ground, permit_number, permit_until)
    rules.permit_is_named(ground, appointment.permit_number, appointment.permit_until)
    lifecycle.touch(appointment)
    ledger.record("roster.practice_ground_set", by=by, subject=appointment, data={"ground": str(ground)})
    return appointment


def _set_ground(appointment: Appointment, ground: PracticeGround, number: str | None, until: date | None) -> None:
    appointment.ground = ground
    short = ground == PracticeGround.SHORT_TERM
    appointment.permit_number, appointment.permit_until = (number or "", until) if short else ("", None)


@transaction.atomic
def offer_appointment(*, appointment_id: str, by: Account) -> Appointment:
    """Ask the expert."""
    appointment = lifecycle.take(Appointment, appointment_id)
    offer = rules.Offer(
        starts=appointment.starts,
        until=appointment.until,
        duties=appointment.duties,
        paid=appointment.paid,
        fee_fen=appointment.fee_fen,
        ground=PracticeGround(appointment.ground),
        permit_number=appointment.permit_number,
        permit_until=appointment.permit_until,
        person_in_register=appointment.person.stage == RecordStage.ACTIVE,
        organisation_in_register=appointment.organisation.stage == RecordStage.ACTIVE,
    )
    lifecycle.step(appointment, "offer", by=by, facts=offer)
    ledger.record("roster.appointment_offered", by=by, subject=appointment)
    tell_expert(
        appointment,
        "roster.appointment_offered",
        say(
            "{host} offers you an appointment until {until}.",
            host=str(appointment.organisation),
            until=appointment.until,
        ),
    )
    return appointment


@transaction.atomic
def accept_appointment(*, appointment_id: str, by: Account) -> Appointment:
    """The expert says yes."""
    return _accept(appointment_id, "accept", "", by)


@transaction.atomic
def record_acceptance(*, appointment_id: str, paper: Paper, by: Account) -> Appointment:
    """The expert said yes on paper; say where the paper is kept."""
    return _accept(appointment_id, "record_acceptance", require_reason(paper, field="paper"), by)


def _accept(key: str, move: str, paper: str, by: Account) -> Appointment:
    appointment = lifecycle.take(Appointment, key)
    lifecycle.step(appointment, move, by=by)
    _note_acceptance(appointment, appointment.until, paper, by)
    ledger.record("roster.appointment_accepted", by=by, subject=appointment, data={"on_paper": bool(paper)})
    tell_host(
        appointment,
        "roster.appointment_accepted",
        say("{expert} accepts the appointment; issue the certificate.", expert=str(appointment.person)),
    )
    return appointment


def _note_acceptance(appointment: Appointment, until: date, paper: str, by: Account) -> Acceptance:
    return Acceptance.objects.create(
        appointment=appointment, until=until, accepted_at=now(), accepted_by=by.pk, paper=paper
    )


@transaction.atomic
def decline_appointment(*, appointment_id: str, reason: Reason | None = None, by: Account) -> Appointment:
    """The expert says no; a reason is welcome, not owed."""
    appointment = lifecycle.take(Appointment, appointment_id)
    appointment.closed_because = reason or ""
    lifecycle.step(appointment, "decline", by=by)
    ledger.record("roster.appointment_declined", by=by, subject=appointment)
    tell_host(
        appointment,
        "roster.appointment_declined",
        say("{expert} declines the appointment.", expert=str(appointment.person)),
    )
    return appointment


@transaction.atomic
def take_back_appointment(*, appointment_id: str, by: Account) -> Appointment:
    """Take an offer back to change it."""
    appointment = lifecycle.take(Appointment, appointment_id)
    lifecycle.step(appointment, "take_back", by=by)
    ledger.record("roster.appointment_taken_back", by=by, subject=appointment)
    tell_expert(
        appointment,
        "roster.appointment_taken_back",
        say("{host} takes its offer back to change it.", host=str(appointment.organisation)),
    )
    return appointment


@transaction.atomic
def issue_appointment(*, appointment_id: str, by: Account) -> Appointment:
    """Issue the certificate with its number: the expert is in office."""
    appointment = lifecycle.take(Appointment, appointment_id)
    appointment.number = lifecycle.next_number("AP")
    lifecycle.step(appointment, "issue", by=by, facts=rules.Issue(appointment.until, today()))
    letter_of_appointment(appointment, _write_term(appointment, appointment.starts), by)
    ledger.record("roster.appointment_issued", by=by, subject=appointment, data={"number": appointment.number})
    tell_expert(
        appointment,
        "roster.appointment_issued",
        say("Your certificate {number} has been issued.", number=appointment.number),
    )
    return appointment


def _write_term(appointment: Appointment, starts: date) -> AppointmentTerm:
    accepted = appointment.acceptances.order_by("-accepted_at", "-pk")[0]
    return AppointmentTerm.objects.create(
        appointment=appointment,
        ordinal=appointment.terms.count() + 1,
        number=appointment.number,
        starts=starts,
        until=appointment.until,
        issued_on=today(),
        accepted_at=accepted.accepted_at,
        accepted_by=accepted.accepted_by,
        paper=accepted.paper,
    )


@transaction.atomic
def withdraw_appointment(*, appointment_id: str, reason: Reason, by: Account) -> Appointment:
    """Drop an appointment that was not issued."""
    appointment = lifecycle.take(Appointment, appointment_id)
    asked = appointment.stage != AppointmentStage.DRAFT
    appointment.closed_because = require_reason(reason)
    lifecycle.step(appointment, "withdraw", by=by)
    ledger.record("roster.appointment_withdrawn", by=by, subject=appointment)
    if asked:
        tell_expert(
            appointment,
            "roster.appointment_withdrawn",
            say("{host} withdraws its offer.", host=str(appointment.organisation)),
        )
    return appointment


@transaction.atomic
def offer_renewal(*, appointment_id: str, until: Day | None = None, by: Account) -> Appointment:
    """Offer another term, which begins the day after the present one ends."""
    appointment = lifecycle.take(Appointment, appointment_id)
    starts = appointment.until + timedelta(days=1)
    appointment.renewal_until = until or term_end(starts, configuration.value("roster.appointment_months", on=starts))
    facts = rules.Renewal(appointment.until, appointment.renewal_until)
    lifecycle.step(appointment, "offer_renewal", by=by, facts=facts, due_on=min(appointment.until, _answer_by()))
    data = {"until": appointment.renewal_until.isoformat()}
    ledger.record("roster.renewal_offered", by=by, subject=appointment, data=data)
    tell_expert(
        appointment,
        "roster.renewal_offered",
        say("{host} offers to renew your appointment until {until}.",
            host=str(appointment.organisation), until=appointment.renewal_until),
    )  # fmt: skip
    return appointment


def _answer_by() -> date:
    return today() + timedelta(days=15)


@transaction.atomic
def accept_renewal(*, appointment_id: str, by: Account) -> Appointment:
    """The expert accepts another term; its certificate is issued at once."""
    return _renew(appointment_id, "accept_renewal", "", by)


@transaction.atomic
def record_renewal(*, appointment_id: str, paper: Paper, by: Account) -> Appointment:
    """The expert accepted another term on paper; say where the paper is kept."""
    return _renew(appointment_id, "record_renewal", require_reason(paper, field="paper"), by)


def _renew(key: str, move: str, paper: str, by: Account) -> Appointment:
    appointment = lifecycle.take(Appointment, key)
    before, until = appointment.until, appointment.renewal_until
    if until is not None:
        appointment.until, appointment.renewal_until = until, None
        appointment.number = lifecycle.next_number("AP")
    lifecycle.step(appointment, move, by=by)
    _note_acceptance(appointment, appointment.until, paper, by)
    letter_of_appointment(appointment, _write_term(appointment, before + timedelta(days=1)), by)
    data = {"number": appointment.number, "until": appointment.until.isoformat(), "on_paper": bool(paper)}
    ledger.record("roster.appointment_renewed", by=by, subject=appointment, data=data)
    tell_host(
        appointment,
        "roster.appointment_renewed",
        say("{expert} accepts another term, until {until}.", expert=str(appointment.person), until=appointment.until),
    )
    return appointment


@transaction.atomic
def decline_renewal(*, appointment_id: str, reason: Reason | None = None, by: Account) -> Appointment:
    """The expert does not want another term; the present one runs out."""
    appointment = lifecycle.take(Appointment, appointment_id)
    appointment.renewal_until = None
    lifecycle.step(appointment, "decline_renewal", by=by, due_on=appointment.until)
    ledger.record("roster.renewal_declined", by=by, subject=appointment)
    tell_host(
        appointment,
        "roster.renewal_declined",
        say("{expert} does not accept another term.", expert=str(appointment.person)),
    )
    return appointment


@transaction.atomic
def end_appointment(
    *, appointment_id: str, end_ground: EndGround, reason: Reason, ended_on: Day | None = None, by: Account
) -> Appointment:
    """End a term before its day. The reason stays on record."""
    appointment = lifecycle.take(Appointment, appointment_id)
    appointment.ended_on = ended_on or today()
    rules.end_lies_in_term(appointment.ended_on, appointment.starts, appointment.until, today())
    appointment.end_ground, appointment.closed_because = end_ground, require_reason(reason)
    appointment.renewal_until = None
    lifecycle.step(appointment, "end", by=by)
    data = {"ground": str(end_ground), "on": appointment.ended_on.isoformat()}
    ledger.record("roster.appointment_ended", by=by, subject=appointment, data=data)
    sentence = say("The appointment ended on {day}.", day=appointment.ended_on)
    tell_expert(appointment, "roster.appointment_ended", sentence)
    tell_host(appointment, "roster.appointment_ended", sentence)
    return appointment


def agreement_or_absent(key: str) -> Agreement:
    """The agreement something rests on; it must exist."""
    found = Agreement.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    return found


def tell_expert(appointment: Appointment, event: str, sentence: Phrase) -> None:
    told = notices.holders(Role.EXPERT, scopes=[("person", appointment.person_id)])
    notices.tell(told, event, sentence, subject=appointment)


def tell_host(appointment: Appointment, event: str, sentence: Phrase) -> None:
    notices.tell(notices.holders(*HOST_SIDE, scopes=_host(appointment)), event, sentence, subject=appointment)


def _host(appointment: Appointment) -> list[tuple[str, str]]:
    return [("organisation", appointment.organisation_id)]
