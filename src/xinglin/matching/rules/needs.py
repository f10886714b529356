"""The lifecycle of a need, and what must be in it before others see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.words.needs import NeedStage as S

SHORTEST_BODY = 10
LONGEST_MONTHS = 24
OWNERS = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
CHECKERS = roles(Role.SECRETARIAT)
PROGRAM = roles()


@dataclass(frozen=True)
class NeedFacts:
    """What a guard looks at when a need (or an offer) is sent to others."""

    body: str
    until: date
    today: date


def ready(facts: NeedFacts) -> None:
    """Refuse what nobody could answer: an empty text, or a day that is past or too far away."""
    if len(facts.body.strip()) < SHORTEST_BODY:
        raise Refusal(
            "matching.body_short",
            say("The description is too short for anybody to judge it."),
            say(
                "Write at least {least} characters: what is lacking, what was tried, what would help.",
                least=SHORTEST_BODY,
            ),
            field="body",
        )
    if facts.until < facts.today:
        raise Refusal(
            "matching.day_past",
            say("The day until which it stands, {day}, is past.", day=facts.until),
            say("Give a later day."),
            field="wanted_by",
        )
    if facts.until > facts.today + timedelta(days=31 * LONGEST_MONTHS):
        raise Refusal(
            "matching.day_far",
            say("A need stands for at most {months} months.", months=LONGEST_MONTHS),
            say("Give an earlier day; it can be prolonged later."),
            field="wanted_by",
        )


NEED_MOVES = Machine(
    "matching.need",
    S,
    S.DRAFT,
    frozenset({S.MET, S.CLOSED, S.WITHDRAWN}),
    (
        Move("submit", S.DRAFT, S.SUBMITTED, OWNERS, say("Submit for checking"), guard=ready),
        Move("open", S.SUBMITTED, S.OPEN, CHECKERS, say("Open it for matching"), guard=ready, awaited=True, due=5),
        Move("send_back", S.SUBMITTED, S.DRAFT, CHECKERS, say("Send back for changes")),
        Move("match", S.OPEN, S.MATCHING, OWNERS, say("Rank experts and offers"), awaited=True),
        Move("match", (S.MATCHING, S.DOCKED), S.MATCHING, OWNERS, say("Rank experts and offers")),
        Move("dock", S.MATCHING, S.DOCKED, OWNERS, say("Bring together"), awaited=True),
        Move("dock", (S.OPEN, S.DOCKED), S.DOCKED, OWNERS, say("Bring together")),
        Move("resume", S.DOCKED, S.MATCHING, OWNERS, say("Look for others")),
        Move("meet", (S.MATCHING, S.DOCKED), S.MET, OWNERS, say("Mark as met")),
        Move("close", (S.OPEN, S.MATCHING, S.DOCKED), S.CLOSED, OWNERS, say("Close")),
        Move("expire", (S.OPEN, S.MATCHING), S.CLOSED, PROGRAM, say("Its time ran out")),
        Move("withdraw", (S.DRAFT, S.SUBMITTED, S.OPEN, S.MATCHING), S.WITHDRAWN, OWNERS, say("Withdraw")),
        Move("reopen", (S.CLOSED, S.WITHDRAWN, S.MET), S.DRAFT, OWNERS, say("Take up again")),
    ),
)

# Stages in which others may read a need, and in which it can be prolonged.
READABLE = (S.OPEN, S.MATCHING, S.DOCKED)
RUNNING = (S.OPEN, S.MATCHING, S.DOCKED)


def standing_until(wanted_by: date | None, today: date, days: int) -> date:
    """Until when a need or offer stands: the day named, or so many days from today (rule `matching.open_days`)."""
    return wanted_by or today + timedelta(days=days)


def prolonged(before: date, after: date, today: date) -> None:
    """Refuse a new day that does not lie after the old one and after today."""
    if after <= max(before, today):
        raise Refusal(
            "matching.not_later",
            say("{after} is not later than {before}.", after=after, before=max(before, today)),
            say("Give a later day."),
            field="until",
        )
