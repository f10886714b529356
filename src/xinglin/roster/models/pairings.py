"""Pairs of support with their goals and quarterly reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.pairings import PAIRING_MOVES
from xinglin.roster.words.pairings import (
    LIVE,
    PairingLevel,
    PairingProgramme,
    PairingResult,
    PairingSide,
    ReviewVerdict,
)

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE
_LIVE = [str(stage) for stage in LIVE]


class Pairing(Dossier):
    """A supporting side and a supported side, for a time, with goals."""

    MACHINE = PAIRING_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "programme", "level", "supporting_organisation", "supporting_department",
                  "supporting_person", "supported_organisation", "supported_department", "supported_person", "starts",
                  "until", "keys"),
        **classes(ALLIANCE, "aim", "agreement", "supporting_agreed_at", "supporting_agreed_by", "supported_agreed_at",
                  "supported_agreed_by", "result", "result_note", "closed_on", "closed_because"),
    }  # fmt: skip

    programme = models.CharField(max_length=10, choices=PairingProgramme.choices())
    level = models.CharField(max_length=12, choices=PairingLevel.choices())
    supporting_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pairings_giving")
    supporting_department = models.CharField(max_length=80, blank=True)
    supporting_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings_giving"
    )
    supported_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pairings_taking")
    supported_department = models.CharField(max_length=80, blank=True)
    supported_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings_taking"
    )
    aim = models.TextField(blank=True)
    starts = models.DateField()
    until = models.DateField(null=True, blank=True)
    agreement = models.ForeignKey(
        "roster.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="pairings"
    )
    supporting_agreed_at = models.DateTimeField(null=True, blank=True)
    supporting_agreed_by = models.CharField(max_length=26, blank=True)
    supported_agreed_at = models.DateTimeField(null=True, blank=True)
    supported_agreed_by = models.CharField(max_length=26, blank=True)
    result = models.CharField(max_length=10, choices=PairingResult.choices(), blank=True)
    result_note = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            # A doctor supports one doctor, and is supported by one.
            models.UniqueConstraint(
                fields=["supporting_person"], condition=Q(level="doctor", stage__in=_LIVE), name="supports_one_doctor"
            ),
            models.UniqueConstraint(
                fields=["supported_person"], condition=Q(level="doctor", stage__in=_LIVE),
                name="supported_by_one_doctor",
            ),
            models.UniqueConstraint(
                fields=["programme", "supporting_organisation", "supporting_department", "supported_organisation",
                        "supported_department"],
                condition=~Q(level="doctor") & Q(stage__in=_LIVE), name="pair_once",
            ),
            models.CheckConstraint(
                condition=~Q(level="doctor") | Q(supporting_person__isnull=False, supported_person__isnull=False),
                name="doctor_pair_names_doctors",
            ),
            models.CheckConstraint(
                condition=Q(supporting_person=None) | Q(supported_person=None)
                | ~Q(supporting_person=F("supported_person")),
                name="nobody_supports_themselves",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("starts")), name="pairing_ends_after"),
            models.CheckConstraint(
                condition=Q(supporting_agreed_at=None, supporting_agreed_by="")
                | (Q(supporting_agreed_at__isnull=False) & ~Q(supporting_agreed_by="")),
                name="supporting_consent_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(supported_agreed_at=None, supported_agreed_by="")
                | (Q(supported_agreed_at__isnull=False) & ~Q(supported_agreed_by="")),
                name="supported_consent_has_an_actor",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["agreed", "running"])
                | Q(supporting_agreed_at__isnull=False, supported_agreed_at__isnull=False),
                name="running_pair_agreed_by_both",
            ),
            models.CheckConstraint(condition=~Q(stage="closed") | ~Q(result=""), name="closed_pair_has_a_result"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name_of(PairingSide.SUPPORTING)} → {self.name_of(PairingSide.SUPPORTED)}"

    def name_of(self, side: PairingSide) -> str:
        """A side as it is called: the doctor, the department with its hospital, or the hospital."""
        person = getattr(self, f"{side}_person")
        organisation, department = getattr(self, f"{side}_organisation"), getattr(self, f"{side}_department")
        return str(person) if person and self.level == PairingLevel.DOCTOR else f"{organisation}{department}"

    def side_scopes(self, side: PairingSide) -> list[Scope]:
        """The scopes that may speak for one side."""
        person = getattr(self, f"{side}_person_id")
        places: list[Scope] = [("organisation", getattr(self, f"{side}_organisation_id"))]
        return [*places, ("person", person)] if person else places

    def scopes(self) -> list[Scope]:
        return [*self.side_scopes(PairingSide.SUPPORTING), *self.side_scopes(PairingSide.SUPPORTED)]


class PairingGoal(Stored):
    """What is to be reached: an indicator, where it stands, where it should stand, by when."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "pairing", "ordinal", "what", "indicator", "baseline", "target", "unit", "due_on"),
    }

    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="goals")
    ordinal = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200)
    indicator = models.CharField(max_length=120)
    baseline = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    target = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=["pairing", "ordinal"], name="pairing_goal_once"),)


class PairingReview(Stored):
    """One quarter looked back on."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "pairing", "quarter", "held_on", "verdict", "note", "next_steps", "recorded_by"),
    }

    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="reviews")
    quarter = models.CharField(max_length=6)
    held_on = models.DateField()
    verdict = models.CharField(max_length=10, choices=ReviewVerdict.choices())
    note = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("quarter",)
        constraints = (models.UniqueConstraint(fields=["pairing", "quarter"], name="quarter_reviewed_once"),)


class GoalProgress(Stored):
    """How far one goal was at one review, and what shows it."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "review", "goal", "value", "evidence")}

    review = models.ForeignKey(PairingReview, on_delete=models.CASCADE, related_name="progress")
    goal = models.ForeignKey(PairingGoal, on_delete=models.CASCADE, related_name="progress")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    evidence = models.CharField(max_length=300)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["review", "goal"], name="goal_progress_once"),)
