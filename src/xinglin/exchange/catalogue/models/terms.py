"""HR scopes, windows and prices: everything dated, so that a decision can be explained as of its day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Concat

from xinglin.exchange.catalogue.models.items import Item, Site
from xinglin.exchange.catalogue.rules.grants import GRANT_MOVES
from xinglin.exchange.catalogue.words import Basis, Outcome
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope


class Days(Func):
    """The days a dated row holds, both ends included; open where there is no end."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


class Same(Func):
    """Equality of texts as an overlap of ranges: plain GiST compares ranges, and btree_gist need not be installed."""

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"int8range(hashtextextended({inner}, 0), hashtextextended({inner}, 0), '[]')", [*params, *params]


def _no_overlap(name: str, *columns: str) -> ExclusionConstraint:
    """At most one row of the same `columns` holds on any day."""
    parts: list[Any] = []
    for column in columns:
        parts += [Coalesce(F(column), Value("")), Value("|")]
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Same(Concat(*parts)), RangeOperators.OVERLAPS),
            (Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
        ],
    )


class ScopeGrant(Dossier):
    """The HR mark: this site's results of this item count inside `scope` (domain 2.1, 2.5, 2.9).

    `scope` is "全国" (000000), a province or city by its GB/T 2260 code, or an alliance's id. It counts for a result
    when it was valid, and not suspended, at the time of the specimen or examination.
    """

    MACHINE = GRANT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("site", "item", "scope", "programme", "result", "valid_from", "valid_to", "suspended_from",
             "suspension_reason", "evidence", "revoked_from", "evaluated_until"),
            Privacy.PUBLIC,
        ),
    }  # fmt: skip

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="grants")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=26)
    programme = models.CharField(max_length=160)
    result = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField()
    suspended_from = models.DateField(null=True, blank=True)
    suspension_reason = models.CharField(max_length=200, blank=True)
    # The last day for which a passed quality evaluation speaks; without a newer one the mark is then suspended.
    evaluated_until = models.DateField()
    # Taken back for good: results from this day on do not carry the mark.
    revoked_from = models.DateField(null=True, blank=True)
    # A document of the kernel: the certificate of the quality evaluation.
    evidence = models.CharField(max_length=26, blank=True)

    class Meta:
        indexes = (models.Index(fields=["item", "site", "valid_from"]),)
        constraints = (
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="grant_period"),
            models.UniqueConstraint(fields=["site", "item", "scope", "valid_from"], name="scope_grant_once"),
            models.CheckConstraint(
                condition=Q(stage="suspended", suspended_from__isnull=False) | ~Q(stage="suspended"),
                name="suspended_grant_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(stage="revoked", revoked_from__isnull=False) | (~Q(stage="revoked") & Q(revoked_from=None)),
                name="revoked_grant_says_since_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.code} {self.scope}HR"

    def scopes(self) -> list[Scope]:
        return self.site.scopes()


class Suspension(Stored):
    """A stretch of days in which a mark did not count: from `since` until the day before `until`. History stays."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, **dict.fromkeys(("grant", "since", "until", "reason", "automatic"), Privacy.PUBLIC)
    }  # fmt: skip

    grant = models.ForeignKey(ScopeGrant, on_delete=models.PROTECT, related_name="suspensions")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    # By the program, because an evaluation failed or lapsed; only these end by themselves.
    automatic = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["grant"], condition=Q(until=None), name="one_open_suspension"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="suspension_period"),
        )

    def __str__(self) -> str:
        return f"{self.grant} {self.since.isoformat()}"


class QualityEvaluation(Stored):
    """The outcome of an external quality evaluation (室间质评) of one item at one site (domain 2.9)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("site", "item", "programme", "outcome", "evaluated_on", "valid_to", "remark"), Privacy.PUBLIC
        ),
        "recorded_by": Privacy.ALLIANCE,
    }  # fmt: skip

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="evaluations")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="evaluations")
    programme = models.CharField(max_length=160)
    outcome = models.CharField(max_length=8, choices=Outcome.choices())
    evaluated_on = models.DateField()
    # The last day a passed evaluation speaks for.
    valid_to = models.DateField()
    remark = models.CharField(max_length=200, blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(valid_to__gte=F("evaluated_on")), name="evaluation_period"),
            models.UniqueConstraint(
                fields=["site", "item", "programme", "evaluated_on"], name="quality_evaluation_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.code} {self.programme}"

    def scopes(self) -> list[Scope]:
        return self.site.scopes()


class RecognitionRule(Stored):
    """How long results of an item count, per region or alliance ("" is everywhere). Dated; history stays."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("item", "region", "window_days", "basis", "enabled", "valid_from", "valid_to", "source"), Privacy.PUBLIC
        ),
    }

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="rules")
    region = models.CharField(max_length=26, blank=True)
    # Continuous periods of 24 hours, boundary inclusive; 0 means shown, never recognised (domain 2.4).
    window_days = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=14, choices=Basis.choices(), default=Basis.SPECIMEN_TIME)
    enabled = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "region", "valid_from"], name="recognition_rule_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="recognition_rule_period"
            ),
            _no_overlap("recognition_rules_follow_each_other", "item_id", "region"),
        )

    def __str__(self) -> str:
        return f"{self.item.code} {self.window_days} d"


class ItemPrice(Stored):
    """What an item costs at a site (or, without one, in a city), in fen, from a day on; with the list it is from."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("item", "site", "region", "price_fen", "valid_from", "valid_to", "price_list"), Privacy.PUBLIC
        ),
    }

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="prices")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="prices")
    region = models.CharField(max_length=6, blank=True)
    price_fen = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    price_list = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(price_fen__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=~Q(site=None) | ~Q(region=""), name="price_has_a_place"),
            models.UniqueConstraint(
                fields=["item", "site", "region", "valid_from"], name="price_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(site=None) | Q(region=""), name="price_has_one_place"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="price_period"),
            _no_overlap("prices_follow_each_other", "item_id", "site_id", "region"),
        )

    def __str__(self) -> str:
        return f"{self.item.code} {self.price_fen}"
