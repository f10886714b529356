"""The lifecycle of an offer. Pure."""

from __future__ import annotations

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.matching.rules.needs import CHECKERS, PROGRAM, ready
from xinglin.matching.words.needs import OfferStage as S

GIVERS = roles(Role.SECRETARIAT, Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD)

OFFER_MOVES = Machine(
    "matching.offer",
    S,
    S.DRAFT,
    frozenset({S.TAKEN, S.CLOSED, S.WITHDRAWN}),
    (
        Move("submit", S.DRAFT, S.SUBMITTED, GIVERS, say("Submit for checking"), guard=ready),
        Move("open", S.SUBMITTED, S.OPEN, CHECKERS, say("Open the offer"), guard=ready, awaited=True, due=5),
        Move("send_back", S.SUBMITTED, S.DRAFT, CHECKERS, say("Send back for changes")),
        Move("take_up", S.OPEN, S.TAKEN, GIVERS, say("Mark as taken up")),
        Move("close", S.OPEN, S.CLOSED, GIVERS, say("Close")),
        Move("expire", S.OPEN, S.CLOSED, PROGRAM, say("Its time ran out")),
        Move("withdraw", (S.DRAFT, S.SUBMITTED, S.OPEN), S.WITHDRAWN, GIVERS, say("Withdraw")),
        Move("reopen", (S.CLOSED, S.WITHDRAWN, S.TAKEN), S.DRAFT, GIVERS, say("Take up again")),
    ),
)
