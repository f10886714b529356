"""The savings ledger in fen, append-only, and the counts the board is read from.

`Movement` rows are small differences written with every deed; folding adds them into `Tally` and removes them, so no
two doctors ever wait for one counter, and board = tallies + movements is exact at any moment.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xinglin.exchange.recognition.words import EntryKind, Payer
from xinglin.kernel.models import Stored
from xinglin.kernel.words import Privacy, Scope

# What is counted, in the order of the columns of Movement and Tally.
COUNTS = (
    "reminded", "must", "viewed", "recognised", "declined", "uncounted", "unhandled", "repeated", "visits",
    "bookings", "saved_fen", "radiation_usv", "wait_days",
)  # fmt: skip


class SavingEntry(Stored):
    """One line of the ledger: a saving, or the exact negative of one. Never changed, never deleted.

    `turn` numbers the entries of (visit, patient, item): odd ones save, even ones take back, and the database keeps
    the order. `price_*` name the price line it rests on.
    """

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(
            ("decision", "organisation_id", "site", "source_site", "region", "source_region", "kind", "turn",
             "amount_fen", "price_list", "price_from", "price_place", "payer", "month", "booked_at", "reverses",
             "radiation_usv", "wait_days"),
            Privacy.ALLIANCE,
        ),
        **dict.fromkeys(("visit", "patient"), Privacy.PERSONAL),
        "item": Privacy.CLINICAL,
    }  # fmt: skip

    decision = models.CharField(max_length=26)
    organisation_id = models.CharField(max_length=26)
    site = models.SmallIntegerField()
    source_site = models.SmallIntegerField()
    region = models.CharField(max_length=6, blank=True)
    source_region = models.CharField(max_length=6, blank=True)
    visit = models.CharField(max_length=80)
    patient = models.BigIntegerField()
    item = models.IntegerField()
    kind = models.CharField(max_length=10, choices=EntryKind.choices())
    turn = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    price_list = models.CharField(max_length=120)
    price_from = models.DateField(null=True, blank=True)
    # Where the price holds: a site's number, or a region's code.
    price_place = models.CharField(max_length=10, blank=True)
    payer = models.CharField(max_length=10, choices=Payer.choices(), default=Payer.UNKNOWN)
    radiation_usv = models.BigIntegerField(default=0)
    wait_days = models.IntegerField(default=0)
    month = models.DateField()
    booked_at = models.DateTimeField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        indexes = (
            models.Index(fields=["month", "site"], name="saving_month"),
            models.Index(fields=["organisation_id", "-id"], name="saving_of_hospital"),
            models.Index(fields=["decision"], name="saving_decision"),
        )
        constraints = (
            models.UniqueConstraint(fields=["site", "visit", "patient", "item", "turn"], name="saving_in_turn"),
            models.CheckConstraint(
                condition=Q(kind="saved", amount_fen__gte=0, reverses=None)
                | (~Q(kind="saved") & Q(amount_fen__lte=0, reverses__isnull=False)),
                name="saving_or_its_negative",
            ),
        )

    def __str__(self) -> str:
        return f"SE-{self.pk[-10:]}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Counts(models.Model):
    """The counted columns; differences in Movement, sums in Tally."""

    month = models.DateField()
    site = models.SmallIntegerField()
    reminded = models.BigIntegerField(default=0)
    must = models.BigIntegerField(default=0)
    viewed = models.BigIntegerField(default=0)
    recognised = models.BigIntegerField(default=0)
    declined = models.BigIntegerField(default=0)
    uncounted = models.BigIntegerField(default=0)
    unhandled = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    visits = models.BigIntegerField(default=0)
    bookings = models.BigIntegerField(default=0)
    saved_fen = models.BigIntegerField(default=0)
    radiation_usv = models.BigIntegerField(default=0)
    wait_days = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Movement(Counts):
    """A difference that no tally holds yet. `reason` and `payer` are small numbers, 0 for none."""

    CLASSES: ClassVar = dict.fromkeys(
        ("id", "month", "site", "source", "item", "reason", "payer", "cross", *COUNTS), Privacy.ALLIANCE
    )

    id = models.BigAutoField(primary_key=True)
    source = models.SmallIntegerField()
    item = models.IntegerField()
    reason = models.SmallIntegerField(default=0)
    payer = models.SmallIntegerField(default=0)
    cross = models.SmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.site} {self.item}"


class Tally(Counts):
    """Sums of a month at a site (0: all of them) along one facet: see `rules.board`."""

    CLASSES: ClassVar = dict.fromkeys(("month", "site", "facet", "key", *COUNTS), Privacy.ALLIANCE)

    pk = models.CompositePrimaryKey("facet", "site", "month", "key")
    facet = models.SmallIntegerField()
    key = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.site} {self.facet} {self.key}"
