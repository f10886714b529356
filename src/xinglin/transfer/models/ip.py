"""Rights of intellectual property and the fees paid for them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Scope
from xinglin.transfer.models.achievements import Achievement
from xinglin.transfer.models.shapes import ALLIANCE, PUBLIC
from xinglin.transfer.rules.ip import IP_MOVES
from xinglin.transfer.words.ip import IPKind


class IntellectualProperty(Dossier):
    """One right: when it was filed and granted, until when it lasts, what must be paid."""

    MACHINE = IP_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "kind", "title", "organisation", "application_number", "filed_on",
                  "granted_on", "certificate_number", "ends_on", "keys"),
        **classes(ALLIANCE, "achievement", "priority_on", "pct", "abroad_on", "approved_on", "compensated_months",
                  "reward_fen", "rewarded_on", "ended_because"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=IPKind.choices())
    title = models.CharField(max_length=120)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, null=True, blank=True, related_name="rights")
    # The owner: inventions made at work belong to the unit (专利法 art. 6).
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    application_number = models.CharField(max_length=40)
    filed_on = models.DateField()
    priority_on = models.DateField(null=True, blank=True)
    pct = models.BooleanField(default=False)
    abroad_on = models.DateField(null=True, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    # Of a drug: the day it was approved, and the months the office added for that (专利法 art. 42).
    approved_on = models.DateField(null=True, blank=True)
    compensated_months = models.PositiveSmallIntegerField(default=0)
    ends_on = models.DateField()
    reward_fen = models.PositiveBigIntegerField(null=True, blank=True)
    rewarded_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "stage"]),
            GinIndex(name="ip_keys", fields=["keys"]),
        )
        constraints = (
            models.UniqueConstraint(fields=["kind", "application_number"], name="application_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("filed_on")), name="right_ends_after_filing"),
            models.CheckConstraint(
                condition=Q(priority_on=None) | Q(priority_on__lte=F("filed_on")), name="priority_before_filing"
            ),
            models.CheckConstraint(
                condition=Q(rewarded_on=None, reward_fen=None) | Q(rewarded_on__isnull=False, reward_fen__isnull=False),
                name="reward_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage="granted") | Q(granted_on__isnull=False), name="granted_on_a_day"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class IPFee(Stored):
    """One annual fee that was paid, by patent year."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "right", "year", "amount_fen", "paid_on", "recorded_by"),
    }

    right = models.ForeignKey(IntellectualProperty, on_delete=models.CASCADE, related_name="fees")
    year = models.PositiveSmallIntegerField()
    amount_fen = models.PositiveBigIntegerField()
    paid_on = models.DateField()
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("year",)
        constraints = (models.UniqueConstraint(fields=["right", "year"], name="fee_of_a_year_once"),)


class Reward(Stored):
    """What one inventor received of the reward on grant."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "right", "name", "person", "amount_fen")}

    right = models.ForeignKey(IntellectualProperty, on_delete=models.CASCADE, related_name="rewards")
    name = models.CharField(max_length=60)
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount_fen = models.PositiveBigIntegerField()
