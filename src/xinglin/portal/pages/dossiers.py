"""The dossier page, the same for every kind: stage, whose turn, what can be done, facts, papers, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.kernel import ledger, reading
from xinglin.kernel.dossiers import KINDS, Fact, Kind, Section, open_verbs
from xinglin.kernel.machine import Machine
from xinglin.kernel.models import Dossier
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.privacy import mask
from xinglin.kernel.refusals import absent
from xinglin.kernel.words import Privacy, Role, Word
from xinglin.portal import nouns, speaking
from xinglin.portal.pages import bids, imports, reviews, running
from xinglin.portal.pages.lists import reader_of

TOLD = 50
# What stands for a hidden value that has no ends to show; its length says nothing.
VEIL = "***"


@dataclass(frozen=True)
class Line:
    """A fact as one reader sees it."""

    label: Phrase
    value: str
    address: str = ""
    hidden: bool = False
    long: bool = False
    outside: bool = False
    money: bool = False


@dataclass(frozen=True)
class Step:
    """A stage on the line from the beginning to a good end."""

    word: Word
    state: str


def dossier_page(request: HttpRequest, wing: str, noun: str, key: str) -> HttpResponse:
    found = reader_of(request, wing, noun)
    if isinstance(found, HttpResponse):
        return found
    kind, actor = found
    dossier = nouns.find(kind, key, actor)
    if dossier is None:
        raise absent()
    classes = reading.readable(actor, dossier)
    facts = [fact for fact in kind.facts(dossier, actor) if fact.privacy in classes]
    personal = [fact for fact in facts if fact.privacy == Privacy.PERSONAL and fact.value not in (None, "")]
    open_personal = bool(personal) and request.GET.get("personal") == "1" and actor is not None
    if open_personal and actor is not None:
        names = [fact.label.msgid for fact in personal]
        reading.record_read(subject=dossier, fields=names, page=f"{wing}.{noun}", by=actor)
    plain = isinstance(dossier, Dossier)
    context = {
        "kind": kind,
        "dossier": dossier,
        "plain": plain,
        "title": kind.title(dossier),
        "lines": [line_of(fact, open_personal) for fact in facts if not _empty(fact)],
        "unfilled": [fact.label for fact in facts if _empty(fact)],
        "closed_personal": bool(personal) and not open_personal,
        "open_personal": open_personal,
        "verbs": [(verb, nouns.form_of(kind, verb, dossier.pk)) for verb in open_verbs(kind, dossier, actor)],
        "steps": steps(kind.machine, dossier.stage) if plain else [],
        "turn": turn(kind.machine, dossier.stage) if plain else [],
        "sections": [cells_of(section) for section in kind.sections(dossier, actor)],
        "related": _related(kind, dossier, actor),
        "downloads": [
            *imports.downloads(kind, dossier, actor),
            *running.ways(kind, dossier, actor),
            *reviews.ways(kind, dossier, actor),
            *bids.links(kind, dossier, actor),
        ],
        "papers": papers(dossier, classes),
        "entries": list(ledger.about(dossier).order_by("-id")[: TOLD + 1]) if Privacy.ALLIANCE in classes else [],
        "inside": Privacy.ALLIANCE in classes,
        "told": TOLD,
    }
    return render(request, "portal/dossier.html", context)


def line_of(fact: Fact, open_personal: bool) -> Line:
    """A fact as it is shown; personal ones are masked until somebody says that they need them."""
    value = speaking.money(fact.value) if fact.fen else speaking.spoken(fact.value)
    if fact.privacy == Privacy.PERSONAL and not open_personal and not _empty(fact):
        return Line(fact.label, _veiled(fact.value, value) if not fact.fen else VEIL, hidden=True)
    address, outside = "", False
    if fact.links is not None and (kind := KINDS.get(fact.links[0])) is not None and fact.links[1]:
        address = nouns.page_of(kind, fact.links[1])
    elif isinstance(fact.value, str) and fact.value.startswith(("https://", "http://")) and " " not in fact.value:
        address, outside = fact.value, True
    return Line(fact.label, value, address, long=len(value) > 60 or "\n" in value, outside=outside,
                money=fact.fen)  # fmt: skip


def _veiled(value: Any, said: str) -> str:
    """A number or a name is recognised by its ends; of a word of ours, a date or a sum they are nearly all of it."""
    if isinstance(value, Word) or not isinstance(value, str | list):
        return VEIL
    return mask(said, head=1, tail=0) if len(said) < 9 else mask(said)


def _empty(fact: Fact) -> bool:
    """Whether nothing was entered; nought and "no" are something."""
    return fact.value is None or fact.value == "" or fact.value == [] or fact.value == ()


def cells_of(section: Section) -> dict[str, Any]:
    """A section with its values said and its links found; a cell may be a Fact, and then leads somewhere."""
    rows = [
        [line_of(cell, False) if isinstance(cell, Fact) else speaking.spoken(cell) for cell in row]
        for row in section.rows
    ]
    return {"title": section.title, "columns": section.columns, "rows": rows}


def steps(machine: Machine, stage: str) -> list[Step]:
    """The way so far and the way ahead: the shortest path to `stage`, then on along the first moves to an end."""
    here = machine.stages(stage)
    past = _path(machine, machine.initial, here, awaited=True) or _path(machine, machine.initial, here) or [here]
    ahead = _ahead(machine, here, set(past))
    return (
        [Step(word, "past") for word in past[:-1]]
        + [Step(here, "over" if nouns.tone(machine, here) == "over" else "here")]
        + [Step(word, "ahead") for word in ahead]
    )


def _path(machine: Machine, start: Word, goal: Word, *, awaited: bool = False) -> list[Word] | None:
    """The shortest way through the table, or through its awaited moves alone (the ordinary course), or None."""
    ways: list[list[Word]] = [[start]]
    met = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for move in machine.from_stage(way[-1]):
            if move.target not in met and (move.awaited or not awaited):
                met.add(move.target)
                ways.append([*way, move.target])
    return None


def _ahead(machine: Machine, here: Word, met: set[Word]) -> list[Word]:
    """Where things go from here when they go well: awaited moves first, dead ends avoided."""
    found: list[Word] = []
    while here not in machine.final:
        moves = sorted(machine.from_stage(here), key=lambda move: not move.awaited)
        onward = [m.target for m in moves if m.target not in met and nouns.tone(machine, m.target) != "over"]
        if not onward:
            break
        here = onward[0]
        met.add(here)
        found.append(here)
    return found


def turn(machine: Machine, stage: str) -> list[tuple[Phrase, list[Role]]]:
    """What the dossier waits for: each awaited move and who may make it."""
    return [(move.label, sorted(move.roles)) for move in machine.awaited_from(stage)]


def _related(kind: Kind, dossier: Any, actor: Any) -> list[tuple[Phrase, str, str]]:
    """(what it is to this one, title, address) of each related dossier that has a page."""
    found = []
    for label, name, other in kind.related(dossier, actor):
        target = KINDS.get(name)
        if target is not None and other is not None:
            found.append((label, target.title(other), nouns.page_of(target, other.pk)))
    return found


def papers(dossier: Any, classes: frozenset[Privacy]) -> list[Any]:
    """The documents of a dossier that this reader may open, each with its versions, the newest first."""
    from xinglin.kernel.models import Document

    rows = Document.objects.filter(
        subject_kind=dossier._meta.label_lower, subject_id=str(dossier.pk), privacy__in=classes
    )
    return list(rows.prefetch_related("versions__blob").order_by("-id"))
