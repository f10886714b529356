"""The book of a transfer: what counts as income, what may be taken off, what is left (domain 5.1). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.transfer.words.income import CostKind, EntryKind, Measure
from xinglin.transfer.words.transfers import Way

OPERATING = (Way.SELF, Way.COOPERATE)


@dataclass(frozen=True)
class Entry:
    """One line. `sign` is -1 for the reversal of an earlier line, so that both together are nothing."""

    kind: EntryKind
    amount: int
    sign: int = 1
    cost_kind: CostKind | None = None
    fiscal_funded: bool = False


@dataclass(frozen=True)
class Book:
    """The sums of a book, in fen (shares in shares)."""

    received: int
    returned: int
    costs: int
    costs_not_counted: int
    taxes: int
    shares: int
    profit: int

    @property
    def in_hand(self) -> int:
        return self.received - self.returned

    @property
    def net(self) -> int:
        """浙江条例 art. 37: what came in by the contract, less costs and taxes; fiscal research money is no cost."""
        return self.in_hand - self.costs - self.taxes

    def base(self, way: Way) -> int:
        """What is shared out for a way: shares, operating profit, or the net income."""
        if way == Way.SHARES:
            return self.shares
        return self.profit if way in OPERATING else self.net


def measure_of(way: Way) -> Measure:
    return Measure.SHARES if way == Way.SHARES else Measure.FEN


def allowed(way: Way) -> frozenset[EntryKind]:
    """The lines that the book of a way may hold."""
    if way == Way.SHARES:
        return frozenset({EntryKind.SHARES})
    if way in OPERATING:
        return frozenset({EntryKind.PROFIT})
    return frozenset({EntryKind.RECEIVED, EntryKind.RETURNED, EntryKind.COST, EntryKind.TAX})


def counts(entry: Entry, deducts: Collection[str]) -> bool:
    """Whether a cost is taken off: of a kind the rule in force names, and not paid by fiscal money."""
    return not entry.fiscal_funded and str(entry.cost_kind) in deducts


def book_of(entries: Iterable[Entry], deducts: Collection[str]) -> Book:
    """The sums; `deducts` are the kinds of cost the local rule of the day lets be taken off."""
    sums = {"costs": 0, "not_counted": 0, **dict.fromkeys(EntryKind, 0)}
    for entry in entries:
        signed = entry.sign * entry.amount
        sums[entry.kind] += signed
        if entry.kind == EntryKind.COST:
            sums["costs" if counts(entry, deducts) else "not_counted"] += signed
    return Book(
        received=sums[EntryKind.RECEIVED], returned=sums[EntryKind.RETURNED], costs=sums["costs"],
        costs_not_counted=sums["not_counted"], taxes=sums[EntryKind.TAX], shares=sums[EntryKind.SHARES],
        profit=sums[EntryKind.PROFIT],
    )  # fmt: skip


def book_holds(book: Book, *, most_received: int | None) -> None:
    """No more is returned than came in, no more comes in than the contract says, and no sum is below nothing."""
    if book.returned > book.received:
        raise Refusal(
            "transfer.returned_too_much", say("More would be returned than came in."), field="amount_fen"
        )  # fmt: skip
    if most_received is not None and book.in_hand > most_received:
        raise Refusal(
            "transfer.received_too_much",
            say("More would be received than the contract says."),
            say("Check the amount, or enter what was returned."),
            field="amount_fen",
        )
    if min(book.received, book.returned, book.costs, book.costs_not_counted, book.taxes, book.shares, book.profit) < 0:
        raise Refusal("transfer.below_nothing", say("A sum of the book would fall below nothing."))
