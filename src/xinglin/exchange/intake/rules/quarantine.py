"""The life of an entry that could not be taken in. Pure."""

from __future__ import annotations

from xinglin.exchange.intake.words import QuarantineStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

REPAIRERS = roles(Role.LABORATORY, Role.STEWARD)

QUARANTINE_MOVES = Machine(
    "intake.quarantined",
    S,
    S.WAITING,
    frozenset({S.REPLAYED, S.DISMISSED}),
    (
        Move("replay", S.WAITING, S.REPLAYED, REPAIRERS, say("Take it in again"), awaited=True, due=5),
        Move("dismiss", S.WAITING, S.DISMISSED, REPAIRERS, say("Dismiss: it will not be taken in")),
        Move("reopen", S.DISMISSED, S.WAITING, REPAIRERS, say("Look at it again")),
    ),
)
