"""The life of a doubtful pair. Every decision can be taken back. Pure."""

from __future__ import annotations

from xinglin.exchange.identity.words import ReviewStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

STEWARDS = roles(Role.STEWARD)

REVIEW_MOVES = Machine(
    "identity.review",
    S,
    S.OPEN,
    frozenset({S.LINKED, S.KEPT_APART}),
    (
        Move("link", S.OPEN, S.LINKED, STEWARDS, say("Link: the same person"), awaited=True, due=5),
        Move("keep_apart", S.OPEN, S.KEPT_APART, STEWARDS, say("Keep apart: different people")),
        Move("reopen", (S.LINKED, S.KEPT_APART), S.OPEN, STEWARDS, say("Decide again")),
    ),
)
