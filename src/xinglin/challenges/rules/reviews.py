"""The lifecycles of review: a flag, a blind copy, one reviewer's task; and what a review and an award need. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.challenges.words.reviews import BlindCopyStage as C
from xinglin.challenges.words.reviews import FlagStage as F
from xinglin.challenges.words.reviews import ReviewStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

OFFICE = roles(Role.SECRETARIAT)
REVIEWERS = roles(Role.EXPERT)
PROGRAM = roles()
MOST_POINTS = 100

FLAG_MOVES = Machine(
    "challenges.flag",
    F,
    F.RAISED,
    frozenset({F.DISMISSED, F.CONFIRMED}),
    (
        Move("dismiss", F.RAISED, F.DISMISSED, OFFICE, say("Dismiss with a reason"), awaited=True, due=5),
        Move("confirm", F.RAISED, F.CONFIRMED, OFFICE, say("Confirm the suspicion")),
    ),
)

COPY_MOVES = Machine(
    "challenges.blindcopy",
    C,
    C.PREPARED,
    frozenset({C.RELEASED}),
    (
        Move("release", C.PREPARED, C.RELEASED, OFFICE, say("Release to the reviewers"), awaited=True, due=5),
        Move("take_back", C.RELEASED, C.PREPARED, OFFICE, say("Take back")),
    ),
)

REVIEW_MOVES = Machine(
    "challenges.review",
    S,
    S.ASSIGNED,
    frozenset({S.SIGNED, S.CONFLICTED, S.REPLACED, S.CLOSED, S.SET_ASIDE}),
    (
        Move("confirm", S.ASSIGNED, S.SCORING, REVIEWERS, say("Confirm that there is no conflict"),
             awaited=True, due=3),
        Move("sign", S.SCORING, S.SIGNED, REVIEWERS, say("Sign the scores"), awaited=True, due=10),
        Move("declare", (S.ASSIGNED, S.SCORING), S.CONFLICTED, REVIEWERS, say("Declare a conflict of interest")),
        Move("replace", (S.ASSIGNED, S.SCORING), S.REPLACED, OFFICE, say("Replace by the next drawn")),
        Move("close", (S.ASSIGNED, S.SCORING), S.CLOSED, PROGRAM, say("The challenge ended")),
        Move("void", S.SIGNED, S.SET_ASIDE, PROGRAM, say("An objection to the review was upheld")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Readiness:
    """What stands before a review: flags not yet looked at, qualified bids, copies not released, the sum of the weights
    of the criteria, and how many of the seats are filled."""

    open_flags: int
    bids: int
    unreleased: int
    weights: int
    panel: int
    seats: int


def may_begin(facts: Readiness) -> None:
    """Raises Refusal naming the first thing that is missing."""
    if not facts.bids:
        raise Refusal("reviews.no_bid", say("No bid is qualified."), say("Finish the formal check, or end the call."))
    if facts.open_flags:
        raise Refusal(
            "reviews.open_flags", say("{count} flags have not been looked at.", count=facts.open_flags),
            say("Dismiss each with a reason, or confirm it."),
        )  # fmt: skip
    if facts.weights != MOST_POINTS:
        raise Refusal(
            "reviews.weights", say("The weights of the criteria add up to {sum}, not 100.", sum=facts.weights),
            say("Set the criteria and their weights."),
        )  # fmt: skip
    if facts.unreleased:
        raise Refusal(
            "reviews.unreleased", say("{count} bids have no released blind copy.", count=facts.unreleased),
            say("Prepare the blind copies, read their leak reports and release them."),
        )  # fmt: skip
    if facts.panel < facts.seats:
        raise Refusal(
            "reviews.no_panel", say("The panel has {panel} of {seats} members.", panel=facts.panel, seats=facts.seats),
            say("Draw the panel first."),
        )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How far a panel is: reviews signed and still awaited, and whether the last result counts all that was signed."""

    signed: int
    awaited: int
    current: bool
    seats: int


def may_settle(facts: Outcome) -> None:
    """A result is drawn up once everybody signed, and nobody's seat is empty."""
    if facts.awaited or facts.signed < facts.seats:
        raise Refusal(
            "reviews.unsigned",
            say("{signed} of {seats} reviewers have signed.", signed=facts.signed, seats=facts.seats),
            say("Wait for the others, or replace whoever does not answer by the next drawn."),
        )


def may_negotiate(facts: Outcome) -> None:
    """Negotiation follows the panel's result, and the latest one."""
    may_settle(facts)
    if not facts.current:
        raise Refusal(
            "reviews.no_result",
            say("The panel's result is not drawn up yet."),
            say("Draw up the panel's result first."),
        )


def check_weights(rows: Sequence[tuple[str, int]]) -> None:
    """Criteria have names of their own and weights that add up to 100."""
    names = [name.strip() for name, _weight in rows]
    if not rows or "" in names or len(set(names)) < len(names):
        raise Refusal("reviews.criteria", say("Each criterion needs a name of its own."), field="criteria")
    total = sum(weight for _name, weight in rows)
    if total != MOST_POINTS or any(weight < 1 for _name, weight in rows):
        raise Refusal(
            "reviews.weights", say("The weights of the criteria add up to {sum}, not 100.", sum=total),
            say("Correct the weights; each is at least 1."), field="criteria",
        )  # fmt: skip


def check_points(given: Sequence[tuple[int, int]], asked: Sequence[int]) -> None:
    """One score of 0 to 100 for each criterion asked, by its number."""
    numbers = [number for number, _points in given]
    if sorted(numbers) != sorted(asked):
        raise Refusal(
            "reviews.criteria_missing",
            say("Give points for each criterion, once: {numbers}.", numbers=", ".join(map(str, sorted(asked)))),
            field="scores",
        )
    if any(points > MOST_POINTS for _number, points in given):
        raise Refusal("reviews.points", say("Points lie between 0 and 100."), field="scores")


def weighted(points: Mapping[int, int], weights: Mapping[int, int]) -> float:
    """The total of one bid from one reviewer, 0 to 100."""
    return sum(points[number] * weight for number, weight in weights.items()) / MOST_POINTS
