"""The ledger's tables. No foreign keys: the record of what happened never stands in the way of what happens."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from xinglin.kernel.clock import now
from xinglin.kernel.words import Privacy


class LedgerEntry(models.Model):
    """One thing that happened. Rows are only ever added; triggers in the database refuse anything else."""

    CLASSES: ClassVar = {
        "id": Privacy.ALLIANCE, "event": Privacy.ALLIANCE, "happened_at": Privacy.ALLIANCE,
        "actor_id": Privacy.ALLIANCE, "actor_name": Privacy.ALLIANCE, "subject_kind": Privacy.ALLIANCE,
        "subject_id": Privacy.ALLIANCE, "subject_title": Privacy.ALLIANCE, "person_id": Privacy.ALLIANCE,
        "data": Privacy.ALLIANCE,
    }  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    event = models.CharField(max_length=80)
    happened_at = models.DateTimeField(default=now)
    actor_id = models.CharField(max_length=26)
    actor_name = models.CharField(max_length=120)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_title = models.CharField(max_length=300, blank=True)
    person_id = models.CharField(max_length=26, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "id"]),
            models.Index(fields=["actor_id", "id"]),
            models.Index(fields=["event", "id"]),
            models.Index(fields=["person_id", "id"], condition=~models.Q(person_id=""), name="ledger_about_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.event}"


class LedgerSeal(models.Model):
    """A sealed batch: the Merkle root of its leaves, chained to the seal before it."""

    CLASSES: ClassVar = {
        "id": Privacy.PUBLIC, "sealed_at": Privacy.PUBLIC, "size": Privacy.PUBLIC,
        "merkle_root": Privacy.PUBLIC, "previous_root": Privacy.PUBLIC, "root": Privacy.PUBLIC,
    }  # fmt: skip

    id = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    merkle_root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64)
    root = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.root}"


class LedgerLeaf(models.Model):
    """Which entry stands where in which seal, and what it hashed to when it was sealed."""

    CLASSES: ClassVar = {
        "entry_id": Privacy.ALLIANCE, "seal_id": Privacy.ALLIANCE, "position": Privacy.ALLIANCE,
        "digest": Privacy.ALLIANCE,
    }  # fmt: skip

    entry_id = models.BigIntegerField(primary_key=True)
    seal_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["seal_id", "position"], name="leaf_place_once"),)

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position} {self.digest}"
