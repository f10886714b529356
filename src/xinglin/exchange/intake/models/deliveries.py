"""What arrived, and what could not be taken in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.exchange.intake.rules.quarantine import QUARANTINE_MOVES
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope


class Delivery(Stored):
    """One file, bundle or request from a site, with counts that add up."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("organisation_id", "site", "way", "name", "entries", "accepted", "unchanged", "quarantined", "reasons",
             "ended_at"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    # "api", "file" or "folder".
    way = models.CharField(max_length=12)
    name = models.CharField(max_length=300, blank=True)
    entries = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(entries=F("accepted") + F("unchanged") + F("quarantined")), name="delivery_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.pk

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Quarantined(Dossier):
    """An entry that could not be taken in: what it said (encrypted), why, and what somebody can do about it."""

    MACHINE = QUARANTINE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("organisation_id", "site", "delivery", "position", "kind", "reason", "detail", "repaired_by"),
            Privacy.ALLIANCE,
        ),
        "body": Privacy.CLINICAL,
    }

    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="quarantined_entries")
    # Where in the delivery: the entry's number, from 0.
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    # A code of `intake.rules`; `detail` is a packed phrase.
    reason = models.CharField(max_length=60, db_index=True)
    detail = models.JSONField(default=dict)
    body = EncryptedTextField(blank=True)
    repaired_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["delivery", "position"], name="quarantined_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.position}".strip()

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]
