"""The life of a pairing, its quarters and its goals. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.rules.lapsing import months_later, require_order
from xinglin.roster.words.pairings import PairingLevel, PairingStage

SIDE = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT)
SECRETARIAT = roles(Role.SECRETARIAT)
WORKING = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return months_later(self.first_day, 3) - timedelta(days=1)

    @property
    def following(self) -> Quarter:
        return quarter_of(self.last_day + timedelta(days=1))


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def next_review(
    *, starts: date, until: date | None, reviewed: Collection[str], grace: int
) -> tuple[Quarter, date] | None:
    """The first quarter of the pairing without a review, and the day its review is due; None when all are reviewed.

    A review of a quarter is due `grace` days after the quarter (or the pairing, if that is sooner) is over.
    """
    quarter = quarter_of(starts)
    while until is None or quarter.first_day <= until:
        if str(quarter) not in reviewed:
            over = quarter.last_day if until is None else min(quarter.last_day, until)
            return quarter, over + timedelta(days=grace)
        quarter = quarter.following
    return None


def progress(value: Decimal, target: Decimal, baseline: Decimal = Decimal(0)) -> int:
    """Per cent of the way from the baseline to the target, 0 to 100; a target below the baseline is a reduction."""
    way = target - baseline
    if way == 0:
        return 100 if value == target else 0
    return int(max(Decimal(0), min(Decimal(100), (value - baseline) * 100 / way)))


@dataclass(frozen=True)
class Sides:
    """Who supports whom, as ids; a level names what it pairs."""

    level: PairingLevel
    organisations: tuple[str, str]
    departments: tuple[str, str]
    persons: tuple[str, str]
    starts: date
    until: date | None


def sides_fit_level(sides: Sides) -> None:
    """Each level names both of its sides; nothing is paired with itself."""
    require_order(sides.starts, sides.until)
    if sides.level == PairingLevel.DEPARTMENT and not all(sides.departments):
        raise Refusal(
            "pairings.no_department", say("Name the department on both sides."), field="supporting_department"
        )
    if sides.level == PairingLevel.DOCTOR and not all(sides.persons):
        raise Refusal("pairings.no_doctor", say("Name the doctor on both sides."), field="supporting_person_id")
    pairs = {
        PairingLevel.HOSPITAL: sides.organisations,
        PairingLevel.DEPARTMENT: tuple(zip(sides.organisations, sides.departments, strict=True)),
        PairingLevel.DOCTOR: sides.persons,
    }
    one, other = pairs[sides.level]
    if one == other:
        raise Refusal(
            "pairings.with_itself", say("The two sides are the same."), say("Choose another supported side."),
            field="supported_organisation_id",
        )  # fmt: skip


@dataclass(frozen=True)
class Consents:
    supporting: bool
    supported: bool


def both_agree(consents: Consents) -> None:
    if not (consents.supporting and consents.supported):
        raise Refusal("pairings.one_side_open", say("One side has not agreed yet."))


def has_goals(goals: int) -> None:
    """A pairing without goals cannot be reviewed, so it does not start."""
    if goals < 1:
        raise Refusal(
            "pairings.no_goals", say("The pairing has no goals yet."),
            say("Add at least one goal with an indicator and a target."),
        )  # fmt: skip


def may_be_reviewed(quarter: Quarter, until: date | None, today: date) -> None:
    """A quarter is looked back on from its last month on, or when the pairing is over."""
    over = until is not None and until <= today
    if not over and today < months_later(quarter.first_day, 2):
        raise Refusal(
            "pairings.too_early",
            say("{quarter} is still too young to be looked back on.", quarter=str(quarter)),
            say("Review it from its last month on."),
        )


def every_goal_is_reported(goals: Collection[int], reported: Collection[int]) -> None:
    """Each goal once; the missing and the unknown are named."""
    missing = sorted(set(goals) - set(reported))
    strange = sorted(set(reported) - set(goals))
    if missing or strange or len(reported) != len(set(reported)):
        raise Refusal(
            "pairings.goals_reported",
            say("Report each goal once; missing: {missing}; unknown: {strange}.",
                missing=", ".join(map(str, missing)) or "–", strange=", ".join(map(str, strange)) or "–"),
            say("Use the numbers in the list of goals."),
            field="progress",
        )  # fmt: skip


S = PairingStage
PAIRING_MOVES = Machine(
    "roster.pairing",
    PairingStage,
    S.PROPOSED,
    frozenset({S.CLOSED, S.DECLINED, S.WITHDRAWN}),
    (
        Move("agree", S.PROPOSED, S.PROPOSED, SIDE, say("Agree"), awaited=True, due=10),
        Move("record_consent", S.PROPOSED, S.PROPOSED, SECRETARIAT, say("Record a written consent")),
        Move("settle", S.PROPOSED, S.AGREED, SIDE | SECRETARIAT, say("Both agree"), both_agree),
        Move("decline", S.PROPOSED, S.DECLINED, SIDE | SECRETARIAT, say("Decline")),
        Move("start", S.AGREED, S.RUNNING, WORKING, say("Start"), has_goals, awaited=True, due=14),
        Move("review", S.RUNNING, S.RUNNING, WORKING, say("Review the quarter"), awaited=True),
        Move("close", S.RUNNING, S.CLOSED, WORKING, say("Close with its result")),
        Move("withdraw", (S.PROPOSED, S.AGREED), S.WITHDRAWN, WORKING, say("Withdraw")),
    ),
)
