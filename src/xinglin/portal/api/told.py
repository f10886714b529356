"""Dossiers, lists and figures as the interface tells them: what a program takes, and the text a person would read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from xinglin.kernel import ledger, reading
from xinglin.kernel.dossiers import Fact, Kind, open_verbs
from xinglin.kernel.models import Dossier
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Privacy, Word
from xinglin.portal.pages.dossiers import line_of
from xinglin.portal.speaking import sentence, spoken

TOLD = 50


def plain(value: Any) -> Any:
    """A value as JSON: words by their stored value, days in ISO 8601, money in fen."""
    match value:
        case None | bool() | int() | float():
            return value
        case Word():
            return str(value)
        case Phrase():
            return spoken(value)
        case date() | datetime():
            return value.isoformat()
        case Decimal():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case _:
            return str(value)


def href(kind: Kind, key: Any = "") -> str:
    """The address of a kind, or of one dossier, in this interface."""
    return f"{reverse('home')}api/v1/{kind.wing}/{kind.noun}" + (f"/{key}" if key else "")


def row(kind: Kind, dossier: Any) -> dict[str, Any]:
    """A dossier in a list."""
    told: dict[str, Any] = {"id": str(dossier.pk), "title": kind.title(dossier), "href": href(kind, dossier.pk)}
    if isinstance(dossier, Dossier):
        told |= {
            "stage": str(dossier.stage), "stage_label": spoken(dossier.stage_word), "due_on": dossier.due_on,
            "version": dossier.version,
        }  # fmt: skip
    told["values"] = [
        {"label": spoken(column[0]), "value": plain(value), "text": spoken(value)}
        for column in kind.columns
        for value in [column[1](dossier)]
    ]
    return told


def dossier(kind: Kind, one: Any, actor: Actor, *, personal: bool) -> dict[str, Any]:
    """Everything `actor` may read of a dossier; personal facts masked unless asked for (and then recorded)."""
    classes = reading.readable(actor, one)
    facts = [fact for fact in kind.facts(one, actor) if fact.privacy in classes]
    told = row(kind, one)
    told |= {
        "kind": kind.name,
        "facts": [_fact(fact, personal) for fact in facts],
        "sections": [_section(section) for section in kind.sections(one, actor)],
        "related": [
            {"label": spoken(label), "value": str(other.pk), "text": str(other), "kind": name, "id": str(other.pk)}
            for label, name, other in kind.related(one, actor)
            if other is not None
        ],
        "verbs": [
            {"name": verb.name, "label": spoken(verb.label), "href": f"{href(kind, one.pk)}/{verb.name}"}
            for verb in open_verbs(kind, one, actor)
        ],
    }
    if Privacy.ALLIANCE in classes:
        told["ledger"] = [
            {
                "at": entry.happened_at, "event": entry.event, "actor": entry.actor_name,
                "sentence": sentence(
                    entry.event, entry.actor_name, entry.subject_title, entry.data, entry.subject_kind
                ),
            }
            for entry in ledger.about(one).order_by("-id")[:TOLD]
        ]  # fmt: skip
    return told


def _fact(fact: Fact, personal: bool) -> dict[str, Any]:
    line = line_of(fact, personal)
    told = {
        "label": spoken(fact.label),
        "value": None if line.hidden else plain(fact.value),
        "text": line.value,
        "masked": line.hidden,
    }
    if fact.links is not None:
        told["kind"], told["id"] = fact.links
    return told


def _section(section: Any) -> dict[str, Any]:
    """A table of a dossier: its cells as values, those that are facts by the same rules as facts."""
    cells = [
        [
            _fact(cell, False) if isinstance(cell, Fact) else {"value": plain(cell), "text": spoken(cell)}
            for cell in line
        ]
        for line in section.rows
    ]
    return {"title": spoken(section.title), "columns": [spoken(column) for column in section.columns], "rows": cells}
