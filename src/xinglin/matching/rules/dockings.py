"""The lifecycle of a docking and the guards of its two sides. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.words.dockings import DockingOutcome, Side
from xinglin.matching.words.dockings import DockingStage as S

BOTH = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.EXPERT)


@dataclass(frozen=True)
class AcceptFacts:
    """Who wants to accept for which side, and which side has accepted."""

    sides: frozenset[Side]
    accepted: frozenset[Side]
    side: Side


def may_accept(facts: AcceptFacts) -> None:
    """A side accepts for itself only, and once."""
    if facts.side not in facts.sides:
        raise Refusal(
            "matching.other_side",
            say("This is the other side's to accept."),
            say("Wait for their answer; the page shows who is asked and until when."),
        )
    if facts.side in facts.accepted:
        raise Refusal(
            "matching.accepted_already",
            say("Your side has accepted already."),
            say("Wait for the other side's answer."),
        )


@dataclass(frozen=True)
class ConcludeFacts:
    """What a conclusion rests on."""

    outcome: DockingOutcome
    meetings_held: int
    asking_contact: bool
    answering_contact: bool
    nda_open: bool


def may_conclude(facts: ConcludeFacts) -> None:
    """An agreement needs a meeting that took place, and a named contact on each side (domain 1 row 64)."""
    if facts.outcome is not DockingOutcome.AGREEMENT:
        return
    if not facts.meetings_held:
        raise Refusal(
            "matching.no_meeting",
            say("An agreement follows a meeting, and none is recorded."),
            say("Record the meeting first, or choose another outcome."),
            field="outcome",
        )
    if not (facts.asking_contact and facts.answering_contact):
        raise Refusal(
            "matching.contact_missing",
            say("Each side names exactly one contact before an agreement."),
            say("Name the contact that is missing."),
        )
    if facts.nda_open:
        raise Refusal(
            "matching.nda_open",
            say("A confidentiality agreement was asked for and is not signed."),
            say("Record the day it was signed first."),
        )


def held_in_order(held_on: date, today: date, begun: date) -> None:
    """A meeting that took place lies between the beginning of the docking and today."""
    if not begun <= held_on <= today:
        raise Refusal(
            "matching.meeting_day",
            say("A meeting on {day} cannot have been held: the docking began on {begun} and today is {today}.",
                day=held_on, begun=begun, today=today),
            say("Correct the day."), field="held_at",
        )  # fmt: skip


DOCKING_MOVES = Machine(
    "matching.docking",
    S,
    S.PROPOSED,
    frozenset({S.CONCLUDED, S.ENDED}),
    (
        Move("accept", S.PROPOSED, S.HALF, BOTH, say("Accept"), guard=may_accept, awaited=True, due=7),
        Move("accept", S.HALF, S.ACCEPTED, BOTH, say("Accept"), guard=may_accept, awaited=True, due=7),
        Move("decline", (S.PROPOSED, S.HALF), S.ENDED, BOTH, say("Decline")),
        Move("meet", (S.ACCEPTED, S.TALKING), S.TALKING, BOTH, say("Record a meeting"), awaited=True),
        Move(
            "conclude", (S.ACCEPTED, S.TALKING), S.CONCLUDED, BOTH, say("Conclude with an outcome"), guard=may_conclude
        ),
        Move(
            "end",
            (S.PROPOSED, S.HALF, S.ACCEPTED, S.TALKING),
            S.ENDED,
            roles(Role.SECRETARIAT),
            say("End without outcome"),
        ),
    ),
)

OPEN_STAGES = (S.PROPOSED, S.HALF, S.ACCEPTED, S.TALKING)

CLOCK_SENTENCE: Phrase = say("The first meeting is due on {day}.")
