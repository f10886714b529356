"""Quotas a flow can carry: inside needs on the values of one attribute, in total on the values of one attribute.

"At least one senior in each need" puts a node between the need and its seniors; "at most 30 from any one hospital" puts
a node behind a hospital's candidates. Values of one attribute exclude each other, so the nodes form a network still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .problem import Coverage, Ints, Problem, Quota

ALL = 2**40


@dataclass(frozen=True, slots=True)
class Bounds:
    """Nodes with bounds on what passes through; `need` says whose they are (empty for total quotas)."""

    need: Ints
    low: Ints
    high: Ints

    @property
    def size(self) -> int:
        """How many nodes."""
        return self.low.size


@dataclass(frozen=True, slots=True)
class Groups:
    """`pair_group` (p,) and `candidate_group` (m,) say through which node a pair or a candidate passes, -1 for none."""

    per_need: Bounds
    total: Bounds
    pair_group: Ints
    candidate_group: Ints


def flows_enough(problem: Problem) -> bool:
    """Whether a flow through a network says all limits of the problem."""
    if problem.coverage != Coverage():
        return False
    inside = {quota.attribute for quota in problem.quotas if quota.per == "need"}
    total = {quota.attribute for quota in problem.quotas if quota.per == "total"}
    return len(inside) <= 1 and len(total) <= 1 and all(q.needs is None for q in problem.quotas if q.per == "total")


def groups_of(problem: Problem) -> Groups | None:
    """The nodes of the problem's quotas, or None when they are not a network."""
    if not flows_enough(problem):
        return None
    n, m = len(problem.needs), len(problem.candidates)
    low, high, code = _table(problem, [quota for quota in problem.quotas if quota.per == "need"], n)
    pair_group = np.full(problem.score.size, -1, dtype=np.int64)
    per_need = Bounds(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    if low.size:
        bound = (low > 0) | (high < ALL)
        need, value = np.nonzero(bound)
        node = np.full(bound.shape, -1, dtype=np.int64)
        node[need, value] = np.arange(need.size)
        per_need = Bounds(need, low[need, value], high[need, value])
        mine = code[problem.pair_candidate]
        pair_group = np.where(mine >= 0, node[problem.pair_need, mine], -1)
    low, high, code = _table(problem, [quota for quota in problem.quotas if quota.per == "total"], 1)
    total = Bounds(np.zeros(0, dtype=np.int64), low.ravel(), high.ravel())
    return Groups(per_need, total, pair_group, code if low.size else np.full(m, -1, dtype=np.int64))


def _table(problem: Problem, quotas: list[Quota], rows: int) -> tuple[Ints, Ints, Ints]:
    """Bounds by (need or 1, value), and each candidate's value as a column number (-1 for none)."""
    if not quotas:
        return np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64), np.zeros(0, np.int64)
    held = problem.attributes[quotas[0].attribute].tolist()
    real = sorted(set(held) - {""})
    values = sorted({*real, *(quota.value for quota in quotas if quota.value is not None)})
    place = {value: at for at, value in enumerate(values)}
    code = np.array([place.get(value, -1) for value in held], dtype=np.int64)
    low = np.zeros((rows, len(values)), dtype=np.int64)
    high = np.full((rows, len(values)), ALL, dtype=np.int64)
    need_at = {name: at for at, name in enumerate(problem.needs)} if any(q.needs is not None for q in quotas) else {}
    for quota in quotas:
        which = np.arange(rows)
        if quota.needs is not None:
            which = np.array([need_at[name] for name in quota.needs if name in need_at], dtype=np.int64)
        named = real if quota.value is None else [quota.value]
        cells = np.ix_(which, np.array([place[value] for value in named], dtype=np.int64))
        low[cells] = np.maximum(low[cells], quota.at_least)
        if quota.at_most is not None:
            high[cells] = np.minimum(high[cells], quota.at_most)
    return low, high, code
