"""Which results count where, how long, and what they cost: grants, windows, prices of the invented region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from xinglin.exchange.invented.offered import BY_CODE, TESTS
from xinglin.exchange.invented.places import Hospital

NATION, PROVINCE = "000000", "440000"
FROM, TO = date(2024, 1, 1), date(2026, 12, 31)
# 广州 keeps some results for a shorter time than the province.
STRICTER = {"440100": {"LAB-CHEM-ALT": 14, "LAB-CHEM-AST": 14, "LAB-CHEM-GLU": 7}}


@dataclass(frozen=True)
class Grant:
    """An HR mark of one item at one hospital."""

    hospital: int
    item: str
    scope: str
    valid_from: date
    valid_to: date
    suspended_from: date | None


@dataclass(frozen=True)
class Price:
    """What an item costs at a hospital, from a day on."""

    hospital: int
    item: str
    fen: int
    valid_from: date
    valid_to: date | None


def grants(sites: Sequence[Hospital], rng: np.random.Generator) -> list[Grant]:
    """Most items of most hospitals have a mark: of their city, of the province, few of the nation; some lapsed early
    or were suspended because a round of external quality assessment failed."""
    made = []
    for hospital in sites:
        for code in BY_CODE:
            draw, end, bad = rng.random(), rng.random(), rng.random()
            scope = NATION if draw < 0.04 else PROVINCE if draw < 0.45 else hospital.region if draw < 0.8 else ""
            if scope:
                made.append(Grant(
                    hospital.number, code, scope, FROM, date(2026, 6, 30) if end < 0.06 else TO,
                    date(2026, 9, 1) if bad < 0.05 else None,
                ))  # fmt: skip
    return made


def window(item: str, region: str) -> int:
    """For how many days a result of `item` counts in the city `region`."""
    return STRICTER.get(region, {}).get(item, BY_CODE[item].window)


def prices(sites: Sequence[Hospital], rng: np.random.Generator) -> list[Price]:
    """Each hospital's list, and the cut of 2026-07-01 that some items saw."""
    made = []
    for hospital in sites:
        level = 0.8 + 0.4 * rng.random()
        for code, one in BY_CODE.items():
            fen = round(one.fen * level / 10) * 10
            cut = rng.random() < 0.2
            made.append(Price(hospital.number, code, fen, FROM, date(2026, 6, 30) if cut else None))
            if cut:
                made.append(Price(hospital.number, code, round(fen * 0.85 / 10) * 10, date(2026, 7, 1), None))
    return made


def counts_in(scope: str, region: str) -> bool:
    """Strict containment: a city's mark never counts in another city."""
    return scope in (NATION, region) or (scope == PROVINCE and region[:2] == PROVINCE[:2])


def specimens() -> dict[str, str]:
    """Item code -> specimen, for the tests."""
    return {one.code: one.specimen for one in TESTS}
