"""Results of other cities that a doctor was shown here: a copy of what was judged by (domain 2.1, "record")."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.kernel.clock import now
from xinglin.kernel.words import Privacy


class ForeignResult(models.Model):
    """One version of one result, as the city told it. Decisions name it by the negative of its number.

    `peer` is the city's entry, `hospital` who made the result there. `fallen_at` is when the city no longer told it so:
    corrected, void, or gone.
    """

    CLASSES: ClassVar = {
        **dict.fromkeys(
            ("id", "peer", "city", "hospital", "site", "source_id", "digest", "kept_at", "fallen_at", "scopes"),
            Privacy.ALLIANCE,
        ),
        "person": Privacy.PERSONAL,
        **dict.fromkeys(
            ("item", "effective_at", "reported_at", "number", "text", "unit", "critical", "told_as"),
            Privacy.CLINICAL
        ),
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    peer = models.CharField(max_length=26)
    city = models.CharField(max_length=6)
    hospital = models.CharField(max_length=120, blank=True)
    # The city's number in the exchange.
    site = models.SmallIntegerField()
    source_id = models.CharField(max_length=64)
    person = models.BigIntegerField()
    item = models.IntegerField()
    effective_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    number = models.DecimalField(max_digits=24, decimal_places=9, null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    # Value and unit as the city told them, where the number was converted from them.
    told_as = models.CharField(max_length=60, blank=True)
    critical = models.BooleanField(default=False)
    # The HR marks the city said it has.
    scopes = ArrayField(models.CharField(max_length=26), default=list, blank=True)
    digest = models.BinaryField(max_length=16)
    kept_at = models.DateTimeField(default=now)
    fallen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "peer", "source_id", "item", "digest"], name="foreign_result_once"
            ),
            models.CheckConstraint(
                condition=Q(fallen_at=None) | Q(fallen_at__gte=models.F("kept_at")), name="foreign_falls_later"
            ),
        )

    def __str__(self) -> str:
        return f"{self.peer}/{self.source_id}"
