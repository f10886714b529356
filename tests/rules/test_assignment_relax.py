"""The explanation of an impossible round: it works, no part of it can be spared, and nothing smaller exists."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.factories.assignment import every_choice, problems

from xinglin.matching.assignment import (
    Coverage,
    Problem,
    Quota,
    Relaxation,
    assign,
    infeasible_sentences,
    infeasible_story,
    problem_from_scores,
)
from xinglin.matching.assignment import relax as relax_engine
from xinglin.matching.assignment.relax import explain, relaxed


def possible(problem: Problem) -> bool:
    return next(every_choice(problem), None) is not None


def loosest(problem: Problem) -> list[Relaxation]:
    """Every limit of the problem, each moved as far as it can go."""
    n = len(problem.needs)
    found = [Relaxation("demand", problem.needs[i], int(problem.demand_min[i]), 0) for i in range(n)]
    found.append(Relaxation("load", "", 0, n))
    for j, name in enumerate(problem.candidates):
        if problem.own_load[j]:
            found.append(Relaxation("own_load", name, 0, n))
        found.append(Relaxation("min_load", name, int(problem.load_min[j]), 0))
    for at, quota in enumerate(problem.quotas):
        found.append(Relaxation("quota_least", "", quota.at_least, 0, quota=at))
        if quota.at_most is not None:
            found.append(Relaxation("quota_most", "", quota.at_most, 99, quota=at))
    found.append(Relaxation("cover_needs", "", problem.coverage.needs, 0))
    found.append(Relaxation("cover_candidates", "", problem.coverage.candidates, 0))
    return found


def smallest_by_force(problem: Problem) -> int:
    """How many limits must move, by trying every set of them."""
    limits = loosest(problem)
    for size in range(1, len(limits) + 1):
        if any(possible(relaxed(problem, those)) for those in itertools.combinations(limits, size)):
            return size
    raise AssertionError("with every limit gone the empty assignment is possible")


def check(problem: Problem) -> None:
    told = explain(problem)
    assert told.smallest and told.proven
    assert possible(relaxed(problem, told.smallest)), "the changes make an assignment possible"
    for at in range(len(told.smallest)):
        assert not possible(relaxed(problem, told.smallest[:at] + told.smallest[at + 1 :])), "every part is needed"
    assert len(told.smallest) == smallest_by_force(problem), "no smaller set exists"
    for way in told.ways:
        if not any(change.kind == "recruit" for change in way):
            assert possible(relaxed(problem, way))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(quotas=True, most=3))
def test_smallest_set_with_quotas(problem: Problem) -> None:
    assume(not possible(problem))
    check(problem)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(most=3), st.booleans())
def test_smallest_set_with_loads(problem: Problem, by_flows: bool) -> None:
    assume(not possible(problem))
    before, relax_engine.ELASTIC_PLAIN = relax_engine.ELASTIC_PLAIN, -1 if by_flows else 3_000
    try:
        check(problem)
    finally:
        relax_engine.ELASTIC_PLAIN = before


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(quotas=True, most=3))
def test_explanation_by_trial_flows_works_and_has_no_spare_part(problem: Problem) -> None:
    problem = replace(problem, coverage=Coverage())
    assume(not possible(problem))
    changes, proven = relax_engine._by_trial(problem)
    if not changes:
        return
    assert possible(relaxed(problem, changes))
    for at in range(len(changes)):
        assert not possible(relaxed(problem, changes[:at] + changes[at + 1 :]))
    if proven:
        assert len(changes) == smallest_by_force(problem)


def ones(pairs: str, **limits: object) -> Problem:
    return problem_from_scores([(need, candidate, 1.0) for need, candidate in pairs.split()], **limits)  # type: ignore[misc]


def test_load_too_low_is_said_with_its_alternatives() -> None:
    problem = problem_from_scores([(f"n{i}", f"c{i % 2}", 1.0) for i in range(8)], load=3, per_need=1)
    outcome = assign(problem)
    assert outcome.infeasible == (Relaxation("load", "", 3, 4),)
    story = infeasible_story(problem, outcome, "zh")
    assert "把每人上限从 3 提到 4" in story and "再请 1 位" in story
    english = infeasible_story(problem, outcome, "en")
    assert "raise the load limit per candidate from 3 to 4" in english and "invite 1 more candidate" in english


def test_too_few_eligible_is_said_by_name() -> None:
    problem = ones("ax bx by bz", load=3, per_need=2)
    outcome = assign(problem)
    assert outcome.infeasible == (Relaxation("demand", "a", 2, 1, 1),)
    assert infeasible_sentences(problem, outcome, "en") == [
        'Need "a" asks for 2 but has only 1 eligible candidate: lower it to 1.'
    ]


def test_quota_is_named() -> None:
    problem = ones(
        "ax ay bx by",
        load=2,
        per_need=1,
        quotas=[Quota("city", "Guangzhou", at_most=1, per="total")],
        attributes={"x": {"city": "Guangzhou"}, "y": {"city": "Guangzhou"}},
    )
    outcome = assign(problem)
    assert outcome.infeasible == (Relaxation("quota_most", "", 1, 2, quota=0),)
    assert "city=Guangzhou" in infeasible_sentences(problem, outcome, "en")[0]
    assert "outside city=Guangzhou" in infeasible_story(problem, outcome, "en")


@pytest.mark.parametrize("short", [0, 3])
def test_large_rounds_are_explained_by_flows(short: int) -> None:
    """A hundred needs and too little room: no program, only flows, and still the least change."""
    rng = np.random.default_rng(5)
    rows = [(f"n{i}", f"c{j}", float(rng.random())) for i in range(100) for j in range(40) if i >= short or j == 0]
    problem = problem_from_scores(rows, load=5, per_need=3)
    outcome = assign(problem)
    assert outcome.infeasible is not None
    assert sum(change.kind == "demand" for change in outcome.infeasible) == short
    assert outcome.infeasible[-1] == Relaxation("load", "", 5, 8)
    assert assign(relaxed(problem, outcome.infeasible)).infeasible is None
