"""Visits, reports and results over records, as columns. All times are whole seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xinglin.exchange.invented.offered import BY_CODE, PANELS, TESTS

DAY = 86_400
# How a report ended: as issued, corrected by a second version, taken back, or never finished.
FINAL, CORRECTED, VOID, PRELIMINARY = 0, 1, 2, 3
SHARES = (0.965, 0.02, 0.007, 0.008)
MEMBERS = [np.array([list(BY_CODE).index(code) for code in panel.members]) for panel in PANELS]
CODES = list(BY_CODE)
Column = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Histories:
    """`visit_*` by visit, `report_*` by report, `result_*` by result; items are places in `CODES`.

    `first` is the value of the first version where a correction changed it, else the same as `value`.
    """

    visit_record: Column
    visit_at: Column
    report_visit: Column
    report_panel: Column
    report_status: Column
    effective_at: Column
    reported_at: Column
    corrected_at: Column
    result_report: Column
    result_item: Column
    value: Column
    first: Column
    critical: Column


def lived(person: Column, *, until: int, rng: np.random.Generator) -> Histories:
    """Two years of visits for records whose persons are `person`; nothing is later than `until`."""
    records, persons = len(person), int(person.max()) + 1 if len(person) else 0
    visit_record = np.repeat(np.arange(records), 1 + rng.poisson(0.4, records))
    visits = len(visit_record)
    whose = person[visit_record]
    # An illness brings a person to several hospitals within weeks; other visits fall anywhere.
    ill = until - (rng.beta(0.8, 2.2, persons) * 700 * DAY).astype(np.int64) - 12 * DAY
    near = ill[whose] + (rng.exponential(11.0, visits) * DAY).astype(np.int64)
    far = until - 3 * DAY - (rng.random(visits) * 700 * DAY).astype(np.int64)
    visit_at = np.minimum(np.where(rng.random(visits) < 0.6, near, far), until - 3 * DAY)
    visit_at -= visit_at % 60
    report_visit, report_panel = _ordered(whose, persons, visits, rng)
    reports = len(report_visit)
    effective = visit_at[report_visit] + rng.integers(5, 180, reports) * 60
    reported = effective + rng.integers(1, 40, reports) * 3600
    status = rng.choice(4, size=reports, p=SHARES)
    corrected = np.minimum(reported + rng.integers(2, 30, reports) * 3600, until)
    result_report = np.repeat(np.arange(reports), np.array([len(one) for one in MEMBERS])[report_panel])
    result_item = np.concatenate([MEMBERS[panel] for panel in report_panel]) if reports else np.zeros(0, int)
    value = _values(whose[report_visit][result_report], result_item, persons, rng)
    changed = (status[result_report] == CORRECTED) & (rng.random(len(value)) < 0.6)
    first = np.where(changed, value * np.where(rng.random(len(value)) < 0.5, 10, 0.7), value)
    return Histories(
        visit_record, visit_at, report_visit, report_panel, status, effective, reported, corrected, result_report,
        result_item, value, first, _critical(result_item, value),
    )  # fmt: skip


def _ordered(whose: Column, persons: int, visits: int, rng: np.random.Generator) -> tuple[Column, Column]:
    """Which panels each visit orders; what ails a person is looked at again and again."""
    weights = np.array([panel.often for panel in PANELS])
    weights = weights / weights.sum()
    habit = rng.choice(len(PANELS), size=persons, p=weights)
    many = 1 + rng.binomial(2, 0.25, visits)
    report_visit = np.repeat(np.arange(visits), many)
    panel = rng.choice(len(PANELS), size=len(report_visit), p=weights)
    first = np.ones(len(report_visit), bool)
    first[1:] = report_visit[1:] != report_visit[:-1]
    panel = np.where(first & (rng.random(len(panel)) < 0.6), habit[whose[report_visit]], panel)
    _, kept = np.unique(report_visit * len(PANELS) + panel, return_index=True)
    return report_visit[kept], panel[kept]


def _values(whose: Column, item: Column, persons: int, rng: np.random.Generator) -> Column:
    """Values around each person's own level; an examination has none (NaN). A few are far outside."""
    own = rng.standard_normal((persons, len(TESTS))).astype(np.float32)
    is_test = item < len(TESTS)
    place = np.where(is_test, item, 0)
    mean, spread = np.array([t.mean for t in TESTS])[place], np.array([t.spread for t in TESTS])[place]
    log = np.array([t.log for t in TESTS])[place]
    z = 0.75 * own[whose, place] + 0.66 * rng.standard_normal(len(item))
    z = np.where(rng.random(len(item)) < 0.004, np.sign(z) * (6 + 4 * rng.random(len(item))), z)
    value = np.where(log, mean * np.exp(np.clip(z * spread, -2.5, 4.5)), np.maximum(mean + z * spread, mean * 0.05))
    digits = np.array([t.digits for t in TESTS])[place]
    value = np.round(value * 10.0**digits) / 10.0**digits
    return np.where(is_test, value, np.nan)


def _critical(item: Column, value: Column) -> Column:
    low = np.array([-np.inf if t.critical[0] is None else t.critical[0] for t in TESTS] + [-np.inf] * len(CODES))
    high = np.array([np.inf if t.critical[1] is None else t.critical[1] for t in TESTS] + [np.inf] * len(CODES))
    found: Column = (value <= low[item]) | (value >= high[item])
    return found
