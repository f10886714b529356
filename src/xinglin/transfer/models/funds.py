"""Grant calls with the challenges they pay for; deals with advisers, declarations, tranches and notes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.models.guards import append_only
from xinglin.kernel.words import Scope
from xinglin.transfer.models.shapes import ALLIANCE, PUBLIC
from xinglin.transfer.rules.funds import DEAL_MOVES, GRANT_MOVES
from xinglin.transfer.words.funds import DealStage


class GrantCall(Dossier):
    """A programme of a research fund; its calls are challenges, known here by their numbers."""

    MACHINE = GRANT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "number", "title", "organisation", "terms", "budget_fen", "closes_on", "keys"),
        **classes(ALLIANCE, "ended_because"),
    }

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    terms = models.TextField()
    budget_fen = models.PositiveBigIntegerField()
    closes_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (GinIndex(name="grant_call_keys", fields=["keys"]),)

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class GrantChallenge(Stored):
    """One challenge that a grant call pays for, by its number: challenges belong to another wing."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(PUBLIC, "call", "challenge_number", "planned_fen")}

    call = models.ForeignKey(GrantCall, on_delete=models.CASCADE, related_name="challenges")
    challenge_number = models.CharField(max_length=20)
    planned_fen = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("challenge_number",)
        constraints = (models.UniqueConstraint(fields=["challenge_number"], name="challenge_paid_by_one_grant"),)


class Deal(Dossier):
    """One investment deal. Its name stands nowhere but on its own page: ledger and notices know it by number."""

    MACHINE = DEAL_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "title", "company", "organisation", "summary", "amount_fen", "minutes",
                  "promises_nothing", "qualified_only", "proceeds_fen", "exited_on", "exit_way", "ended_because",
                  "keys"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    company = models.CharField(max_length=120)
    # The fund's manager.
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    summary = models.TextField()
    amount_fen = models.PositiveBigIntegerField(null=True, blank=True)
    minutes = models.ForeignKey(
        "kernel.DocumentVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    promises_nothing = models.BooleanField(default=False)
    qualified_only = models.BooleanField(default=False)
    proceeds_fen = models.PositiveBigIntegerField(null=True, blank=True)
    exited_on = models.DateField(null=True, blank=True)
    exit_way = models.CharField(max_length=200, blank=True)
    ended_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (GinIndex(name="deal_keys", fields=["keys"]),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(stage__in=["agreed", "funded", "post", "exited"])
                | Q(promises_nothing=True, qualified_only=True, amount_fen__gt=0),
                name="agreed_deal_promises_nothing",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        people = self.advisers.filter(left_on=None) if self._state.adding is False else []
        return [("organisation", self.organisation_id), *(("person", one.person_id) for one in people)]


class Adviser(Stored):
    """An expert of the alliance who advises a deal, until they leave it."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "deal", "person", "since", "left_on")}

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="advisers")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("since", "id")
        constraints = (models.UniqueConstraint(fields=["deal", "person"], name="adviser_once"),)


class Declaration(Stored):
    """What an adviser declared before a stage: an interest or none, in their own words. Never changed."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "deal", "person", "stage", "has_interest", "statement", "declared_on"),
    }

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="declarations")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=16, choices=DealStage.choices())
    has_interest = models.BooleanField()
    statement = models.TextField()
    declared_on = models.DateField()

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["deal", "person", "stage"], name="declared_once_per_stage"),
            append_only("declaration_append_only"),
        )


class Tranche(Stored):
    """One part of the money of a deal, its condition, and when it was paid."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "deal", "ordinal", "amount_fen", "condition", "paid_on", "shown_by"),
    }

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="tranches")
    ordinal = models.PositiveSmallIntegerField()
    amount_fen = models.PositiveBigIntegerField()
    condition = models.CharField(max_length=200)
    paid_on = models.DateField(null=True, blank=True)
    shown_by = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = (
            models.UniqueConstraint(fields=["deal", "ordinal"], name="tranche_once"),
            models.CheckConstraint(condition=Q(paid_on=None) | ~Q(shown_by=""), name="paid_tranche_is_shown"),
        )


class DealNote(Stored):
    """What happened to a deal between its stages: a meeting, a report of the company, a matter to watch."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "deal", "happened_on", "text", "recorded_by")}

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="notes")
    happened_on = models.DateField()
    text = models.TextField()
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("-happened_on", "-id")
