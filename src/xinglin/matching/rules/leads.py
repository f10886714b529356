"""The lifecycle of an investment lead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.words.leads import LeadStage as S

KEEPERS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
RUNNING = (S.LEAD, S.CONTACT, S.VISIT, S.MEMORANDUM)


@dataclass(frozen=True)
class StepFacts:
    """The next step a lead is left with, if it goes on."""

    next_step: str
    next_on: date | None
    today: date


def has_next_step(facts: StepFacts) -> None:
    """A lead that goes on always has a next step and its day: otherwise nobody is to act."""
    if not facts.next_step.strip():
        raise Refusal(
            "matching.no_next_step",
            say("A lead goes on with a next step."),
            say("Write what is done next, by whom."),
            field="next_step",
        )
    if facts.next_on is None or facts.next_on < facts.today:
        raise Refusal(
            "matching.next_day_past",
            say("The day of the next step must lie ahead."),
            say("Give a day from today on."),
            field="next_on",
        )


def has_amount(amount_fen: int | None) -> None:
    """What settles has an amount."""
    if not amount_fen:
        raise Refusal(
            "matching.no_amount",
            say("A settled investment has an amount."),
            say("Enter the amount agreed, in yuan."),
            field="amount_fen",
        )


LEAD_MOVES = Machine(
    "matching.lead",
    S,
    S.LEAD,
    frozenset({S.SETTLED, S.LOST}),
    (
        Move("contact", S.LEAD, S.CONTACT, KEEPERS, say("Contact made"), guard=has_next_step, awaited=True),
        Move("visit", S.CONTACT, S.VISIT, KEEPERS, say("Visited"), guard=has_next_step, awaited=True),
        Move(
            "sign",
            (S.CONTACT, S.VISIT),
            S.MEMORANDUM,
            KEEPERS,
            say("Memorandum signed"),
            guard=has_next_step,
            awaited=True,
        ),
        Move("settle", S.MEMORANDUM, S.SETTLED, KEEPERS, say("Settled here"), guard=has_amount, awaited=True),
        Move("lose", RUNNING, S.LOST, KEEPERS, say("Lost")),
        Move("revive", S.LOST, S.CONTACT, KEEPERS, say("Take up again"), guard=has_next_step),
    ),
)
