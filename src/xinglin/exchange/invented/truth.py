"""What is true of an invented region: repeats inside windows, and what an order would have to be answered.

The rules are read here once more, in plain words and on their own (domain 2.4, 2.6), so that an answer can be compared
with something that was not made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from xinglin.exchange.invented.histories import CODES, CORRECTED, DAY, FINAL, Column, Histories
from xinglin.exchange.invented.places import Hospital
from xinglin.exchange.invented.terms import Grant, counts_in, window

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Repeat:
    """The same item of the same person again inside its window; places of results, and the hours between."""

    person: int
    item: str
    earlier: int
    later: int
    hours: float
    other_hospital: bool


@dataclass(frozen=True)
class Order:
    """An order somebody might place: what it would be answered, with which result (-1: none)."""

    record: int
    person: int
    site: int
    item: str
    at: int
    answer: str
    result: int


@dataclass(frozen=True)
class Facts:
    """Everything the truth is told from: who, where and what, by result; sorted by person, item and time."""

    person: Column
    site: Column
    order: Column
    bounds: Column
    lives: Histories


def facts(lives: Histories, person: Column, site: Column) -> Facts:
    """`person` and `site` are by record. Only what still counts takes part: final or corrected, never void."""
    record = lives.visit_record[lives.report_visit][lives.result_report]
    status = lives.report_status[lives.result_report]
    counts = np.nonzero((status == FINAL) | (status == CORRECTED))[0]
    who, when = person[record], lives.effective_at[lives.result_report]
    order = counts[np.lexsort((counts, when[counts], lives.result_item[counts], who[counts]))]
    key = who[order] * len(CODES) + lives.result_item[order]
    bounds = np.r_[0, np.nonzero(np.diff(key))[0] + 1, len(order)] if len(order) else np.zeros(1, int)
    return Facts(who, site[record], order, bounds, lives)


def repeats(told: Facts, regions: dict[int, str]) -> Iterator[Repeat]:
    """Every result that repeats an earlier one inside the window of the city where it was made again."""
    item, report = told.lives.result_item, told.lives.result_report
    when = told.lives.effective_at
    for begin, end in zip(told.bounds[:-1], told.bounds[1:], strict=True):
        if end - begin < 2:
            continue
        group = told.order[begin:end].tolist()
        code = CODES[item[group[0]]]
        for place, later in enumerate(group[1:], 1):
            reach = window(code, regions[int(told.site[later])]) * DAY
            at = int(when[report[later]])
            inside = [one for one in group[:place] if 0 < at - int(when[report[one]]) <= reach]
            if inside:
                others = [one for one in inside if told.site[one] != told.site[later]]
                earlier = (others or inside)[-1]
                hours = (at - int(when[report[earlier]])) / 3600
                yield Repeat(int(told.person[later]), code, earlier, later, hours, bool(others))


def orders(
    told: Facts, sites: Sequence[Hospital], marks: Sequence[Grant], places: dict[int, list[tuple[int, int]]], *,
    until: int, count: int, rng: np.random.Generator,
) -> list[Order]:  # fmt: skip
    """`count` orders of items the person already has results of, at one of the person's own hospitals (`places`: person
    -> records with their sites), at `until` or exactly at (and a second past) the end of a window."""
    if len(told.order) == 0:
        return []
    regions = {one.number: one.region for one in sites}
    granted: dict[tuple[int, str], list[Grant]] = {}
    for mark in marks:
        granted.setdefault((mark.hospital, mark.item), []).append(mark)
    groups = list(zip(told.bounds[:-1].tolist(), told.bounds[1:].tolist(), strict=True))
    made = []
    # Half of them where another hospital's result may still count, so that every answer occurs.
    several = {person for person, mine in places.items() if len(mine) > 1}
    recent = [
        one for one in groups
        if _newest(told, one) > until - 45 * DAY and int(told.person[told.order[one[0]]]) in several
    ]  # fmt: skip
    for number in range(count):
        pool = recent if number % 2 and recent else groups
        begin, end = pool[int(rng.integers(0, len(pool)))]
        group = told.order[begin:end].tolist()
        person = int(told.person[group[0]])
        last = int(told.site[group[-1]])
        mine = places[person] if pool is groups else [one for one in places[person] if one[1] != last]
        record, site = mine[int(rng.integers(0, len(mine)))]
        code = CODES[told.lives.result_item[group[0]]]
        edge = _newest(told, (begin, end)) + window(code, regions[site]) * DAY
        at = until if edge < until or number % 3 else edge + (number % 2)
        answer, result = answered(told, group, code, site, regions, granted, at)
        made.append(Order(record, person, site, code, at, answer, result))
    return made


def _newest(told: Facts, group: tuple[int, int]) -> int:
    return int(told.lives.effective_at[told.lives.result_report[told.order[group[1] - 1]]])


def answered(
    told: Facts, group: Sequence[int], code: str, site: int, regions: dict[int, str],
    granted: dict[tuple[int, str], list[Grant]], at: int,
) -> tuple[str, int]:  # fmt: skip
    """The answer for an order of `code` at `site`: the best class with its newest result, other hospitals' alone."""
    best: dict[str, int] = {}
    for one in group:
        if told.site[one] == site:
            continue
        report = told.lives.result_report[one]
        taken = int(told.lives.effective_at[report])
        days = window(code, regions[site])
        fresh = days > 0 and at - taken <= days * DAY
        marked = any(_holds(mark, taken) and counts_in(mark.scope, regions[site])
                     for mark in granted.get((int(told.site[one]), code), ()))  # fmt: skip
        must = fresh and marked and not told.lives.critical[one]
        best["must" if must else "may" if fresh else "history"] = one
    for answer in ("must", "may", "history"):
        if answer in best:
            return answer, best[answer]
    return "none", -1


def _holds(mark: Grant, taken: int) -> bool:
    day = datetime.fromtimestamp(taken, UTC).astimezone(CHINA).date()
    suspended = mark.suspended_from is not None and day >= mark.suspended_from
    return mark.valid_from <= day <= mark.valid_to and not suspended
