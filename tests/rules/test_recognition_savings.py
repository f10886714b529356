"""Savings are conserved: whatever happens in whatever order, the ledger says what counts now (domain 2.8)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.recognition.rules.board import Sums, contribution, difference
from xinglin.exchange.recognition.rules.savings import Line, Standing, due, entries
from xinglin.exchange.recognition.words import EntryKind

# A panel of 1, 2, 3; a panel of 1, 2 inside it; 4 stands alone.
MEMBERS = {10: (1, 2, 3), 11: (1, 2)}


def line(item: int = 4, fen: int | None = 100, key: str = "", order: int = 0, **more: object) -> Line:
    return Line(
        **{"key": key or f"d{item}", "item": item, "order": order, "recognised": True, "price_fen": fen, **more}
    )


TABLE = [
    ("one", [line()], 100),
    ("not recognised", [line(recognised=False)], 0),
    ("no price in force", [line(fen=None)], 0),
    ("free", [line(fen=0)], 0),
    ("own hospital's", [line(own=True)], 0),
    ("ordered again", [line(reordered=True)], 0),
    ("report voided later", [line(invalid=True)], 0),
    ("a panel in part", [line(10, 300, whole=False)], 0),
    ("twice the same item", [line(key="a"), line(key="b", order=1)], 100),
    ("twice, the first taken back", [line(key="a", recognised=False), line(key="b", fen=90, order=1)], 90),
    ("two items", [line(), line(3, 50)], 150),
    ("a panel and its members", [line(10, 300), line(1, 200), line(2, 200), line(4, 7)], 307),
    ("a panel inside a panel", [line(10, 300), line(11, 250)], 300),
    ("a panel that fell and its member", [line(10, 300, reordered=True), line(1, 200)], 200),
]


@pytest.mark.parametrize(("lines", "total"), [one[1:] for one in TABLE], ids=[one[0] for one in TABLE])
def test_what_counts(lines: list[Line], total: int) -> None:
    assert sum(one.price_fen or 0 for one in due(lines, MEMBERS).values()) == total


def test_own_results_where_the_city_counts_them() -> None:
    assert due([line(own=True)], MEMBERS, own_counts=True)


class Book:
    """A ledger as the program keeps it."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str, int, int, str]] = []

    def open(self) -> list[Standing]:
        gone = {one[4] for one in self.written if one[4]}
        return [Standing(n, key, item, fen) for n, key, item, fen, rev in self.written if not rev and n not in gone]

    def settle(self, lines: list[Line]) -> list[EntryKind]:
        booked = entries(lines, self.open(), MEMBERS)
        for one in booked:
            self.written.append((f"e{len(self.written)}", one.key, one.item, one.amount_fen, one.reverses))
        return [one.kind for one in booked]

    @property
    def total(self) -> int:
        return sum(one[3] for one in self.written)


deeds = st.lists(
    st.tuples(
        st.sampled_from(["recognise", "recognise", "withdraw", "reorder", "revoke", "void"]),
        st.integers(0, 7),
        st.integers(0, 500),
    ),
    # Long enough that lines of one item, and panels over them, take each other's place in most histories.
    min_size=25,
    max_size=60,
)
ITEMS = (1, 2, 3, 4, 4, 10, 11, 1)


@given(deeds)
def test_conserved_under_every_order_of_deeds(history: list[tuple[str, int, int]]) -> None:
    lines = [line(item, 100 * item, f"d{n}", 0, recognised=False) for n, item in enumerate(ITEMS)]
    book = Book()
    for clock, (deed, which, fen) in enumerate(history):
        one = lines[which]
        if deed == "recognise" and not one.recognised and not one.invalid:
            one = replace(one, recognised=True, reordered=False, order=clock, price_fen=100 * one.item + fen)
        elif deed == "withdraw":
            one = replace(one, recognised=False)
        elif deed == "reorder" and one.recognised:
            one = replace(one, reordered=True)
        elif deed == "revoke":
            one = replace(one, reordered=False)
        elif deed == "void" and fen % 3 == 0:
            one = replace(one, invalid=True)
        lines[which] = one
        book.settle(lines)
        standing = {each.item: each for each in book.open()}
        counted = due(lines, MEMBERS)
        # The sum is exactly what counts now, never below nought, at the price it was booked at.
        assert book.total == sum(each.amount_fen for each in standing.values()) >= 0
        assert {item: (each.key, each.amount_fen) for item, each in standing.items()} == {
            item: (each.key, each.price_fen) for item, each in counted.items()
        }
        assert len(book.open()) == len(standing)
        assert book.settle(lines) == []
    # Each negative is the exact negative of one entry, and no entry is taken back twice.
    taken = [one for one in book.written if one[4]]
    by_name = {one[0]: one for one in book.written}
    assert all(one[3] == -by_name[one[4]][3] and one[2] == by_name[one[4]][2] for one in taken)
    assert len({one[4] for one in taken}) == len(taken)


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_the_order_of_recognising_changes_no_sum(order: list[int], withdrawn: set[int]) -> None:
    def final(sequence: list[int]) -> int:
        lines = [line(item, 100 * item, f"d{n}", 0, recognised=False) for n, item in enumerate(ITEMS)]
        book = Book()
        for time, n in enumerate(sequence):
            lines[n] = replace(lines[n], recognised=True, order=time)
            book.settle(lines)
        for n in sorted(withdrawn):
            lines[n] = replace(lines[n], recognised=False)
            book.settle(lines)
        return book.total

    assert final(order) == final(sorted(order))


@pytest.mark.parametrize(("change", "kind"), [
    ({"recognised": False}, EntryKind.WITHDRAWN), ({"reordered": True}, EntryKind.REORDERED),
    ({"invalid": True}, EntryKind.INVALID),
])  # fmt: skip
def test_a_reversal_says_why(change: dict[str, bool], kind: EntryKind) -> None:
    book = Book()
    assert book.settle([line()]) == [EntryKind.SAVED]
    assert book.settle([line(**change)]) == [kind]


def test_a_member_gives_way_to_its_panel() -> None:
    book = Book()
    book.settle([line(1, 200)])
    assert book.settle([line(1, 200), line(10, 300)]) == [EntryKind.COVERED, EntryKind.SAVED]
    assert book.total == 300


def test_a_price_that_changes_later_changes_nothing_booked() -> None:
    book = Book()
    book.settle([line(fen=100)])
    assert book.settle([line(fen=999)]) == [] and book.total == 100


class Made:
    viewed_at, ordered_at, reason, standing, stage = None, None, "", "must", "reminded"

    def __init__(self, **more: object) -> None:
        self.__dict__.update(more)


def test_counts_follow_the_stage() -> None:
    seen = Made(stage="declined", reason="98", viewed_at=1)
    assert contribution(seen) == {("reminded", 0): 1, ("must", 0): 1, ("viewed", 0): 1, ("uncounted", 98): 1}
    assert contribution(Made(stage="declined", reason="07"))["declined", 7] == 1
    left = contribution(Made(stage="unhandled", ordered_at=1))
    assert (left["unhandled", 0], left["repeated", 0]) == (1, 1)
    assert difference(contribution(Made()), contribution(seen)) == {("viewed", 0): 1, ("uncounted", 98): 1}


def test_rates() -> None:
    found = Sums(reminded=10, must=4, viewed=8, recognised=3, declined=1, uncounted=2, unhandled=4, repeated=1)
    assert (found.handling_rate, found.viewing_rate, found.recognition_rate, found.repeated_rate) == (
        0.6,
        0.8,
        0.75,
        0.25,
    )
    assert (Sums().handling_rate, Sums().viewing_rate, Sums().recognition_rate, Sums().repeated_rate) == (None,) * 4
    assert found.plus(found).reminded == 20
