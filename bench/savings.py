"""The savings board over many decisions, beside the same sums taken from the decisions themselves.

    xinglin bench savings [--full] [--json]

Conditions: everything is invented. A home of its own in the system's temporary folder with the embedded database;
decisions and ledger entries are made by the server itself (24 months, 40 hospitals, 600 items; half of them
recognised, two items are for the treating doctor alone), the tallies by `recount`, and 20,000 movements no tally
holds yet. The rows are not logged; the ledger's indexes are built after them, those of the decisions, which
neither page reads, not at all. `--full` takes 10 million decisions, otherwise
200,000; XINGLIN_BENCH_ROWS=N takes N. The page is asked for through Django's test client: everything but the network.
Its mark is 300 ms.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench._home import own_home

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-savings"
SMALL, LARGE, ROUNDS, MARK_MS = 200_000, 10_000_000, 9, 300.0
SITES, ITEMS, PART = 40, 600, 500_000
# Items for the treating doctor alone: in no published figure.
HIDDEN = {1, 301}

DECISIONS = """
INSERT INTO recognition_decision (id, created_at, stage, stage_since, created_by, version, key, organisation_id, site,
  source_site, patient, person, visit, doctor, item, standing, result, results, effective_at, window_days, scope,
  "grant", rules_version, "cross", own, whole, examination, viewed_at, decided_at, decided_by, reason, reason_version,
  remark, diagnosis, informed_by, order_no, payer, price_fen, price_list)
SELECT lpad(n::text, 26, '0'), made, stage, made, 'b', 1, md5(n::text)::uuid, lpad(site::text, 26, '0'), site,
  source, n %% 100000, n %% 100000, 'V' || n / 3, 'D1', n / 7 %% 600 + 1,
  CASE WHEN n %% 3 = 0 THEN 'may' ELSE 'must' END,
  n, to_jsonb(ARRAY[n]), made, 30, '', '', 1, source %% 2 <> site %% 2, false, true, false, made,
  CASE WHEN stage IN ('recognised', 'declined') THEN made END,
  CASE WHEN stage IN ('recognised', 'declined') THEN 'D1' ELSE '' END,
  CASE WHEN stage = 'declined' THEN '0' || (n %% 7 + 1) ELSE '' END, '', '', '', '', '', 'insurance', 1000, '示例'
FROM (SELECT n, (n * 7 %% 40 + 1)::int2 AS site, (n / 3 %% 40 + 1)::int2 AS source,
        now() - (n %% 730) * interval '1 day' AS made,
        (ARRAY['recognised', 'recognised', 'declined', 'unhandled'])[n %% 4 + 1] AS stage
      FROM generate_series(%s::bigint, %s::bigint) AS g(n)) s
"""
ENTRIES = """
INSERT INTO recognition_savingentry (id, created_at, decision, organisation_id, site, source_site, region,
  source_region, visit, patient, item, kind, turn, amount_fen, price_list, price_place, payer, radiation_usv, wait_days,
  month, booked_at)
SELECT id, created_at, id, organisation_id, site, source_site, CASE WHEN site %% 2 = 1 THEN '440100' ELSE '440600' END,
  CASE WHEN source_site %% 2 = 1 THEN '440100' ELSE '440600' END, visit, patient, item, 'saved', result %% 1000000 + 1,
  1000, '示例', '440100', 'insurance', 0, 0,
  date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date, created_at
FROM recognition_decision WHERE stage = 'recognised' AND id BETWEEN %s AND %s
"""

PLAINLY = "SELECT month, site, item, sum(amount_fen) FROM recognition_savingentry GROUP BY 1, 2, 3"
MOVEMENTS = """
INSERT INTO recognition_movement (month, site, source, item, reason, payer, "cross", reminded, must, viewed, recognised,
  declined, uncounted, unhandled, repeated, visits, bookings, saved_fen, radiation_usv, wait_days)
SELECT date_trunc('month', now())::date, n % 40 + 1, n % 39 + 1, n % 600 + 1, 0, 1, 0, 0, 0, 0,
  turn, 0, 0, 0, 0, 0, turn, turn * 1000, 0, 0
FROM generate_series(1, 10000) AS g(n), (VALUES (-1), (1)) AS t(turn)
"""


TABLES = ("recognition_decision", "recognition_savingentry")
UNIQUE = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE contype = 'u' AND conrelid IN ('recognition_decision'::regclass, 'recognition_savingentry'::regclass) "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.conindid = pg_constraint.conindid AND f.contype = 'f')"
)
INDEXES = (
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename IN ('recognition_decision', "
    "'recognition_savingentry') AND indexdef NOT LIKE 'CREATE UNIQUE%'"
)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def load(rows: int) -> dict[str, float]:
    """Make the home; seconds for the decisions with their entries, their indexes, and the tallies."""
    from django.db import connection, transaction

    from xinglin.cli.migrate import migrate_now
    from xinglin.exchange.catalogue.models import CatalogueState, Item, Site
    from xinglin.exchange.recognition.actions import counting

    migrate_now()
    Site.objects.bulk_create(
        Site(number=n, organisation_id=f"{n:026d}", name=f"示例医院{n}", region="440100" if n % 2 else "440600")
        for n in range(1, SITES + 1)
    )
    Item.objects.bulk_create(
        Item(number=n, code=f"X{n}", name_zh=f"示例项目{n}", name_en=f"Example {n}", kind="laboratory", category="示例",
             group="示例", sensitivity="treating_only" if n in HIDDEN else "normal") for n in range(1, ITEMS + 1)
    )  # fmt: skip
    CatalogueState.move_on()
    seconds, began = {}, time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} SET UNLOGGED")
        cursor.execute(UNIQUE)
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for _table, name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for first in range(1, rows + 1, PART):
            last = min(rows, first + PART - 1)
            with transaction.atomic():
                cursor.execute(DECISIONS, [first, last])
                cursor.execute(ENTRIES, [f"{first:026d}", f"{last:026d}"])
            say(f"{last:,} decisions after {time.perf_counter() - began:.0f} s")
        seconds["rows"], began = time.perf_counter() - began, time.perf_counter()
        for table, _name, definition in indexes:
            if table == "recognition_savingentry":
                cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE recognition_decision")
        cursor.execute("VACUUM ANALYZE recognition_savingentry")
        seconds["indexes"], began = time.perf_counter() - began, time.perf_counter()
        counting.recount()
        seconds["tallies"] = time.perf_counter() - began
        cursor.execute("VACUUM ANALYZE recognition_tally")
        # A minute's deeds that no tally holds yet: withdrawn and recognised again, so that no sum changes.
        cursor.execute(MOVEMENTS)
    return {name: round(each, 1) for name, each in seconds.items()}


def timed(deed: Callable[[], Any]) -> tuple[float, float]:
    """(median, longest) in milliseconds, after two that are not counted."""
    times = []
    for number in range(ROUNDS + 2):
        began = time.perf_counter()
        deed()
        if number >= 2:
            times.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(times), 1), round(max(times), 1)


def run(full: bool = False) -> dict[str, Any]:
    """Build, measure, clear away."""
    rows = int(os.environ.get("XINGLIN_BENCH_ROWS", LARGE if full else SMALL))
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    own_home(HOME)
    from django.db import connection, connections
    from django.test import Client

    from xinglin.exchange.recognition.queries import board
    from xinglin.exchange.recognition.queries.board import Span
    from xinglin.kernel import database, permits
    from xinglin.kernel.models import Account
    from xinglin.kernel.words import Role
    from xinglin.portal import speaking

    try:
        seconds = load(rows)
        office = Account.objects.create(username="bench", display_name="示例", password="!")  # noqa: S106
        permits.grant(account=office, role=Role.SECRETARIAT, by=permits.the_program())
        client = Client()
        client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")

        def page(address: str) -> str:
            answered = client.get(address)
            assert answered.status_code == 200, answered.status_code
            return answered.content.decode()

        def plainly() -> None:
            with connection.cursor() as cursor:
                cursor.execute(PLAINLY)
                cursor.fetchall()

        def spent() -> float:
            """Processor seconds of the page and of its server process, where /proc tells them."""
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
            ticks = stat.read_text().rpartition(")")[2].split()[11:13] if stat.exists() else []
            return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

        year = timed(lambda: page("/recognition/board/"))
        whole = timed(lambda: page("/recognition/board/?since=2020-01"))
        before = spent()
        for _round in range(ROUNDS):
            page("/recognition/board/?since=2020-01")
        processor = round((spent() - before) / ROUNDS * 1e3, 1)
        peer = timed(plainly)
        opened = timed(lambda: page("/recognition/board/records/?since=2020-01"))
        everything = Span(date(2020, 1, 1), date(2100, 1, 1))
        told, apart = board.total(everything), board.apart(everything)
        with connection.cursor() as cursor:
            cursor.execute("SELECT item = ANY(%s), sum(amount_fen), count(*) FROM recognition_savingentry GROUP BY 1 "
                           "ORDER BY 1", [sorted(HIDDEN)])  # fmt: skip
            (_, shown_fen, shown), (_, hidden_fen, hidden) = cursor.fetchall()
            cursor.execute("SELECT count(*) FROM recognition_tally")
            tallies = cursor.fetchone()[0]
        said = speaking.money(int(shown_fen))
        assert told.saved_fen == shown_fen and apart.saved_fen == hidden_fen, (told, apart, shown_fen, hidden_fen)
        assert told.reminded + apart.reminded == rows, (told, apart)
        for address in ("/recognition/board/?since=2020-01", "/recognition/board/records/?since=2020-01"):
            assert said in page(address), said
        return {
            "decisions": rows, "entries": shown + hidden, "tallies": tallies, "load_seconds": seconds,
            "board_twelve_months_ms": year, "board_all_months_ms": whole, "board_processor_ms": processor,
            "mark_ms": MARK_MS,
            "mark_met": max(year[1], whole[1]) < MARK_MS,
            "records_behind_the_figure_ms": opened, "published_fen": told.saved_fen,
            "published_equals_its_entries": told.saved_fen == shown_fen, "living_movements": 20_000,
            "peer": "the same sums from the ledger itself, one statement", "peer_ms": peer,
            "ratio": round(peer[0] / whole[0], 2), "load_when_measured": os.getloadavg()[0],
        }  # fmt: skip
    finally:
        connections.close_all()
        database.leave()
        shutil.rmtree(HOME, ignore_errors=True)
