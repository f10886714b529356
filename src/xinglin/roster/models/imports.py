"""Rosters that came or left as files, and pairs of records that may be one."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.imports import DUPLICATE_MOVES, EXPORT_MOVES, IMPORT_MOVES
from xinglin.roster.words.imports import ExportedSheet, FileForm, FileLanguage, Kept, RosterSheet

INSIDE, PERSONAL = Privacy.ALLIANCE, Privacy.PERSONAL


class RosterFile(Stored):
    """A spreadsheet in the house, encrypted as a whole: it names many people. It goes after `kept_until`."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, "name": INSIDE, "sha256": INSIDE, "size": INSIDE, "content": Privacy.SECRET,
        "kept_until": INSIDE,
    }  # fmt: skip

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    kept_until = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.name


class ImportRun(Dossier):
    """One file brought into the register: what a dry run found, how far it is, what came of it.

    `ahead` counts rows a dry run would make created, updated, unchanged; the columns of those names count what was
    done. `taken` is how many good rows are behind us: a run that was cut off goes on from there.
    """

    MACHINE = IMPORT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        "file": INSIDE, "file_name": INSIDE, "sheet": INSIDE, "rows": INSIDE, "good": INSIDE, "ahead": INSIDE,
        "taken": INSIDE, "created": INSIDE, "updated": INSIDE, "unchanged": INSIDE, "refused": INSIDE,
        "proposed": INSIDE, "extra_columns": INSIDE, "job_id": INSIDE, "failure": INSIDE,
    }  # fmt: skip

    file = models.ForeignKey(RosterFile, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sheet = models.CharField(max_length=16, choices=RosterSheet.choices(), default=RosterSheet.AUTO)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    ahead = models.JSONField(default=dict)
    taken = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Organisations that were only named as somebody's place of work, and now wait to be admitted.
    proposed = models.PositiveIntegerField(default=0)
    extra_columns = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    job_id = models.CharField(max_length=26, blank=True)
    failure = models.JSONField(default=dict)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(taken__lte=F("good")), name="import_takes_what_is_good"),)

    def __str__(self) -> str:
        return self.file_name

    def scopes(self) -> list[Scope]:
        return []


class ImportRefusal(Stored):
    """One cell (or row) of a file that was not taken, and why. `late` ones came from the register, not the cell."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        "run": INSIDE, "sheet": INSIDE, "row": INSIDE, "column": INSIDE, "code": INSIDE, "params": PERSONAL,
        "offers": INSIDE, "late": INSIDE,
    }  # fmt: skip

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    sheet = models.CharField(max_length=16, choices=RosterSheet.choices())
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    offers = ArrayField(models.CharField(max_length=26), default=list, blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["run", "sheet", "row"], name="refusal_by_row"),)

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.column}: {self.code}"


class ExportRun(Dossier):
    """One file taken out of the register, by whom and what for."""

    MACHINE = EXPORT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        "file": INSIDE, "sheet": INSIDE, "form": INSIDE, "language": INSIDE, "personal": INSIDE, "purpose": INSIDE,
        "rows": INSIDE, "job_id": INSIDE,
    }  # fmt: skip

    file = models.ForeignKey(RosterFile, on_delete=models.SET_NULL, null=True, related_name="+")
    sheet = models.CharField(max_length=16, choices=ExportedSheet.choices())
    form = models.CharField(max_length=8, choices=FileForm.choices())
    language = models.CharField(max_length=4, choices=FileLanguage.choices())
    personal = models.BooleanField(default=False)
    purpose = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    job_id = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            # PIPL art. 6: personal information leaves for a stated purpose only.
            models.CheckConstraint(condition=Q(personal=False) | ~Q(purpose=""), name="personal_export_has_a_purpose"),
        )

    def __str__(self) -> str:
        return f"{self.sheet} {self.created_at:%Y-%m-%d}"

    def scopes(self) -> list[Scope]:
        # Its own maker counts through `created_by`; only roles for the whole alliance reach further.
        return []


class Duplicate(Dossier):
    """Two records of one kind that may be one, with the reasons; only a person says so, and may take it back."""

    MACHINE = DUPLICATE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        "first_organisation": INSIDE, "second_organisation": INSIDE, "first_person": INSIDE, "second_person": INSIDE,
        "verdict": INSIDE, "score": INSIDE, "findings": PERSONAL, "kept": INSIDE, "reason": INSIDE,
        "closed_from": INSIDE,
    }  # fmt: skip

    first_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    second_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    first_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    second_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=8)
    score = models.PositiveSmallIntegerField(db_index=True)
    findings = models.JSONField(default=list)
    kept = models.CharField(max_length=8, choices=Kept.choices(), blank=True)
    reason = models.TextField(blank=True)
    # The stage the closed record was in, for undoing.
    closed_from = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["first_organisation", "second_organisation"], name="organisations_once"),
            models.UniqueConstraint(fields=["first_person", "second_person"], name="people_once"),
            models.CheckConstraint(
                condition=Q(first_organisation__isnull=False, second_organisation__gt=F("first_organisation"),
                            first_person=None, second_person=None)
                | Q(first_person__isnull=False, second_person__gt=F("first_person"),
                    first_organisation=None, second_organisation=None),
                name="two_records_of_one_kind",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def first(self) -> Organisation | Person:
        return self.first_organisation or self.first_person

    @property
    def second(self) -> Organisation | Person:
        return self.second_organisation or self.second_person

    def scopes(self) -> list[Scope]:
        return []
