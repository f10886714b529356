"""How a demand is argued (论证): one expert's points, and what the opinions together decide. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.challenges.words.calls import CRITERIA, CriterionSet
from xinglin.challenges.words.calls import AppraisalStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

EXPERTS = roles(Role.EXPERT)
OFFICE = roles(Role.SECRETARIAT)
MOST_POINTS = 100

APPRAISAL_MOVES = Machine(
    "challenges.appraisal",
    S,
    S.ASKED,
    frozenset({S.SIGNED, S.DECLINED, S.RELEASED}),
    (
        Move("sign", S.ASKED, S.SIGNED, EXPERTS, say("Score and sign"), awaited=True, due=10),
        Move("decline", S.ASKED, S.DECLINED, EXPERTS, say("Decline")),
        Move("release", S.ASKED, S.RELEASED, OFFICE, say("Release the expert")),
    ),
)


def mean_centi(points: Sequence[int]) -> int:
    """The mean of whole points in hundredths of a point, half a hundredth rounded up.

    Raises ValueError for no points at all.
    """
    if not points:
        raise ValueError("no points to take the mean of")
    return (200 * sum(points) + len(points)) // (2 * len(points))


def overall_centi(means: Sequence[int]) -> int:
    """The mean of several experts' means, all in hundredths of a point, half a hundredth rounded up.

    Raises ValueError for no means at all.
    """
    if not means:
        raise ValueError("no means to take the mean of")
    return (2 * sum(means) + len(means)) // (2 * len(means))


def all_criteria(chosen: CriterionSet, points: Sequence[tuple[str, int]]) -> Mapping[str, int]:
    """The points by criterion, or a Refusal: each criterion of the chosen set once, and no other."""
    wanted = [str(one) for one in CRITERIA[chosen]]
    given = [str(criterion) for criterion, _points in points]
    if sorted(given) != sorted(wanted):
        raise Refusal(
            "challenges.criteria",
            say("Each of the criteria is scored once, and no other."),
            say("The criteria are: {criteria}.", criteria=chosen.label),
            field="scores",
        )
    for _criterion, value in points:
        if not 0 <= value <= MOST_POINTS:
            raise Refusal("challenges.points", say("Points run from 0 to {most}.", most=MOST_POINTS), field="scores")
    return {str(criterion): value for criterion, value in points}


@dataclass(frozen=True)
class ArgumentFacts:
    """What the opinions on a demand amount to: the means signed in this round (hundredths of a point), how many experts
    have not answered, and the alliance's rules: how many opinions are needed and how many points."""

    means: Sequence[int]
    waiting: int
    least_opinions: int
    pass_mark: int


def enough_opinions(facts: ArgumentFacts) -> None:
    """Refuse to decide before as many experts signed as the rules want, and while one is still asked."""
    if len(facts.means) < facts.least_opinions:
        raise Refusal(
            "challenges.few_opinions",
            say("{signed} experts have signed; at least {least} are needed.",
                signed=len(facts.means), least=facts.least_opinions),
            say("Ask more experts, or wait for those who were asked."),
        )  # fmt: skip
    if facts.waiting:
        raise Refusal(
            "challenges.opinions_open",
            say("{waiting} experts who were asked have not answered.", waiting=facts.waiting),
            say("Wait for them, or release them; a release is on the ledger."),
        )


def approvable(facts: ArgumentFacts) -> None:
    """Guard of `approve`: enough opinions, none open, and the mean reaches the pass mark."""
    enough_opinions(facts)
    reached = overall_centi(facts.means)
    if reached < 100 * facts.pass_mark:
        raise Refusal(
            "challenges.below_mark",
            say(
                "The experts gave {mean} points; {mark} are needed.", mean=f"{reached / 100:.2f}", mark=facts.pass_mark
            ),
            say("Reject the demand, telling the demander why."),
        )


def panel_named_once(persons: Sequence[str], known: Sequence[str]) -> None:
    """Refuse an expert who is named twice, or was asked in this round already."""
    if len(set(persons)) != len(persons) or set(persons) & set(known):
        raise Refusal(
            "challenges.expert_twice",
            say("An expert is asked once for each demand."),
            say("Leave out whoever was asked already."),
            field="experts",
        )


def one_part_only(*, experts: Sequence[str], manager: Sequence[str]) -> None:
    """Refuse somebody who would be expert and case manager of the same case (domain 4.5, last rule).

    Both are lists of ids of persons: the experts of the case, and whoever the manager is in the register.
    """
    if set(experts) & set(manager):
        raise Refusal(
            "challenges.expert_and_manager",
            say("Nobody is expert and case manager of the same case."),
            say("Let somebody else take the case, or ask another expert."),
        )
