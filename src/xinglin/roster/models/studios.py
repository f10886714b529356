"""Studios of masters, their apprentices and yearly reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.studios import APPRENTICE_MOVES, STUDIO_MOVES
from xinglin.roster.words.studios import BOUND, StudioVerdict

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE
_BOUND = [str(stage) for stage in BOUND]


class Studio(Dossier):
    """A master from elsewhere at work in a host, for a term."""

    MACHINE = STUDIO_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "name", "host", "department", "partner", "master", "starts", "until", "keys"),
        **classes(ALLIANCE, "plan", "agreement", "closed_because"),
    }

    name = models.CharField(max_length=160)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="studios")
    department = models.CharField(max_length=80, blank=True)
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="studios_supported"
    )
    master = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="studios")
    starts = models.DateField()
    until = models.DateField(db_index=True)
    plan = models.TextField(blank=True)
    agreement = models.ForeignKey(
        "roster.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="studios"
    )
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["host", "master", "department"], condition=Q(stage__in=["proposed", "founded", "expiring"]),
                name="studio_once",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("starts")), name="studio_ends_after_start"),
            models.CheckConstraint(
                condition=Q(partner=None) | ~Q(partner=F("host")), name="studio_partner_is_another"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.host_id), ("person", self.master_id)]


class Apprenticeship(Dossier):
    """One teacher, one apprentice: the database knows no second pair beside it (seed 20, “一对一”)."""

    MACHINE = APPRENTICE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "studio", "teacher", "apprentice", "since", "until"),
        **classes(ALLIANCE, "plan", "assessment", "assessed_on", "closed_because"),
    }

    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="apprenticeships")
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="apprenticeships_given")
    apprentice = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="apprenticeships")
    plan = models.TextField()
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    assessment = models.TextField(blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["teacher"], condition=Q(stage__in=_BOUND), name="one_apprentice_each"),
            models.UniqueConstraint(fields=["apprentice"], condition=Q(stage__in=_BOUND), name="one_teacher_each"),
            models.CheckConstraint(condition=~Q(teacher=F("apprentice")), name="nobody_is_their_own_apprentice"),
            models.CheckConstraint(
                condition=~Q(stage__in=["passed", "failed"]) | (Q(assessed_on__isnull=False) & ~Q(assessment="")),
                name="assessed_apprentice_has_an_assessment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.teacher} → {self.apprentice}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.studio.host_id), ("person", self.teacher_id), ("person", self.apprentice_id)]


class StudioReview(Stored):
    """A year of a studio looked back on."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(
            ALLIANCE, "studio", "year", "held_on", "verdict", "days_on_site", "findings", "next_plan", "recorded_by"
        ),
    }

    studio = models.ForeignKey(Studio, on_delete=models.CASCADE, related_name="reviews")
    # The first, second, third ... year of the term.
    year = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    verdict = models.CharField(max_length=10, choices=StudioVerdict.choices())
    days_on_site = models.PositiveSmallIntegerField(default=0)
    findings = models.TextField()
    next_plan = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("year",)
        constraints = (models.UniqueConstraint(fields=["studio", "year"], name="studio_year_reviewed_once"),)
