"""How codes, links and empty values of this wing are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language

from xinglin.kernel.dossiers import Fact, Section
from xinglin.kernel.machine import roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.matching.rules import reasons as telling
from xinglin.roster.specialties import specialty

GROUP = say("Needs and matching")
OWNERS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
PUBLIC, ALLIANCE, PERSONAL = Privacy.PUBLIC, Privacy.ALLIANCE, Privacy.PERSONAL


def chinese() -> bool:
    """Whether the reader of this moment reads Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def specialty_name(code: str) -> str:
    found = specialty(code)
    return f"{code} {found.zh if chinese() else found.en}" if found else code


def specialty_names(codes: Iterable[str]) -> list[str] | None:
    return [specialty_name(code) for code in codes] or None


def in_language(told: dict[str, str]) -> str | None:
    """A sentence the solver has finished in both languages, in the reader's."""
    return (told.get("zh" if chinese() else "en") or None) if told else None


def link(thing: Any) -> tuple[str, str] | None:
    """Where a fact leads, if it is about another record."""
    return (thing._meta.label_lower, thing.pk) if thing is not None else None


def leads_to(label: Phrase, thing: Any, privacy: Privacy = ALLIANCE) -> Fact:
    """A fact that is another record."""
    return Fact(label, str(thing) if thing is not None else None, privacy, link(thing))


def stages(*words: str) -> frozenset[str]:
    return frozenset(str(word) for word in words)


def reasons_section(reasons: Sequence[dict[str, Any]], person: Any = None) -> Section:
    """Why somebody was proposed: each reason, how much of the score it makes, and where it can be checked."""
    rows = []
    for reason in reasons:
        where: Any = None
        if reason["kind"] == "evidence":
            address = telling.link_of(reason)
            where = Fact(say("Evidence"), address) if address else leads_to(say("Evidence"), person) if person else None
        points = round(100 * float(reason["points"]), 1)
        rows += [
            [sentence, f"{points:+.1f}" if points else None, where]
            for sentence in telling.spoken(reason, specialty_name)
        ]
    return Section(say("Why this is proposed"), [say("Reason"), say("Points of 100"), say("Where to check")], rows)


def points(score: float) -> str:
    """A score as points of 100."""
    return f"{100 * score:.1f}"
