"""Total-optimal assignment as a minimum-cost flow: exact for loads, demands and conflicts.

A hub closes the circle: hub -> need (between its demands), need -> candidate (once), candidate -> hub (between its
loads). Scores become whole numbers as fine as the solver's 64 bits allow, so the answer is optimal for the rounded
scores and within `pairs used / scale` of the true optimum; when the scores are decimals the scale makes it exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    ceiling = min(1e12, ROOM / (nodes + 2)) / max(largest, 1e-300)
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

    `weights` (p,) replace the scores in the objective. Quotas and coverage are not looked at here.
    """
    from ortools.graph.python import min_cost_flow

    n, m = len(problem.needs), len(problem.candidates)
    at = np.arange(problem.score.size) if keep is None else np.flatnonzero(keep)
    value = (problem.score if weights is None else weights)[at]
    used = int(min(problem.demand_max.sum(), problem.load_max.sum(), at.size))
    cost, slack = whole_numbers(value, n + m, used)
    solver = min_cost_flow.SimpleMinCostFlow()
    hub = n + m
    one = np.ones(at.size, dtype=np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(
        problem.pair_need[at].astype(np.int32), (n + problem.pair_candidate[at]).astype(np.int32), one, -cost
    )
    free = np.minimum(problem.load_max, n) - problem.load_min
    if (free < 0).any():
        return None
    _arcs(solver, np.arange(n, hub), np.full(m, hub), free)
    _arcs(solver, np.full(n, hub), np.arange(n), np.minimum(problem.demand_max, m) - problem.demand_min)
    supply = np.concatenate(
        [problem.demand_min, -problem.load_min, [int(problem.load_min.sum() - problem.demand_min.sum())]]
    )
    solver.set_nodes_supplies(np.arange(hub + 1, dtype=np.int32), supply.astype(np.int64))
    if (np.minimum(problem.demand_max, m) < problem.demand_min).any() or solver.solve() != solver.OPTIMAL:
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
    solver = max_flow.SimpleMaxFlow()
    _flow_arcs(solver, problem.pair_need, n + problem.pair_candidate, np.ones(problem.score.size, dtype=np.int64))
    first = _flow_arcs(solver, np.full(n, source), np.arange(n), demand)
    _flow_arcs(solver, np.arange(n, n + m), np.full(m, sink), load)
    if recruits:
        _flow_arcs(solver, np.arange(n), np.full(n, new), np.full(n, recruits))
        _flow_arcs(solver, np.array([new]), np.array([sink]), np.array([recruits * recruit_load]))
    solver.solve(source, sink)
    return demand - np.asarray(solver.flows(first), dtype=np.int64)


def _arcs(solver: object, tail: Ints, head: Ints, capacity: Ints) -> None:
    some = np.flatnonzero(capacity > 0)
    solver.add_arcs_with_capacity_and_unit_cost(  # type: ignore[attr-defined]
        tail[some].astype(np.int32),
        head[some].astype(np.int32),
        capacity[some].astype(np.int64),
        np.zeros(some.size, dtype=np.int64),
    )


def _flow_arcs(solver: object, tail: Ints, head: Ints, capacity: Ints) -> npt.NDArray[np.int32]:
    return solver.add_arcs_with_capacity(  # type: ignore[attr-defined]
        tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64)
    )
