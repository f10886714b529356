"""The assignment engine against brute force and against its twin: limits never broken, optima true."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.matching.assignment import BadProblem, Coverage, Outcome, Problem, Quota, assign, problem_from_scores
from xinglin.matching.assignment import fair as fair_engine
from xinglin.matching.assignment.fair import priced_bound
from xinglin.matching.assignment.network import solve_network
from xinglin.matching.assignment.program import limits_of, maximise, maximise_priced

SETTINGS = settings(max_examples=40, deadline=None)


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
        groups = [[p for p in pairs if p[0] == i] for i in range(len(problem.needs))] if quota.per == "need" else [pairs]
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


@SETTINGS
@given(problems())
def test_total_equals_brute_force(problem: Problem) -> None:
    best = max((measures(problem, c)[1] for c in every_choice(problem)), default=None)
    outcome = assign(problem)
    assert (outcome.infeasible is None) == (best is not None)
    if best is not None:
        assert fits(problem, indices(problem, outcome))
        assert outcome.optimal
        assert outcome.total == pytest.approx(best, abs=1e-9)


@SETTINGS
@given(problems(quotas=True))
def test_total_under_quotas_equals_brute_force(problem: Problem) -> None:
    best = max((measures(problem, c)[1] for c in every_choice(problem)), default=None)
    outcome = assign(problem)
    assert (outcome.infeasible is None) == (best is not None)
    if best is not None:
        assert fits(problem, indices(problem, outcome))
        assert outcome.total == pytest.approx(best, abs=1e-6)


@SETTINGS
@given(problems(), st.booleans())
def test_fair_equals_brute_force(problem: Problem, by_swaps: bool) -> None:
    choices = [measures(problem, c) for c in every_choice(problem)]
    exact, fair_engine.EXACT = fair_engine.EXACT, -1 if by_swaps else 2_500
    try:
        outcome = assign(problem, "fair", time_limit=1.0 if by_swaps else 20.0)
    finally:
        fair_engine.EXACT = exact
    assert (outcome.infeasible is None) == bool(choices)
    if not choices:
        return
    worst = max(w for w, _ in choices)
    total = max(t for w, t in choices if w >= worst - 1e-9)
    assert fits(problem, indices(problem, outcome))
    assert outcome.worst <= worst + 1e-9
    assert outcome.worst >= assign(problem).worst - 1e-9
    if outcome.worst_bound is not None:
        assert outcome.worst_bound >= worst - 1e-6
    if outcome.optimal or not by_swaps:
        assert outcome.worst == pytest.approx(worst, abs=3e-6)
        assert outcome.total == pytest.approx(total, abs=1e-5)


@SETTINGS
@given(problems(quotas=True, most=3))
def test_fair_under_quotas_equals_brute_force(problem: Problem) -> None:
    choices = [measures(problem, c) for c in every_choice(problem)]
    outcome = assign(problem, "fair")
    if choices:
        assert fits(problem, indices(problem, outcome))
        assert outcome.worst == pytest.approx(max(w for w, _ in choices), abs=3e-6)


@SETTINGS
@given(problems())
def test_twins_agree(problem: Problem) -> None:
    """The flow and the program, two engines that share no line, find the same total."""
    flow = solve_network(problem)
    program = limits_of(problem)
    twin = maximise(program, np.concatenate([problem.score, np.zeros(len(program.extra))]), 10.0)
    assert (flow is None) == (twin.values is None)
    if flow is not None:
        assert problem.score[flow.chosen].sum() == pytest.approx(twin.value, abs=1e-6)


@SETTINGS
@given(problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem: Problem, random: object) -> None:
    rows = [
        (problem.needs[int(i)], problem.candidates[int(j)], float(s))
        for i, j, s in zip(problem.pair_need, problem.pair_candidate, problem.score, strict=True)
    ]
    if not rows:
        return
    random.shuffle(rows)  # type: ignore[attr-defined]
    plain = {"load": 2, "per_need": 1}
    first, second = assign(problem_from_scores(rows, **plain)), assign(problem_from_scores(sorted(rows), **plain))
    assert first.total == pytest.approx(second.total, abs=1e-9)
    assert (first.infeasible is None) == (second.infeasible is None)


def dense(n: int, m: int, seed: int, load: int = 3, per_need: int = 3, **limits: object) -> Problem:
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(8, 0.2), n), rng.dirichlet(np.full(8, 0.2), m)
    score = topics[0] @ topics[1].T
    rows = [(f"n{i}", f"c{j}", float(score[i, j])) for i in range(n) for j in range(m) if rng.random() > 0.05]
    return problem_from_scores(rows, load=load, per_need=per_need, **limits)


def test_prices_prove_the_flow() -> None:
    """A bound from prices alone, computed in floating point over all pairs, meets the flow's total."""
    problem = dense(40, 50, 1)
    flow = solve_network(problem)
    assert flow is not None
    program = limits_of(problem)
    prices = np.zeros(len(problem.candidates))
    from scipy.optimize import linprog

    matrix = program.matrix()
    answer = linprog(-problem.score, matrix[40:], problem.load_max, matrix[:40], problem.demand_max, (0, 1))
    prices = -answer.ineqlin.marginals
    bound = priced_bound(problem, problem.score, np.maximum(prices, 0))
    assert problem.score[flow.chosen].sum() == pytest.approx(bound, rel=1e-9)


def test_column_generation_finds_what_the_whole_program_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    attributes = {f"c{j}": {"grade": "senior" if j % 3 == 0 else "junior"} for j in range(60)}
    quotas = [Quota("grade", "senior", 1, 2), Quota("grade", "junior", 0, 100, "total")]
    problem = dense(50, 60, 2, quotas=quotas, attributes=attributes)
    program = limits_of(problem)
    objective = np.concatenate([problem.score, np.zeros(len(program.extra))])
    whole = maximise(program, objective, 20.0)
    monkeypatch.setattr("xinglin.matching.assignment.program.DIRECT", 10)
    priced = maximise_priced(program, problem, objective, 20.0)
    assert priced.value == pytest.approx(whole.value, abs=1e-6)
    assert priced.bound == pytest.approx(whole.value, abs=1e-5)


def test_fair_on_a_larger_round_is_fair_and_honest() -> None:
    problem = dense(90, 90, 3)
    total, fair = assign(problem), assign(problem, "fair", time_limit=4.0)
    assert total.optimal
    assert fair.worst > total.worst
    assert fair.total <= total.total + 1e-9
    assert fits(problem, indices(problem, fair))
    assert fair.optimal or (fair.gap is not None and fair.gap > 0)


def test_stopping_returns_what_there_is() -> None:
    outcome = assign(dense(90, 90, 3), "fair", should_stop=lambda: True)
    assert outcome.stopped and outcome.assignments and not outcome.optimal


def test_nonsense_is_refused() -> None:
    problem = dense(3, 3, 1, per_need=1)
    with pytest.raises(BadProblem):
        assign(problem, "best")  # type: ignore[arg-type]
    with pytest.raises(BadProblem):
        problem_from_scores([("a", "b", float("nan"))], load=1, per_need=1)
    with pytest.raises(BadProblem):
        problem_from_scores([("a", "b", 1.0), ("a", "b", 2.0)], load=1, per_need=1)
    with pytest.raises(BadProblem):
        Quota("grade", "A", 2, 1)
