"""Achievements with their contributors and evidence; joint projects with who takes part."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Scope
from xinglin.transfer.models.shapes import ALLIANCE, PUBLIC
from xinglin.transfer.rules.achievements import ACHIEVEMENT_MOVES, PROJECT_MOVES
from xinglin.transfer.words.achievements import Origin, Post, ProjectKind


class JointProject(Dossier):
    """A joint laboratory or a medical-engineering project (domain 1b 42-43)."""

    MACHINE = PROJECT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "kind", "title", "organisation", "starts", "until", "keys"),
        **classes(ALLIANCE, "aim", "budget_fen", "result", "closed_on"),
    }

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=ProjectKind.choices())
    title = models.CharField(max_length=120)
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    aim = models.TextField()
    budget_fen = models.PositiveBigIntegerField(default=0)
    starts = models.DateField()
    until = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)
    keys = KeysField()

    class Meta:
        indexes = (GinIndex(name="joint_project_keys", fields=["keys"]),)
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("starts")), name="project_ends_after"),
            models.CheckConstraint(
                condition=~Q(stage="closed") | (~Q(result="") & Q(closed_on__isnull=False)),
                name="closed_project_has_a_result",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Participant(Stored):
    """One organisation in a joint project, and what it brings."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(PUBLIC, "project", "organisation"), **classes(ALLIANCE, "brings")}

    project = models.ForeignKey(JointProject, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    brings = models.CharField(max_length=200)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (models.UniqueConstraint(fields=["project", "organisation"], name="participant_once"),)


class Achievement(Dossier):
    """What was found and belongs to a unit: from the disclosure of its inventors to the register."""

    MACHINE = ACHIEVEMENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "title", "abstract", "organisation", "department", "specialty_codes", "trl",
                  "published", "registered_on", "keys"),
        **classes(ALLIANCE, "origin", "origin_number", "project", "in_use_since", "right_on", "withdrawn_because"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    abstract = models.TextField(blank=True)
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=80, blank=True)
    specialty_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    origin = models.CharField(max_length=12, choices=Origin.choices())
    # The number of the challenge or study it came from: they belong to other wings.
    origin_number = models.CharField(max_length=40, blank=True)
    project = models.ForeignKey(
        JointProject, on_delete=models.PROTECT, null=True, blank=True, related_name="achievements"
    )
    # The highest level of readiness whose evidence, and that of all below it, is kept; 0 for none.
    trl = models.PositiveSmallIntegerField(default=0)
    published = models.BooleanField(default=False)
    registered_on = models.DateField(null=True, blank=True)
    # The day it was first put to use, by whomever.
    in_use_since = models.DateField(null=True, blank=True)
    # The day its inventors' own right to implement was recorded.
    right_on = models.DateField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "stage"]),
            GinIndex(name="achievement_keys", fields=["keys"]),
        )
        constraints = (
            models.CheckConstraint(condition=Q(trl__lte=9), name="readiness_has_nine_levels"),
            models.CheckConstraint(
                condition=Q(origin="disclosure") | ~Q(origin_number=""), name="origin_has_its_number"
            ),
            models.CheckConstraint(
                condition=~Q(stage="registered") | Q(registered_on__isnull=False), name="registered_on_a_day"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        people = self.contributors.filter(person__isnull=False) if self._state.adding is False else []
        return [("organisation", self.organisation_id), *(("person", one.person_id) for one in people)]


class Contributor(Stored):
    """Who contributed, with their share of the inventors' part and, where agreed, of the ownership."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "achievement", "ordinal", "person", "name", "organisation_name", "share_bp", "owner_bp",
                  "main", "post"),
    }  # fmt: skip

    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="contributors")
    ordinal = models.PositiveSmallIntegerField()
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    organisation_name = models.CharField(max_length=120, blank=True)
    share_bp = models.PositiveSmallIntegerField()
    owner_bp = models.PositiveSmallIntegerField(default=0)
    main = models.BooleanField(default=True)
    post = models.CharField(max_length=8, choices=Post.choices(), default=Post.NONE)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["achievement", "ordinal"], name="contributor_once"),
            models.UniqueConstraint(
                fields=["achievement", "person"], condition=Q(person__isnull=False), name="contributor_person_once"
            ),
            models.CheckConstraint(condition=Q(share_bp__gte=1, share_bp__lte=10_000), name="contributor_has_a_share"),
            models.CheckConstraint(condition=Q(owner_bp__lt=10_000), name="unit_keeps_some_ownership"),
        )


class Evidence(Stored):
    """What shows one level of readiness: a statement and the document behind it."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "achievement", "level", "statement", "document", "assessed_on", "recorded_by"),
    }

    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="evidence")
    level = models.PositiveSmallIntegerField()
    statement = models.CharField(max_length=300)
    document = models.ForeignKey("kernel.DocumentVersion", on_delete=models.PROTECT, related_name="+")
    assessed_on = models.DateField()
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("level",)
        constraints = (
            models.UniqueConstraint(fields=["achievement", "level"], name="level_shown_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=9), name="level_one_to_nine"),
        )
