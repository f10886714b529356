"""The savings board: sums from tallies and the movements no tally holds yet, in one statement each."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.rules.scopes import city_of
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
    return sorted(catalogue.current().treating_only)


@dataclass(frozen=True, slots=True)
class Span:
    """Which months, and which site (0: all)."""

    since: date
    until: date
    site: int = 0


# What a facet's key is of a movement.
KEYS = {ALL: 'm."cross"::int', ITEM: "m.item", SOURCE: "m.source::int", REASON: "NULLIF(m.reason, 0)::int",
        PAYER: "m.payer::int"}  # fmt: skip


def _sums(facet: int, span: Span, group: str, *, each_site: bool = False) -> list[tuple[Any, ...]]:
    """Sums of a facet over tallies and living movements, at the span's site (0: all) or at each site by itself;
    `group` names columns of month, site and key."""
    added = ", ".join(f"sum({name})::bigint" for name in COLUMNS)
    listed = ", ".join(COLUMNS)
    plain, is_hidden = facet % APART, "= ANY" if facet >= APART else "<> ALL"
    at = "m.site" if each_site or span.site else "0"
    where = "site > 0" if each_site else "site = %(site)s"
    statement = (
        f"SELECT {group}, {added} FROM ("
        f"SELECT month, site, key, {listed} FROM recognition_tally "
        f"WHERE facet = %(facet)s AND {where} AND month BETWEEN %(since)s AND %(until)s "
        f"UNION ALL SELECT m.month, {at}, {KEYS[plain]}, {listed} FROM recognition_movement m "
        f"WHERE m.month BETWEEN %(since)s AND %(until)s AND {where if at != '0' else 'true'} "
        f"AND m.item {is_hidden}(%(hidden)s::int[])) t WHERE key IS NOT NULL GROUP BY {group}"
    )
    values = {"facet": facet, "site": span.site, "since": span.since, "until": span.until, "hidden": hidden_items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def along(span: Span, facet: int, *, by: str = "key") -> dict[Any, Sums]:
    """Sums by "key" of the facet, or by "month" over all keys of it."""
    return {row[0]: Sums(*map(int, row[1:])) for row in _sums(facet, span, by)}


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
    return {(row[0], row[1]): Sums(*map(int, row[2:])) for row in _sums(SOURCE, span, "site, key", each_site=True)}


def by_cities(span: Span) -> dict[tuple[str, str], Sums]:
    """By (city that made the result, city that asked), at the span's site if it names one."""
    cities = {number: city_of(site.region) for number, site in catalogue.current().sites.items()}
    found: dict[tuple[str, str], Sums] = {}
    for (here, there), sums in pairs(span).items():
        if span.site in (0, here) and here in cities and there in cities:
            key = cities[there], cities[here]
            found[key] = found.get(key, Sums()).plus(sums)
    return found


def by_site(span: Span) -> dict[int, Sums]:
    """By asking site."""
    return {row[0]: Sums(*map(int, row[1:])) for row in _sums(ALL, span, "site", each_site=True)}


def _added(several: Sequence[Sums] | Any) -> Sums:
    found = Sums()
    for one in several:
        found = found.plus(one)
    return found
