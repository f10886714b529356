"""The life of an HR mark (domain 2.9). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.exchange.catalogue.words import GrantStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

GRANTERS = roles(Role.SECRETARIAT, Role.STEWARD)

GRANT_MOVES = Machine(
    "catalogue.scopegrant",
    S,
    S.VALID,
    frozenset({S.VALID, S.REVOKED}),
    (
        Move("suspend", S.VALID, S.SUSPENDED, GRANTERS, say("Suspend the mark")),
        Move("resume", S.SUSPENDED, S.VALID, GRANTERS, say("Let the mark count again")),
        Move("revoke", (S.VALID, S.SUSPENDED), S.REVOKED, GRANTERS, say("Revoke the mark")),
    ),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in which a mark counts: since <= day <= until, and before `suspended_from` where one is open."""

    since: date
    until: date
    suspended_from: date | None = None


def counted(life: Stretch, gaps: Iterable[tuple[date, date | None]]) -> list[Stretch]:
    """`life` without its `gaps` (since, first day it counts again), in order; an open gap ends the last stretch."""
    found, start = [], life.since
    for since, until in sorted(gaps, key=lambda gap: gap[0]):
        if until is None:
            if start <= life.until and since > start:
                found.append(Stretch(start, life.until, since))
            return found
        if since > start:
            found.append(Stretch(start, min(life.until, since - timedelta(days=1))))
        start = max(start, until)
    if start <= life.until:
        found.append(Stretch(start, life.until))
    return [one for one in found if one.since <= one.until]
