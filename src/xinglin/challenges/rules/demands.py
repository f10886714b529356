"""What must be in a demand before others spend time on it, and how its parts must fit together (domain 4.2, 4.3). Pure.

MOST's own calls insist on a final user named beforehand and on indicators that can be measured; money by source must
make up the most that is paid, or nobody knows later whose money a returned fen is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

SHORTEST_PROBLEM = 20
LONGEST_MONTHS = 60
WHOLE = 100
MOST_ROWS = 30


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator as a guard sees it; `target` is None when it was left out."""

    name: str
    unit: str
    target: Decimal | None
    test_method: str


@dataclass(frozen=True)
class MilestoneFacts:
    """One planned milestone: what, by which month after the contract, its share of the money in percent."""

    content: str
    due_months: int
    share_percent: int


@dataclass(frozen=True)
class DemandFacts:
    """A demand as its guards see it. Money is in fen; `budget` holds the amounts by source."""

    problem: str
    end_user: str = ""
    months: int = 24
    most_fen: int | None = None
    ip_clause: str = ""
    indicators: Sequence[IndicatorFacts] = ()
    budget: Sequence[int] = ()
    milestones: Sequence[MilestoneFacts] = field(default=())


def fits_together(facts: DemandFacts) -> None:
    """Refuse parts that contradict each other, whenever somebody writes them down."""
    if not 1 <= facts.months <= LONGEST_MONTHS:
        raise Refusal(
            "challenges.months",
            say("A challenge runs for 1 to {most} months.", most=LONGEST_MONTHS),
            field="months",
        )
    if facts.budget and sum(facts.budget) != (facts.most_fen or 0):
        raise Refusal(
            "challenges.budget_sum",
            say("The money by source does not add up to the most that is paid."),
            say("Change a source or the most that is paid, until both are the same."),
            field="budget",
        )
    _milestones_fit(facts)
    for field_name, rows in (
        ("indicators", facts.indicators),
        ("budget", facts.budget),
        ("milestones", facts.milestones),
    ):
        if len(rows) > MOST_ROWS:
            raise Refusal(
                "challenges.many_rows",
                say("At most {most} rows are possible here.", most=MOST_ROWS),
                say("Put together what belongs together."),
                field=field_name,
            )


def _milestones_fit(facts: DemandFacts) -> None:
    """Milestones follow each other inside the time, and share out all of the money: no more, no less."""
    if not facts.milestones:
        return
    due = [one.due_months for one in facts.milestones]
    if any(later <= before for before, later in pairwise(due)) or due[0] < 1:
        raise Refusal(
            "challenges.milestones_order",
            say("Each milestone must be due later than the one before it."),
            field="milestones",
        )
    if due[-1] > facts.months:
        raise Refusal(
            "challenges.milestones_long",
            say("The last milestone is due in month {last}, but the challenge runs for {months} months.",
                last=due[-1], months=facts.months),
            say("Bring it forward, or give the challenge more time."),
            field="milestones",
        )  # fmt: skip
    if sum(one.share_percent for one in facts.milestones) != WHOLE:
        raise Refusal(
            "challenges.milestones_share",
            say("The milestones' shares of the money must add up to 100 percent."),
            field="milestones",
        )


def quantified(indicators: Sequence[IndicatorFacts]) -> None:
    """Refuse a demand without any indicator that can be measured, and every indicator that is not whole."""
    if not indicators:
        raise Refusal(
            "challenges.no_indicator",
            say("A demand needs at least one indicator that can be measured."),
            say("Give its name, its unit, its target and how it is tested."),
            field="indicators",
        )
    for one in indicators:
        if one.target is None or not (one.name.strip() and one.unit.strip() and one.test_method.strip()):
            raise Refusal(
                "challenges.indicator_incomplete",
                say("The indicator “{name}” is not complete.", name=one.name),
                say("Give its name, its unit, its target and how it is tested."),
                field="indicators",
            )


def submittable(facts: DemandFacts) -> None:
    """Guard of `submit`: what the secretariat and the experts need to judge the demand at all."""
    if len(facts.problem.strip()) < SHORTEST_PROBLEM:
        raise Refusal(
            "challenges.problem_short",
            say("The problem is described too briefly for experts to judge it."),
            say("Write at least {least} characters: what fails today, why, what was tried.", least=SHORTEST_PROBLEM),
            field="problem",
        )
    if not facts.end_user.strip():
        raise Refusal(
            "challenges.no_end_user",
            say("Name the final user of the outcome."),
            say("A challenge is for somebody: the department or institution that will use what comes of it."),
            field="end_user",
        )
    quantified(facts.indicators)
    fits_together(facts)
