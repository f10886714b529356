"""When a dated thing warns, and the calendar sums behind it. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

LONGEST_YEARS = 50


def warning_due(*, until: date | None, today: date, days: Iterable[int]) -> int | None:
    """The nearest warning day (of, say, 60, 30, 7) that has been reached; None before the first or after the end.

    A day on which the program did not run is made good: with 29 days left the answer is 30.
    """
    if until is None or today > until:
        return None
    left = (until - today).days
    reached = [day for day in days if left <= day]
    return min(reached) if reached else None


def lapsed(until: date | None, today: date) -> bool:
    """The last day still counts."""
    return until is not None and until < today


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last day of the month where there is no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def term_end(starts: date, months: int) -> date:
    """The last day of a term of `months` that begins on `starts` (2025-06-06 and 36 months: 2028-06-05)."""
    return months_later(starts, months) - timedelta(days=1)


def require_order(starts: date, until: date | None, *, field: str = "until") -> None:
    """A term ends on or after the day it begins, and within a lifetime of work."""
    if until is None:
        return
    if until < starts:
        raise Refusal(
            "terms.order",
            say("It would end on {until}, before it begins on {starts}.", until=until, starts=starts),
            say("Choose a last day after the first."),
            field=field,
        )
    if until.year - starts.year > LONGEST_YEARS:
        raise Refusal(
            "terms.too_long",
            say("A term of more than {years} years cannot be meant.", years=LONGEST_YEARS),
            say("Check the year of the last day."),
            field=field,
        )
