"""Total-optimal assignment as a minimum-cost flow: exact for loads, demands and conflicts.

A hub closes the circle: hub -> need (between its demands), need -> candidate (once), candidate -> hub (between its
loads). Scores become whole numbers as fine as the solver's 64 bits allow, so the answer is optimal for the rounded
scores and within `pairs used / scale` of the true optimum; when the scores are decimals the scale makes it exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .groups import groups_of
from .problem import Floats, Ints, Problem

# The solver multiplies costs by the number of nodes; this keeps a factor of four below 2**63.
ROOM = 2.0e18


@dataclass(frozen=True, slots=True)
class Flow:
    """`chosen`: indices of the assigned pairs. `slack`: how far below the true optimum it can be (0 when exact)."""

    chosen: Ints
    slack: float


def whole_numbers(score: Floats, nodes: int, used: int) -> tuple[Ints, float]:
    """Scores as integers and the largest error of a sum of `used` of them, in score units."""
    largest = float(np.abs(score).max()) if score.size else 1.0
    ceiling = min(1e12, ROOM / (nodes + 2)) / max(largest, 1e-250)
    for digits in range(0, 10):
        scale = 10.0**digits
        if scale > ceiling:
            break
        whole = np.rint(score * scale)
        # A decimal with this many digits: the integers are the scores, nothing is lost.
        if np.array_equal(whole / scale, score):
            return whole.astype(np.int64), 0.0
    return np.rint(score * ceiling).astype(np.int64), used / ceiling


def solve_network(
    problem: Problem, keep: npt.NDArray[np.bool_] | None = None, weights: Floats | None = None
) -> Flow | None:
    """The assignment of largest total over the pairs in `keep` (all by default), or None when there is none.

    `weights` (p,) replace the scores in the objective. Only for problems of which `flows_enough` is true.
    """
    from ortools.graph.python import min_cost_flow

    n, m = len(problem.needs), len(problem.candidates)
    groups = groups_of(problem)
    if groups is None:
        raise AssertionError("these limits are not a network; ask flows_enough first")
    at = np.arange(problem.score.size) if keep is None else np.flatnonzero(keep)
    value = (problem.score if weights is None else weights)[at]
    used = int(min(problem.demand_max.sum(), problem.load_max.sum(), at.size))
    hub, inside, behind = n + m, groups.per_need.size, groups.total.size
    nodes = hub + 1 + inside + behind
    cost, slack = whole_numbers(value, nodes, used)
    solver: Any = min_cost_flow.SimpleMinCostFlow()
    group = groups.pair_group[at]
    tails = np.where(group >= 0, hub + 1 + group, problem.pair_need[at])
    solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32),
        (n + problem.pair_candidate[at]).astype(np.int32),
        np.ones(at.size, dtype=np.int64),
        -cost,
    )
    supply = np.zeros(nodes, dtype=np.int64)
    owner, own, total = groups.candidate_group, groups.per_need, groups.total
    into = np.where(owner >= 0, hub + 1 + inside + owner, hub)
    first, last = hub + 1 + np.arange(inside), hub + 1 + inside + np.arange(behind)
    hubs = np.full(max(n, m, behind), hub)
    fits = [
        _bounded(solver, supply, np.arange(n, hub), into, problem.load_min, np.minimum(problem.load_max, n)),
        _bounded(solver, supply, hubs[:n], np.arange(n), problem.demand_min, np.minimum(problem.demand_max, m)),
        _bounded(solver, supply, own.need, first, own.low, np.minimum(own.high, m)),
        _bounded(solver, supply, last, hubs[:behind], total.low, np.minimum(total.high, used + 1)),
    ]
    if not all(fits):
        return None
    solver.set_nodes_supplies(np.arange(nodes, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        return None
    flow = solver.flows(np.arange(at.size, dtype=np.int32))
    return Flow(at[flow > 0], slack)


def shortage(problem: Problem, demand: Ints, load: Ints, recruits: int = 0, recruit_load: int = 0) -> Ints:
    """Places of each need left open (n,) by a largest flow, with `recruits` newcomers whom every need may ask.

    k newcomers with load L serve needs with shortages d exactly when every d <= k and their sum <= k L (round robin),
    so they are one node of capacity k L with arcs of capacity k.
    """
    from ortools.graph.python import max_flow

    n, m = len(problem.needs), len(problem.candidates)
    source, sink, new = n + m, n + m + 1, n + m + 2
    solver: Any = max_flow.SimpleMaxFlow()
    _flow_arcs(solver, problem.pair_need, n + problem.pair_candidate, np.ones(problem.score.size, dtype=np.int64))
    first = _flow_arcs(solver, np.full(n, source), np.arange(n), demand)
    _flow_arcs(solver, np.arange(n, n + m), np.full(m, sink), load)
    if recruits:
        _flow_arcs(solver, np.arange(n), np.full(n, new), np.full(n, recruits))
        _flow_arcs(solver, np.array([new]), np.array([sink]), np.array([recruits * recruit_load]))
    solver.solve(source, sink)
    return demand - np.asarray(solver.flows(first), dtype=np.int64)


def _bounded(solver: Any, supply: Ints, tail: Ints, head: Ints, low: Ints, high: Ints) -> bool:
    """Free arcs with lower bounds, which become supplies (changed in place); False when bounds cross."""
    if (high < low).any():
        return False
    np.subtract.at(supply, tail, low)
    np.add.at(supply, head, low)
    some = np.flatnonzero(high > low)
    solver.add_arcs_with_capacity_and_unit_cost(  # type: ignore[attr-defined]
        tail[some].astype(np.int32),
        head[some].astype(np.int32),
        (high - low)[some].astype(np.int64),
        np.zeros(some.size, dtype=np.int64),
    )
    return True


def _flow_arcs(solver: Any, tail: Ints, head: Ints, capacity: Ints) -> npt.NDArray[np.int32]:
    return solver.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64))
