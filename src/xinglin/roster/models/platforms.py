"""Platforms and bases: their partners, reviews, accreditations and outputs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.platforms import PLATFORM_MOVES
from xinglin.roster.words.platforms import OutputKind, PlatformKind, PlatformLevel, PlatformVerdict

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class Platform(Dossier):
    """A place where research, teaching or trials happen, on somebody's approval, reviewed in a cycle."""

    MACHINE = PLATFORM_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "name", "kind", "level", "host", "department", "approver", "approval_number", "approved_on",
                  "keys"),
        **classes(ALLIANCE, "leader", "area_square_metres", "equipment", "scope", "agreement", "review_months",
                  "next_review_on", "closed_because"),
    }  # fmt: skip

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=PlatformKind.choices())
    level = models.CharField(max_length=10, choices=PlatformLevel.choices())
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="platforms")
    department = models.CharField(max_length=80, blank=True)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="platforms_led")
    scope = models.TextField(blank=True)
    equipment = models.TextField(blank=True)
    area_square_metres = models.PositiveIntegerField(null=True, blank=True)
    approver = models.CharField(max_length=120, blank=True)
    approval_number = models.CharField(max_length=80, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    review_months = models.PositiveSmallIntegerField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True, db_index=True)
    agreement = models.ForeignKey(
        "roster.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="platforms"
    )
    closed_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["host", "name"],
                condition=~Q(stage__in=["closed", "withdrawn", "revoked"]),
                name="platform_once",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["approved", "review_due", "suspended"])
                | Q(approved_on__isnull=False, next_review_on__isnull=False),
                name="approved_platform_has_its_days",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [("organisation", self.host_id)]


class PlatformPartner(Stored):
    """An organisation that runs a platform together with its host."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(PUBLIC, "platform", "organisation"), "part": ALLIANCE}

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="platforms_shared")
    part = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["platform", "organisation"], name="platform_partner_once"),)


class PlatformReview(Stored):
    """One look at a platform by those who approved it."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "platform", "held_on", "verdict", "findings", "next_review_on", "recorded_by"),
    }

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="reviews")
    held_on = models.DateField()
    verdict = models.CharField(max_length=12, choices=PlatformVerdict.choices())
    findings = models.TextField(blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("held_on", "id")


class Accreditation(Stored):
    """A certificate a platform holds from an accrediting body (JCI, CNAS, ISO 15189 ...), until its last day."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "platform", "body", "scheme", "number", "since", "valid_until", "ended_on"),
    }

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="accreditations")
    body = models.CharField(max_length=120)
    scheme = models.CharField(max_length=120)
    number = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    valid_until = models.DateField(null=True, blank=True, db_index=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["platform", "body", "scheme"], condition=Q(ended_on=None), name="accreditation_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("since")), name="accreditation_ends_after_start"
            ),
        )


class PlatformOutput(Stored):
    """Something that came out of a platform, with where it can be checked."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "platform", "kind", "title", "happened_on", "link"), "recorded_by": ALLIANCE,
    }  # fmt: skip

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="outputs")
    kind = models.CharField(max_length=12, choices=OutputKind.choices())
    title = models.CharField(max_length=300)
    happened_on = models.DateField()
    link = models.CharField(max_length=400, blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("happened_on", "id")
