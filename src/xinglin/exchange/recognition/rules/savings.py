"""What a visit has saved, in fen (domain 2.8). Pure.

`due` says which lines of a visit stand for money now; `entries` says what to write so that the ledger says the same.
Nothing written is ever changed: a line that no longer counts is answered by its exact negative. Whatever the order of
recognising, withdrawing, ordering again, correcting and voiding, the sum of a visit's entries is what `due` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xinglin.exchange.recognition.words import EntryKind


@dataclass(frozen=True, slots=True)
class Line:
    """A decision of a visit as money sees it. `order` puts lines of one item in sequence (when decided, then id).

    `price_fen` is None where no price was in force. `reordered`: the same visit placed the item again inside the
    window after recognising it. `invalid`: the report was corrected or voided later. `whole`: it stands for all that
    was ordered (a panel with a member missing does not).
    """

    key: str
    item: int
    order: Any
    recognised: bool
    price_fen: int | None = None
    own: bool = False
    reordered: bool = False
    invalid: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry of the ledger that no later entry reverses."""

    entry: str
    key: str
    item: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry to write: `reverses` names the one it takes back, "" for a saving."""

    kind: EntryKind
    key: str
    item: int
    amount_fen: int
    reverses: str = ""


def due(lines: Iterable[Line], members: Mapping[int, Sequence[int]], *, own_counts: bool = False) -> dict[int, Line]:
    """The lines of one visit of one patient that count, by item.

    One per item; a panel at its own price instead of its members; nothing for the hospital's own results (unless
    `own_counts`), without a price, ordered again, or whose report no longer stands.
    """
    found: dict[int, Line] = {}
    for line in sorted(lines, key=lambda one: (one.order, one.key)):
        if line.recognised and _counts(line, own_counts) and line.item not in found:
            found[line.item] = line
    return {item: line for item, line in found.items() if not _covered(item, found, members)}


def _counts(line: Line, own_counts: bool) -> bool:
    return (
        line.price_fen is not None and line.whole and not line.reordered and not line.invalid
        and (own_counts or not line.own)
    )  # fmt: skip


def _covered(item: int, found: Mapping[int, Line], members: Mapping[int, Sequence[int]]) -> bool:
    """Whether another counted panel holds this item, or every member of this panel."""
    inside = set(members.get(item, ())) or {item}
    for other in found:
        holds = set(members.get(other, ()))
        if other != item and inside <= holds and (inside != holds or other < item):
            return True
    return False


def entries(
    lines: Sequence[Line], standing: Sequence[Standing], members: Mapping[int, Sequence[int]], *,
    own_counts: bool = False,
) -> list[Booking]:  # fmt: skip
    """What to write so that the standing entries are exactly the lines that count: reversals first."""
    counted = due(lines, members, own_counts=own_counts)
    by_key = {line.key: line for line in lines}
    booked: list[Booking] = []
    kept: set[int] = set()
    for one in standing:
        line = counted.get(one.item)
        if line is not None and line.key == one.key and one.item not in kept:
            kept.add(one.item)
            continue
        booked.append(Booking(_why(by_key.get(one.key)), one.key, one.item, -one.amount_fen, one.entry))
    for item, line in counted.items():
        if item not in kept:
            booked.append(Booking(EntryKind.SAVED, line.key, item, line.price_fen or 0))
    return booked


def _why(line: Line | None) -> EntryKind:
    """Why a line no longer counts."""
    if line is None or not line.recognised:
        return EntryKind.WITHDRAWN
    if line.invalid:
        return EntryKind.INVALID
    if line.reordered:
        return EntryKind.REORDERED
    return EntryKind.COVERED
