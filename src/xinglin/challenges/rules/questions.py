"""Questions about an open call; the answer is published for everybody at the same moment. Pure."""

from __future__ import annotations

from xinglin.challenges.words.calls import QuestionStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

ANSWERERS = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.SECRETARIAT)
ASKERS = roles(Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.DOCTOR)

QUESTION_MOVES = Machine(
    "challenges.callquestion",
    S,
    S.ASKED,
    frozenset({S.ANSWERED, S.DECLINED, S.LAPSED}),
    (
        Move("answer", S.ASKED, S.ANSWERED, ANSWERERS, say("Publish an answer"), awaited=True, due=3),
        Move("decline", S.ASKED, S.DECLINED, ANSWERERS, say("Decline the question")),
        Move("lapse", S.ASKED, S.LAPSED, roles(), say("The call ended before")),
    ),
)
