"""The list of 10,000 opened bids as the secretariat reads it, beside plain SQL for the same rows.

Conditions: everything is invented (示例). 200 challenges with 50 bids each, by 10,000 companies, opened; stored by COPY
into a home of its own. The list, a page far down, the list narrowed by stage and one bid are asked through Django's
test client: the whole program from middleware to template, without a network. The peer is the plainest SQL for the rows
of a page on the same connection. The mark is a 95th percentile of 200 ms.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-challenges"
BIDS, CALLS, ROUNDS, MARK = 10_000, 200, 30, 200.0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def build() -> Any:
    """One challenge and its bids, as an opening leaves them; returns who reads."""
    from django.db import connection, transaction

    from xinglin.challenges.models import Bid, Challenge
    from xinglin.cli.migrate import migrate_now
    from xinglin.kernel import clock, copying, permits
    from xinglin.kernel.models import Account
    from xinglin.kernel.words import Role
    from xinglin.roster.models import Organisation

    migrate_now()
    office = Account.objects.create(username="bench", display_name="示例")
    permits.grant(account=office, role=Role.SECRETARIAT, by=permits.the_program())
    closes_at = clock.now() - timedelta(days=1)
    demander = Organisation.objects.create(name_zh="示例发榜医院", kind="hospital", stage="active")
    calls = [
        Challenge(number=f"JB-BENCH-{n}", organisation=demander, title=f"示例榜单{n}", problem="示例",
                  closes_at=closes_at, stage="bid_formal_check", most_fen=10**9)
        for n in range(CALLS)
    ]  # fmt: skip
    places = [Organisation(name_zh=f"示例投榜企业{n}", kind="enterprise", stage="active") for n in range(BIDS)]
    stages = ("opened", "qualified", "qualified", "disqualified")
    bids = [
        Bid(number=f"TB-BENCH-{n}", challenge=calls[n % CALLS], organisation=place, stage=stages[n % 4],
            receipt=f"{n:064x}", received_at=closes_at - timedelta(seconds=n), title=f"示例投榜{n}",
            summary="示例摘要。" * 40, route="示例路线。" * 80, price_fen=10**8 + n, months=18, credit_commitment=True)
        for n, place in enumerate(places)
    ]  # fmt: skip
    with transaction.atomic():
        copying.copy_in(Organisation, places, leave_out=())
        copying.copy_in(Challenge, calls, leave_out=())
        copying.copy_in(Bid, bids, leave_out=())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return office


def timed(deed: Callable[[], Any]) -> tuple[float, float]:
    """(median, 95th percentile) in milliseconds of ROUNDS, after three unmeasured."""
    for _ in range(3):
        deed()
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        deed()
        times.append((perf_counter() - began) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, round(0.95 * len(times)))]


def measure(office: Any) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test import Client

    from xinglin.challenges.models import Bid

    client = Client(SERVER_NAME="localhost")
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    one = Bid.objects.order_by("pk")[BIDS // 2]
    rows = ("SELECT b.*, c.title, o.name_zh FROM challenges_bid b JOIN challenges_challenge c ON c.id = b.challenge_id "
            "JOIN roster_organisation o ON o.id = b.organisation_id")  # fmt: skip
    claims = [
        ("list of 10,000 bids", "/challenges/bid/", f"{rows} ORDER BY b.id DESC LIMIT 26", []),
        ("its page 200", "/challenges/bid/?page=200", f"{rows} ORDER BY b.id DESC LIMIT 26 OFFSET 4975", []),
        ("those that passed", "/challenges/bid/?stage=qualified",
         f"{rows} WHERE b.stage = 'qualified' ORDER BY b.id DESC LIMIT 26", []),
        ("the bidder's room", "/bids/", "SELECT 1", []),
        ("one bid with its formal check", f"/challenges/bid/{one.pk}/", f"{rows} WHERE b.id = %s", [one.pk]),
    ]  # fmt: skip
    found = []
    for what, address, sql, params in claims:

        def ask(address: str = address) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        def plainly(sql: str = sql, params: list[Any] = params) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                cursor.fetchall()

        median, slow = timed(ask)
        peer, _ = timed(plainly)
        found.append({
            "page": what, "median_ms": round(median, 1), "p95_ms": round(slow, 1), "mark_ms": MARK,
            "within": slow < MARK, "sql_ms": round(peer, 2), "ratio": round(median / peer, 1),
        })  # fmt: skip
        say(f"{what:<32} {median:8.1f} ms  p95 {slow:8.1f} ms   plain SQL {peer:8.2f} ms  (x {median / peer:.0f})")
    return found


def run(full: bool = False) -> dict[str, Any]:
    """Build anew, measure, and leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    os.environ["XINGLIN_HOME"] = str(HOME)
    os.environ.pop("XINGLIN_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    django.setup()
    from django.db import connection

    from xinglin.kernel import database

    try:
        pages = measure(build())
    finally:
        connection.close()
        getattr(connection, "close_pool", lambda: None)()
        database.leave()
        shutil.rmtree(HOME, ignore_errors=True)
    return {
        "bids": BIDS, "through": "Django's test client, no network", "rounds": ROUNDS, "cores": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()], "pages": pages,
    }  # fmt: skip
