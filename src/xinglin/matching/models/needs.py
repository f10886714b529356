"""Needs and offers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.matching.rules.needs import NEED_MOVES
from xinglin.matching.rules.offers import OFFER_MOVES
from xinglin.matching.words.needs import (
    ClosingReason,
    Confidentiality,
    HomePreference,
    NeedKind,
    OfferKind,
    SeniorityWanted,
)


class Need(Dossier):
    """What a hospital, a company or another organisation lacks, in its own words and in structure."""

    MACHINE = NEED_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.PUBLIC, "number", "organisation", "title", "body", "kind", "specialty_codes", "region",
                  "wanted_by", "experts_wanted", "keys"),
        **classes(Privacy.ALLIANCE, "department", "budget_fen", "confidentiality", "contact_person", "contact_account",
                  "home_preference", "seniority", "stands_until", "closing_reason", "closing_text", "reply"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey("roster.Organisation", on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=120)
    body = models.TextField()
    kind = models.CharField(max_length=16, choices=NeedKind.choices())
    specialty_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    region = models.CharField(max_length=6, blank=True)
    budget_fen = models.PositiveBigIntegerField(null=True, blank=True)
    wanted_by = models.DateField(null=True, blank=True)
    stands_until = models.DateField(db_index=True)
    confidentiality = models.CharField(max_length=16, choices=Confidentiality.choices())
    contact_person = models.ForeignKey(
        "roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact_account = models.ForeignKey(
        "kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    experts_wanted = models.PositiveSmallIntegerField(default=1)
    home_preference = models.CharField(max_length=8, choices=HomePreference.choices(), default=HomePreference.NONE)
    seniority = models.CharField(max_length=12, choices=SeniorityWanted.choices(), default=SeniorityWanted.ANY)
    reply = models.TextField(blank=True)
    closing_reason = models.CharField(max_length=20, choices=ClosingReason.choices(), blank=True)
    closing_text = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "stage"]),
            GinIndex(name="need_keys", fields=["keys"]),
        )
        constraints = (
            models.CheckConstraint(condition=Q(experts_wanted__gte=1), name="need_wants_somebody"),
            models.CheckConstraint(
                condition=~Q(stage__in=["closed", "withdrawn"]) | ~Q(closing_reason=""),
                name="need_closes_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Offer(Dossier):
    """What an expert or an organisation can give: time, a service, a technology, funding, a place."""

    MACHINE = OFFER_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.PUBLIC, "number", "person", "organisation", "title", "body", "kind", "specialty_codes",
                  "region", "link", "keys"),
        **classes(Privacy.ALLIANCE, "price_fen", "stands_until", "confidentiality", "contact_account", "capacity",
                  "closing_reason", "closing_text", "reply"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=120)
    body = models.TextField()
    kind = models.CharField(max_length=16, choices=OfferKind.choices())
    specialty_codes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    region = models.CharField(max_length=6, blank=True)
    price_fen = models.PositiveBigIntegerField(null=True, blank=True)
    link = models.URLField(blank=True)
    capacity = models.PositiveSmallIntegerField(default=1)
    stands_until = models.DateField(db_index=True)
    confidentiality = models.CharField(max_length=16, choices=Confidentiality.choices())
    contact_account = models.ForeignKey(
        "kernel.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reply = models.TextField(blank=True)
    closing_reason = models.CharField(max_length=20, choices=ClosingReason.choices(), blank=True)
    closing_text = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        indexes = (
            models.Index(fields=["person", "stage"]),
            models.Index(fields=["organisation", "stage"]),
            GinIndex(name="offer_keys", fields=["keys"]),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="offer_has_one_giver",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["closed", "withdrawn"]) | ~Q(closing_reason=""),
                name="offer_closes_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)] if self.person_id else [("organisation", self.organisation_id)]
