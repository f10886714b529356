"""The life of an appointment, and when an appointed expert may serve. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.rules.lapsing import lapsed, require_order
from xinglin.roster.words.appointments import (
    IN_OFFICE,
    PRACTICE,
    AppointmentStage,
    DutyKind,
    DutyStage,
    PracticeGround,
)
from xinglin.roster.words.register import LicenceStatus

HOST = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
EXPERT = roles(Role.EXPERT)
SECRETARIAT = roles(Role.SECRETARIAT)
ASKED = roles(Role.EXPERT, Role.SECRETARIAT)
PROGRAM = roles()


@dataclass(frozen=True)
class Offer:
    """What is offered: the term, what is expected, whether patients are seen and on what ground."""

    starts: date
    until: date
    duties: str
    paid: bool
    fee_fen: int | None
    ground: PracticeGround
    permit_number: str
    permit_until: date | None
    person_in_register: bool
    organisation_in_register: bool


def offer_is_complete(offer: Offer) -> None:
    """An expert is only asked for something that can be read: a term, duties, a fee if it is paid."""
    require_order(offer.starts, offer.until)
    if not (offer.person_in_register and offer.organisation_in_register):
        raise Refusal(
            "appointments.not_in_register",
            say("Expert and organisation must both be in the register."),
            say("Ask the secretariat to admit them first."),
        )
    if not offer.duties.strip():
        raise Refusal(
            "appointments.no_duties", say("The duties are not written down."),
            say("Say what the expert is asked to do."),
            field="duties",
        )  # fmt: skip
    fee_fits(offer.paid, offer.fee_fen)
    permit_is_named(offer.ground, offer.permit_number, offer.permit_until)


def fee_fits(paid: bool, fee_fen: int | None) -> None:
    """Paid and a fee go together (amounts in fen for a year)."""
    if paid and not fee_fen:
        raise Refusal(
            "appointments.no_fee",
            say("The appointment is paid, but no fee is named."),
            say("Name the fee for a year, or mark the appointment as unpaid."),
            field="fee_fen",
        )
    if not paid and fee_fen:
        raise Refusal(
            "appointments.fee_unpaid",
            say("A fee is named, but the appointment is marked as unpaid."),
            say("Mark it as paid, or remove the fee."),
            field="paid",
        )


def end_lies_in_term(day: date, starts: date, until: date, today: date) -> None:
    """An early end lies in the term and not in the future."""
    if not starts <= day <= until or day > today:
        raise Refusal(
            "appointments.end_day",
            say("It cannot have ended on {day}.", day=day),
            say("Choose a day inside the term, today at the latest."),
            field="ended_on",
        )


def half_hours(hours: Decimal) -> Decimal:
    """Hours are counted in halves."""
    if hours * 2 != int(hours * 2):
        raise Refusal("duties.half_hours", say("Hours are counted in halves, such as 3 or 3.5."), field="hours")
    return hours


def permit_is_named(ground: PracticeGround, number: str, until: date | None) -> None:
    """Short-term practice rests on a certificate with a number and an end (卫生部令第62号)."""
    if ground == PracticeGround.SHORT_TERM and not (number.strip() and until):
        raise Refusal(
            "appointments.no_permit",
            say("Short-term practice needs the number and the last day of its certificate."),
            say("Enter both from the certificate, or choose another ground."),
            field="permit_number",
        )


@dataclass(frozen=True)
class Issue:
    until: date
    today: date


def may_be_issued(issue: Issue) -> None:
    """No certificate is issued for a term that is over."""
    if lapsed(issue.until, issue.today):
        raise Refusal(
            "appointments.term_over",
            say("The term offered ended on {until}.", until=issue.until),
            say("Withdraw this appointment and offer a new term."),
        )


@dataclass(frozen=True)
class Renewal:
    until: date
    renewal_until: date


def renewal_goes_further(renewal: Renewal) -> None:
    """A renewal begins the day after the present term and ends later."""
    if renewal.renewal_until <= renewal.until:
        raise Refusal(
            "appointments.renewal_short",
            say("The renewal must end after the present term, which ends on {until}.", until=renewal.until),
            say("Choose a later last day."),
            field="until",
        )
    require_order(renewal.until + timedelta(days=1), renewal.renewal_until)


S = AppointmentStage
APPOINTMENT_MOVES = Machine(
    "roster.appointment",
    AppointmentStage,
    S.DRAFT,
    frozenset({S.EXPIRED, S.DECLINED, S.WITHDRAWN, S.ENDED}),
    (
        Move("offer", S.DRAFT, S.OFFERED, HOST, say("Offer to the expert"), offer_is_complete, awaited=True, due=14),
        Move("accept", S.OFFERED, S.ACCEPTED, EXPERT, say("Accept"), awaited=True, due=15),
        Move("record_acceptance", S.OFFERED, S.ACCEPTED, SECRETARIAT, say("Record a written acceptance")),
        Move("decline", S.OFFERED, S.DECLINED, ASKED, say("Decline")),
        Move("take_back", S.OFFERED, S.DRAFT, HOST, say("Take back to change it")),
        Move("issue", S.ACCEPTED, S.ISSUED, HOST, say("Issue the certificate"), may_be_issued, awaited=True, due=7),
        Move("withdraw", (S.DRAFT, S.OFFERED, S.ACCEPTED), S.WITHDRAWN, HOST, say("Withdraw")),
        Move("near_end", S.ISSUED, S.EXPIRING, PROGRAM, say("The end comes near")),
        Move("offer_renewal", S.EXPIRING, S.RENEWAL, HOST, say("Offer a renewal"), renewal_goes_further, awaited=True),
        Move("offer_renewal", S.ISSUED, S.RENEWAL, HOST, say("Offer a renewal"), renewal_goes_further),
        Move("accept_renewal", S.RENEWAL, S.ISSUED, EXPERT, say("Accept the renewal"), awaited=True, due=15),
        Move("record_renewal", S.RENEWAL, S.ISSUED, SECRETARIAT, say("Record a written acceptance of the renewal")),
        Move("decline_renewal", S.RENEWAL, S.EXPIRING, ASKED, say("Decline the renewal")),
        Move("end", IN_OFFICE, S.ENDED, HOST | EXPERT, say("End early")),
        Move("expire", IN_OFFICE, S.EXPIRED, PROGRAM, say("The term is over")),
    ),
)


@dataclass(frozen=True)
class Confirmation:
    reported_by: str
    confirming: str


def confirmed_by_another(confirmation: Confirmation) -> None:
    """Whoever reported a day does not confirm it."""
    if confirmation.reported_by == confirmation.confirming:
        raise Refusal(
            "appointments.own_report",
            say("You reported this day yourself; somebody else at the host confirms it."),
            say("Ask a colleague at the host organisation or the secretariat."),
        )


D = DutyStage
DUTY_MOVES = Machine(
    "roster.dutyday",
    DutyStage,
    D.PLANNED,
    frozenset({D.CONFIRMED, D.CANCELLED, D.REFUSED}),
    (
        Move("report", D.PLANNED, D.REPORTED, HOST | EXPERT, say("Report as held"), awaited=True),
        Move("correct", D.REFUSED, D.REPORTED, HOST | EXPERT, say("Correct and report again")),
        Move("confirm", D.REPORTED, D.CONFIRMED, HOST, say("Confirm"), confirmed_by_another, awaited=True, due=7),
        Move("refuse", D.REPORTED, D.REFUSED, HOST, say("Refuse to confirm")),
        Move("cancel", D.PLANNED, D.CANCELLED, HOST | EXPERT, say("Cancel")),
    ),
)


@dataclass(frozen=True)
class Service:
    """One day an expert would serve: what, when, under which licence and ground."""

    kind: DutyKind
    day: date
    in_office: bool
    starts: date
    until: date
    licence: LicenceStatus
    licence_until: date | None
    ground: PracticeGround
    permit_until: date | None


def may_serve(service: Service) -> None:
    """Refuse a day that the appointment, the licence or the ground does not carry (domain 3.2; 医师法 arts 13-18, 42).

    A lecture needs the appointment alone. Everything with patients needs a licence that is valid on that very day,
    and a ground for practising away from the registered place; under a short-term permit the permit stands in for the
    mainland licence, but a licence known to be suspended or revoked always refuses.
    """
    if not service.in_office:
        raise Refusal(
            "appointments.not_in_office",
            say("The expert is not in office here."),
            say("Issue or renew the appointment first."),
        )
    if not service.starts <= service.day <= service.until:
        raise Refusal(
            "appointments.outside_term",
            say("{day} lies outside the term, {starts} to {until}.",
                day=service.day, starts=service.starts, until=service.until),
            say("Choose a day inside the term, or renew the appointment."),
            field="day",
        )  # fmt: skip
    if service.kind not in PRACTICE:
        return
    if service.ground == PracticeGround.NONE:
        raise Refusal(
            "appointments.no_ground",
            say("No ground is recorded on which the expert may treat patients here."),
            say("Record the ground under article 18 of the Physicians Law in the appointment, or plan a lecture."),
        )
    if service.licence in (LicenceStatus.SUSPENDED, LicenceStatus.REVOKED):
        raise _no_licence(service.licence)
    if service.ground == PracticeGround.SHORT_TERM:
        if service.permit_until is None or service.permit_until < service.day:
            raise Refusal(
                "appointments.permit_lapsed",
                say("The short-term permit does not cover {day}.", day=service.day),
                say("Enter the renewed permit in the appointment before planning this day."),
                field="day",
            )
        return
    if service.licence != LicenceStatus.VALID:
        raise _no_licence(service.licence)
    if service.licence_until is not None and service.licence_until < service.day:
        raise Refusal(
            "appointments.licence_lapsed",
            say("The licence to practise ends on {until}, before {day}.",
                until=service.licence_until, day=service.day),
            say("Check the licence again and correct the person's record."),
            field="day",
        )  # fmt: skip


def _no_licence(status: LicenceStatus) -> Refusal:
    return Refusal(
        "appointments.licence",
        say("The licence to practise is: {status}.", status=status.label),
        say("Check the licence and correct the person's record; until then only lectures can be planned."),
    )
