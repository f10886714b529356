"""The lives of a program's registration and of a peer. Pure."""

from __future__ import annotations

from xinglin.exchange.federation.words import ClientStage as C
from xinglin.exchange.federation.words import PeerStage as P
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

# One administration registers, another lets in (GB/T 22239 8.1.5); either may stop.
ENDERS = roles(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)

CLIENT_MOVES = Machine(
    "federation.client",
    C,
    C.PROPOSED,
    frozenset({C.REVOKED}),
    (
        Move("admit", C.PROPOSED, C.ADMITTED, roles(Role.SECURITY_ADMIN), say("Admit"), awaited=True, due=5),
        Move("revoke", (C.PROPOSED, C.ADMITTED), C.REVOKED, ENDERS, say("Revoke")),
    ),
)
PEER_MOVES = Machine(
    "federation.peer",
    P,
    P.PAUSED,
    frozenset({P.CLOSED}),
    (
        Move("ask", P.PAUSED, P.OPEN, roles(Role.SECURITY_ADMIN), say("Begin to ask"), awaited=True, due=10),
        Move("pause", P.OPEN, P.PAUSED, ENDERS, say("Pause")),
        Move("close", (P.OPEN, P.PAUSED), P.CLOSED, ENDERS, say("Close for good")),
    ),
)
