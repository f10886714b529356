"""The worker: what it is given, what it does every minute by itself, and how it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import close_db_connections, close_db_connections_async

from xinglin.kernel import accounts, calendar, deliveries, jobs, ledger, permits, queue
from xinglin.kernel.clock import ZONE, now

log = logging.getLogger("xinglin.worker")
TENDING_LOCK = 0x54454E44
# The hour (in the alliance's time zone) from which the day's round is made.
MORNING = 6
MINUTE = 60
# Seconds a job may still take when the worker is told to stop; what is cut off resumes from its last part.
GRACE = 20


@app.task(name=queue.RUN_JOB)
def run_job(job_id: str) -> None:
    jobs.run_by_id(job_id)


@app.task(name=queue.DELIVER)
def deliver(delivery_ids: list[str]) -> None:
    deliveries.deliver_all(delivery_ids)


@app.task(name=queue.MAIL_INVITATION, retry=RetryStrategy(max_attempts=6, exponential_wait=6))
def mail_invitation(invitation_id: str) -> None:
    accounts.mail_invitation(invitation_id)


def tend() -> None:
    """Every minute: seal the ledger, take up abandoned jobs, bring out late notices, begin the day's round.

    Each is tried even when another fails; several workers may do it at once, for each chore locks what it touches.
    """
    chores: dict[str, Callable[[], object]] = {
        "sealing": _seal, "abandoned jobs": jobs.take_up_abandoned, "late notices": deliveries.deliver_due,
        "the day's round": _begin_the_day, **calendar.EACH_MINUTE,
    }  # fmt: skip
    for name, chore in chores.items():
        try:
            chore()
        except Exception:
            log.exception("%s failed; it is tried again in a minute", name)


def _seal() -> None:
    for _ in range(20):
        if ledger.seal() is None:
            return


@transaction.atomic
def _begin_the_day() -> None:
    if now().astimezone(ZONE).hour < MORNING:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TENDING_LOCK])
    if calendar.ask_for_today(permits.the_program()) is not None:
        ledger.seal_all()


def run_worker(stop: threading.Event, *, concurrency: int = 2) -> None:
    """Do background work until `stop` is set, then let running parts end (GRACE seconds). Takes no signals itself."""
    asyncio.run(_until(stop, concurrency))


async def _until(stop: threading.Event, concurrency: int) -> None:
    working = app.with_connector(app.connector.get_worker_connector())
    async with working.open_async():
        await _clear_after_the_killed(working)
        running = asyncio.create_task(
            working.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
                # The copy of the app made above does not bring these along.
                task_middleware=[close_db_connections, close_db_connections_async],
            )
        )
        tending = asyncio.create_task(_each_minute(stop))
        while not stop.is_set() and not running.done():
            await asyncio.wait([running], timeout=0.2)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await tending


async def _each_minute(stop: threading.Event) -> None:
    """Not Procrastinate's own timetable: it would keep one connection for ever, and never find a new database."""
    while not stop.is_set():
        await asyncio.to_thread(_tend_with_a_fresh_connection)
        began = time.monotonic()
        while not stop.is_set() and time.monotonic() - began < MINUTE:
            await asyncio.sleep(0.2)


def _tend_with_a_fresh_connection() -> None:
    close_old_connections()
    try:
        tend()
    finally:
        connection.close()


async def _clear_after_the_killed(working: object) -> None:
    """Rows of the line whose worker was killed: our own tables know what is left to do, so they are closed here."""
    from procrastinate.jobs import Status

    manager = working.job_manager  # type: ignore[attr-defined]
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.finish_job(stalled, status=Status.FAILED, delete_job=True)
