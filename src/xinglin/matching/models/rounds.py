"""Assignment rounds and their proposals."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.models.needs import Need
from xinglin.matching.models.shapes import tied
from xinglin.matching.rules.rounds import PROPOSAL_MOVES, ROUND_MOVES
from xinglin.matching.words.rounds import Objective


class Round(Dossier):
    """One batch assignment: which needs, under which limits, and what the solver found or could not find."""

    MACHINE = ROUND_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "number", "title", "need_ids", "objective", "per_need", "load_limit",
                  "candidates_each", "cover_needs", "quotas", "job_id", "solved_at", "total", "worst", "optimal", "gap",
                  "gap_sentence", "relax", "seconds", "pairs", "candidates", "failure"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    need_ids = ArrayField(models.CharField(max_length=26), default=list)
    objective = models.CharField(max_length=8, choices=Objective.choices())
    per_need = models.PositiveSmallIntegerField(default=1)
    load_limit = models.PositiveSmallIntegerField(default=3)
    candidates_each = models.PositiveSmallIntegerField(default=50)
    cover_needs = models.PositiveIntegerField(default=0)
    quotas = models.JSONField(default=list)
    job_id = models.CharField(max_length=26, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    total = models.FloatField(null=True, blank=True)
    worst = models.FloatField(null=True, blank=True)
    optimal = models.BooleanField(default=False)
    gap = models.FloatField(null=True, blank=True)
    # {"zh", "en"}: what is proven, in words.
    gap_sentence = models.JSONField(default=dict)
    # [{"zh", "en"}]: the smallest set of limits to relax, in words; empty when an assignment exists.
    relax = models.JSONField(default=list)
    seconds = models.FloatField(null=True, blank=True)
    pairs = models.PositiveIntegerField(default=0)
    candidates = models.PositiveIntegerField(default=0)
    # {"zh", "en"}: why the computation stopped.
    failure = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(per_need__gte=1, load_limit__gte=1), name="round_limits_are_positive"),
            models.CheckConstraint(
                condition=~Q(stage__in=["proposed", "confirmed"]) | Q(solved_at__isnull=False),
                name="proposals_were_solved",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return []


class Proposal(Dossier):
    """One pair a round proposes. A person confirms it, and a docking begins; or rejects it with a reason."""

    MACHINE = PROPOSAL_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "round", "need", "person", "score", "reasons", "flags", "decided_at", "decided_by",
                  "reason_text", "docking_id"),
    }  # fmt: skip

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="proposals")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="proposals")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=26, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    docking_id = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["round", "need", "person"], name="proposed_once_per_round"),
            tied("decided_at", "decided_by", "proposal_decision_has_an_actor"),
            models.CheckConstraint(
                condition=~Q(stage="confirmed") | ~Q(docking_id=""), name="confirmed_proposal_has_a_docking"
            ),
        )

    def __str__(self) -> str:
        return f"{self.need} · {self.person}"

    def scopes(self) -> list[Scope]:
        return self.need.scopes()
