"""The list of 10,000 opened bids as the secretariat reads it, beside plain SQL for the same rows.

Conditions: everything is invented (示例). 200 challenges with 50 bids each, by 10,000 companies, opened; stored by COPY
into a home of its own. The list, a page far down, the list narrowed by stage and one bid are asked through Django's
test client: the whole program from middleware to template, without a network. The peer is the plainest SQL for the rows
of a page on the same connection. The mark is a 95th percentile of 200 ms.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench._asking import beside, client
from bench._home import own_home

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-challenges"
BIDS, CALLS, ROUNDS, MARK = 10_000, 200, 30, 200.0


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


def measure(office: Any) -> list[dict[str, Any]]:
    from xinglin.challenges.models import Bid

    reader = client(office)
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
    found = [beside(reader, *claim, ROUNDS) for claim in claims]
    return [{**one, "mark_ms": MARK, "within": one["p95_ms"] < MARK} for one in found]


def run(full: bool = False) -> dict[str, Any]:
    """Build anew, measure, and leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    own_home(HOME)
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
