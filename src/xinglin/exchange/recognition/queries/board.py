"""The savings board: sums from tallies and the movements no tally holds yet, in one statement each."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.recognition.models.savings import COUNTS
from xinglin.exchange.recognition.rules.board import ALL, APART, ITEM, PAYER, REASON, SOURCE, Sums

COLUMNS = COUNTS
SUMS = ", ".join(f"sum(m.{name})::bigint AS {name}" for name in COLUMNS)
# A movement counts at its site and in the whole (0), along every facet it has; apart if its item is %(hidden)s.
CELLS = (
    "CROSS JOIN LATERAL (VALUES (m.site::smallint), (0::smallint)) AS at(site) "
    f"CROSS JOIN LATERAL (SELECT CASE WHEN m.item = ANY(%(hidden)s::int[]) THEN {APART} ELSE 0 END) AS apart(by) "
    'JOIN LATERAL (VALUES (0, m."cross"::int), (1, m.item), (2, m.source::int), '
    "(3, NULLIF(m.reason, 0)::int), (4, m.payer::int)) AS o(facet, key) ON o.key IS NOT NULL "
    "CROSS JOIN LATERAL (SELECT (o.facet + apart.by)::smallint, o.key) AS f(facet, key)"
)


def hidden_items() -> list[int]:
    """The items whose results are for the treating doctor alone."""
    return sorted(number for number, item in catalogue.current().items.items() if item.treating_only)


def _sums(where: str, group: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Sums over tallies and living movements; `where` speaks of t.month, t.site, t.facet, t.key."""
    added = ", ".join(f"sum(t.{name})::bigint" for name in COLUMNS)
    listed = ", ".join(f"m.{name}" for name in COLUMNS)
    statement = (
        f"SELECT {group}, {added} FROM ("
        f"SELECT month, site, facet, key, {', '.join(COLUMNS)} FROM recognition_tally t WHERE {where} "
        "UNION ALL SELECT * FROM ("
        f"SELECT m.month, at.site, f.facet, f.key, {listed} FROM recognition_movement m {CELLS}) t WHERE {where}"
        f") t GROUP BY {group}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "hidden": hidden_items()})
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Span:
    """Which months, and which site (0: all)."""

    since: date
    until: date
    site: int = 0


_WHERE = "t.facet = %(facet)s AND t.site = %(site)s AND t.month BETWEEN %(since)s AND %(until)s"


def along(span: Span, facet: int, *, by: str = "key") -> dict[Any, Sums]:
    """Sums by "key" of the facet, or by "month" over all keys of it."""
    values = {"facet": facet, "site": span.site, "since": span.since, "until": span.until}
    rows = _sums(_WHERE, f"t.{by}", values)
    return {row[0]: Sums(*map(int, row[1:])) for row in rows}


def total(span: Span) -> Sums:
    """Everything in a span that is published."""
    return _added(along(span, ALL).values())


def apart(span: Span) -> Sums:
    """What stands in no published figure. For the program alone: published and apart are the whole ledger."""
    return _added(along(span, ALL + APART).values())


def crossing(span: Span) -> tuple[Sums, Sums]:
    """(inside one city, across cities)."""
    found = along(span, ALL)
    return found.get(0, Sums()), found.get(1, Sums())


def by_month(span: Span) -> dict[date, Sums]:
    return dict(sorted(along(span, ALL, by="month").items()))


def by_item(span: Span) -> dict[int, Sums]:
    return along(span, ITEM)


def by_source(span: Span) -> dict[int, Sums]:
    """By the site whose results were offered."""
    return along(span, SOURCE)


def by_reason(span: Span) -> dict[int, Sums]:
    return along(span, REASON)


def by_payer(span: Span) -> dict[int, Sums]:
    return along(span, PAYER)


def pairs(span: Span) -> dict[tuple[int, int], Sums]:
    """By (asking site, site that made the result)."""
    values = {"facet": SOURCE, "since": span.since, "until": span.until}
    rows = _sums("t.facet = %(facet)s AND t.site <> 0 AND t.month BETWEEN %(since)s AND %(until)s",
                 "t.site, t.key", values)  # fmt: skip
    return {(row[0], row[1]): Sums(*map(int, row[2:])) for row in rows}


def by_site(span: Span) -> dict[int, Sums]:
    """By asking site."""
    values = {"facet": ALL, "since": span.since, "until": span.until}
    rows = _sums("t.facet = %(facet)s AND t.site <> 0 AND t.month BETWEEN %(since)s AND %(until)s", "t.site", values)
    return {row[0]: Sums(*map(int, row[1:])) for row in rows}


def _added(several: Sequence[Sums] | Any) -> Sums:
    found = Sums()
    for one in several:
        found = found.plus(one)
    return found
