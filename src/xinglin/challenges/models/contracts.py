"""From the talks to the signed contract: negotiations and their rounds, contracts, changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.calls import PublicNotice
from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.rules.changes import CHANGE_MOVES
from xinglin.challenges.rules.contracts import CONTRACT_MOVES
from xinglin.challenges.rules.negotiations import NEGOTIATION_MOVES
from xinglin.challenges.words.contracts import ChangeKind, Clause, ContractSide
from xinglin.challenges.words.milestones import PerformanceLevel
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope

ALLIANCE = Privacy.ALLIANCE


class Negotiation(Dossier):
    """Talks with one bidder: rounds, then a price and a plan, or none."""

    MACHINE = NEGOTIATION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "challenge", "bid", "price_fen", "plan", "leader", "note", "closed_because"),
    }

    number = models.CharField(max_length=20, unique=True)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="negotiations")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="negotiations")
    price_fen = models.PositiveBigIntegerField(null=True, blank=True)
    # Steps as `rules.plans.packed` writes them.
    plan = models.JSONField(default=list, blank=True)
    leader = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bid"], condition=Q(stage__in=["open", "agreed"]), name="talks_once_with_a_bidder"
            ),
            models.CheckConstraint(
                condition=~Q(stage="agreed") | Q(price_fen__gt=0), name="agreement_has_a_price"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        return [("organisation", self.challenge.organisation_id)]


class NegotiationRound(Stored):
    """One meeting: who offered what."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "negotiation", "ordinal", "held_on", "offered_fen", "asked_fen", "note", "recorded_by"),
    }

    negotiation = models.ForeignKey(Negotiation, on_delete=models.CASCADE, related_name="rounds")
    ordinal = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    offered_fen = models.PositiveBigIntegerField()
    asked_fen = models.PositiveBigIntegerField()
    note = models.TextField()
    recorded_by = models.CharField(max_length=26)

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=["negotiation", "ordinal"], name="round_once"),)


class Contract(Dossier):
    """What both sides sign, and the leader's pledge (军令状). One for each team; a race has several, one a lane."""

    MACHINE = CONTRACT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "challenge", "bid", "notice", "lane", "amount_fen", "signed_fen", "leader",
                  *map(str, Clause), "bank", "commitment", "committed_on", "closed_because", "ended_on"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="contracts")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="contracts")
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="contracts")
    lane = models.PositiveSmallIntegerField(default=0)
    amount_fen = models.PositiveBigIntegerField()
    # The amount once signed; changes are measured against it.
    signed_fen = models.PositiveBigIntegerField(default=0)
    leader = models.CharField(max_length=60, blank=True)
    standard = models.TextField(blank=True)
    ip = models.TextField(blank=True)
    confidentiality = models.TextField(blank=True)
    breach = models.TextField(blank=True)
    dispute = models.TextField(blank=True)
    pledge = models.TextField(blank=True)
    bank = models.CharField(max_length=120, blank=True)
    commitment = models.CharField(max_length=80, blank=True)
    committed_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bid"], condition=~Q(stage="dropped"), name="one_contract_for_a_bid"
            ),
            models.UniqueConstraint(
                fields=["challenge", "lane"], condition=~Q(stage="dropped"), name="one_contract_in_a_lane"
            ),
            models.CheckConstraint(
                condition=Q(committed_on=None, commitment="", bank="")
                | (Q(committed_on__isnull=False) & ~Q(commitment="") & ~Q(bank="")),
                name="commitment_has_a_bank",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "signing", "dropped"])
                | Q(signed_fen__gt=0, committed_on__isnull=False),
                name="signed_contract_is_committed",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        return [("organisation", self.challenge.organisation_id), *self.bid.scopes()]

    def side_scopes(self, side: ContractSide) -> list[Scope]:
        """The scopes of one of the two who sign."""
        if side == ContractSide.BIDDER:
            return self.bid.scopes()
        return [("organisation", self.challenge.organisation_id)]


class ContractSignature(Stored):
    """One side's signature: in the program, or on a paper that is kept somewhere."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "contract", "side", "signatory", "signed_on", "signed_by", "paper"),
    }

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=10, choices=ContractSide.choices())
    signatory = models.CharField(max_length=60)
    signed_on = models.DateField()
    signed_by = models.CharField(max_length=26)
    paper = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contract", "side"], name="one_signature_a_side"),
            models.CheckConstraint(condition=~Q(signatory="") & ~Q(signed_by=""), name="signature_is_somebodys"),
        )


class ChangeRequest(Dossier):
    """Something in a signed contract shall change; the heavy ones are approved and announced first."""

    MACHINE = CHANGE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "number", "contract", "kind", "reason", "formal", "drift_fen", "amounts", "leader",
                  "milestone", "due", "notice", "answer"),
    }  # fmt: skip

    number = models.CharField(max_length=20, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind.choices())
    reason = models.TextField()
    formal = models.BooleanField(default=False)
    drift_fen = models.BigIntegerField(default=0)
    # [{"milestone": number, "source": source, "fen": new amount}]
    amounts = models.JSONField(default=list, blank=True)
    leader = models.CharField(max_length=60, blank=True)
    milestone = models.ForeignKey(
        "challenges.Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    notice = models.OneToOneField(PublicNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="change")
    answer = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "kind"], condition=Q(stage__in=["requested", "notice"]), name="one_change_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(stage="notice") | Q(notice__isnull=False, formal=True), name="formal_change_is_announced"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def scopes(self) -> list[Scope]:
        return self.contract.scopes()


class Project(Stored):
    """What became of an awarded challenge: its approval, and how it did."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "approval_number", "approved_on", "score", "level"),
        **classes(ALLIANCE, "note", "ended_because", "assessed_on", "assessed_by"),
    }

    challenge = models.OneToOneField(Challenge, on_delete=models.PROTECT, related_name="project")
    approval_number = models.CharField(max_length=60)
    approved_on = models.DateField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=PerformanceLevel.choices(), blank=True)
    note = models.TextField(blank=True)
    ended_because = models.TextField(blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    assessed_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(assessed_on=None, assessed_by="", score=None, level="")
                | (Q(assessed_on__isnull=False, score__lte=100) & ~Q(assessed_by="") & ~Q(level="")),
                name="assessment_is_whole",
            ),
        )
