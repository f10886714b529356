"""Search over everything the reader may see: names in either script, pinyin, initials, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.finding import folded
from xinglin.kernel.permits import Actor
from xinglin.portal import nouns, speaking
from xinglin.portal.edges import actor_of

FEW = 6
MANY = 50
COUNTED = 200
LOOKED_AT = 40


@dataclass(frozen=True)
class Hit:
    """One record found: its title, what tells it apart, its page."""

    title: str
    detail: str
    address: str
    row: Any


@dataclass(frozen=True)
class Found:
    """What one kind has for a question."""

    kind: Kind
    hits: list[Hit]
    count: int

    @property
    def capped(self) -> bool:
        return self.count >= COUNTED


def searched(text: str, actor: Actor, *, only: str = "") -> list[Found]:
    """What each kind the reader is offered has for `text`; kinds without anything are left out."""
    found = []
    for kind in KINDS.values():
        if kind.search is None or not nouns.offered(kind, actor):
            continue
        keys = list(kind.search(kind.visible(actor), text).order_by().values_list("pk", flat=True)[:COUNTED])
        if keys:
            wanted = MANY if only == kind.name else FEW
            found.append(Found(kind, _hits(kind, keys[: max(wanted, LOOKED_AT)], text, actor)[:wanted], len(set(keys))))
    return found


def _hits(kind: Kind, keys: list[str], text: str, actor: Actor) -> list[Hit]:
    """The records, those whose title begins with or contains the question first."""
    wanted = folded(text.strip())
    hits = [
        Hit(kind.title(row), _detail(kind, row), nouns.page_of(kind, row.pk), row)
        for row in kind.visible(actor).filter(pk__in=keys)
    ]
    return sorted(
        hits, key=lambda hit: (not folded(hit.title).startswith(wanted), wanted not in folded(hit.title), hit.title)
    )


def _detail(kind: Kind, row: Any) -> str:
    values = (column[1](row) for column in list(kind.columns)[1:4])
    return " · ".join(speaking.spoken(value) for value in values if value not in (None, "", []))


def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    only = request.GET.get("kind", "")
    actor = actor_of(request)
    found = searched(text, actor, only=only) if text else []
    shown = [one for one in found if one.kind.name == only] or found
    context = {"searched": text, "found": found, "shown": shown, "only": only, "total": sum(one.count for one in found)}
    return render(request, "portal/search.html", context)
