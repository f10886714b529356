"""Milestones: their indicators, what was submitted, the panel that judged it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.challenges.models.contracts import Contract
from xinglin.challenges.rules.milestones import MILESTONE_MOVES
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.milestones import Verdict
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope

ALLIANCE = Privacy.ALLIANCE


class Milestone(Dossier):
    """One step of a contract; the last is the final acceptance. Its tranches are paid once a panel accepted it."""

    MACHINE = MILESTONE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "contract", "number", "content", "planned_on", "gate", "final", "repairs", "repair_note",
                  "decided_at"),
    }  # fmt: skip

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=300)
    planned_on = models.DateField()
    gate = models.BooleanField(default=False)
    final = models.BooleanField(default=False)
    repairs = models.PositiveSmallIntegerField(default=0)
    repair_note = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("contract", "number")
        constraints = (models.UniqueConstraint(fields=["contract", "number"], name="milestone_once"),)

    def __str__(self) -> str:
        return f"{self.contract.number}/{self.number}"

    def scopes(self) -> list[Scope]:
        """Both sides, and whoever sits on the panel that judges it now."""
        seats = PanelSeat.objects.filter(submission__milestone=self, left_because="", verdict="")
        panel: list[Scope] = [("person", key) for key in seats.values_list("person_id", flat=True)]
        return [*self.contract.scopes(), *panel]


class MilestoneIndicator(Stored):
    """What a milestone is measured by; `value` is what was submitted last."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "milestone", "ordinal", "name", "unit", "target", "direction", "value"),
    }

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="indicators")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    direction = models.CharField(max_length=10, choices=Direction.choices())
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=["milestone", "name"], name="indicator_once_a_milestone"),)


class Submission(Stored):
    """What a team handed in for a milestone; a repaired one hands in again and the earlier stays."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "milestone", "ordinal", "statement", "values", "evidence", "submitted_by", "outcome"),
    }

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="submissions")
    ordinal = models.PositiveSmallIntegerField()
    statement = models.TextField()
    # {indicator: value as text}
    values = models.JSONField(default=dict)
    # SHA-256 of each paper handed in with it.
    evidence = models.JSONField(default=list)
    submitted_by = models.CharField(max_length=26)
    outcome = models.CharField(max_length=8, choices=Verdict.choices(), blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=["milestone", "ordinal"], name="submission_once"),)


class PanelSeat(Stored):
    """A named member of the panel of one submission, with the vote and its opinion. A vote stands."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "submission", "person", "verdict", "opinion", "voted_at", "voted_by", "left_because"),
    }

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices(), blank=True)
    opinion = models.TextField(blank=True)
    voted_at = models.DateTimeField(null=True, blank=True)
    voted_by = models.CharField(max_length=26, blank=True)
    left_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["submission", "person"], name="one_seat_a_member"),
            models.CheckConstraint(
                condition=Q(verdict="", opinion="", voted_at=None, voted_by="")
                | (~Q(verdict="") & ~Q(opinion="") & Q(voted_at__isnull=False, left_because="") & ~Q(voted_by="")),
                name="vote_has_an_opinion",
            ),
        )
