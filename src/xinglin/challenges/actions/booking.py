"""The book of money: every movement is an entry, and the purse it leaves or reaches is changed with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from xinglin.challenges.models import Contract, MoneyEntry, MoneyPurse, Tranche
from xinglin.challenges.rules import money as rules
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.money import MoneyKind as K
from xinglin.challenges.words.money import MoneyPlace as P
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account

COLUMNS = ("put_in", "committed", "on_the_way", "paid", "given_back")


@dataclass
class Book:
    """Movements of the money of one contract, written inside the transaction of a deed. Purses are locked."""

    contract: Contract
    by: Account
    day: date = field(default_factory=today)
    reference: str = ""
    note: str = ""

    def commit(self, source: BudgetSource, fen: int) -> MoneyEntry:
        """Money is promised by a bank."""
        return self._inside(source, K.COMMITTED, P.PURSE, P.COMMITTED, fen)

    def release(self, source: BudgetSource, fen: int) -> MoneyEntry:
        """What was promised is no longer needed."""
        return self._inside(source, K.RELEASED, P.COMMITTED, P.PURSE, fen)

    def repaid(self, source: BudgetSource, fen: int) -> MoneyEntry:
        """The team paid money back."""
        return self._inside(source, K.REPAID, P.PAID, P.PURSE, fen)

    def instruct(self, tranche: Tranche) -> MoneyEntry:
        """The bank is told to pay, for the first time or again."""
        kind = K.INSTRUCTED if tranche.attempts == 1 else K.REISSUED
        return self._of(tranche, kind, P.COMMITTED, P.ON_THE_WAY)

    def confirm(self, tranche: Tranche) -> MoneyEntry:
        """The money arrived."""
        return self._of(tranche, K.PAID, P.ON_THE_WAY, P.PAID)

    def returned(self, tranche: Tranche, *, was_paid: bool) -> MoneyEntry:
        """The bank sent the money back; it is still committed."""
        return self._of(tranche, K.RETURNED, P.PAID if was_paid else P.ON_THE_WAY, P.COMMITTED)

    def move(self, source: BudgetSource, fen: int, taker: Contract) -> MoneyEntry:
        """Committed money goes to another lane of the race."""
        # Always in the same order, so that two moves never wait for each other.
        locked = {one.pk: self._purse(one, source) for one in sorted((self.contract, taker), key=lambda one: one.pk)}
        mine, theirs = locked[self.contract.pk], locked[taker.pk]
        after = rules.moved(_value(mine), _value(theirs), fen)
        _keep(mine, after[0])
        _keep(theirs, after[1])
        return self._entry(source, K.MOVED, P.COMMITTED, P.COMMITTED, fen, to_contract=taker)

    def left(self) -> dict[BudgetSource, int]:
        """What is committed and neither at the bank nor paid, by source."""
        rows = MoneyPurse.objects.select_for_update().filter(contract=self.contract).order_by("pk")
        return {BudgetSource(one.source): one.committed_fen for one in rows if one.committed_fen}

    def release_all(self) -> int:
        """Give back whatever is left; returns how much."""
        left = self.left()
        for source, fen in left.items():
            self.release(source, fen)
        return sum(left.values())

    def _of(self, tranche: Tranche, kind: K, source: P, target: P) -> MoneyEntry:
        return self._inside(BudgetSource(tranche.source), kind, source, target, tranche.amount_fen, tranche)

    def _inside(
        self, source: BudgetSource, kind: K, from_place: P, to_place: P, fen: int, tranche: Tranche | None = None
    ) -> MoneyEntry:
        purse = self._purse(self.contract, source)
        _keep(purse, rules.taken(_value(purse), kind, from_place, to_place, fen))
        return self._entry(source, kind, from_place, to_place, fen, tranche=tranche)

    def _purse(self, contract: Contract, source: BudgetSource) -> MoneyPurse:
        row, _made = MoneyPurse.objects.select_for_update().get_or_create(contract=contract, source=source)
        return row

    def _entry(
        self, source: BudgetSource, kind: K, from_place: P, to_place: P, fen: int, *, tranche: Tranche | None = None,
        to_contract: Contract | None = None,
    ) -> MoneyEntry:  # fmt: skip
        return MoneyEntry.objects.create(
            challenge_id=self.contract.challenge_id, contract=self.contract, to_contract=to_contract, tranche=tranche,
            source=source, kind=kind, from_place=from_place, to_place=to_place, amount_fen=fen,
            attempt=tranche.attempts if tranche else 0, reference=self.reference, note=self.note[:300],
            happened_on=self.day, recorded_by=self.by.pk,
        )  # fmt: skip


def _value(row: MoneyPurse) -> rules.Purse:
    return rules.Purse(**{name: getattr(row, f"{name}_fen") for name in COLUMNS})


def _keep(row: MoneyPurse, value: rules.Purse) -> None:
    for name in COLUMNS:
        setattr(row, f"{name}_fen", getattr(value, name))
    row.save()
