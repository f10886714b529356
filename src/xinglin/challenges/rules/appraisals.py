"""How a demand is argued: one expert's opinion, and what the opinions together decide. Pure."""

from __future__ import annotations

from xinglin.challenges.words.calls import AppraisalStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

EXPERTS = roles(Role.EXPERT)
OFFICE = roles(Role.SECRETARIAT)

APPRAISAL_MOVES = Machine(
    "challenges.appraisal",
    S,
    S.ASKED,
    frozenset({S.SIGNED, S.DECLINED, S.RELEASED}),
    (
        Move("sign", S.ASKED, S.SIGNED, EXPERTS, say("Score and sign"), awaited=True, due=10),
        Move("decline", S.ASKED, S.DECLINED, EXPERTS, say("Decline")),
        Move("release", (S.ASKED, S.SIGNED), S.RELEASED, OFFICE, say("Release the expert")),
    ),
)
