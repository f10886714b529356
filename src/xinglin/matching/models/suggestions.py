"""Ranking runs, their suggestions, and conflicts of interest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.models.needs import Need, Offer
from xinglin.matching.models.shapes import tied
from xinglin.matching.rules.suggestions import CONFLICT_MOVES, SUGGESTION_MOVES
from xinglin.matching.words.suggestions import ConflictKind, DeclineReason, Pool


class RankingRun(Stored):
    """One ranking of one need: which engine, when, for whom, over how many, who was left out and why."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(
            Privacy.ALLIANCE,
            "need",
            "pool",
            "engine",
            "embedder",
            "asked_by",
            "wanted",
            "looked_at",
            "refused_count",
            "milliseconds",
            "options",
            "excluded",
        ),
    }

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="runs")
    pool = models.CharField(max_length=12, choices=Pool.choices())
    engine = models.CharField(max_length=40)
    embedder = models.CharField(max_length=80, blank=True)
    asked_by = models.CharField(max_length=26)
    wanted = models.PositiveSmallIntegerField()
    looked_at = models.PositiveIntegerField()
    # How many refuse automated matching, never who (PIPL art. 24).
    refused_count = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    options = models.JSONField(default=dict)
    # [{"id", "name", "why"}]: people left out for a declared conflict of interest.
    excluded = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["need", "-created_at"]),)

    def __str__(self) -> str:
        return f"{self.need_id} {self.created_at:%Y-%m-%d %H:%M}"


class Suggestion(Dossier):
    """One expert or offer proposed for one need, with its score, its reasons and what people said of it."""

    MACHINE = SUGGESTION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "run", "need", "person", "offer", "place", "score", "reasons", "flags",
                  "decline_reason", "reason_text", "judged_at", "judged_by"),
    }  # fmt: skip

    run = models.ForeignKey(RankingRun, on_delete=models.PROTECT, related_name="suggestions")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="suggestions")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions")
    place = models.PositiveSmallIntegerField()
    score = models.FloatField()
    # The structured reasons of `rules.reasons`; their points add up to the score.
    reasons = models.JSONField(default=list)
    # Conflicts that were flagged, not excluded: [{"why"}].
    flags = models.JSONField(default=list)
    decline_reason = models.CharField(max_length=20, choices=DeclineReason.choices(), blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.CharField(max_length=26, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["need", "stage", "place"]),
            models.Index(fields=["person", "stage"]),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None, offer__isnull=False) | Q(person__isnull=False, offer=None),
                name="suggestion_has_one_candidate",
            ),
            models.UniqueConstraint(fields=["run", "person"], name="suggested_once_per_run"),
            models.UniqueConstraint(fields=["run", "offer"], name="offer_suggested_once_per_run"),
            models.CheckConstraint(condition=~Q(stage="declined") | ~Q(decline_reason=""), name="decline_has_a_reason"),
            tied("judged_at", "judged_by", "judgement_has_an_actor"),
        )

    def __str__(self) -> str:
        return f"{self.offer or self.person} · {self.need}"

    def scopes(self) -> list[Scope]:
        return self.need.scopes()


class ConflictOfInterest(Dossier):
    """A standing declaration that somebody is not neutral towards an organisation or another person."""

    MACHINE = CONFLICT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "person", "organisation", "other_person", "kind", "since", "until", "declared_by"),
        **classes(Privacy.PERSONAL, "note"),
    }  # fmt: skip

    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    other_person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=ConflictKind.choices())
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    declared_by = models.CharField(max_length=26)

    class Meta:
        indexes = (models.Index(fields=["person", "stage"]), models.Index(fields=["organisation", "stage"]))
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation=None, other_person__isnull=False)
                | Q(organisation__isnull=False, other_person=None),
                name="conflict_with_one_party",
            ),
            models.CheckConstraint(
                condition=Q(other_person=None) | ~Q(other_person=F("person")), name="no_conflict_with_oneself"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="conflict_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(stage="ended") | Q(until__isnull=False), name="ended_conflict_has_an_end"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation or self.other_person}"

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)]
