"""The pages of the manual printed from the program: lifecycles, events, permissions, verbs, rules, glossary."""

from __future__ import annotations

import importlib.util
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, override

from xinglin.kernel.asks import asks_of
from xinglin.kernel.configuration import RULES
from xinglin.kernel.dossiers import KINDS, Kind, Verb
from xinglin.kernel.events import EVENTS
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Role, Word

PRINTED = "Printed from the program; do not edit by hand (`make docs` prints it again)."


def both(phrase: Phrase) -> tuple[str, str]:
    """A phrase in English and in Chinese."""
    with override("zh-hans"):
        return str(phrase), phrase.spoken(gettext)


def lifecycles_page() -> str:
    """Every lifecycle as a diagram, and its moves as a table."""
    lines = ["# Lifecycles", "", PRINTED, ""]
    for kind in _kinds():
        if kind.machine is None:
            continue
        english, chinese = both(kind.label)
        lines += [f"## {english} {chinese}", "", "```mermaid", kind.machine.diagram(lambda msgid: msgid), "```", ""]
        lines += ["| move | 操作 | from | to | who | days |", "|---|---|---|---|---|---|"]
        for move in kind.machine.moves:
            said, spoken = both(move.label)
            sources = ", ".join(str(stage) for stage in move.sources)
            days = str(move.due) if move.due is not None else ""
            lines.append(f"| {said} | {spoken} | {sources} | {move.target} | {_roles(move.roles)} | {days} |")
        lines.append("")
    return "\n".join(lines)


def events_page() -> str:
    """Everything the ledger records, with its sentence in both languages and the facts it may carry."""
    lines = ["# Events", "", PRINTED, "", "What is not in the last column is never written to the ledger.", ""]
    lines += ["| event | sentence | 语句 | facts |", "|---|---|---|---|"]
    for name in sorted(EVENTS):
        english, chinese = both(EVENTS[name].sentence)
        facts = ", ".join(sorted(EVENTS[name].data))
        lines.append(f"| `{name}` | {english} | {chinese} | {facts} |")
    return "\n".join(lines) + "\n"


def permissions_page() -> str:
    """Roles by verbs: who may do what, in the scopes of the dossier or in the whole alliance."""
    roles = list(Role)
    lines = [
        "# Permissions",
        "",
        PRINTED,
        "",
        "A role counts in the scopes of the dossier (its organisation, its person)",
    ]
    lines += ["or, when granted there, in the whole alliance. What is not marked is refused.", ""]
    lines += ["| kind | verb | " + " | ".join(both(role.label)[0] for role in roles) + " |"]
    lines += ["|---|---|" + "---|" * len(roles)]
    for kind in _kinds():
        for verb in kind.verbs:
            may = _may(kind, verb)
            marks = " | ".join("●" if role in may else "" for role in roles)
            lines.append(f"| {kind.name} | {both(verb.label)[0]} | {marks} |")
    return "\n".join(lines) + "\n"


def verbs_page() -> str:
    """Every verb with what it asks for: the same on pages and in the interface for programs."""
    lines = ["# Verbs", "", PRINTED, "", "`POST /api/v1/…` takes these names in JSON; amounts are in fen.", ""]
    for kind in _kinds():
        lines += [
            f"## {kind.name} · {' '.join(both(kind.plural))}",
            "",
            "| verb | 操作 | asks for | may |",
            "|---|---|---|---|",
        ]
        for verb in kind.verbs:
            english, chinese = both(verb.label)
            lines.append(f"| `{verb.name}` {english} | {chinese} | {_asked(kind, verb)} | {_roles(_may(kind, verb))} |")
        lines.append("")
    return "\n".join(lines)


def rules_page() -> str:
    """The dated rules a province or a city can change, with the values the product ships with."""
    lines = [
        "# Rules",
        "",
        PRINTED,
        "",
        "A value is changed from a day on, on the authority of a document; history stays.",
        "",
    ]
    lines += ["| rule | meaning | 含义 | shipped value | source |", "|---|---|---|---|---|"]
    for key in sorted(RULES):
        rule = RULES[key]
        english, chinese = both(rule.label)
        value = json.dumps(rule.default, ensure_ascii=False)
        lines.append(f"| `{key}` | {english} | {chinese} | `{value}` | {rule.source} |")
    return "\n".join(lines) + "\n"


def glossary_page() -> str:
    """Every word of the trade in both languages, by wing."""
    lines = ["# Glossary 词汇表", "", PRINTED, ""]
    for wing in _wings():
        lines += [f"## {wing}", "", "| in code | English | 中文 |", "|---|---|---|"]
        for kind in _kinds():
            if kind.wing == wing.rpartition(".")[2]:
                english, chinese = both(kind.label)
                lines.append(f"| **`{kind.noun}`** | {english} | {chinese} |")
        for words in words_of(wing):
            for member in words:
                english, chinese = both(member.label)
                lines.append(f"| `{words.__name__}.{member.name}` | {english} | {chinese} |")
        lines.append("")
    return "\n".join(lines)


def _wings() -> list[str]:
    """The wings that have words, in the order they are installed."""
    ours = [app for app in apps.get_app_configs() if app.name.startswith("xinglin.")]
    return [
        app.name.removeprefix("xinglin.") for app in ours if importlib.util.find_spec(f"{app.name}.words") is not None
    ]


def words_of(wing: str) -> Iterator[type[Word]]:
    """The enums of a wing's `words`, by name."""
    room = importlib.import_module(f"xinglin.{wing}.words")
    below = [each.name for each in pkgutil.iter_modules(getattr(room, "__path__", []), f"{room.__name__}.")]
    found: dict[str, type[Word]] = {}
    for name in [room.__name__, *sorted(below)]:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, Word) and value.__module__ == name:
                found[value.__name__] = value
    return iter(found[name] for name in sorted(found))


def _kinds() -> list[Kind]:
    return [KINDS[name] for name in sorted(KINDS)]


def _may(kind: Kind, verb: Verb) -> frozenset[Role]:
    if verb.move is None or kind.machine is None:
        return verb.roles
    return frozenset().union(*(move.roles for move in kind.machine.moves if move.name == verb.move))


def _roles(roles: Any) -> str:
    return ", ".join(both(role.label)[0] for role in Role if role in roles) or "the program"


def _asked(kind: Kind, verb: Verb) -> str:
    asks = [(name, ask) for name, ask in asks_of(verb.action).items() if verb.opening or name != kind.key]
    return ", ".join(f"`{name}`{'?' if ask.optional else ''} {ask.kind}{'s' if ask.many else ''}" for name, ask in asks)
