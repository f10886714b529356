"""Technology transfer on pages of its own: the pipeline, a distribution's sheet, the calendar of rights, the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from xinglin.kernel import clock, permits, reading
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import absent, not_yours
from xinglin.portal import sheets, speaking
from xinglin.portal.edges import signed_in, somebody
from xinglin.transfer.queries import income, ip
from xinglin.transfer.queries import transfers as queries
from xinglin.transfer.words.income import Party
from xinglin.transfer.words.transfers import Way

# How far ahead the calendar of rights looks, in days.
AHEAD = 366
FIRST_YEAR = 2000
PARTS = {
    "pool": say("Pool of the inventors"),
    "main": say("Main contributors, of the pool"),
    "staff": say("Transfer staff, of the pool"),
}
# Attribute of a year's line, its heading, and whether it is money.
COLUMNS: tuple[tuple[str, Phrase, bool], ...] = (
    ("organisation", say("Completing unit"), False),
    ("registered", say("Achievements registered"), False),
    ("filed", say("Rights filed"), False),
    ("granted", say("Rights granted"), False),
    ("signed", say("Contracts signed"), False),
    ("signed_fen", say("Contract amount"), True),
    ("technical_fen", say("Technical transaction amount"), True),
    ("received_fen", say("Received"), True),
    ("people_fen", say("Paid to contributors"), True),
    ("staff_fen", say("Paid to transfer staff"), True),
    ("unit_fen", say("Kept by the unit"), True),
    ("shares_people", say("Shares given to contributors"), False),
)


def _reader(request: HttpRequest) -> Account:
    """Somebody who works in the alliance."""
    actor = somebody(request)
    if not permits.at_work(actor):
        raise not_yours()
    return actor


@require_GET
@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """The pipeline: every open transfer the reader sees, by stage, the longest waiting first."""
    actor = _reader(request)
    lanes = [
        (stage, [(one, Way(one.way), _price(one, actor)) for one in found])
        for stage, found in queries.pipeline_for(actor).items()
    ]
    context = {"nav": "transfer-board", "lanes": lanes, "as_of": clock.now()}
    return render(request, "portal/transfer/board.html", context)


def _price(one: Any, actor: Account) -> int | None:
    """The price, to those who see the money, and to all while it is under notice."""
    if one.stage in queries.ANNOUNCED or income.sees_money(one, actor):
        return one.price_fen
    return None


@require_GET
@signed_in
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One distribution with its book, every line, and every floor with its proof; made for printing."""
    found = income.sheet_for(key, _reader(request))
    if found is None:
        raise absent()
    show: Callable[[int], str] = (lambda n: f"{n:,}") if found.in_shares else speaking.money
    lines = [
        (Party(line.party), line.name, f"{line.share_bp / 100:g} %" if line.share_bp else "", show(line.amount))
        for line in found.lines
    ]
    proofs = [
        {
            "name": Phrase(one.name), "part": PARTS[one.part], "of": show(one.of), "rate": f"{one.bp / 100:g} %",
            "required": show(one.required), "given": show(one.given), "more": show(one.given - one.required),
            "binding": one.binding, "held": one.held,
        }
        for one in found.proofs
    ]  # fmt: skip
    book = [
        (say("Received"), found.book.received), (say("Returned"), -found.book.returned),
        (say("Costs that count"), -found.book.costs), (say("Taxes"), -found.book.taxes),
    ]  # fmt: skip
    context = {
        "nav": "transfer-board", "sheet": found, "way": Way(found.transfer.way), "lines": lines, "proofs": proofs,
        "total": show(found.total), "base": show(found.distribution.base),
        "book": [(label, speaking.money(fen)) for label, fen in book] if _by_payments(found) else [],
        "net": speaking.money(found.book.net), "not_counted": found.book.costs_not_counted,
        "exact": found.total == found.distribution.base,
    }  # fmt: skip
    return render(request, "portal/transfer/sheet.html", context)


def _by_payments(found: income.Sheet) -> bool:
    return not found.in_shares and not found.book.profit


@require_GET
@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """The days of every right the reader's organisations hold: fees, priority, PCT, rewards, terms."""
    actor = _reader(request)
    until = clock.today() + timedelta(days=AHEAD)
    months: dict[str, list[Any]] = {}
    for dated in ip.calendar_for(actor, until=until):
        months.setdefault(f"{dated.due.on:%Y-%m}", []).append(dated)
    context = {"nav": "ip-calendar", "months": list(months.items()), "today": clock.today(), "as_of": clock.now()}
    return render(request, "portal/transfer/calendar.html", context)


def _year(request: HttpRequest) -> int:
    text, now = request.GET.get("year", ""), clock.today().year
    year = int(text) if text.isascii() and text.isdigit() and len(text) == len(str(now)) else now
    return min(max(year, FIRST_YEAR), now)


@require_GET
@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """The annual report (促进科技成果转化法 art. 21): number, transformation and distribution, by unit."""
    actor, year = _reader(request), _year(request)
    rows = income.year_for(actor, year)
    lines = [[_said(getattr(row, name), money) for name, _label, money in COLUMNS] for row in rows]
    figures = [(name, money) for name, _label, money in COLUMNS if name != "organisation"]
    totals = [_said(sum(getattr(row, name) for row in rows), money) for name, money in figures]
    context = {
        "nav": "transfer-report", "year": year, "years": range(clock.today().year, clock.today().year - 10, -1),
        "columns": [label for _name, label, _money in COLUMNS], "lines": lines, "totals": totals,
        "as_of": clock.now(),
    }  # fmt: skip
    return render(request, "portal/transfer/report.html", context)


def _said(value: Any, money: bool) -> str:
    return speaking.money(value) if money else f"{value:,}" if isinstance(value, int) else str(value)


@require_GET
@signed_in
def report_file(request: HttpRequest, form: str) -> HttpResponse:
    """The report as a spreadsheet; money in yuan. That it was taken is on the ledger."""
    actor, year = _reader(request), _year(request)
    rows = [
        [Decimal(getattr(row, name)) / 100 if money else getattr(row, name) for name, _label, money in COLUMNS]
        for row in income.year_for(actor, year)
    ]
    heading = [
        gettext("{what}, yuan").format(what=speaking.spoken(label)) if money else label
        for _name, label, money in COLUMNS
    ]
    body, count = sheets.written(form, heading, rows)
    reading.record_export(rows=count, what="transfer.report", filters={"year": str(year)}, by=actor)
    return sheets.response(body, form, f"transfer-{year}")
