"""Search parameters of FHIR, read strictly: what is not understood is refused, never passed over. No HTTP."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from xinglin.kernel.clock import ZONE
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.portal.fhir.entry import parameter

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
COUNT, MOST = 50, 500
# A parameter given very often is an attack on the query, not a search.
MOST_VALUES = 200
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
COMMON = frozenset({"_id", "_count", "_sort", "_summary", "_lastUpdated", "_since", "_format", "_pretty", "_total",
                    "_include", "_cursor", "_totalMethod"})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A coded value: system None where none was said, "" where it must have none."""

    system: str | None
    code: str


def tokens(name: str, values: Iterable[str]) -> list[list[Token]]:
    """`system|code` values: the outer list is joined by and, the inner by or."""
    found = []
    for value in values:
        row = []
        for part in value.split(","):
            system, bar, code = part.rpartition("|")
            row.append(Token(system if bar else None, code.strip()))
        found.append(row)
        if len(row) > MOST_VALUES:
            raise parameter(name, say("At most {most} values.", most=MOST_VALUES))
    return found


def span(name: str, text: str) -> tuple[datetime, datetime]:
    """The moments a date of any precision stands for: from, and up to but not including. Without a zone: ours."""
    found = _DATE.fullmatch(text)
    try:
        if not found:
            raise ValueError
        year, month, day, hour, minute, second, zone = found.groups()
        place = ZONE if zone is None else datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo
        numbers = (
            int(part or least) for part, least in zip((month, day, hour, minute, second), (1, 1, 0, 0, 0), strict=True)
        )
        begin = datetime(int(year), *numbers, tzinfo=place)
        if month is None:
            return begin, begin.replace(year=begin.year + 1)
        if day is None:
            return begin, begin + timedelta(days=calendar.monthrange(begin.year, begin.month)[1])
        step = timedelta(days=1) if hour is None else timedelta(minutes=1) if second is None else timedelta(seconds=1)
        return begin, begin + step
    except (ValueError, OverflowError):
        raise parameter(name, say("“{value}” is not a date; write it as 2026-11-22.", value=text[:40])) from None


def dates(name: str, column: str, values: Iterable[str]) -> Q:
    """A condition on a column of moments, from values with prefixes."""
    whole = Q()
    for value in values:
        either = Q(pk__in=[])
        for part in value.split(","):
            prefix, rest = (part[:2], part[2:]) if part[:2] in PREFIXES else ("eq", part)
            begin, end = span(name, rest)
            either |= _compared(column, prefix, begin, end)
        whole &= either
    return whole


def _compared(column: str, prefix: str, begin: datetime, end: datetime) -> Q:
    inside = Q(**{f"{column}__gte": begin, f"{column}__lt": end})
    match prefix:
        case "eq":
            return inside
        case "ne":
            return ~inside
        case "gt" | "sa":
            return Q(**{f"{column}__gte": end})
        case "lt" | "eb":
            return Q(**{f"{column}__lt": begin})
        case "ge":
            return Q(**{f"{column}__gte": begin})
        case "le":
            return Q(**{f"{column}__lt": end})
    wide = max((end - begin) / 10, timedelta(days=1))
    return Q(**{f"{column}__gte": begin - wide, f"{column}__lt": end + wide})


def count_of(query: dict[str, list[str]]) -> int:
    """How many entries a page has; 0 means that only the number is wanted."""
    given = query.get("_count", [str(COUNT)])[-1]
    if not (given.isascii() and given.isdigit()):
        raise parameter("_count", say("Type a whole number, nought or more."))
    return min(int(given[:9]), MOST)


def only(query: dict[str, list[str]], allowed: Iterable[str], *, lenient: bool) -> dict[str, list[str]]:
    """The parameters that are known here. What is unknown is refused, unless the client asks to be lenient."""
    known = {*COMMON, *allowed}
    strange = sorted(set(query) - known)
    if strange and not lenient:
        raise _unknown(strange[0], sorted(allowed))
    return {name: values for name, values in query.items() if name in known and any(values)}


def _unknown(name: str, allowed: list[str]) -> Refusal:
    return Refusal(
        "fhir.unknown_parameter",
        say("The search parameter “{name}” is not known here.", name=name[:60]),
        say(
            "Known are {names}. With “Prefer: handling=lenient” unknown ones are passed over.", names=", ".join(allowed)
        ),
        field=name[:60],
    )
