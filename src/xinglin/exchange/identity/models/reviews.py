"""Doubtful pairs, and every link and unlink that ever happened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.exchange.identity.models.patients import Patient
from xinglin.exchange.identity.rules.reviews import REVIEW_MOVES
from xinglin.exchange.identity.words import ReviewReason
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import ALLIANCE, Privacy, Scope


class Review(Dossier):
    """Two local records that may be one person. `weights` is the evidence per field in hundredths of a bit."""

    MACHINE = REVIEW_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(("left", "right", "reason", "weight", "weights", "model", "remark"), Privacy.ALLIANCE),
    }

    left = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=ReviewReason.choices(), default=ReviewReason.SIMILAR)
    weight = models.FloatField(default=0)
    weights = models.JSONField(default=dict, blank=True)
    # Which trained weights judged it.
    model = models.CharField(max_length=40, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["left", "right"], name="review_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="review_pair_in_order"),
        )

    def __str__(self) -> str:
        return f"R{self.left_id} – R{self.right_id}"

    def scopes(self) -> list[Scope]:
        return [ALLIANCE]


class Tie(Stored):
    """Two records are held to be one person's, until it ends. What stands together follows from the ties that hold."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, **dict.fromkeys(("left", "right", "ground", "weight", "ended_at"), Privacy.ALLIANCE),
    }  # fmt: skip

    left = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=40)
    weight = models.FloatField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["left", "right"], condition=Q(ended_at=None), name="tie_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="tie_in_order"),
        )

    def __str__(self) -> str:
        return f"R{self.left_id} = R{self.right_id}"


class LinkEvent(Stored):
    """A record came to stand under another index person; reading them backwards undoes them. `before` is 0 for a record
    that arrived."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("patient", "before", "after", "ground", "weight", "beside", "review", "by"), Privacy.ALLIANCE),
    }

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="link_events")
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    ground = models.CharField(max_length=40)
    weight = models.FloatField(null=True, blank=True)
    # The record it was linked because of.
    beside = models.BigIntegerField(null=True, blank=True)
    review = models.CharField(max_length=26, blank=True)
    by = models.CharField(max_length=26)

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.before} → {self.after}"
