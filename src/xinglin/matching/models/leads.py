"""Investment leads and their steps."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.rules.leads import LEAD_MOVES
from xinglin.matching.words.leads import LeadField, LeadStage, LossReason


class Lead(Dossier):
    """Somebody who might invest here: who they are, who brought them, who keeps in touch, what is next."""

    MACHINE = LEAD_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "number", "title", "investor", "organisation", "host", "field", "region",
                  "amount_fen", "source_person", "owner", "next_step", "loss_reason", "keys"),
        **classes(Privacy.PERSONAL, "body", "loss_text"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    investor = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    host = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    field = models.CharField(max_length=16, choices=LeadField.choices())
    region = models.CharField(max_length=6, blank=True)
    amount_fen = models.PositiveBigIntegerField(null=True, blank=True)
    source_person = models.ForeignKey(
        "roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, related_name="+")
    next_step = models.CharField(max_length=300, blank=True)
    loss_reason = models.CharField(max_length=16, choices=LossReason.choices(), blank=True)
    loss_text = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (GinIndex(name="lead_keys", fields=["keys"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(stage__in=["settled", "lost"]) | (~Q(next_step="") & Q(due_on__isnull=False)),
                name="running_lead_has_a_next_step",
            ),
            models.CheckConstraint(condition=~Q(stage="lost") | ~Q(loss_reason=""), name="lost_lead_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(stage="settled") | Q(amount_fen__gt=0), name="settled_lead_has_an_amount"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.host_id)] if self.host_id else []


class LeadStep(Stored):
    """One step of a lead: what was done, when, and what came next."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "lead", "stage", "done_on", "next_on", "entered_by"),
        **classes(Privacy.PERSONAL, "text", "next_step"),
    }  # fmt: skip

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=12, choices=LeadStage.choices())
    text = models.TextField()
    done_on = models.DateField()
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True, blank=True)
    entered_by = models.CharField(max_length=26)

    class Meta:
        indexes = (models.Index(fields=["lead", "created_at"]),)

    def __str__(self) -> str:
        return f"{self.lead_id} {self.stage}"
