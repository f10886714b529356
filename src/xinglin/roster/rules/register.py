"""The lifecycles of register records, and what may be in them. Pure."""

from __future__ import annotations

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.roster.words.register import RecordStage

ORGANISATION_MOVES = Machine(
    "roster.organisation",
    RecordStage,
    RecordStage.PROPOSED,
    frozenset({RecordStage.ACTIVE, RecordStage.CLOSED}),
    (
        Move("admit", RecordStage.PROPOSED, RecordStage.ACTIVE, roles(Role.SECRETARIAT), say("Admit to the register"),
             awaited=True, due=5),
        Move("close", (RecordStage.PROPOSED, RecordStage.ACTIVE), RecordStage.CLOSED, roles(Role.SECRETARIAT),
             say("Close")),
        Move("reopen", RecordStage.CLOSED, RecordStage.ACTIVE, roles(Role.SECRETARIAT), say("Reopen")),
    ),
)  # fmt: skip

PERSON_MOVES = Machine(
    "roster.person",
    RecordStage,
    RecordStage.PROPOSED,
    frozenset({RecordStage.ACTIVE, RecordStage.CLOSED}),
    ORGANISATION_MOVES.moves,
)
