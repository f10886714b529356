"""Counts that follow every deed, and their folding into tallies."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.recognition.models import Decision, Movement, SavingEntry
from xinglin.exchange.recognition.queries.board import CELLS, COLUMNS, SUMS, hidden_items
from xinglin.exchange.recognition.rules.board import APART, ITEM, contribution, difference, payer_number
from xinglin.kernel.clock import ZONE

FOLDING_LOCK = 0x464F4C44
# Movements folded in one statement.
PART = 200_000


def month_of(moment: Any) -> date:
    """The month a deed counts in, in the alliance's time zone."""
    return moment.astimezone(ZONE).date().replace(day=1)


def moved(decision: Decision, before: Mapping[Any, int], *, visits: int = 0) -> None:
    """Write what a deed changed on `decision`, whose contribution was `before`. Inside the deed's transaction."""
    changed = difference(dict(before), contribution(decision))
    if visits:
        changed["visits", 0] = visits
    rows: dict[int, Movement] = {}
    for (count, reason), by_how_much in changed.items():
        row = rows.setdefault(reason, Movement(
            month=month_of(decision.created_at), site=decision.site, source=decision.source_site, item=decision.item,
            reason=reason, payer=payer_number(decision.payer), cross=int(decision.cross),
        ))  # fmt: skip
        setattr(row, count, by_how_much)
    Movement.objects.bulk_create(rows.values())


def booked(entries: Iterable[SavingEntry], *, cross: bool) -> None:
    """Write what new entries of the ledger change. Inside the deed's transaction."""
    Movement.objects.bulk_create(
        Movement(
            month=one.month, site=one.site, source=one.source_site, item=one.item, payer=payer_number(one.payer),
            cross=int(cross), bookings=1 if one.amount_fen > 0 or one.kind == "saved" else -1,
            saved_fen=one.amount_fen, radiation_usv=one.radiation_usv, wait_days=one.wait_days,
        )
        for one in entries
    )  # fmt: skip


@transaction.atomic
def fold() -> int:
    """Add the movements into the tallies and remove them; returns how many. One at a time, writers never wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLDING_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        return _fold(cursor)


def _fold(cursor: Any) -> int:
    listed = ", ".join(COLUMNS)
    added = ", ".join(f"{name} = recognition_tally.{name} + excluded.{name}" for name in COLUMNS)
    cursor.execute(
        f"WITH part AS (SELECT id FROM recognition_movement ORDER BY id LIMIT {PART} FOR UPDATE SKIP LOCKED), "
        "gone AS (DELETE FROM recognition_movement m USING part WHERE m.id = part.id RETURNING m.*), "
        f"cells AS (SELECT m.month, at.site, f.facet, f.key, {SUMS} FROM gone m {CELLS} GROUP BY 1, 2, 3, 4), "
        f"kept AS (INSERT INTO recognition_tally (month, site, facet, key, {listed}) "
        f"SELECT month, site, facet, key, {listed} FROM cells "
        f"ON CONFLICT (facet, site, month, key) DO UPDATE SET {added}) SELECT count(*) FROM gone",
        {"hidden": hidden_items()},
    )
    return cursor.fetchone()[0]


@transaction.atomic
def recount() -> int:
    """Make all tallies again from the decisions and the savings ledger; returns the number of tallies.

    After a bulk load, when an item is hidden or shown, and to prove that counting by differences lost nothing. One
    statement reads decisions, entries and movements at one moment, so writers go on: what they move later stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDING_LOCK])
        # Its sums fit in memory; on disk it takes several times as long.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("CREATE TEMPORARY TABLE recognition_anew (LIKE recognition_tally) ON COMMIT DROP")
        listed = ", ".join(COLUMNS)
        cursor.execute(
            "WITH gone AS (DELETE FROM recognition_movement) "
            f"INSERT INTO recognition_anew (month, site, facet, key, {listed}) "
            f"SELECT m.month, at.site, f.facet, f.key, {SUMS} FROM ({_AFRESH}) m {CELLS} GROUP BY 1, 2, 3, 4",
            {"hidden": hidden_items()},
        )
        made = cursor.rowcount
        cursor.execute("DELETE FROM recognition_tally")
        cursor.execute(f"INSERT INTO recognition_tally (month, site, facet, key, {listed}) "
                       f"SELECT month, site, facet, key, {listed} FROM recognition_anew")  # fmt: skip
        cursor.execute("DROP TABLE recognition_anew")
        return made


_kept_apart_at: int | None = None


def keep_apart() -> int:
    """After a change of the catalogue: count again if an item became hidden, or is so no longer. Returns the number
    of tallies made."""
    global _kept_apart_at
    version = catalogue.current().version
    if version == _kept_apart_at:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM recognition_tally WHERE site = 0 AND (facet = %(shown)s AND key = "
            "ANY(%(hidden)s::int[]) OR facet = %(apart)s AND key <> ALL(%(hidden)s::int[])))",
            {"shown": ITEM, "apart": ITEM + APART, "hidden": hidden_items()},
        )
        wrong = cursor.fetchone()[0]
    made = recount() if wrong else 0
    _kept_apart_at = version
    return made


_MONTH = "date_trunc('month', {} AT TIME ZONE 'Asia/Shanghai')::date"
_PAYER = "CASE payer WHEN 'insurance' THEN 1 WHEN 'self' THEN 2 WHEN 'other' THEN 3 ELSE 0 END"
# The decisions and the ledger as movements: the same counts as rules.board.contribution, said in SQL.
_AFRESH = (
    f"SELECT {_MONTH.format('created_at')} AS month, site, source_site AS source, item, 0 AS reason, "
    f'{_PAYER} AS payer, "cross"::int AS "cross", count(*) AS reminded, '
    "count(*) FILTER (WHERE standing = 'must') AS must, count(viewed_at) AS viewed, "
    "count(*) FILTER (WHERE stage = 'recognised') AS recognised, 0::bigint AS declined, 0::bigint AS uncounted, "
    "count(*) FILTER (WHERE stage = 'unhandled') AS unhandled, "
    "count(*) FILTER (WHERE stage = 'unhandled' AND standing = 'must' AND ordered_at IS NOT NULL) AS repeated, "
    "0::bigint AS visits, 0::bigint AS bookings, 0::bigint AS saved_fen, 0::bigint AS radiation_usv, "
    "0::bigint AS wait_days "
    "FROM recognition_decision GROUP BY 1, 2, 3, 4, 5, 6, 7 "
    "UNION ALL "
    f'SELECT {_MONTH.format("created_at")}, site, source_site, item, reason::int, {_PAYER}, "cross"::int, 0, 0, 0, 0, '
    "count(*) FILTER (WHERE reason NOT IN ('98', '99')), count(*) FILTER (WHERE reason IN ('98', '99')), "
    "0, 0, 0, 0, 0, 0, 0 "
    "FROM recognition_decision WHERE stage = 'declined' GROUP BY 1, 2, 3, 4, 5, 6, 7 "
    "UNION ALL "
    # A visit counts once, with the first of its recognised decisions.
    f'SELECT {_MONTH.format("created_at")}, site, source_site, item, 0, {_PAYER}, "cross"::int, '
    "0, 0, 0, 0, 0, 0, 0, 0, "
    "count(*), 0, 0, 0, 0 FROM (SELECT DISTINCT ON (site, visit, patient) * FROM recognition_decision "
    "WHERE stage = 'recognised' ORDER BY site, visit, patient, decided_at, id) v GROUP BY 1, 2, 3, 4, 5, 6, 7 "
    "UNION ALL "
    f"SELECT month, site, source_site, item, 0, {_PAYER}, (region <> source_region)::int, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
    "sum(CASE WHEN kind = 'saved' THEN 1 ELSE -1 END), sum(amount_fen), sum(radiation_usv), sum(wait_days) "
    "FROM recognition_savingentry GROUP BY 1, 2, 3, 4, 5, 6, 7"
)
