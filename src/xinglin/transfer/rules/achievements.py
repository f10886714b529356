"""The lives of achievements and joint projects; shares, levels of readiness, the right of inventors. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.transfer.words.achievements import AchievementStage as A
from xinglin.transfer.words.achievements import ProjectStage as P

INVENTORS = roles(Role.EXPERT, Role.DEPARTMENT_HEAD, Role.LIAISON, Role.COMPANY, Role.SECRETARIAT)
# A company is its own unit: its contact does there what a research office does in a hospital.
OFFICE = roles(Role.LIAISON, Role.COMPANY, Role.SECRETARIAT)
WHOLE = 10_000
LEVELS = 9


@dataclass(frozen=True)
class Share:
    """One contributor: share of the inventors' part, and share of ownership, both in basis points."""

    who: str
    share_bp: int
    owner_bp: int = 0


def shares_are_whole(shares: Sequence[Share]) -> None:
    """Everybody once, everybody something, together exactly 100 %; ownership held by inventors stays below 100 %."""
    names = [one.who for one in shares]
    if not shares or len(set(names)) != len(names):
        raise Refusal(
            "transfer.contributors", say("Name every contributor once, and at least one."), field="contributors"
        )
    total = sum(one.share_bp for one in shares)
    if any(one.share_bp <= 0 for one in shares) or total != WHOLE:
        raise Refusal(
            "transfer.shares",
            say("The shares make {total} %, and not exactly 100 %.", total=percent(total)),
            say("Write shares in basis points (2,500 is 25 %) that sum to 10,000; nobody has none."),
            field="contributors",
        )
    if any(one.owner_bp < 0 for one in shares) or sum(one.owner_bp for one in shares) >= WHOLE:
        raise Refusal(
            "transfer.ownership",
            say("The unit must keep some of the ownership."),
            say("Give the inventors together less than 10,000 basis points of ownership."),
            field="contributors",
        )


def percent(bp: int) -> str:
    """Basis points as a percentage: 2550 is "25.5"."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def next_level(reached: Collection[int]) -> int:
    """The level of readiness whose evidence comes next (GB/T 22900-2022: 1 to 9); 10 when all are shown."""
    return next(level for level in range(1, LEVELS + 2) if level not in set(reached))


def level_follows(level: int, reached: Collection[int]) -> None:
    """Evidence is never skipped: a level is shown after all levels below it."""
    wanted = next_level(reached)
    if level != wanted or level > LEVELS:
        raise Refusal(
            "transfer.level",
            say("Level {level} cannot be shown now: the evidence of level {wanted} comes next.",
                level=level, wanted=min(wanted, LEVELS)),
            say("Add the evidence level by level; a level is never skipped."),
            field="level",
        )  # fmt: skip


@dataclass(frozen=True)
class Disclosure:
    shares: Sequence[Share]
    abstract: str


def can_be_disclosed(facts: Disclosure) -> None:
    shares_are_whole(facts.shares)
    if not facts.abstract.strip():
        raise Refusal("transfer.abstract", say("The disclosure has no abstract."), say("Write what was found."))


@dataclass(frozen=True)
class Unused:
    """Since when it could have been used, whether it is, and what the rule in force gives."""

    since: date | None
    used: bool
    months: int
    gives_right: bool
    today: date


def right_begins(facts: Unused) -> date | None:
    """The day from which inventors may implement by themselves; None while the rule gives nothing."""
    if facts.used or facts.since is None or not facts.gives_right or facts.months <= 0:
        return None
    return _months_later(facts.since, facts.months)


def inventors_may_implement(facts: Unused) -> None:
    """Beijing art. 12, Zhejiang art. 38: more than a year unused, and no agreement that says otherwise."""
    if not facts.gives_right:
        raise Refusal(
            "transfer.no_right",
            say("The rule in force here gives inventors no right of their own to implement."),
            say("Agree with the unit, or ask the secretariat which local rule is in force."),
        )
    begins = right_begins(facts)
    if begins is None or facts.today <= begins:
        raise Refusal(
            "transfer.still_used",
            say("It is in use, or its year is not over yet."),
            say("The right begins when it was unused for {months} months after grant or registration.",
                months=facts.months),
        )  # fmt: skip


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


months_later = _months_later


def two_kinds_take_part(kinds: Collection[str]) -> None:
    """产学研用, 医工交叉 (domain 1b 43): a hospital alone with hospitals is no such project."""
    if len(set(kinds)) < 2:
        raise Refusal(
            "transfer.one_kind",
            say("All who take part are of one kind of organisation."),
            say("Add a school, an institute or an enterprise: two kinds at least take part in such a project."),
            field="participants",
        )


ACHIEVEMENT_MOVES = Machine(
    "transfer.achievement",
    A,
    A.DRAFT,
    frozenset({A.REGISTERED, A.WITHDRAWN}),
    (
        Move("disclose", A.DRAFT, A.DISCLOSED, INVENTORS, say("Disclose to the unit"), can_be_disclosed, True, 30),
        Move("register", A.DISCLOSED, A.REGISTERED, OFFICE, say("Enter on the register"), None, True, 15),
        Move("send_back", A.DISCLOSED, A.DRAFT, OFFICE, say("Send back to the inventors")),
        Move("withdraw", (A.DRAFT, A.DISCLOSED, A.REGISTERED), A.WITHDRAWN, OFFICE, say("Withdraw")),
    ),
)

PROJECT_MOVES = Machine(
    "transfer.jointproject",
    P,
    P.DRAFT,
    frozenset({P.CLOSED, P.DROPPED}),
    (
        Move("start", P.DRAFT, P.RUNNING, INVENTORS, say("Start"), two_kinds_take_part, True, 30),
        Move("close", P.RUNNING, P.CLOSED, INVENTORS, say("Close with its result"), None, True),
        Move("drop", P.DRAFT, P.DROPPED, INVENTORS, say("Drop the plan")),
    ),
)
