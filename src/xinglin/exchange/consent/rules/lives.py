"""The lives of a consent and of an emergency access. Withdrawing is one step, like giving (PIPL art. 15). Pure."""

from __future__ import annotations

from xinglin.exchange.consent.words import BreakGlassStage as B
from xinglin.exchange.consent.words import ConsentStage as C
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

# Whoever takes a consent can take back a consent: the resident, and the hospital's people on the resident's word.
TAKERS = roles(Role.RESIDENT, Role.DOCTOR, Role.LIAISON)
REVIEWERS = roles(Role.AUDIT_ADMIN, Role.DEPARTMENT_HEAD)

CONSENT_MOVES = Machine(
    "consent.consent",
    C,
    C.GIVEN,
    frozenset({C.GIVEN, C.WITHDRAWN, C.LAPSED}),
    (
        Move("withdraw", C.GIVEN, C.WITHDRAWN, TAKERS, say("Withdraw the consent")),
        Move("lapse", C.GIVEN, C.LAPSED, roles(), say("Its time ran out")),
    ),
)

BREAK_GLASS_MOVES = Machine(
    "consent.breakglass",
    B,
    B.OPEN,
    frozenset({B.JUSTIFIED, B.NOT_JUSTIFIED}),
    (
        Move("find_justified", B.OPEN, B.JUSTIFIED, REVIEWERS, say("Justified"), awaited=True, due=5),
        Move("find_not_justified", B.OPEN, B.NOT_JUSTIFIED, REVIEWERS, say("Not justified"), awaited=True, due=5),
    ),
)
