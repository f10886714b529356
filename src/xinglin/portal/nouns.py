"""The kinds of dossier as addresses, menu entries, labels and colours."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.urls import reverse

from xinglin.kernel import permits
from xinglin.kernel.dossiers import KINDS, Kind, Verb
from xinglin.kernel.machine import Machine
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say

REST = say("Other records")
# Stages in which a thing ended otherwise than it was begun for. Only the colour depends on it.
ENDED = re.compile(
    "closed|declin|refus|reject|revok|withdraw|cancel|expire|ended|lapse|terminat|archiv|void|dissol|left|dropped|failed|lost|supersed|replaced|discard|not_"
)
IDENT = re.compile(r"[0-9A-Za-z_-]{1,64}")


def kind_at(wing: str, noun: str) -> Kind | None:
    return KINDS.get(f"{wing}.{noun}")


def list_of(kind: Kind) -> str:
    return reverse("list", args=[kind.wing, kind.noun])


def page_of(kind: Kind, key: Any) -> str:
    return reverse("dossier", args=[kind.wing, kind.noun, str(key)])


def form_of(kind: Kind, verb: Verb, key: Any = "") -> str:
    if verb.opening:
        return reverse("begin", args=[kind.wing, kind.noun, verb.name])
    return reverse("verb", args=[kind.wing, kind.noun, str(key), verb.name])


def find(kind: Kind, key: str, actor: Actor) -> Any | None:
    """The dossier with this id if the actor may see it; None for anything that is not even an id."""
    if not IDENT.fullmatch(key):
        return None
    try:
        return kind.visible(actor).filter(pk=key).first()
    except (ValueError, TypeError):
        return None


def offered(kind: Kind, actor: Actor) -> bool:
    """Whether the menu shows this kind to `actor`: everybody sees public kinds, those at work here all of them."""
    return kind.public or permits.at_work(actor)


def menu(actor: Actor) -> list[tuple[Phrase, list[Kind]]]:
    """The groups of the left menu with their kinds, in the order in which the wings registered them."""
    groups: dict[str, tuple[Phrase, list[Kind]]] = {}
    for kind in KINDS.values():
        if offered(kind, actor):
            group = kind.group or REST
            groups.setdefault(group.msgid, (group, []))[1].append(kind)
    return list(groups.values())


def tone(machine: Machine | None, stage: str) -> str:
    """The colour of a stage: over (grey), done (green), wait (amber: somebody must act), else open (blue-green)."""
    if machine is None:
        return "open"
    if ENDED.search(str(stage)):
        return "over"
    if machine.awaited_from(stage):
        return "wait"
    return "done" if stage in machine.final else "open"


@cache
def _words_of(wing: str, table: str) -> Mapping[str, Phrase]:
    try:
        place = "xinglin.flows" if wing == "flows" else apps.get_app_config(wing).name
        module = importlib.import_module(f"{place}.labels")
    except (LookupError, ModuleNotFoundError):
        return {}
    return getattr(module, table, {})


def label_of(wing: str, name: str) -> Phrase:
    """What a parameter is called: the word of the wing, a flow, the kernel or the portal, or its name made readable."""
    for room in (wing, "flows", "kernel", "portal"):
        if name in (table := _words_of(room, "LABELS")):
            return table[name]
    return Phrase(name.removesuffix("_id").replace("_", " ").capitalize())


def help_of(wing: str, name: str) -> Phrase | None:
    """What is said beside a parameter. The house's own help speaks of accounts and roles, to its own forms alone: in a
    wing the same name means something else."""
    for room in (wing, "portal" if wing == "kernel" else "flows"):
        if name in (table := _words_of(room, "HELPS")):
            return table[name]
    return None
