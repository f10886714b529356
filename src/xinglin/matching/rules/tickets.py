"""The lifecycle of a coordination ticket; whose turn it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.words.tickets import TicketStage as S

SECRETARIAT = roles(Role.SECRETARIAT)
ASKERS = roles(Role.SECRETARIAT, Role.EXPERT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
DEPARTMENTS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


@dataclass(frozen=True)
class TurnFacts:
    """Whether the actor belongs to the side whose turn it is (the secretariat belongs to both)."""

    is_asker: bool
    is_department: bool


def departments_turn(facts: TurnFacts) -> None:
    if not facts.is_department:
        raise Refusal(
            "matching.not_the_department",
            say("The department that holds this ticket answers it."),
            say("Wait for the answer; the page shows until when it is due."),
        )


def askers_turn(facts: TurnFacts) -> None:
    if not facts.is_asker:
        raise Refusal(
            "matching.not_the_asker",
            say("Only the side that raised the ticket decides whether the answer helps."),
            say("Ask them to accept it or to say what is missing."),
        )


TICKET_MOVES = Machine(
    "matching.ticket",
    S,
    S.RAISED,
    frozenset({S.SETTLED, S.WITHDRAWN}),
    (
        Move("route", S.RAISED, S.ROUTED, SECRETARIAT, say("Send to a department"), awaited=True, due=2),
        Move("reroute", S.ROUTED, S.ROUTED, DEPARTMENTS, say("Send to another department"), guard=departments_turn),
        Move("answer", S.ROUTED, S.ANSWERED, DEPARTMENTS, say("Answer"), guard=departments_turn, awaited=True),
        Move("escalate", S.ROUTED, S.ROUTED, SECRETARIAT, say("Escalate")),
        Move(
            "accept", S.ANSWERED, S.SETTLED, ASKERS, say("Accept the answer"), guard=askers_turn, awaited=True, due=10
        ),
        Move("reopen", (S.ANSWERED, S.SETTLED), S.ROUTED, ASKERS, say("Not solved: reopen"), guard=askers_turn),
        Move("withdraw", (S.RAISED, S.ROUTED, S.ANSWERED), S.WITHDRAWN, ASKERS, say("Withdraw"), guard=askers_turn),
    ),
)


def clock(stage: str, due_on: date | None, today: date) -> Phrase:
    """The clock the asker sees (domain 1 row 67)."""
    if due_on is None or stage in (S.SETTLED, S.WITHDRAWN):
        return say("No clock is running.")
    days = (due_on - today).days
    if days < 0:
        return say("Overdue since {day} ({days} days).", day=due_on, days=-days)
    if days == 0:
        return say("Due today.")
    return say("Due on {day}, in {days} days.", day=due_on, days=days)
