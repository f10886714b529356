"""What a demand consists of: quantified indicators, money by source, planned milestones."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.kernel.models import Stored, classes
from xinglin.kernel.words import Privacy


class Indicator(Stored):
    """One thing the outcome is measured by (domain 4.3: name, unit, target, test method)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "number", "name", "unit", "direction", "target", "test_method"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)
    direction = models.CharField(max_length=10, choices=Direction.choices(), default=Direction.AT_LEAST)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    test_method = models.CharField(max_length=400)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["challenge", "number"], name="indicator_number_once"),)

    def __str__(self) -> str:
        return self.name


class BudgetLine(Stored):
    """Money for a challenge from one source, in fen."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "number", "source", "purpose", "amount_fen"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="budget_lines")
    number = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=8, choices=BudgetSource.choices())
    purpose = models.CharField(max_length=200, blank=True)
    amount_fen = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="budget_line_number_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="budget_line_holds_money"),
        )

    def __str__(self) -> str:
        return self.purpose or self.source


class PlannedMilestone(Stored):
    """A milestone as the demander plans it: content, month by which it is due, its share of the money in percent."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "number", "content", "due_months", "share_percent"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="planned_milestones")
    number = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=400)
    due_months = models.PositiveSmallIntegerField()
    share_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="planned_milestone_number_once"),
            models.CheckConstraint(condition=Q(share_percent__lte=100), name="planned_share_is_a_share"),
            models.CheckConstraint(condition=Q(due_months__gte=1), name="planned_milestone_takes_time"),
        )

    def __str__(self) -> str:
        return self.content
