"""Appointments of experts, their terms, and the days they gave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.appointments import APPOINTMENT_MOVES, DUTY_MOVES
from xinglin.roster.words.appointments import LIVE, AppointmentKind, DutyKind, EndGround, PracticeGround

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class Appointment(Dossier):
    """A post that an organisation gives an expert for a term. `starts` and `until` are those of the present term."""

    MACHINE = APPOINTMENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "kind", "person", "organisation", "department", "starts", "until", "keys"),
        **classes(ALLIANCE, "duties", "days_per_year", "paid", "ip_clause", "confidentiality_clause", "ground",
                  "permit_until", "renewal_until", "agreement", "closed_because", "end_ground", "ended_on"),
        **classes(Privacy.PERSONAL, "fee_fen", "permit_number"),
    }  # fmt: skip

    number = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, choices=AppointmentKind.choices())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    department = models.CharField(max_length=80, blank=True)
    starts = models.DateField()
    until = models.DateField(db_index=True)
    renewal_until = models.DateField(null=True, blank=True)
    duties = models.TextField(blank=True)
    days_per_year = models.PositiveSmallIntegerField(null=True, blank=True)
    paid = models.BooleanField(default=False)
    fee_fen = models.BigIntegerField(null=True, blank=True)
    ip_clause = models.TextField(blank=True)
    confidentiality_clause = models.TextField(blank=True)
    ground = models.CharField(max_length=16, choices=PracticeGround.choices(), default=PracticeGround.NONE)
    permit_number = models.CharField(max_length=40, blank=True)
    permit_until = models.DateField(null=True, blank=True)
    agreement = models.ForeignKey(
        "roster.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    closed_because = models.TextField(blank=True)
    end_ground = models.CharField(max_length=16, choices=EndGround.choices(), blank=True)
    ended_on = models.DateField(null=True, blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation", "kind", "department"], condition=Q(stage__in=[str(s) for s in LIVE]),
                name="one_live_appointment",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="appointment_number_once"),
            models.CheckConstraint(condition=Q(until__gte=F("starts")), name="appointment_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(paid=True) | Q(fee_fen=None) | Q(fee_fen=0), name="unpaid_appointment_has_no_fee"
            ),
            models.CheckConstraint(condition=Q(fee_fen=None) | Q(fee_fen__gte=0), name="appointment_fee_not_negative"),
            models.CheckConstraint(
                condition=~Q(stage__in=["issued", "expiring", "renewal", "expired", "ended"]) | ~Q(number=""),
                name="issued_appointment_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(stage="ended") | (Q(ended_on__isnull=False) & ~Q(closed_because="")),
                name="ended_appointment_has_a_reason",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        place = f"{self.organisation}{self.department}"
        return f"{self.person} · {place}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id), ("person", self.person_id)]


class AppointmentTerm(Stored):
    """A term for which a certificate was issued. Written once."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "appointment", "ordinal", "number", "starts", "until", "issued_on"),
        **classes(ALLIANCE, "accepted_at", "accepted_by", "paper"),
    }

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="terms")
    ordinal = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20, unique=True)
    starts = models.DateField()
    until = models.DateField()
    issued_on = models.DateField()
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=26)
    paper = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["appointment", "ordinal"], name="appointment_term_once"),
            models.CheckConstraint(condition=Q(until__gte=F("starts")), name="appointment_term_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return self.number


class Acceptance(Stored):
    """An expert's yes to an offer or a renewal: when, by whose hand, and where the paper is if it was on paper."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "appointment", "until", "accepted_at", "accepted_by", "paper"),
    }

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="acceptances")
    until = models.DateField()
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=26)
    paper = models.CharField(max_length=200, blank=True)


class DutyDay(Dossier):
    """A day on which an appointed expert serves the host: planned, reported, confirmed."""

    MACHINE = DUTY_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "appointment", "kind", "day", "hours", "place", "summary", "people_served", "ground",
                  "reported_by", "confirmed_by", "confirmed_at", "refused_because"),
    }  # fmt: skip

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="duty_days")
    kind = models.CharField(max_length=16, choices=DutyKind.choices())
    day = models.DateField(db_index=True)
    hours = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    people_served = models.PositiveIntegerField(null=True, blank=True)
    # The ground as it was on that day: a later change of the appointment does not rewrite it.
    ground = models.CharField(max_length=16, choices=PracticeGround.choices(), default=PracticeGround.NONE)
    reported_by = models.CharField(max_length=26, blank=True)
    confirmed_by = models.CharField(max_length=26, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=["appointment", "day"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(hours=None) | Q(hours__gt=0, hours__lte=24), name="duty_hours_of_one_day"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="") | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="duty_confirmation_has_an_actor",
            ),
            models.CheckConstraint(
                condition=~Q(stage="confirmed") | Q(confirmed_at__isnull=False, hours__isnull=False),
                name="confirmed_duty_has_hours",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("reported_by")), name="duty_confirmed_by_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.appointment.person}"

    @property
    def person_id(self) -> str:
        return self.appointment.person_id

    def scopes(self) -> list[Scope]:
        return self.appointment.scopes()
