"""Pages asked through the whole program, beside the plainest SQL for the same rows: shared by the benches of pages."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def timed(deed: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """(median, 95th percentile) in milliseconds of `rounds`, after three unmeasured."""
    for _ in range(3):
        deed()
    times = []
    for _ in range(rounds):
        began = perf_counter()
        deed()
        times.append((perf_counter() - began) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, round(0.95 * len(times)))]


def client(account: Any | None) -> Any:
    """Django's test client, signed in unless nobody is given."""
    from django.test import Client

    found = Client(SERVER_NAME="localhost")
    if account is not None:
        found.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return found


def beside(reader: Any, what: str, address: str, sql: str, params: list[Any], rounds: int) -> dict[str, Any]:
    """One page, asked by `reader` (a test client), beside `sql` on the same connection."""
    from django.db import connection

    def ask() -> None:
        answer = reader.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    def plainly() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    median, slow = timed(ask, rounds)
    peer, _ = timed(plainly, rounds)
    say(f"{what:<34} {median:8.1f} ms  p95 {slow:8.1f} ms   plain SQL {peer:8.2f} ms  (x {median / peer:.0f})")
    return {
        "page": what, "median_ms": round(median, 1), "p95_ms": round(slow, 1), "sql_ms": round(peer, 2),
        "ratio": round(median / peer, 1),
    }  # fmt: skip
