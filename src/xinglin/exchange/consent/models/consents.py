"""Consents, treating relations and emergency accesses. `person` is the number of the index person, `record` the local
record behind it: persons are joined and parted again by identity, records are not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.exchange.consent.rules.lives import BREAK_GLASS_MOVES, CONSENT_MOVES
from xinglin.exchange.consent.words import ConsentWay, Purpose, Standing
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.words import Privacy, Scope


class Consent(Dossier):
    """A person lets one recipient (a site, or "*" for every member) look for one purpose (PIPL art. 23, 29).

    `notice` is the id of the text the person was shown. A guardian gives it for somebody under 14 (art. 31).
    """

    MACHINE = CONSENT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("person", "record", "recipient", "purpose", "valid_from", "valid_to", "notice", "given_by", "standing",
             "way", "evidence", "withdrawn_at"),
            Privacy.PERSONAL,
        ),
    }  # fmt: skip

    person = models.BigIntegerField(db_index=True)
    # The local record it was given for: where identity links that one, this follows (`actions.following`).
    record = models.BigIntegerField(default=0, db_index=True)
    recipient = models.CharField(max_length=26)
    purpose = models.CharField(max_length=16, choices=Purpose.choices())
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    notice = models.CharField(max_length=40)
    given_by = models.CharField(max_length=60)
    # Who acted: the person, or whoever stands for them; and how.
    standing = models.CharField(max_length=16, choices=Standing.choices(), default=Standing.SELF)
    way = models.CharField(max_length=12, choices=ConsentWay.choices(), default=ConsentWay.OWN_PAGE)
    # What proves a consent taken on the person's word: the number of the signed paper, the witness.
    evidence = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="consent_period"),
            models.CheckConstraint(
                condition=~Q(stage="withdrawn") | Q(withdrawn_at__isnull=False), name="withdrawal_has_its_time"
            ),
            # One living consent per recipient and purpose, so that one withdrawal is enough.
            models.UniqueConstraint(
                fields=["person", "recipient", "purpose"], condition=Q(stage="given"), name="one_living_consent"
            ),
        )

    def __str__(self) -> str:
        return f"P{self.person}"

    def scopes(self) -> list[Scope]:
        return [("person", str(self.person)), ("organisation", self.recipient)]


class Relation(Stored):
    """A site treats a person, from a visit's beginning to some days after its end: a ground to look.

    One row per treating doctor of the visit; `doctor` is what the hospital calls them (account, staff number), "" when
    it does not say.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("person", "record", "site", "visit", "doctor", "began_at", "ends_at"), Privacy.PERSONAL),
    }

    person = models.BigIntegerField()
    record = models.BigIntegerField(default=0, db_index=True)
    site = models.SmallIntegerField()
    visit = models.CharField(max_length=80)
    doctor = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=["person", "site", "-ends_at"], include=["began_at", "doctor", "id"], name="relation_at_order"
            ),
        )
        constraints = (models.UniqueConstraint(fields=["site", "visit", "person", "doctor"], name="relation_once"),)

    def __str__(self) -> str:
        return f"P{self.person} {self.site} {self.visit}"


class BreakGlass(Dossier):
    """Emergency access: opened at once with a reason, reviewed afterwards by somebody else."""

    MACHINE = BREAK_GLASS_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("person", "record", "site", "organisation_id", "reason", "ends_at", "finding"), Privacy.PERSONAL
        ),
    }

    person = models.BigIntegerField(db_index=True)
    # The local record it was given for: where identity links that one, this follows (`actions.following`).
    record = models.BigIntegerField(default=0, db_index=True)
    site = models.SmallIntegerField()
    organisation_id = models.CharField(max_length=26)
    reason = models.CharField(max_length=300)
    ends_at = models.DateTimeField()
    finding = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"P{self.person}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]
