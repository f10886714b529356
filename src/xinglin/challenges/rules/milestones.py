"""The life of a milestone: open, submitted, before its panel, accepted or failed, repaired within a term. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.challenges.rules.challenges import OFFICE, PROGRAM
from xinglin.challenges.rules.contracts import PARTIES
from xinglin.challenges.words.milestones import MilestoneStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

MILESTONE_MOVES = Machine(
    "challenges.milestone",
    S,
    S.PLANNED,
    frozenset({S.ACCEPTED, S.CALLED_OFF}),
    (
        Move("begin", S.PLANNED, S.OPEN, PROGRAM, say("Its turn has come")),
        Move("submit", (S.OPEN, S.REPAIRING), S.SUBMITTED, PARTIES, say("Submit for acceptance"), awaited=True),
        Move("name_panel", S.SUBMITTED, S.VOTING, OFFICE, say("Name the panel"), awaited=True, due=7),
        Move("vote", S.VOTING, S.VOTING, roles(Role.EXPERT), say("Vote"), awaited=True, due=14),
        Move("replace_member", S.VOTING, S.VOTING, OFFICE, say("Replace a member of the panel"), awaited=True),
        Move("pass", S.VOTING, S.ACCEPTED, PROGRAM, say("The panel accepted it")),
        Move("fail", S.VOTING, S.FAILED, PROGRAM, say("The panel did not accept it")),
        Move("allow_repair", S.FAILED, S.REPAIRING, OFFICE, say("Give time to repair"), awaited=True, due=10),
        Move("call_off", (S.PLANNED, S.OPEN, S.SUBMITTED, S.VOTING, S.FAILED, S.REPAIRING), S.CALLED_OFF, PROGRAM,
             say("The work ended before")),
    ),
)  # fmt: skip

# Nothing of these is still to come.
OVER = (S.ACCEPTED, S.CALLED_OFF)
IN_HAND = (S.SUBMITTED, S.VOTING)


@dataclass(frozen=True)
class Progress:
    """Milestones of one contract in order, the final acceptance last."""

    stages: tuple[str, ...]

    @property
    def before_final(self) -> tuple[str, ...]:
        return self.stages[:-1]

    @property
    def final(self) -> str:
        return self.stages[-1]


def check_finish(lanes: Sequence[Progress]) -> None:
    """Raise a Refusal unless every team that runs had all its milestones before the last accepted."""
    if not lanes or any(stage != S.ACCEPTED for lane in lanes for stage in lane.before_final):
        raise Refusal("challenges.milestones_open", say("Not every milestone was accepted."),
                      say("The board shows which ones are open and who must act."))  # fmt: skip


def check_accept(lanes: Sequence[Progress]) -> None:
    """Raise a Refusal unless a panel accepted the final result of every team that runs."""
    if not lanes or any(lane.final != S.ACCEPTED for lane in lanes):
        raise Refusal("challenges.final_open", say("The panel has not accepted every final result."),
                      say("Wait for its votes, give time to repair, or put the team out of the race."))  # fmt: skip


def check_refuse(lanes: Sequence[Progress]) -> None:
    """Raise a Refusal unless a panel refused a final result: nobody else may."""
    if not lanes or any(lane.final != S.FAILED for lane in lanes):
        raise Refusal("challenges.final_not_failed", say("Only a result that its panel refused can be refused."),
                      say("Wait for the votes of the panel."))  # fmt: skip


def check_repair(until: date, today: date, repaired: int, most: int) -> None:
    """Raise a Refusal for a term in the past, or one more repair than the rules give."""
    if until <= today:
        raise Refusal("challenges.repair_past", say("The term must lie ahead."), field="until")
    if repaired >= most:
        raise Refusal("challenges.repaired_enough", say("This milestone was repaired {times} times already.",
                                                        times=repaired),
                      say("Put the team out of the race, or terminate."))  # fmt: skip
