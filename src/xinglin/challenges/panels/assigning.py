"""Who of the panel reads which bid: the solver of matching under load and conflicts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.assignment import BadProblem, assign, problem_from_scores


def assign_bids(
    bids: Sequence[str], reviewers: Sequence[str], *, per_bid: int, load: int,
    conflicts: Iterable[tuple[str, str]] = (), fit: Mapping[tuple[str, str], float] | None = None,
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Bid to its reviewers, `per_bid` each, nobody more than `load`, no pair in `conflicts`; the worst-served bid is
    served as well as can be. `fit` scores (bid, reviewer) pairs between 0 and 1. Raises Refusal when it cannot be done.
    """
    known = fit or {}
    rows = [(bid, one, known.get((bid, one), 0.5)) for bid in bids for one in reviewers]
    try:
        problem = problem_from_scores(
            rows, conflicts=conflicts, extra_needs=bids, load=load, per_need=min(per_bid, len(reviewers))
        )
        outcome = assign(problem, objective="fair")
    except BadProblem as why:
        raise Refusal(
            "reviews.nothing_to_assign",
            say("There are no bids or no reviewers to assign."),
            say("Qualify at least one bid and draw a panel first."),
        ) from why
    if not outcome.assignments:
        raise Refusal(
            "reviews.assignment_impossible",
            say("There is no way to give every bid {count} reviewers under these conflicts and loads.", count=per_bid),
            say("Draw more reviewers, or let each read more bids."),
        )
    found: dict[str, list[str]] = {bid: [] for bid in bids}
    for bid, one in outcome.assignments:
        found[bid].append(one)
    return {bid: tuple(sorted(mine)) for bid, mine in found.items()}
