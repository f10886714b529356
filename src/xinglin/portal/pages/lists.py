"""The list page of a kind: search, filters, order, pages, export."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.kernel import reading
from xinglin.kernel.dossiers import Heap, Kind, opening_verbs
from xinglin.kernel.figures import FIGURES
from xinglin.kernel.models import Dossier
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import absent
from xinglin.kernel.words import Word
from xinglin.portal import listing, nouns, sheets
from xinglin.portal.edges import actor_of, to_sign_in
from xinglin.portal.pages import imports

EXPORTED = 100_000


def reader_of(request: HttpRequest, wing: str, noun: str) -> tuple[Kind, Actor] | HttpResponse:
    """The kind and its reader; strangers are shown the way in before a kind that is not public."""
    kind, actor = nouns.kind_at(wing, noun), actor_of(request)
    if kind is None:
        raise absent()
    if actor is None and not kind.public:
        return to_sign_in(request)
    return kind, actor


def list_page(request: HttpRequest, wing: str, noun: str) -> HttpResponse:
    found = reader_of(request, wing, noun)
    if isinstance(found, HttpResponse):
        return found
    kind, actor = found
    want = listing.wanted(kind, request.GET)
    page = listing.page(listing.rows(kind, want, actor), want)
    plain = issubclass(kind.model, Dossier)
    context = {
        "kind": kind,
        "want": want,
        "page": page,
        "plain": plain,
        "headings": [column[0] for column in kind.columns],
        "lines": [(row, nouns.page_of(kind, row.pk), _cells(kind, row)) for row in page.rows],
        "filters": _filters(kind, want),
        "stages": [(str(word), word.label) for word in kind.machine.stages] if kind.machine else [],
        "sorts": listing.sorts_of(kind),
        "can_be_mine": kind.mine is not None and actor is not None,
        "downloads": imports.list_downloads(kind, actor),
        "openings": [(verb, nouns.form_of(kind, verb)) for verb in opening_verbs(kind, actor)],
        "next": _address(want.query(after=page.after)) if page.after else "",
        "previous": _address(want.query(before=page.before)) if page.before else "",
        "csv": _address(want.query(), "export.csv"),
        "xlsx": _address(want.query(), "export.xlsx"),
        "heaps": [] if want.query() or want.after or want.before else _heaps(kind, actor),
        "figure": FIGURES.get(want.figure),
        "narrowed": bool(want.query(sort="")),
    }
    return render(request, "portal/list.html", context)


def _address(query: dict[str, str], path: str = "") -> str:
    return f"{path}?{urlencode(query)}"


def _heaps(kind: Kind, actor: Actor) -> list[tuple[Heap, str, str, Phrase | None]]:
    """Each heap with the address of its records, and the form that deals with all of them where it is the reader's."""
    verbs = {verb.name: verb for verb in opening_verbs(kind, actor)}
    return [
        (heap, _address(dict(heap.narrowed)),
         _address(dict(heap.given), nouns.form_of(kind, verb)) if verb else "", verb.label if verb else None)
        for heap in kind.heaps(actor)
        for verb in [verbs.get(heap.verb)]
    ]  # fmt: skip


def _cells(kind: Kind, row: Any) -> list[Any]:
    return [column[1](row) for column in kind.columns]


def _filters(kind: Kind, want: listing.Wanted) -> list[tuple[str, Phrase, list[tuple[str, Phrase]], str]]:
    """(parameter, label, options, chosen) of each filter of the kind."""
    found = []
    for name, (label, words) in kind.filters.items():
        if issubclass(words, Word):
            options = [(str(word), word.label) for word in words]
        elif words is bool:
            options = [("1", say("Yes")), ("0", say("No"))]
        else:
            options = []
        found.append((name, label, options, want.filters.get(name, "")))
    return found


def export(request: HttpRequest, wing: str, noun: str, form: str) -> HttpResponse:
    """The list as a file, with what was asked for. The ledger keeps who took how many rows of what."""
    found = reader_of(request, wing, noun)
    if isinstance(found, HttpResponse):
        return found
    kind, actor = found
    if actor is None:
        return to_sign_in(request)
    want = listing.wanted(kind, request.GET)
    classes = reading.exportable(actor)
    columns = [column for column in kind.columns if len(column) < 3 or column[2] in classes]
    plain = issubclass(kind.model, Dossier)
    rows = listing.rows(kind, want, actor).order_by(*listing._order(want.sort, want.sort.down, False))[:EXPORTED]
    heading = [say("Number in the system"), *(column[0] for column in columns)]
    heading += [say("Stage"), say("Due on")] if plain else []

    def lines() -> Any:
        for row in rows.iterator(chunk_size=2000):
            stage = [row.stage_word, row.due_on] if plain else []
            yield [row.pk, *(column[1](row) for column in columns), *stage]

    body, count = sheets.written(form, heading, lines())
    reading.record_export(rows=count, what=kind.name, filters=want.query(), by=actor)
    return sheets.response(body, form, f"{kind.noun}")
