"""Coordination tickets and what happened to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.rules.tickets import TICKET_MOVES
from xinglin.matching.words.tickets import TicketEntryKind, TicketTopic


class Ticket(Dossier):
    """A matter an expert or an organisation cannot settle alone, brought to the department that can."""

    MACHINE = TICKET_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "number", "title", "topic", "person", "organisation", "need", "department",
                  "escalations", "answered_at"),
        **classes(Privacy.PERSONAL, "body"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField()
    topic = models.CharField(max_length=16, choices=TicketTopic.choices())
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    need = models.ForeignKey("matching.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    department = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    escalations = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["department", "stage"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="ticket_has_one_asker",
            ),
            models.CheckConstraint(
                condition=~Q(stage="routed") | Q(department__isnull=False, due_on__isnull=False),
                name="routed_ticket_has_a_department_and_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def asker_scope(self) -> Scope:
        return ("person", self.person_id) if self.person_id else ("organisation", self.organisation_id)

    def scopes(self) -> list[Scope]:
        department: list[Scope] = [("organisation", self.department_id)] if self.department_id else []
        return [self.asker_scope(), *department]


class TicketEntry(Stored):
    """One thing that happened to a ticket, in order: sent, answered, reopened, escalated."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "ticket", "kind", "department", "due_on", "entered_by"),
        **classes(Privacy.PERSONAL, "text"),
    }  # fmt: skip

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=TicketEntryKind.choices())
    department = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True)
    entered_by = models.CharField(max_length=26)

    class Meta:
        indexes = (models.Index(fields=["ticket", "created_at"]),)
        verbose_name_plural = "ticket entries"

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
