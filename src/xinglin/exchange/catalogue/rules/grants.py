"""The life of an HR mark (domain 2.9). Pure."""

from __future__ import annotations

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
