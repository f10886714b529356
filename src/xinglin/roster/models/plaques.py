"""Plaques and their codes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.agreements import Agreement
from xinglin.roster.models.platforms import Platform
from xinglin.roster.models.register import Organisation
from xinglin.roster.models.specialty_alliances import AllianceMember
from xinglin.roster.models.studios import Studio
from xinglin.roster.rules.plaques import PLAQUE_MOVES

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class Plaque(Dossier):
    """What hangs on a wall: a name, who granted it to whom, until when, and a code the public can check."""

    MACHINE = PLAQUE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "name", "granting", "receiving", "department", "granted_on", "until", "code",
                  "revoked_on", "keys"),
        **classes(ALLIANCE, "agreement", "platform", "alliance_place", "studio", "replaces", "closed_because"),
    }  # fmt: skip

    number = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=160)
    granting = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plaques_granted")
    receiving = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plaques_received")
    department = models.CharField(max_length=80, blank=True)
    granted_on = models.DateField()
    until = models.DateField(db_index=True)
    code = models.CharField(max_length=10, null=True, blank=True, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="plaques")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True, blank=True, related_name="plaques")
    alliance_place = models.ForeignKey(
        AllianceMember, on_delete=models.PROTECT, null=True, blank=True, related_name="plaques"
    )
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, blank=True, related_name="plaques")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    revoked_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="plaque_number_once"),
            models.CheckConstraint(condition=Q(until__gte=F("granted_on")), name="plaque_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(granting=F("receiving")), name="plaque_granted_to_another"),
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "withdrawn"]) | (Q(code__isnull=False) & ~Q(number="")),
                name="granted_plaque_has_a_code",
            ),
            models.CheckConstraint(
                condition=~Q(stage="revoked") | (Q(revoked_on__isnull=False) & ~Q(closed_because="")),
                name="revoked_plaque_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} · {self.receiving}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.granting_id)]
