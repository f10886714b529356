"""Bids: what is known of one while it is sealed, and what is read of it afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.rules.bids import BID_MOVES
from xinglin.challenges.words.bids import BidStage
from xinglin.kernel.models import Dossier, classes
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import Privacy, Scope


class Bid(Dossier):
    """One bid of one bidder for one challenge. Until it is opened only its receipt is readable by anybody."""

    MACHINE = BID_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.ALLIANCE, "number", "challenge", "organisation", "person", "received_at", "receipt",
                  "title", "summary", "route", "price_fen", "months", "lane", "exclusion", "credit_commitment",
                  "conflict_statement", "legal_representative", "relations", "exclusion_kinds"),
        "guarantee_account": Privacy.PERSONAL,
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="bids")
    # The leading bidder: an organisation or a person of the roster.
    organisation = models.ForeignKey(
        "roster.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    # SHA-256 (hexadecimal) of what was sealed; the bidder holds the same.
    receipt = models.CharField(max_length=64)
    # Empty until the opening.
    title = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    route = models.TextField(blank=True)
    price_fen = models.PositiveBigIntegerField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    # The written credit commitment of all parties and leaders, and what they declare (domain 4.1, 4.3).
    credit_commitment = models.BooleanField(default=False)
    conflict_statement = models.TextField(blank=True)
    legal_representative = models.CharField(max_length=120, blank=True)
    # The bank account a guarantee was paid from: compared between bids, shown masked, in no blind copy (domain 4.5, 5).
    guarantee_account = EncryptedTextField(blank=True)
    # What the bidder declares of its relations: [{"related_to", "relation", "remark"}].
    relations = models.JSONField(default=list, blank=True)
    # Why the formal check excluded it, in the words the bidder is told.
    exclusion = models.TextField(blank=True)
    exclusion_kinds = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    # The race lane (赛马) of an awarded bid; 0 when there is no race.
    lane = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["challenge", "stage"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="bid_has_one_bidder",
            ),
            # One bid of a bidder lies sealed at a time: another replaces it.
            models.UniqueConstraint(
                fields=["challenge", "organisation"], condition=Q(stage=BidStage.SEALED), name="organisation_bids_once"
            ),
            models.UniqueConstraint(
                fields=["challenge", "person"], condition=Q(stage=BidStage.SEALED), name="person_bids_once"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)] if self.person_id else [("organisation", self.organisation_id)]
