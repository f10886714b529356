"""Dated configuration, running numbers, and what was already submitted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.clock import now
from xinglin.kernel.models.base import Stored
from xinglin.kernel.words import Privacy


class DatedSetting(Stored):
    """A rule a province, city or programme can change: its value, from when until when, and on whose authority."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "key": Privacy.PUBLIC,
        "value": Privacy.PUBLIC,
        "source_document": Privacy.PUBLIC,
        "article": Privacy.PUBLIC,
        "valid_from": Privacy.PUBLIC,
        "valid_to": Privacy.PUBLIC,
        "set_by": Privacy.ALLIANCE,
    }

    key = models.CharField(max_length=80)
    value = models.JSONField()
    source_document = models.CharField(max_length=300)
    article = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    set_by = models.CharField(max_length=26)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "valid_from"], name="setting_from_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="setting_ends_after_it_begins"
            ),
        )


class Series(models.Model):
    """Running numbers without gaps: one row per series and year, locked while a number is taken."""

    CLASSES: ClassVar = {
        "id": Privacy.ALLIANCE, "name": Privacy.ALLIANCE, "year": Privacy.ALLIANCE, "last": Privacy.ALLIANCE,
    }  # fmt: skip

    name = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "year"], name="series_once"),)

    def __str__(self) -> str:
        return f"{self.name}-{self.year}-{self.last}"


class Submission(models.Model):
    """A form carries a token; the second time it arrives, the first result is shown again."""

    CLASSES: ClassVar = {
        "token": Privacy.SECRET, "account_id": Privacy.ALLIANCE, "verb": Privacy.ALLIANCE,
        "subject_kind": Privacy.ALLIANCE, "subject_id": Privacy.ALLIANCE, "created_at": Privacy.ALLIANCE,
    }  # fmt: skip

    token = models.CharField(primary_key=True, max_length=64)
    account_id = models.CharField(max_length=26)
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.verb
