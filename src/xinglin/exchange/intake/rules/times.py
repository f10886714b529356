"""Moments as hospitals write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

# China Standard Time has had no other offset since 1991; what carries no offset was written on a clock there.
CST = timezone(timedelta(hours=8))
EARLIEST, LATEST = 1850, 2200
_FHIR = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?\Z", re.ASCII)
_PLAIN = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ]?(\d{1,2}):?(\d\d)(?::?(\d\d)(?:\.(\d{1,6})\d*)?)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?\Z",
    re.ASCII,
)


def moment(text: str | None) -> datetime | None:
    """A FHIR dateTime or instant as an aware moment; a day is its midnight in China. None when it is none."""
    if not text or len(text) > 40 or _FHIR.match(text) is None:
        return None
    try:
        if len(text) < 10:
            year, _, month = text.partition("-")
            found = datetime(int(year), int(month or 1), 1, tzinfo=CST)
        else:
            found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST <= found.year <= LATEST:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=CST)


@lru_cache(maxsize=4096)
def sheet_moment(text: str) -> datetime | None:
    """A moment as spreadsheets and exports write it: 2026-11-22 08:30, 2026/11/22, 20261122083000, 2026年11月22日."""
    found = _PLAIN.match(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                        int((fraction or "0").ljust(6, "0")), tzinfo=CST)  # fmt: skip
        if zone:
            sign = -1 if zone[0] == "-" else 1
            offset = timedelta(0) if zone == "Z" else sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            when = when.replace(tzinfo=timezone(offset))
    except ValueError:
        return None
    return when if EARLIEST <= when.year <= LATEST else None


def day(text: str | None) -> date | None:
    """A full day; None for a year alone, a month, or nonsense."""
    if not text or len(text) < 8:
        return None
    found = moment(text) if "T" in text else None
    if found is not None:
        return found.date()
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 else _of(sheet_moment(text))
    except ValueError:
        return _of(sheet_moment(text))


def _of(when: datetime | None) -> date | None:
    return when.date() if when is not None else None


def stamp(when: datetime) -> str:
    """The moment in one spelling, for digests."""
    return when.astimezone(UTC).isoformat()
