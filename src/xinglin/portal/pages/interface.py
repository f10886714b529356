"""The page that describes the interface for programs, made from the same registry as the interface itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xinglin.kernel.asks import Ask, asks_of, asks_of_row
from xinglin.kernel.dossiers import KINDS, Kind, Verb
from xinglin.kernel.phrases import Phrase, say
from xinglin.portal import nouns

_TYPES = {
    "line": say("text"), "text": say("long text"), "secret": say("text"), "day": say("date, 2026-11-22"),
    "moment": say("time, ISO 8601"), "fen": say("amount in fen"), "count": say("whole number"), "number": say("number"),
    "yes": say("true or false"), "choice": say("one of the choices"), "ref": say("id of a record"),
    "file": say("file in base64"), "rows": say("list of objects"),
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One entry of a body."""

    name: str
    label: Phrase
    type: Phrase
    ask: Ask
    detail: str

    @property
    def needed(self) -> bool:
        return not self.ask.optional


@dataclass(frozen=True)
class Operation:
    """One address with its method."""

    method: str
    path: str
    label: Phrase
    about: str = ""
    parameters: tuple[Parameter, ...] = ()


@require_GET
def interface(request: HttpRequest) -> HttpResponse:
    kinds = [(kind, operations(kind)) for kind in KINDS.values()]
    return render(request, "portal/interface.html", {"kinds": kinds, "house": HOUSE})


HOUSE = [
    Operation("GET", "/api/v1/me", say("Who is calling, and what they hold")),
    Operation("GET", "/api/v1/inbox", say("What awaits the caller")),
    Operation("GET", "/api/v1/search?q=", say("Search everything")),
    Operation("GET", "/api/v1/figures", say("The figures of the overview")),
]


def operations(kind: Kind) -> list[Operation]:
    """Every address of a kind."""
    base = f"/api/v1/{kind.wing}/{kind.noun}"
    found = [
        Operation("GET", base, say("List: {noun}", noun=kind.plural)),
        Operation("GET", base + "/{id}", say("One record")),
    ]
    for verb in kind.verbs:
        path = f"{base}/{verb.name}" if verb.opening else base + "/{id}/" + verb.name
        found.append(Operation("POST", path, verb.label, "", parameters(kind, verb)))
    return found


def parameters(kind: Kind, verb: Verb) -> tuple[Parameter, ...]:
    keyword = "" if verb.opening else kind.key
    return tuple(
        Parameter(name, ask.label or nouns.label_of(kind.wing, name), _TYPES[ask.kind], ask, _detail(ask))
        for name, ask in asks_of(verb.action).items()
        if name != keyword
    )


def _detail(ask: Ask) -> str:
    """The choices, the target or the columns of an entry."""
    many = "[ ] " if ask.many else ""
    if ask.words is not None:
        return many + " | ".join(str(word) for word in ask.words)
    if ask.row is not None:
        return "[ {" + ", ".join(asks_of_row(ask.row)) + "} ]"
    return many + (ask.to or "")
