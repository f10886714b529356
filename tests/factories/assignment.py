"""Small assignment rounds invented by Hypothesis, and their answers by brute force."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st

from xinglin.matching.assignment import Coverage, Outcome, Problem, Quota, problem_from_scores


@st.composite
def problems(draw: st.DrawFn, quotas: bool = False, most: int = 4) -> Problem:
    """Small rounds: few needs and candidates, some pairs missing, some in conflict, ties on purpose."""
    n, m = draw(st.integers(1, most)), draw(st.integers(1, 4))
    decimals = draw(st.sampled_from([0, 1, 17]))
    number = st.floats(-1, 3, allow_nan=False).map(lambda x: round(x, decimals))
    pairs = [(i, j) for i in range(n) for j in range(m) if draw(st.integers(0, 9)) < 8] or [(0, 0)]
    conflicts = [pair for pair in pairs if draw(st.integers(0, 9)) == 0]
    low = draw(st.integers(0, 2))
    loads = {"c0": draw(st.sampled_from([1, 2, (1, 2)]))} if draw(st.booleans()) else {}
    limits: list[Quota] = []
    if quotas:
        for _ in range(draw(st.integers(1, 2))):
            per = draw(st.sampled_from(["need", "total"]))
            least = draw(st.integers(0, 2))
            high = draw(st.sampled_from([None, least, least + 1]))
            limits.append(Quota("grade", draw(st.sampled_from(["A", "B", None])), least, high, per))
    return problem_from_scores(
        [(f"n{i}", f"c{j}", draw(number)) for i, j in pairs],
        conflicts=[(f"n{i}", f"c{j}") for i, j in conflicts],
        load=draw(st.integers(1, 3)),
        per_need=(low, max(1, low + draw(st.integers(0, 1)))),
        loads=loads,
        quotas=limits,
        attributes={f"c{j}": {"grade": "AB"[j % 2]} for j in range(4)},
        coverage=Coverage(draw(st.integers(0, 1)), draw(st.integers(0, 2))) if quotas else None,
    )


def fits(problem: Problem, chosen: tuple[int, ...]) -> bool:
    """Every limit checked from its words, not from the engine's rows."""
    pairs = [(int(problem.pair_need[at]), int(problem.pair_candidate[at])) for at in chosen]
    load = np.bincount([j for _, j in pairs], minlength=len(problem.candidates))
    got = np.bincount([i for i, _ in pairs], minlength=len(problem.needs))
    if (load < problem.load_min).any() or (load > problem.load_max).any():
        return False
    if (got < problem.demand_min).any() or (got > problem.demand_max).any():
        return False
    if (got > 0).sum() < problem.coverage.needs or (load > 0).sum() < problem.coverage.candidates:
        return False
    for quota in problem.quotas:
        grades = problem.attributes[quota.attribute]
        values = sorted(set(grades) - {""}) if quota.value is None else [quota.value]
        groups = (
            [[p for p in pairs if p[0] == i] for i in range(len(problem.needs))] if quota.per == "need" else [pairs]
        )
        for value, group in itertools.product(values, groups):
            count = sum(grades[j] == value for _, j in group)
            if count < quota.at_least or (quota.at_most is not None and count > quota.at_most):
                return False
    return True


def every_choice(problem: Problem) -> Iterator[tuple[int, ...]]:
    """All feasible assignments, by need."""
    start = problem.start
    options = []
    for i in range(len(problem.needs)):
        row = range(int(start[i]), int(start[i + 1]))
        sizes = range(int(problem.demand_min[i]), int(problem.demand_max[i]) + 1)
        options.append([c for size in sizes for c in itertools.combinations(row, size)])
    for parts in itertools.product(*options):
        chosen = tuple(at for part in parts for at in part)
        if fits(problem, chosen):
            yield chosen


def measures(problem: Problem, chosen: tuple[int, ...]) -> tuple[float, float]:
    at = np.array(chosen, dtype=int)
    values = np.bincount(problem.pair_need[at], problem.score[at], len(problem.needs))
    return float(values.min()), float(problem.score[at].sum())


def indices(problem: Problem, outcome: Outcome) -> tuple[int, ...]:
    place = {
        (problem.needs[int(i)], problem.candidates[int(j)]): at
        for at, (i, j) in enumerate(zip(problem.pair_need, problem.pair_candidate, strict=True))
    }
    # A pair that is missing or in conflict would be a KeyError here.
    return tuple(place[pair] for pair in outcome.assignments)
