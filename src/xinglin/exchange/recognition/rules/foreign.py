"""A result of another city as it was told, and whether it still stands as it was shown. Pure.

Its number in a decision is negative: the results of our own hospitals count from one upwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CityResult:
    """A result of another city: `source_id` is the city's own id, `scopes` the HR marks it says the result has;
    `told_as` value and unit as the city told them, where `number` was converted from them; `odd` the flags (UNFIT,
    UNCONVERTED) for which it stands for no order."""

    source_id: str
    item: int
    effective_at: datetime
    reported_at: datetime
    number: Decimal | None
    text: str
    unit: str
    hospital: str
    critical: bool
    scopes: tuple[str, ...]
    told_as: str = ""
    odd: int = 0

    @property
    def digest(self) -> bytes:
        """What a doctor judged by; the marks may come and go without the result being another."""
        number = "" if self.number is None else f"{self.number.normalize():f}"
        said = (self.item, self.effective_at.timestamp(), self.reported_at.timestamp(), number, self.text, self.unit,
                self.critical, self.odd)  # fmt: skip
        return hashlib.blake2b(repr(said).encode(), digest_size=16).digest()


def fallen(
    kept: Mapping[int, tuple[str, bytes]], told: Iterable[CityResult], *, whole: bool, gone: Collection[str] = ()
) -> list[int]:
    """Which kept results (number to id and digest) a city no longer tells as they were shown.

    Another content under the id, or an id it calls void (`gone`), is one; an id that is missing is one only where the
    answer is whole, not a page of it.
    """
    now = {one.source_id: one.digest for one in told}
    return [
        number
        for number, (source_id, digest) in kept.items()
        if source_id in gone or now.get(source_id, b"" if whole else digest) != digest
    ]
