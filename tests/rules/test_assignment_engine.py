"""The assignment engine against brute force and against its twin: limits never broken, optima true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.assignment import every_choice, fits, indices, measures, problems

from xinglin.matching.assignment import BadProblem, Coverage, Problem, Quota, assign, problem_from_scores
from xinglin.matching.assignment import fair as fair_engine
from xinglin.matching.assignment.fair import priced_bound
from xinglin.matching.assignment.groups import flows_enough
from xinglin.matching.assignment.network import solve_network
from xinglin.matching.assignment.program import limits_of, maximise, maximise_priced

SETTINGS = settings(max_examples=40, deadline=None)


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


@SETTINGS
@given(problems(quotas=True))
def test_quotas_by_flow_and_by_program_agree(problem: Problem) -> None:
    """Quotas on one attribute are a network: the flow must find what the program finds."""
    problem = replace(problem, coverage=Coverage())
    assert flows_enough(problem)
    flow = solve_network(problem)
    program = limits_of(problem)
    twin = maximise(program, problem.score, 10.0)
    assert (flow is None) == (twin.values is None)
    if flow is not None:
        assert fits(problem, tuple(flow.chosen.tolist()))
        assert problem.score[flow.chosen].sum() == pytest.approx(twin.value, abs=1e-6)


@SETTINGS
@given(problems(quotas=True))
def test_exchanges_keep_quotas(problem: Problem) -> None:
    """The large-round search, forced on small rounds: quotas hold, and it never claims too much."""
    problem = replace(problem, coverage=Coverage())
    flow = solve_network(problem)
    if flow is None:
        return
    found = fair_engine._by_swaps(problem, flow.chosen, fair_engine.Clock(0.5), None)
    assert fits(problem, tuple(found.chosen.tolist()))
    best = max(measures(problem, choice)[0] for choice in every_choice(problem))
    assert measures(problem, tuple(found.chosen.tolist()))[0] <= best + 1e-9
    assert found.worst_bound >= best - 1e-6
