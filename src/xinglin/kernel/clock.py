"""The one clock. Rules get times as facts; actions ask here, so that a story can be played on its own dates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in the alliance's time zone."""
    return now().astimezone(ZONE).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Inside, the clock stands at `moment`; a plain date means nine in the morning there."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=ZONE)
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)
