"""Dockings and their meetings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.models.needs import Need, Offer
from xinglin.matching.models.shapes import tied
from xinglin.matching.models.suggestions import Suggestion
from xinglin.matching.rules.dockings import DOCKING_MOVES
from xinglin.matching.words.dockings import DockingOutcome, MeetingWay, Side


class Docking(Dossier):
    """A need meets an expert or a company: two sides, one named contact on each, until an outcome."""

    MACHINE = DOCKING_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "number", "need", "suggestion", "offer", "asking_organisation", "asking_contact",
                  "asking_accepted_at", "asking_accepted_by", "answering_person", "answering_organisation",
                  "answering_contact", "answering_accepted_at", "answering_accepted_by", "nda", "nda_signed_on",
                  "first_meeting_due", "outcome", "declined_by", "agreement_id"),
        **classes(Privacy.PERSONAL, "invitation", "outcome_text"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="dockings")
    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, null=True, blank=True, related_name="dockings")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="dockings")
    asking_organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    asking_contact = models.ForeignKey(
        "kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asking_accepted_at = models.DateTimeField(null=True, blank=True)
    asking_accepted_by = models.CharField(max_length=26, blank=True)
    answering_person = models.ForeignKey(
        "roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answering_organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answering_contact = models.ForeignKey(
        "kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answering_accepted_at = models.DateTimeField(null=True, blank=True)
    answering_accepted_by = models.CharField(max_length=26, blank=True)
    invitation = models.TextField(blank=True)
    nda = models.BooleanField(default=False)
    nda_signed_on = models.DateField(null=True, blank=True)
    first_meeting_due = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=DockingOutcome.choices(), blank=True)
    outcome_text = models.TextField(blank=True)
    declined_by = models.CharField(max_length=12, choices=Side.choices(), blank=True)
    # The agreement that followed; the roster keeps it, a flow opens it.
    agreement_id = models.CharField(max_length=26, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["need", "stage"]),
            models.Index(fields=["answering_person", "stage"]),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(answering_person=None, answering_organisation__isnull=False)
                | Q(answering_person__isnull=False, answering_organisation=None),
                name="docking_has_one_answering_side",
            ),
            # One open docking per need and expert: a second click opens nothing.
            models.UniqueConstraint(
                fields=["need", "answering_person"],
                condition=Q(stage__in=["proposed", "half", "accepted", "talking"]), name="docking_once_open_person",
            ),
            models.UniqueConstraint(
                fields=["need", "answering_organisation"],
                condition=Q(stage__in=["proposed", "half", "accepted", "talking"]), name="docking_once_open_company",
            ),
            # Domain 1 row 64: exactly one named contact on each side, from the moment both have accepted.
            models.CheckConstraint(
                condition=~Q(stage__in=["accepted", "talking"])
                | Q(asking_contact__isnull=False, answering_contact__isnull=False),
                name="docking_has_a_contact_each",
            ),
            models.CheckConstraint(condition=~Q(stage="concluded") | ~Q(outcome=""), name="conclusion_has_an_outcome"),
            tied("asking_accepted_at", "asking_accepted_by", "asking_acceptance_has_an_actor"),
            tied("answering_accepted_at", "answering_accepted_by", "answering_acceptance_has_an_actor"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.need.title} · {self.answering_person or self.answering_organisation}"

    def answering_scope(self) -> Scope:
        if self.answering_person_id:
            return ("person", self.answering_person_id)
        return ("organisation", self.answering_organisation_id)

    def asking_scope(self) -> Scope:
        return ("organisation", self.asking_organisation_id)

    def scopes(self) -> list[Scope]:
        return [self.asking_scope(), self.answering_scope()]


class Meeting(Stored):
    """A meeting of a docking: planned for a moment, then held or not."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "docking", "planned_at", "way", "held_at", "recorded_by", "next_on", "cancelled_at",
                  "cancelled_by"),
        **classes(Privacy.PERSONAL, "place", "attendees", "minutes", "next_step"),
    }  # fmt: skip

    docking = models.ForeignKey(Docking, on_delete=models.PROTECT, related_name="meetings")
    planned_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=12, choices=MeetingWay.choices())
    place = models.CharField(max_length=200, blank=True)
    attendees = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=26, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(planned_at__isnull=False) | Q(held_at__isnull=False), name="meeting_has_a_time"
            ),
            models.CheckConstraint(condition=Q(held_at=None) | ~Q(minutes=""), name="held_meeting_has_minutes"),
            tied("held_at", "recorded_by", "held_meeting_has_a_recorder"),
            tied("cancelled_at", "cancelled_by", "cancelled_meeting_has_an_actor"),
        )

    def __str__(self) -> str:
        return str(self.docking)
