"""Reference ranges as laboratories write them: 3.9-6.1, ≤5.2, >60, 0.5~1.2 mmol/L. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_BETWEEN = re.compile(rf"({_NUMBER})\s*(?:-|–|—|~|~|至|to|\.\.)+\s*({_NUMBER})")
_BELOW = re.compile(rf"(?:<=?|≤|<|小于等于|小于|低于)\s*({_NUMBER})")
_ABOVE = re.compile(rf"(?:>=?|≥|>|大于等于|大于|高于)\s*({_NUMBER})")
_FIRST = re.compile(_NUMBER)


@dataclass(frozen=True, slots=True)
class Range:
    """The bounds a laboratory gives; None where there is none on that side."""

    low: Decimal | None = None
    high: Decimal | None = None

    def times(self, factor: Decimal) -> Range:
        """The same range in another unit."""
        return Range(*(bound * factor if bound is not None else None for bound in (self.low, self.high)))


NO_RANGE = Range()


def read_range(text: str) -> Range:
    """The bounds in a text; no bounds where it is in words (阴性) or cannot be right."""
    plain = text.replace("−", "-").strip()
    if found := _BETWEEN.search(plain):
        low, high = (Decimal(part) for part in found.groups())
        return Range(low, high) if low <= high else NO_RANGE
    if found := _BELOW.search(plain):
        return Range(high=Decimal(found.group(1)))
    if found := _ABOVE.search(plain):
        return Range(low=Decimal(found.group(1)))
    return NO_RANGE


def factor_of(stored: Decimal | None, sent: str) -> Decimal | None:
    """By what a value was multiplied on its way from the unit it was sent in; None when that cannot be told."""
    found = _FIRST.search(sent.replace("−", "-"))
    if stored is None or found is None:
        return None
    try:
        written = Decimal(found.group())
        return stored / written if written else None
    except (InvalidOperation, ArithmeticError):
        return None


def in_stored_unit(text: str, *, stored: Decimal | None, sent: str) -> Range:
    """The range in the unit the value is kept in, by the factor of the value it came with."""
    found = read_range(text)
    factor = factor_of(stored, sent)
    return found.times(factor) if factor is not None and factor > 0 else NO_RANGE
