"""How codes, points and numbers of this wing are shown, and what its pages are grouped under."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from xinglin.kernel.phrases import Phrase, say

GROUP: Phrase = say("Open challenges")


def points(centi: int | None) -> float | None:
    """Points as people read them, from hundredths."""
    return None if centi is None else centi / 100


def plain(number: Decimal) -> str:
    """A target without the zeros the column pads it with: 95, not 95.0000."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def stages(*names: Iterable[str] | str) -> frozenset[str]:
    """A set of stages for a verb."""
    return frozenset(str(name) for name in names)
