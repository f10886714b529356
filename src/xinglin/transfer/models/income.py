"""The book of a transfer, and the distributions made from it. Lines are written once and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.models import Stored, classes
from xinglin.kernel.models.guards import append_only
from xinglin.transfer.models.guards import keeps_its_plan, lines_make_the_base, pays_the_net_income
from xinglin.transfer.models.shapes import ALLIANCE
from xinglin.transfer.models.transfers import Transfer
from xinglin.transfer.words.income import CostKind, EntryKind, Measure, Party


class IncomeEntry(Stored):
    """One line of a book: received, returned, cost, tax, shares, profit; or the reversal of an earlier line."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "transfer", "ordinal", "kind", "cost_kind", "amount", "fiscal_funded", "year",
                  "happened_on", "what", "reverses", "recorded_by"),
    }  # fmt: skip

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    ordinal = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=EntryKind.choices())
    cost_kind = models.CharField(max_length=12, choices=CostKind.choices(), blank=True)
    # Fen; shares where the line is about shares.
    amount = models.PositiveBigIntegerField()
    # Paid by fiscal research money: no cost by 浙江条例 art. 37.
    fiscal_funded = models.BooleanField(default=False)
    # The year of operation (1 to 5) a profit belongs to.
    year = models.PositiveSmallIntegerField(default=0)
    happened_on = models.DateField()
    what = models.CharField(max_length=200)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["transfer", "ordinal"], name="income_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="income_line_is_something"),
            models.CheckConstraint(condition=~Q(kind="cost") | ~Q(cost_kind=""), name="cost_has_a_kind"),
            models.CheckConstraint(condition=~Q(fiscal_funded=True) | Q(kind="cost"), name="only_costs_are_funded"),
            append_only("income_append_only"),
        )  # fmt: skip


class Distribution(Stored):
    """One sharing out: planned, under notice, paid; or withdrawn. A reversal takes a paid one back line by line."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "transfer", "ordinal", "measure", "base", "pool_bp", "main_bp", "staff_bp", "floors",
                  "deducts", "planned_on", "announced_on", "notice_until", "paid_on", "withdrawn_on", "reverses",
                  "because", "recorded_by"),
    }  # fmt: skip

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="distributions")
    ordinal = models.PositiveIntegerField()
    measure = models.CharField(max_length=8, choices=Measure.choices())
    # What this round shares out; negative in a reversal.
    base = models.BigIntegerField()
    pool_bp = models.PositiveSmallIntegerField()
    main_bp = models.PositiveSmallIntegerField()
    staff_bp = models.PositiveSmallIntegerField()
    # The proofs as they stood on the day of the plan: rules change, what was proved does not.
    floors = models.JSONField(default=list)
    # The kinds of cost taken off the income, as the rule stood then.
    deducts = ArrayField(models.CharField(max_length=12, choices=CostKind.choices()), default=list)
    planned_on = models.DateField()
    announced_on = models.DateField(null=True, blank=True)
    notice_until = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    because = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["transfer", "ordinal"], name="distribution_once"),
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(paid_on=None, withdrawn_on=None), name="one_plan_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(paid_on=None) | Q(withdrawn_on=None), name="paid_is_never_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(paid_on=None) | Q(reverses__isnull=False) | Q(paid_on__gte=F("notice_until")),
                name="paid_after_its_notice",
            ),
            models.CheckConstraint(
                condition=Q(base__gt=0, reverses=None) | Q(base__lt=0, reverses__isnull=False),
                name="only_a_reversal_takes_back",
            ),
            keeps_its_plan("distribution_keeps_its_plan"),
            lines_make_the_base("distribution_has_its_lines", distribution="id"),
            pays_the_net_income("distribution_pays_net_income"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.transfer.number}/{self.ordinal}"


class ShareLine(Stored):
    """What one party receives of a distribution."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "distribution", "ordinal", "party", "name", "person", "share_bp", "amount"),
    }

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="lines")
    ordinal = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=8, choices=Party.choices())
    name = models.CharField(max_length=120)
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    share_bp = models.PositiveSmallIntegerField(default=0)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["distribution", "ordinal"], name="share_line_once"),
            append_only("share_line_append_only"),
            lines_make_the_base("share_lines_make_the_base", distribution="distribution_id"),
        )
