"""What people are told before they agree, and what was weighed before any of it began."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.exchange.consent.rules.lives import ASSESSMENT_MOVES, NOTICE_MOVES
from xinglin.exchange.consent.words import Purpose, RiskLevel
from xinglin.kernel.models import Dossier
from xinglin.kernel.words import ALLIANCE, Privacy, Scope


class PrivacyNotice(Dossier):
    """One version of the text for one purpose: who, why, how, what, how long, which rights (PIPL art. 17, 23, 30).

    Never changed once in force; another text is another version. `days` is how long a consent to it lasts.
    """

    MACHINE = NOTICE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("purpose", "number", "title", "processor", "contact", "way", "kinds", "retention", "rights", "effects",
             "english", "days", "renew", "assessment", "in_force_from"),
            Privacy.PUBLIC,
        ),
    }  # fmt: skip

    purpose = models.CharField(max_length=16, choices=Purpose.choices())
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    processor = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    way = models.TextField()
    kinds = models.TextField()
    retention = models.TextField()
    rights = models.TextField()
    # Why sensitive data are needed and what that means for the person (art. 30).
    effects = models.TextField()
    # The whole of it in English, for those who read that.
    english = models.TextField()
    days = models.PositiveSmallIntegerField(default=365)
    # Whether consents to the version before end with it (art. 14: purpose, way or kinds changed).
    renew = models.BooleanField(default=True)
    assessment = models.CharField(max_length=26, blank=True)
    in_force_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["purpose", "number"], name="notice_version_once"),
            models.UniqueConstraint(fields=["purpose"], condition=Q(stage="in_force"), name="one_notice_in_force"),
            models.CheckConstraint(
                condition=~Q(stage="in_force") | (Q(in_force_from__isnull=False) & ~Q(assessment="")),
                name="notice_in_force_was_assessed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def scopes(self) -> list[Scope]:
        return [ALLIANCE]


class ImpactAssessment(Dossier):
    """What was weighed before sensitive data are processed or provided (PIPL art. 55, 56); kept three years or more."""

    MACHINE = ASSESSMENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("purpose", "title", "processing", "necessity", "risks", "risk", "measures", "conclusion", "valid_until",
             "approver"),
            Privacy.ALLIANCE,
        ),
    }  # fmt: skip

    purpose = models.CharField(max_length=16, choices=Purpose.choices())
    title = models.CharField(max_length=160)
    processing = models.TextField()
    necessity = models.TextField()
    risks = models.TextField()
    risk = models.CharField(max_length=8, choices=RiskLevel.choices())
    measures = models.TextField()
    conclusion = models.TextField()
    valid_until = models.DateField()
    approver = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(stage="approved") | ~Q(approver=""), name="assessment_approved_by_somebody"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [ALLIANCE]
