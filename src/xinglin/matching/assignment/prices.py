"""Weights of needs and prices of candidates for the fair bound, from a linear program over promising pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import linprog

from .problem import Floats, Ints, Problem


def propose(problem: Problem, chosen: Ints, left: Callable[[], float]) -> Iterator[tuple[Floats, Floats]]:
    """Yield (weights (n,) with sum 1, prices (m,) >= 0), better and better, until time is out or nothing is missing.

    Maximise t with every need's value at least t. A need may buy missing places at t's own scale, which keeps the
    prices of a tight market from running away; whatever comes out is only a proposal, the bound checks itself.
    """
    n, m = len(problem.needs), len(problem.candidates)
    unit = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    active = np.union1d(chosen, _best(problem, 12))
    for _ in range(12):
        if left() <= 0.5:
            return
        answer = _solve(problem, active, unit, left())
        if answer is None:
            return
        weights, prices, values = answer
        yield weights / max(float(weights.sum()), 1e-12), prices / max(float(weights.sum()), 1e-12)
        price = weights[problem.pair_need] * problem.score - prices[problem.pair_candidate] - values[problem.pair_need]
        price[active] = -1.0
        missed = np.flatnonzero(price > 1e-9 * unit)
        if not missed.size:
            return
        active = np.union1d(active, missed[np.argsort(-price[missed])[: 6 * (n + m)]])


def _solve(problem: Problem, active: Ints, unit: float, seconds: float) -> tuple[Floats, Floats, Floats] | None:
    n, m, k = len(problem.needs), len(problem.candidates), active.size
    rows, columns = problem.pair_need[active], problem.pair_candidate[active]
    at = np.arange(k)
    # Columns: the pairs, one purchase per need, t.
    upper = sparse.coo_array(
        (
            np.concatenate([-problem.score[active], np.ones(n), np.ones(k)]),
            (np.concatenate([rows, np.arange(n), n + columns]), np.concatenate([at, np.full(n, k + n), at])),
        ),
        shape=(n + m, k + n + 1),
    ).tocsr()
    equal = sparse.coo_array(
        (np.ones(k + n), (np.concatenate([rows, np.arange(n)]), np.arange(k + n))), shape=(n, k + n + 1)
    ).tocsr()
    cost = np.concatenate([np.zeros(k), np.full(n, unit), [-1.0]])
    high = np.concatenate([np.ones(k), np.full(n, np.inf), [np.inf]])
    low = np.concatenate([np.zeros(k + n), [-np.inf]])
    answer = linprog(
        cost,
        upper,
        np.concatenate([np.zeros(n), problem.load_max]).astype(float),
        equal,
        problem.demand_max.astype(float),
        bounds=np.column_stack([low, high]),
        method="highs-ds",
        options={"time_limit": max(0.1, seconds)},
    )
    if answer.status != 0:
        return None
    duals = -answer.ineqlin.marginals
    return np.maximum(duals[:n], 0.0), np.maximum(duals[n:], 0.0), -answer.eqlin.marginals


def _best(problem: Problem, width: int) -> Ints:
    order = np.lexsort((-problem.score, problem.pair_need))
    rank = np.arange(order.size) - problem.start[problem.pair_need[order]]
    return np.sort(order[rank < width])
