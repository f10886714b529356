"""What the savings board counts, and the rates made of it (domain 2.8). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xinglin.exchange.recognition.rules.reasons import counts
from xinglin.exchange.recognition.words import DecisionStage, Payer, Standing

# Facets of a tally and what their key is: crossing 0 or 1, an item, the site that made the result, a reason, a payer.
ALL, ITEM, SOURCE, REASON, PAYER = 0, 1, 2, 3, 4
# What concerns items for the treating doctor alone (HIV and the like) is summed apart, at facet + APART: it stands in
# no published figure, so that neither a small one nor the difference of two can point at anybody (domain 6.8, 9.5).
APART = 10
PAYERS: tuple[Payer, ...] = tuple(Payer)


def payer_number(payer: str) -> int:
    return PAYERS.index(Payer(payer))


def reason_number(reason: str) -> int:
    return int(reason) if reason else 0


@dataclass(frozen=True, slots=True)
class Sums:
    """Counted decisions and money. Counts follow the month of the reminder, money the month it was booked in."""

    reminded: int = 0
    must: int = 0
    viewed: int = 0
    recognised: int = 0
    declined: int = 0
    uncounted: int = 0
    unhandled: int = 0
    repeated: int = 0
    visits: int = 0
    bookings: int = 0
    saved_fen: int = 0
    radiation_usv: int = 0
    wait_days: int = 0

    @property
    def handled(self) -> int:
        """Decided one way or the other, whatever the reason."""
        return self.recognised + self.declined + self.uncounted

    @property
    def handling_rate(self) -> float | None:
        """提醒处理率: handled of reminded."""
        return self.handled / self.reminded if self.reminded else None

    @property
    def viewing_rate(self) -> float | None:
        """调阅率: viewed of reminded."""
        return self.viewed / self.reminded if self.reminded else None

    @property
    def recognition_rate(self) -> float | None:
        """互认率: recognised of recognised and declined with counted codes; 98 and 99 count neither way."""
        decided = self.recognised + self.declined
        return self.recognised / decided if decided else None

    @property
    def repeated_rate(self) -> float | None:
        """应互认而重复: ordered on a MUST without a decision, of all MUST."""
        return self.repeated / self.must if self.must else None

    def plus(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in Sums.__dataclass_fields__))


def contribution(decision: Any) -> dict[tuple[str, int], int]:
    """What a decision adds to the counts as it stands now, by (count, reason). What a deed changes is the difference of
    this before and after it, so the counts can always be made again from the decisions themselves."""
    stage, must = decision.stage, decision.standing == Standing.MUST
    found = {("reminded", 0): 1, ("must", 0): int(must), ("viewed", 0): int(decision.viewed_at is not None)}
    if stage == DecisionStage.RECOGNISED:
        found["recognised", 0] = 1
    elif stage == DecisionStage.DECLINED:
        found["declined" if counts(decision.reason) else "uncounted", reason_number(decision.reason)] = 1
    elif stage == DecisionStage.UNHANDLED:
        found["unhandled", 0] = 1
        found["repeated", 0] = int(must and decision.ordered_at is not None)
    return {key: value for key, value in found.items() if value}


def difference(before: dict[Any, int], after: dict[Any, int]) -> dict[Any, int]:
    """`after` less `before`, without noughts."""
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in {*before, *after}}
    return {key: value for key, value in changed.items() if value}
