"""A challenge: one demand from its first draft to its archive."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from xinglin.challenges.rules.challenges import CHALLENGE_MOVES
from xinglin.challenges.words.calls import CriterionSet, Openness
from xinglin.challenges.words.challenges import AwardMode
from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.words import Privacy, Scope


class Challenge(Dossier):
    """A hard problem an institution (发榜方) puts out for others (揭榜方) to take up (domain 4.3)."""

    MACHINE = CHALLENGE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.PUBLIC, "number", "organisation", "title", "problem", "current_level", "scene", "end_user",
                  "specialty_codes", "region", "mode", "months", "most_fen", "ip_clause", "data_available",
                  "needs_ethics", "needs_hgr", "closes_at", "openness", "published_at", "mean_centi", "ended_because",
                  "keys"),
        **classes(Privacy.ALLIANCE, "text_agreed_on", "case_manager", "need_number", "contact", "criterion_set",
                  "argument_round", "remark"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    problem = models.TextField()
    current_level = models.TextField(blank=True)
    scene = models.TextField(blank=True)
    end_user = models.CharField(max_length=120, blank=True)
    specialty_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    region = models.CharField(max_length=6, blank=True)
    mode = models.CharField(max_length=8, choices=AwardMode.choices(), default=AwardMode.SINGLE)
    months = models.PositiveSmallIntegerField(default=24)
    most_fen = models.PositiveBigIntegerField(null=True, blank=True)
    ip_clause = models.TextField(blank=True)
    data_available = models.TextField(blank=True)
    needs_ethics = models.BooleanField(default=False)
    needs_hgr = models.BooleanField(default=False)
    # Server time decides; a bid received at or after this moment is late.
    closes_at = models.DateTimeField(null=True, blank=True, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    openness = models.CharField(max_length=8, choices=Openness.choices(), default=Openness.PUBLIC)
    # How it is argued (论证), which round it is in, and what came of it, in hundredths of a point.
    criterion_set = models.CharField(max_length=12, choices=CriterionSet.choices(), default=CriterionSet.GENERAL)
    argument_round = models.PositiveSmallIntegerField(default=1)
    mean_centi = models.PositiveIntegerField(null=True, blank=True)
    # When the demander agreed to what the list will say; a change of the text asks for it anew.
    text_agreed_on = models.DateField(null=True, blank=True)
    # What the secretariat asks to be changed; why it was rejected or cancelled.
    remark = models.TextField(blank=True)
    ended_because = models.TextField(blank=True)
    # Who speaks for the demander.
    contact = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    case_manager = models.ForeignKey(
        "kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The need it grew from, by number: the need belongs to another wing.
    need_number = models.CharField(max_length=20, blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "stage"]),
            GinIndex(name="challenge_keys", fields=["keys"]),
        )
        constraints = (models.CheckConstraint(condition=Q(months__gte=1), name="challenge_takes_time"),)

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]
