"""The life of a mapping: the machine proposes, a person decides, and may decide again. Pure."""

from __future__ import annotations

from xinglin.exchange.catalogue.words import MappingStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

MAPPERS = roles(Role.STEWARD, Role.LABORATORY)

MAPPING_MOVES = Machine(
    "catalogue.itemmapping",
    S,
    S.PROPOSED,
    frozenset({S.CONFIRMED, S.REJECTED}),
    (
        Move("confirm", S.PROPOSED, S.CONFIRMED, MAPPERS, say("Confirm the mapping"), awaited=True, due=10),
        Move("reject", (S.PROPOSED, S.CONFIRMED), S.REJECTED, MAPPERS, say("Reject the mapping")),
        Move("reconsider", (S.REJECTED, S.CONFIRMED), S.PROPOSED, MAPPERS, say("Look at it again")),
    ),
)
