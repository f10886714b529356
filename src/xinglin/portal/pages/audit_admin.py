"""Audit administration: the ledger searched, taken along and verified; the seals with their roots."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from xinglin.kernel import clock, ledger, reading
from xinglin.kernel.events import EVENTS
from xinglin.kernel.models import LedgerEntry, LedgerSeal
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.portal import sheets, speaking
from xinglin.portal.accounts.administrators import only
from xinglin.portal.edges import somebody

SIZE = 50
EXPORTED = 100_000
ASKED = ("event", "who", "about", "since", "until", "person")
audit = only(Role.AUDIT_ADMIN)


def _wanted(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ASKED}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(day: date) -> datetime:
    return datetime.combine(day, clock_time.min, tzinfo=clock.ZONE)


def found(want: dict[str, str]) -> QuerySet[LedgerEntry]:
    """The entries asked for, the newest first. What makes no sense is left out: a search is never refused."""
    rows = ledger.shown(LedgerEntry.objects.order_by("-id"))
    if want["event"]:
        rows = (
            rows.filter(event=want["event"])
            if want["event"] in EVENTS
            else rows.filter(event__startswith=want["event"])
        )
    if want["who"]:
        rows = rows.filter(Q(actor_id=want["who"]) | Q(actor_name__icontains=want["who"]))
    if want["about"]:
        rows = rows.filter(
            Q(subject_id=want["about"]) | Q(subject_title__icontains=want["about"]) | Q(subject_kind=want["about"])
        )
    if want["person"]:
        rows = rows.filter(person_id=want["person"])
    if since := _day(want["since"]):
        rows = rows.filter(happened_at__gte=_moment(since))
    if (until := _day(want["until"])) and until < date.max:
        rows = rows.filter(happened_at__lt=_moment(until + timedelta(days=1)))
    return rows


@audit
def entries(request: HttpRequest) -> HttpResponse:
    """The ledger, by event, actor, subject and day; the position in it is the entry's number."""
    want = _wanted(request)
    rows = found(want)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: SIZE + 1])
    query = urlencode({name: value for name, value in want.items() if value})
    context = {
        "nav": "audit", "tab": "entries", "want": want, "rows": shown[:SIZE], "query": query,
        "next": f"?{query}&before={shown[SIZE - 1].pk}" if len(shown) > SIZE else "",
        "events": sorted(EVENTS), "narrowed": bool(query), "is_first": not before,
    }  # fmt: skip
    return render(request, "administration/entries.html", context)


@audit
def export(request: HttpRequest, form: str) -> HttpResponse:
    """What was found, as a file; that it was taken along is an entry itself."""
    want = _wanted(request)
    rows = found(want)[:EXPORTED]
    heading = [
        say("No."),
        say("When"),
        say("Event"),
        say("Who"),
        say("About"),
        say("Kind"),
        say("Sentence"),
        say("Data"),
    ]

    def lines() -> Iterator[list[Any]]:
        for one in rows.iterator(chunk_size=2000):
            sentence = speaking.sentence(one.event, one.actor_name, one.subject_title, one.data, one.subject_kind)
            told = "; ".join(f"{name}={speaking.spoken(value)}" for name, value in one.data.items())
            at = one.happened_at.astimezone(clock.ZONE).isoformat(timespec="seconds")
            yield [one.pk, at, one.event, one.actor_name, one.subject_title, one.subject_kind, sentence, told]

    body, count = sheets.written(form, heading, lines())
    filters = {name: value for name, value in want.items() if value}
    reading.record_export(rows=count, what="kernel.ledgerentry", filters=filters, by=somebody(request))
    return sheets.response(body, form, "ledger")


@audit
def seals(request: HttpRequest) -> HttpResponse:
    """The seals, the newest first, with their roots."""
    return _seals(request)


@audit
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole ledger again, now, and say what was found. A root kept elsewhere may be given to be met."""
    root = request.POST.get("root", "").replace("\x00", "").strip().lower()[:64]
    began = time.monotonic()
    verdict = ledger.verify(expected_root=root or None)
    return _seals(request, verdict=verdict, seconds=time.monotonic() - began, root=root)


def _seals(request: HttpRequest, **more: Any) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = LedgerSeal.objects.order_by("-id")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: SIZE + 1])
    context = {
        "nav": "audit",
        "tab": "seals",
        "rows": shown[:SIZE],
        "next": f"?before={shown[SIZE - 1].pk}" if len(shown) > SIZE else "",
        **more,
    }
    return render(request, "administration/seals.html", context)
