"""The savings board over many decisions, beside the same sums taken from the decisions themselves.

    xinglin bench savings [--full] [--json]

Conditions: everything is invented. A home of its own in the system's temporary folder with the embedded database;
decisions and ledger entries are made by the server itself (24 months, 40 hospitals, 600 items; half of them
recognised), the tallies by `recount`. `--full` takes 10 million decisions, otherwise 200,000; XINGLIN_BENCH_ROWS=N
takes N. The page is asked for through Django's test client: everything but the network. Its mark is 300 ms.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-savings"
SMALL, LARGE, ROUNDS, MARK_MS = 200_000, 10_000_000, 9, 300.0
SITES, ITEMS = 40, 600

DECISIONS = """
INSERT INTO recognition_decision (id, created_at, stage, stage_since, created_by, version, key, organisation_id, site,
  source_site, patient, person, visit, doctor, item, standing, result, results, effective_at, window_days, scope,
  "grant", rules_version, cross, own, whole, examination, viewed_at, decided_at, decided_by, reason, reason_version,
  remark, diagnosis, informed_by, order_no, payer, price_fen, price_list)
SELECT lpad(n::text, 26, '0'), made, stage, made, 'b', 1, md5(n::text)::uuid, lpad(site::text, 26, '0'), site,
  n % 40 + 1, n % 100000, n % 100000, 'V' || n / 3, 'D1', n % 600 + 1, CASE WHEN n % 3 = 0 THEN 'may' ELSE 'must' END,
  n, '[]', made, 30, '', '', 1, (n % 40 + 1) % 2 <> site % 2, false, true, false, made,
  CASE WHEN stage IN ('recognised', 'declined') THEN made END,
  CASE WHEN stage IN ('recognised', 'declined') THEN 'D1' ELSE '' END,
  CASE WHEN stage = 'declined' THEN '0' || (n % 7 + 1) ELSE '' END, '', '', '', '', '', 'insurance', 1000, '示例'
FROM (SELECT n, (n * 7 % 40 + 1)::int2 AS site, now() - (n % 730) * interval '1 day' AS made,
        (ARRAY['recognised', 'recognised', 'declined', 'unhandled'])[n % 4 + 1] AS stage
      FROM generate_series(%s::bigint, %s::bigint) AS g(n)) s
"""
ENTRIES = """
INSERT INTO recognition_savingentry (id, created_at, decision, organisation_id, site, source_site, region,
  source_region, visit, patient, item, kind, turn, amount_fen, price_list, price_place, payer, radiation_usv, wait_days,
  month, booked_at)
SELECT id, created_at, id, organisation_id, site, source_site, CASE WHEN site % 2 = 1 THEN '440100' ELSE '440600' END,
  CASE WHEN source_site % 2 = 1 THEN '440100' ELSE '440600' END, visit, patient, item, 'saved', result % 1000000 + 1,
  1000, '示例', '440100', 'insurance', 0, 0,
  date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date, created_at
FROM recognition_decision WHERE stage = 'recognised' AND id BETWEEN %s AND %s
"""

PLAINLY = "SELECT month, site, item, sum(amount_fen) FROM recognition_savingentry GROUP BY 1, 2, 3"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def load(rows: int) -> float:
    """Make the home; seconds for the decisions, the ledger and the tallies."""
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
             group="示例") for n in range(1, ITEMS + 1)
    )  # fmt: skip
    CatalogueState.move_on()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for first in range(1, rows + 1, 500_000):
            last = min(rows, first + 499_999)
            with transaction.atomic():
                cursor.execute(DECISIONS, [first, last])
                cursor.execute(ENTRIES, [f"{first:026d}", f"{last:026d}"])
            say(f"{last:,} decisions")
        counting.recount()
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - began


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
    os.environ["XINGLIN_HOME"] = str(HOME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, connections
    from django.test import Client

    from xinglin.kernel import database, permits
    from xinglin.kernel.models import Account
    from xinglin.kernel.words import Role

    settings.ALLOWED_HOSTS = ["*"]
    try:
        seconds = load(rows)
        office = Account.objects.create(username="bench", display_name="示例", password="!")  # noqa: S106
        permits.grant(account=office, role=Role.SECRETARIAT, by=permits.the_program())
        client = Client()
        client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
        shown: list[Any] = []

        def board(query: str = "") -> None:
            answered = client.get(f"/recognition/board/{query}")
            assert answered.status_code == 200, answered.status_code
            shown[:] = [answered.context["total"]]

        def plainly() -> None:
            with connection.cursor() as cursor:
                cursor.execute(PLAINLY)
                cursor.fetchall()

        page = timed(board)
        whole = timed(lambda: board("?since=2020-01"))
        told = shown[0].saved_fen
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(amount_fen), count(*) FROM recognition_savingentry")
            true, entries = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM recognition_tally")
            tallies = cursor.fetchone()[0]
        assert told == true, (told, true)
        peer = timed(plainly)
        return {
            "decisions": rows, "entries": entries, "tallies": tallies, "load_seconds": round(seconds, 1),
            "board_twelve_months_ms": page, "board_all_months_ms": whole, "mark_ms": MARK_MS,
            "peer": "the same sums from the ledger itself, one statement", "peer_ms": peer,
            "ratio": round(peer[0] / whole[0], 2), "sum_equals_ledger": told == true,
            "load_when_measured": os.getloadavg()[0],
        }  # fmt: skip
    finally:
        connections.close_all()
        database.leave()
        shutil.rmtree(HOME, ignore_errors=True)
