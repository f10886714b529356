"""What arrived, and what could not be taken in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.exchange.intake.rules.quarantine import QUARANTINE_MOVES
from xinglin.exchange.intake.words import Form, QuarantineReason, Way
from xinglin.kernel.clock import now
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope


class Delivery(Stored):
    """One file, bundle or request from a site, with counts that add up."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("organisation_id", "site", "way", "form", "name", "entries", "accepted", "unchanged", "quarantined",
             "reasons", "patients", "results", "many", "started_by", "ended_at"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    way = models.CharField(max_length=12, choices=Way.choices())
    form = models.CharField(max_length=12, choices=Form.choices(), default=Form.BUNDLE)
    name = models.CharField(max_length=300, blank=True)
    entries = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    # Reason code to count, of the entries that are in quarantine (or were dismissed) now.
    reasons = models.JSONField(default=dict, blank=True)
    # Patients met and results kept or confirmed; for the delivery's page.
    patients = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0)
    # Nobody in particular sent it: hospitals named in the data are sites of their own.
    many = models.BooleanField(default=False)
    started_by = models.CharField(max_length=26, blank=True)
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
            (
                "organisation_id",
                "site",
                "delivery",
                "position",
                "kind",
                "form",
                "reason",
                "detail",
                "awaits",
                "repaired_by",
            ),
            Privacy.ALLIANCE,
        ),
        "body": Privacy.CLINICAL,
        "links": Privacy.CLINICAL,
    }

    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="quarantined_entries")
    # Where in the delivery: the entry's number, from 0.
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    # A code of `intake.rules`; `detail` is a packed phrase.
    reason = models.CharField(max_length=60, db_index=True, choices=QuarantineReason.choices())
    detail = models.JSONField(default=dict)
    # The resource, the row as JSON, or the beginning of a file that could not be read.
    body = EncryptedTextField(blank=True)
    form = models.CharField(max_length=12, choices=Form.choices(), default=Form.BUNDLE)
    # "Kind/id" of what it waits for; and what the bundle it came in called by other names.
    awaits = models.CharField(max_length=160, blank=True)
    links = models.JSONField(default=dict, blank=True)
    repaired_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["delivery", "position"], name="quarantined_once"),)
        indexes = (models.Index(fields=["site", "awaits"], condition=~Q(awaits=""), name="quarantined_awaits"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.position}".strip()

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class ColumnMap(Stored):
    """What a site's own CSV headings mean, where they are not among those known by themselves."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("organisation_id", "site", "columns", "set_by", "set_at"), Privacy.ALLIANCE),
    }

    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField(unique=True)
    # The heading as the site writes it, to a name of `rules.columns.FIELDS`.
    columns = models.JSONField(default=dict)
    set_by = models.CharField(max_length=26)
    set_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.site)

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]
