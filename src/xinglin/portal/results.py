"""A person's results as a page shows them: filters, groups, trends, versions. Who may see what was decided before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from xinglin.exchange.catalogue.words.levels import Category, Group, Specimen, label
from xinglin.exchange.consent.queries.people import site_names
from xinglin.exchange.intake.queries import timeline as results
from xinglin.exchange.intake.queries.timeline import Reading, Timeline, Trend, Wanted
from xinglin.exchange.intake.words import FINAL, PRELIMINARY, SUPERSEDED, VOID, ReportStatus
from xinglin.kernel import clock
from xinglin.kernel.phrases import Phrase, say
from xinglin.portal import charts, speaking

STATUS: dict[int, Phrase] = {
    PRELIMINARY: say("Preliminary"), SUPERSEDED: say("Replaced by a corrected result"), VOID: say("Void"),
}  # fmt: skip
TONES = {PRELIMINARY: "wait", FINAL: "done", SUPERSEDED: "over", VOID: "late"}
PAPER_TONES = {ReportStatus.PRELIMINARY: "wait", ReportStatus.FINAL: "done", ReportStatus.CORRECTED: "done",
               ReportStatus.VOID: "late"}  # fmt: skip
UNMAPPED = say("Not compared between hospitals yet")


@dataclass(frozen=True)
class Value:
    """A reading as it is said."""

    reading: Reading
    said: str
    site: str
    mark: Phrase | None
    status: Phrase | None
    tone: str
    range: str


@dataclass(frozen=True)
class Row:
    """An item with its newest value and its line."""

    name: str
    detail: str
    address: str
    newest: Value
    count: int
    spark: SafeString
    values: tuple[Value, ...] = ()
    chart: str = ""


@dataclass(frozen=True)
class Sheet:
    """A report as it is listed."""

    paper: Any
    site: str
    tone: str
    title: str


def wanted_of(request: HttpRequest) -> tuple[Wanted, dict[str, str]]:
    """The filter in the address, and what was typed; what cannot be read is left out."""
    typed = {name: request.GET.get(name, "")[:60] for name in ("category", "hospital", "item", "since", "until")}
    since, until = _day(typed["since"]), _day(typed["until"])
    return Wanted(
        typed["category"], _count(typed["hospital"]), _count(typed["item"]), _midnight(since),
        _midnight(until + timedelta(days=1)) if until else None,
    ), typed  # fmt: skip


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, clock.ZONE) if day else None


def shown(person: int, access: Any, request: HttpRequest, *, whole: bool = False) -> tuple[dict[str, Any], Timeline]:
    """The page's context and what it shows. `whole`: every value of every item, for printing."""
    wanted, typed = wanted_of(request)
    found = results.timeline(person, access, wanted)
    names = site_names()
    keep = {name: value for name, value in typed.items() if value and name != "item"}

    def address(item: int) -> str:
        more = {name: request.GET[name] for name in ("site",) if name in request.GET}
        return "?" + urlencode({**more, **keep, "item": item})

    rows = [row(trend, names, address, whole=whole or bool(wanted.item)) for trend in found.trends]
    context = {
        "groups": _grouped(found.trends, rows),
        "one": rows[0] if wanted.item and rows else None,
        "only_item": bool(wanted.item),
        "sheets": [Sheet(one, names.get(one.site, ""), PAPER_TONES[one.status], one.title or one.number)
                   for one in found.papers],
        "typed": typed,
        "hospitals": [(str(number), names.get(number, "")) for number in found.sites],
        "categories": [(one, speaking.spoken(label(Category, one))) for one in found.categories],
        "filtered": bool(keep),
        "count": len(found.readings),
        "more": found.more,
        "as_of": clock.now(),
    }  # fmt: skip
    return context, found


def _grouped(trends: Iterable[Trend], rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under their category and group, in the catalogue's order."""
    groups: dict[str, list[Row]] = {}
    for trend, one in zip(trends, rows, strict=True):
        name = speaking.spoken(UNMAPPED)
        if trend.item:
            levels = (label(Category, trend.item.category), label(Group, trend.item.group))
            name = " · ".join(speaking.spoken(level) for level in levels if level)
        groups.setdefault(name, []).append(one)
    return list(groups.items())


def row(trend: Trend, names: dict[int, str], address: Callable[[int], str], *, whole: bool) -> Row:
    """An item as it is listed; with its whole trend if wanted."""
    item = trend.item
    chinese = speaking.chinese()
    name = trend.name if item is None else (item.name_zh if chinese else item.name_en) or item.name_zh
    parts = () if item is None else (speaking.spoken(label(Specimen, item.specimen)), item.method)
    other = " · ".join(part for part in parts if part and part != speaking.NOTHING)
    dots = [_dot(one, names) for one in trend.numbers]
    told = gettext("Trend of {name}: {count} values, newest {newest}.").format(
        name=name, count=len(dots), newest=dots[-1].said if dots else speaking.NOTHING
    )
    values = tuple(value_of(one, names) for one in trend.readings) if whole else ()
    newest = next((one for one in trend.readings if one.counts), trend.readings[0])
    return Row(
        name, other, address(item.number) if item else "", value_of(newest, names), len(trend.readings),
        charts.spark(dots, told) if len(dots) > 1 else SafeString(""), values,
        charts.trend(dots, told) if whole and len(dots) > 1 else SafeString(""),
    )  # fmt: skip


def _dot(one: Reading, names: dict[int, str]) -> charts.Dot:
    low, high = one.bounds.low, one.bounds.high
    said = f"{speaking.moment(one.at)} {figure(one)} {names.get(one.site, '')}"
    return charts.Dot(
        one.at, float(one.number or 0), float(low) if low is not None else None,
        float(high) if high is not None else None, said, bool(one.outside),
    )  # fmt: skip


def figure(one: Reading) -> str:
    """The value with its unit: the number in the catalogue's unit, or the words."""
    if one.number is None:
        return one.text or one.sent or speaking.NOTHING
    return f"{charts.number(one.number)} {one.unit}".strip()


def value_of(one: Reading, names: dict[int, str]) -> Value:
    """A reading as it is said, with what stands out about it."""
    mark = say("Critical value") if one.critical else None if one.fits else say("Of another specimen or method")
    if mark is None and one.outside:
        mark = say("Above the range") if one.outside > 0 else say("Below the range")
    return Value(
        one, figure(one), names.get(one.site, ""), mark, STATUS.get(one.status), TONES.get(one.status, ""),
        _range(one),
    )  # fmt: skip


def _range(one: Reading) -> str:
    low, high = one.bounds.low, one.bounds.high
    if low is not None and high is not None:
        return f"{charts.number(low)}–{charts.number(high)}"
    if high is not None:
        return f"≤ {charts.number(high)}"
    return f"≥ {charts.number(low)}" if low is not None else one.reference
