"""The savings board: what recognition saved, who recognised whose results, and every figure down to its price line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.recognition.queries import board as counted
from xinglin.exchange.recognition.queries import decisions as queries
from xinglin.exchange.recognition.queries.board import Span, Sums
from xinglin.exchange.recognition.words import DecisionStage, EntryKind, Payer, Reason
from xinglin.kernel import clock, permits
from xinglin.kernel.refusals import not_yours
from xinglin.portal import pictures, speaking
from xinglin.portal.edges import signed_in, somebody
from xinglin.roster import regions

MONTHS = 12
TOP = 12
SIZE = 50
# Signs of a record's id.
KEY = 26


def month(text: str) -> date | None:
    """ "2026-11" as its first day; None for anything else."""
    try:
        year, _, number = text.partition("-")
        return date(int(year), int(number), 1) if len(text) == 7 and 2000 <= int(year) <= 2200 else None
    except ValueError:
        return None


def span_of(request: HttpRequest) -> Span:
    """The months and the hospital asked for; without any, the last twelve months of all of them."""
    until = month(request.GET.get("until", "")) or clock.today().replace(day=1)
    since = month(request.GET.get("since", "")) or _before(until, MONTHS - 1)
    site = request.GET.get("site", "")
    number = int(site) if site.isascii() and site.isdigit() and len(site) < 5 else 0
    return Span(min(since, until), max(since, until), number if number in current().sites else 0)


def _before(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)


@require_GET
@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """Months, city pairs, items, the funnel from reminded to recognised, reasons, payers."""
    if not permits.grants_of(somebody(request)):
        raise not_yours()
    span = span_of(request)
    sites = current().sites
    inside, across = counted.crossing(span)
    total = inside.plus(across)
    months = counted.by_month(span)
    points = [(f"{day:%Y-%m}", sums.saved_fen // 100) for day, sums in months.items()]
    context = {
        "nav": "recognition-board", "span": span, "total": total, "across": across, "as_of": clock.now(),
        "opens": _opens(span), "sites": [(one.number, one.name) for one in sites.values()],
        "chart": pictures.line(points, gettext("Saved by month, yuan")) if len(points) > 1 else "",
        "months": [(day, sums, _opens(Span(day, day, span.site))) for day, sums in reversed(months.items())],
        "pairs": _pairs(span), "items": _items(span), "funnel": _funnel(total, span), "reasons": _reasons(span),
        "payers": _payers(span), "hospitals": _hospitals(span), "rates": _rates(total, across),
        "since": f"{span.since:%Y-%m}", "until": f"{span.until:%Y-%m}", "apart": bool(counted.hidden_items()),
    }  # fmt: skip
    return render(request, "portal/recognition/board.html", context)


def _opens(span: Span, **more: Any) -> str:
    """The address of the records behind a figure of the ledger."""
    given = {"since": f"{span.since:%Y-%m}", "until": f"{span.until:%Y-%m}", "site": span.site or "", **more}
    return f"{reverse('recognition-records')}?{urlencode({k: v for k, v in given.items() if v != ''})}"


def _rates(total: Sums, across: Sums) -> list[tuple[str, str, str]]:
    """(what, the rate, what it is made of): the indicators of domain 2.8."""
    return [
        (gettext("Recognition rate"), _percent(total.recognition_rate),
         gettext("recognised / (recognised + declined with reasons 01 to 08)")),
        (gettext("Recognition rate across cities"), _percent(across.recognition_rate),
         gettext("the same for results made in another city")),
        (gettext("Handled"), _percent(total.handling_rate), gettext("decided / reminded")),
        (gettext("Share opened"), _percent(total.viewing_rate), gettext("opened / reminded")),
        (gettext("Repeated although to be recognised"), _percent(total.repeated_rate),
         gettext("ordered without a decision / all that must be recognised")),
    ]  # fmt: skip


def _percent(rate: float | None) -> str:
    return speaking.NOTHING if rate is None else f"{100 * rate:.1f} %"


def _city(code: str) -> str:
    return (regions.full_name(code, "zh" if speaking.chinese() else "en") or code) if code else speaking.NOTHING


def _pairs(span: Span) -> list[tuple[str, str, Sums, str]]:
    """(city that made the results, city that asked, sums, the entries behind them)."""
    found = [one for one in counted.by_cities(span).items() if one[1].recognised or one[1].saved_fen]
    found.sort(key=lambda one: (-one[1].recognised, one[0]))
    return [
        (_city(there), _city(here), sums, _opens(span, made_in=there, asked_in=here))
        for (there, here), sums in found[:TOP]
    ]


def _items(span: Span) -> list[tuple[str, Sums, str]]:
    found = list(counted.by_item(span).items())
    found.sort(key=lambda one: (-one[1].saved_fen, -one[1].recognised, one[0]))
    chinese = speaking.chinese()
    return [
        (queries.item_name(number, chinese=chinese), sums, _opens(span, item=number)) for number, sums in found[:TOP]
    ]


def _funnel(total: Sums, span: Span) -> list[pictures.Bar]:
    def opened(stage: DecisionStage | str) -> str:
        return _opens(span, what="decisions", stage=stage)

    return pictures.bars([
        (gettext("Reminded"), total.reminded, opened("all")),
        (gettext("Viewed"), total.viewed, opened("seen")),
        (gettext("Recognised"), total.recognised, opened(DecisionStage.RECOGNISED)),
        (gettext("Declined by the doctor"), total.declined + total.uncounted, opened(DecisionStage.DECLINED)),
        (gettext("Left undecided"), total.unhandled, opened(DecisionStage.UNHANDLED)),
    ])  # fmt: skip


def _reasons(span: Span) -> list[pictures.Bar]:
    found = counted.by_reason(span)
    known = {int(reason): reason for reason in Reason}
    rows = [
        (f"{known[number]} {speaking.spoken(known[number])}", sums.declined + sums.uncounted,
         _opens(span, what="decisions", reason=str(known[number])))
        for number, sums in sorted(found.items())
        if number in known and sums.declined + sums.uncounted
    ]  # fmt: skip
    return pictures.bars(rows)


def _payers(span: Span) -> list[tuple[str, int, str]]:
    found = counted.by_payer(span)
    payers = list(Payer)
    return [
        (speaking.spoken(payers[number]), sums.saved_fen, _opens(span, payer=str(payers[number])))
        for number, sums in sorted(found.items())
        if sums.saved_fen and number < len(payers)
    ]


def _hospitals(span: Span) -> list[dict[str, Any]]:
    """The scorecards: each hospital as the one that asks, and as the one whose results are used."""
    asking, used = counted.by_site(span), counted.by_source(Span(span.since, span.until))
    rows = [
        {
            "name": site.name, "sums": asking.get(number, Sums()), "rate": _percent(_rate(asking.get(number))),
            "handled": _percent(asking[number].handling_rate) if number in asking else speaking.NOTHING,
            "used": used.get(number, Sums()).recognised, "number": number,
            "repeated": _percent(asking[number].repeated_rate) if number in asking else speaking.NOTHING,
            "opens": _opens(Span(span.since, span.until, number)),
        }
        for number, site in current().sites.items()
        if number in asking or number in used
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["sums"].saved_fen)


def _rate(sums: Sums | None) -> float | None:
    return sums.recognition_rate if sums is not None else None


@require_GET
@signed_in
def records(request: HttpRequest) -> HttpResponse:
    """The records behind a figure of the board, as far as the reader may see them."""
    actor = somebody(request)
    if not permits.grants_of(actor):
        raise not_yours()
    span, given = span_of(request), request.GET
    what = "decisions" if given.get("what") == "decisions" else "savings"
    rows = _decisions(actor, span, given) if what == "decisions" else _savings(actor, span, given)
    before = given.get("before", "")
    page = list((rows.filter(pk__lt=before) if before.isalnum() and len(before) == KEY else rows)[: SIZE + 1])
    page, older = page[:SIZE], page[SIZE - 1].pk if len(page) > SIZE else ""
    chinese = speaking.chinese()
    lines = [
        (row, queries.item_name(row.item, chinese=chinese), queries.site_name(row.site),
         queries.site_name(row.source_site),
         DecisionStage(row.stage) if what == "decisions" else EntryKind(row.kind))
        for row in page
    ]  # fmt: skip
    context = {"nav": "recognition-board", "what": what, "older": older, "newest": not before, "lines": lines,
               "span": span, "all": queries.reads_all(actor)}  # fmt: skip
    if what == "savings":
        context["sum"] = queries.sum_of(rows)
    return render(request, "portal/recognition/records.html", context)


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.ZONE)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _savings(actor: Any, span: Span, given: Any) -> Any:
    rows = queries.savings_for(actor).filter(month__gte=span.since, month__lte=span.until)
    if span.site:
        rows = rows.filter(site=span.site)
    if (item := _number(given.get("item"))) is not None:
        rows = rows.filter(item=item)
    if given.get("made_in") and given.get("asked_in"):
        rows = rows.filter(source_region=given["made_in"], region=given["asked_in"])
    if given.get("payer") in set(map(str, Payer)):
        rows = rows.filter(payer=given["payer"])
    return rows.order_by("-id")


def _decisions(actor: Any, span: Span, given: Any) -> Any:
    until = _before(span.until, -1)
    rows = queries.decisions_for(actor).filter(created_at__gte=_begins(span.since), created_at__lt=_begins(until))
    if span.site:
        rows = rows.filter(site=span.site)
    stage = given.get("stage", "")
    if stage in set(map(str, DecisionStage)):
        rows = rows.filter(stage=stage)
    elif stage == "seen":
        rows = rows.filter(viewed_at__isnull=False)
    if given.get("reason") in set(map(str, Reason)):
        rows = rows.filter(stage=DecisionStage.DECLINED, reason=given["reason"])
    return rows.order_by("-id")
