"""The first page after signing in: what awaits me, what is mine, what I was told, what I can begin."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.kernel import inbox
from xinglin.kernel.dossiers import KINDS, Kind, not_empty, opening_verbs
from xinglin.kernel.inbox import Awaited
from xinglin.kernel.models import Account, Dossier, Notice
from xinglin.kernel.phrases import Phrase
from xinglin.portal import nouns
from xinglin.portal.edges import actor_of
from xinglin.portal.pages import public

SHOWN = 8
# So many of each kind are looked at; where there are more, the page says so and the list shows them all.
LOOKED_AT = 60


@dataclass(frozen=True)
class Group:
    """What awaits the reader in one kind."""

    kind: Kind
    items: list[Awaited]

    @property
    def shown(self) -> list[Awaited]:
        return self.items[:SHOWN]

    @property
    def capped(self) -> bool:
        return len(self.items) >= LOOKED_AT

    @property
    def more(self) -> int:
        return max(0, len(self.items) - SHOWN)


def home(request: HttpRequest) -> HttpResponse:
    """The workbench for whoever is signed in, the public first page for everybody else."""
    actor = actor_of(request)
    if actor is None:
        return public.home(request)
    waiting = inbox.awaiting(actor, limit=LOOKED_AT)
    context = {
        "nav": "home",
        "groups": _grouped(waiting),
        "awaited": len(waiting),
        "capped": any(group.capped for group in _grouped(waiting)),
        "overdue": sum(item.overdue for item in waiting),
        "soon": sum(item.days_left is not None and 0 <= item.days_left <= 3 for item in waiting),
        "news": list(Notice.objects.filter(account=actor, read_at=None).order_by("-id")[:6]),
        "own": _own(actor),
        "openings": openings(actor),
    }
    return render(request, "portal/workbench.html", context)


def _grouped(waiting: list[Awaited]) -> list[Group]:
    """By kind; kinds keep the order of their most urgent item, items are already the most urgent first."""
    groups: dict[str, Group] = {}
    for item in waiting:
        groups.setdefault(item.kind.name, Group(item.kind, [])).items.append(item)
    return list(groups.values())


def _own(actor: Account) -> list[tuple[Kind, list[Dossier]]]:
    """The reader's own dossiers that moved last, by kind; kinds without any are left out."""
    asked = {
        name: kind.visible(actor).filter(mine)
        for name, kind in KINDS.items()
        if kind.mine is not None and issubclass(kind.model, Dossier) and (mine := kind.mine(actor))
    }
    held = not_empty(asked)
    return [(KINDS[name], list(rows.order_by("-stage_since")[:4])) for name, rows in asked.items() if name in held]


def openings(actor: Account) -> list[tuple[Phrase, str, Phrase]]:
    """(verb, address, kind) of everything the reader may begin."""
    return [
        (verb.label, nouns.form_of(kind, verb), kind.label)
        for kind in KINDS.values()
        for verb in opening_verbs(kind, actor)
    ]
