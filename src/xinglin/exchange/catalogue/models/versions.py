"""The catalogue's own history: what was published, and the mark by which every process knows that it changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.models import Stored
from xinglin.kernel.models.base import new_id
from xinglin.kernel.words import Privacy


class CatalogueState(Stored):
    """One row: `revision` counts changes, `stamp` is new with each of them (a rollback brings the old one back)."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, "revision": Privacy.PUBLIC, "stamp": Privacy.PUBLIC, "only": Privacy.PUBLIC,
    }  # fmt: skip

    revision = models.BigIntegerField(default=0)
    stamp = models.CharField(max_length=26, default=new_id)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(only=True), name="one_catalogue_state"),)

    def __str__(self) -> str:
        return str(self.revision)

    @classmethod
    def move_on(cls) -> None:
        """Mark a change of what order time reads; the row stays locked until the change is committed."""
        if not cls.objects.filter(only=True).update(revision=F("revision") + 1, stamp=new_id()):
            cls.objects.get_or_create(only=True, defaults={"revision": 1})

    @classmethod
    def lock(cls) -> CatalogueState:
        """The row, locked: whoever gives out numbers queues here."""
        cls.objects.get_or_create(only=True)
        return cls.objects.select_for_update().get(only=True)


class CatalogueVersion(Stored):
    """A published state of the standard items, with what changed since the one before: the public notice."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("number", "published_on", "source", "items", "added", "changed", "disabled", "enabled", "published_by"),
            Privacy.PUBLIC,
        ),
    }  # fmt: skip

    number = models.PositiveIntegerField(unique=True)
    published_on = models.DateField()
    source = models.CharField(max_length=200)
    # How many items were enabled.
    items = models.PositiveIntegerField()
    # Codes of items; `changed` maps each code to the names of the columns that changed.
    added = models.JSONField(default=list)
    changed = models.JSONField(default=dict)
    disabled = models.JSONField(default=list)
    enabled = models.JSONField(default=list)
    published_by = models.CharField(max_length=26)

    def __str__(self) -> str:
        return f"{self.number} ({self.published_on.isoformat()})"
