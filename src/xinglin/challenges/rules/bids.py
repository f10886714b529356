"""The lifecycle of a bid: sealed on receipt, opened by two key holders, checked, reviewed, awarded or not. Pure."""

from __future__ import annotations

from xinglin.challenges.words.bids import BidStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role

BIDDERS = roles(Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD)
OFFICE = roles(Role.SECRETARIAT)
PROGRAM = roles()

BID_MOVES = Machine(
    "challenges.bid",
    S,
    S.SEALED,
    frozenset({S.REPLACED, S.WITHDRAWN, S.DISQUALIFIED, S.NOT_AWARDED, S.AWARDED, S.UNOPENED}),
    (
        Move("replace", S.SEALED, S.REPLACED, BIDDERS, say("Replace the bid")),
        Move("withdraw", S.SEALED, S.WITHDRAWN, BIDDERS, say("Withdraw the bid")),
        Move("open", S.SEALED, S.OPENED, PROGRAM, say("The bid was opened")),
        Move("lapse", S.SEALED, S.UNOPENED, PROGRAM, say("The challenge ended before the bid was opened")),
        Move("qualify", S.OPENED, S.QUALIFIED, OFFICE, say("Pass the formal check"), awaited=True, due=5),
        Move("disqualify", (S.OPENED, S.QUALIFIED), S.DISQUALIFIED, OFFICE, say("Exclude the bid")),
        Move("award", S.QUALIFIED, S.AWARDED, PROGRAM, say("The bid was awarded")),
        Move("pass_over", S.QUALIFIED, S.NOT_AWARDED, PROGRAM, say("Another bid was awarded")),
    ),
)  # fmt: skip
