"""Alliances inside the alliance and who belongs to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation
from xinglin.roster.rules.specialty_alliances import ALLIANCE_MEMBER_MOVES, SPECIALTY_ALLIANCE_MOVES
from xinglin.roster.words.specialty_alliances import LIVE, AllianceForm

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class SpecialtyAlliance(Dossier):
    """专科联盟 and its kin: a lead unit, its form, the pathway its members share."""

    MACHINE = SPECIALTY_ALLIANCE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "name", "form", "specialty", "lead", "lead_department", "founded_on", "keys"),
        **classes(ALLIANCE, "pathway", "agreement", "closed_because"),
    }

    name = models.CharField(max_length=160)
    form = models.CharField(max_length=20, choices=AllianceForm.choices(), default=AllianceForm.SPECIALTY)
    specialty = models.CharField(max_length=12, blank=True)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="specialty_alliances_led")
    lead_department = models.CharField(max_length=80, blank=True)
    pathway = models.TextField(blank=True)
    founded_on = models.DateField(null=True, blank=True)
    agreement = models.ForeignKey(
        "roster.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="specialty_alliances"
    )
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["lead", "name"], condition=~Q(stage__in=["closed", "withdrawn"]), name="specialty_alliance_once"
            ),
            models.CheckConstraint(
                condition=~Q(stage="running") | Q(founded_on__isnull=False), name="running_alliance_has_a_day"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.lead_id)]


class AllianceMember(Dossier):
    """An organisation in a specialty alliance, from application to leaving."""

    MACHINE = ALLIANCE_MEMBER_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "alliance", "organisation", "department", "joined_on", "left_on"),
        **classes(ALLIANCE, "statement", "closed_because"),
    }

    alliance = models.ForeignKey(SpecialtyAlliance, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="alliance_places")
    department = models.CharField(max_length=80, blank=True)
    statement = models.TextField(blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["alliance", "organisation"],
                condition=Q(stage__in=[str(s) for s in LIVE]),
                name="alliance_member_once",
            ),
            models.CheckConstraint(
                condition=~Q(stage="member") | Q(joined_on__isnull=False), name="alliance_member_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                name="alliance_member_leaves_after_joining",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.alliance}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.alliance.lead_id), ("organisation", self.organisation_id)]
