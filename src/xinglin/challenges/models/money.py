"""Money in fen: what each milestone earns, every movement, and the purses the movements add up to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.models.contracts import Contract
from xinglin.challenges.models.guards import paid_on_acceptance
from xinglin.challenges.models.milestones import Milestone
from xinglin.challenges.rules.money import WAYS
from xinglin.challenges.rules.tranches import TRANCHE_MOVES
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.money import MoneyKind, MoneyPlace
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.models.guards import append_only
from xinglin.kernel.words import Privacy, Scope

ALLIANCE = Privacy.ALLIANCE


def _ways() -> Q:
    found = Q(pk__in=[])
    for kind, pairs in WAYS.items():
        for source, target in sorted(pairs):
            found |= Q(kind=str(kind), from_place=str(source), to_place=str(target))
    return found


class Tranche(Dossier):
    """What one milestone earns from one source."""

    MACHINE = TRANCHE_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "milestone", "source", "amount_fen", "attempts", "reference"),
    }

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="tranches")
    source = models.CharField(max_length=8, choices=BudgetSource.choices())
    amount_fen = models.PositiveBigIntegerField()
    # How often the bank was told to pay it.
    attempts = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("milestone", "source")
        constraints = (
            models.UniqueConstraint(fields=["milestone", "source"], name="one_tranche_a_source"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0) | Q(stage="called_off"), name="tranche_is_money"),
        )

    def __str__(self) -> str:
        # A tranche has the number of its source: its word is said beside it, in the reader's language.
        return f"{self.milestone}/{list(BudgetSource).index(BudgetSource(self.source)) + 1}"

    def scopes(self) -> list[Scope]:
        return self.milestone.contract.scopes()


class MoneyPurse(Stored):
    """The money of one contract from one source: what came in, and where it is. The sums hold in the database."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "contract", "source", "put_in_fen", "committed_fen", "on_the_way_fen", "paid_fen",
                  "given_back_fen"),
    }  # fmt: skip

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="purses")
    source = models.CharField(max_length=8, choices=BudgetSource.choices())
    put_in_fen = models.PositiveBigIntegerField(default=0)
    committed_fen = models.PositiveBigIntegerField(default=0)
    on_the_way_fen = models.PositiveBigIntegerField(default=0)
    paid_fen = models.PositiveBigIntegerField(default=0)
    given_back_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contract", "source"], name="one_purse_a_source"),
            models.CheckConstraint(
                condition=Q(
                    put_in_fen=F("committed_fen") + F("on_the_way_fen") + F("paid_fen") + F("given_back_fen")
                ),
                name="purse_loses_no_fen",
            ),
        )  # fmt: skip


class MoneyEntry(Stored):
    """One movement of money. Rows are only added; a mistake is corrected by another movement."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "challenge", "contract", "to_contract", "tranche", "source", "kind", "from_place",
                  "to_place", "amount_fen", "attempt", "reference", "happened_on", "note", "recorded_by"),
    }  # fmt: skip

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="money")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="money")
    # Only where money goes to another lane.
    to_contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="received")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="money")
    source = models.CharField(max_length=8, choices=BudgetSource.choices())
    kind = models.CharField(max_length=12, choices=MoneyKind.choices())
    from_place = models.CharField(max_length=12, choices=MoneyPlace.choices())
    to_place = models.CharField(max_length=12, choices=MoneyPlace.choices())
    amount_fen = models.PositiveBigIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    happened_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=26)

    class Meta:
        indexes = (models.Index(fields=["challenge", "created_at"]),)
        constraints = (
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="money_moves_something"),
            models.CheckConstraint(condition=_ways(), name="money_goes_known_ways"),
            models.CheckConstraint(
                condition=Q(kind="moved", to_contract__isnull=False) | (~Q(kind="moved") & Q(to_contract=None)),
                name="money_moves_to_a_lane",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["instructed", "reissued", "paid", "returned"]) | Q(tranche__isnull=False),
                name="payment_has_a_tranche",
            ),
            # Two payments of the same tranche at once: the second finds its attempt taken.
            models.UniqueConstraint(
                fields=["tranche", "attempt"], condition=Q(to_place="on_the_way"), name="one_payment_an_attempt"
            ),
            append_only("money_entry_append_only"),
            paid_on_acceptance("money_paid_on_acceptance"),
        )
