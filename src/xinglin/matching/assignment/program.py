"""The same limits as rows of a linear program, with quotas, coverage and fairness floors; solved by HiGHS.

Column 0..p-1 are the pairs (0 or 1); further columns belong to coverage, to the fair objective or to slack.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import LinearConstraint, linprog, milp

from .problem import Floats, Ints, Problem

# Above this many pairs a program is first solved on the promising pairs only, then proven or widened by prices.
DIRECT = 40_000
INFINITE = np.inf


@dataclass(frozen=True, slots=True)
class Row:
    """One limit: which kind, whose index, and the bounds of the row."""

    kind: str
    index: int
    low: float
    high: float


@dataclass(slots=True)
class Program:
    """Rows over pairs and extra columns; `extra` columns carry (low, high, whole number or not)."""

    pairs: int
    rows: list[Row] = field(default_factory=list)
    entries: list[list[tuple[Ints, Floats]]] = field(default_factory=list)
    extra: list[tuple[float, float, bool]] = field(default_factory=list)

    def column(self, low: float, high: float, whole: bool = False) -> int:
        """Add one extra column and return its place."""
        self.extra.append((low, high, whole))
        return self.pairs + len(self.extra) - 1

    def row(self, row: Row, columns: Ints, values: Floats | float = 1.0) -> int:
        """Add one row over the given columns and return its place."""
        place = len(self.rows)
        self.rows.append(row)
        self.entries.append([])
        self.add(place, columns, values)
        return place

    def add(self, place: int, columns: Ints, values: Floats | float) -> None:
        """Add entries to an existing row."""
        size = len(columns)
        self.entries[place].append((np.asarray(columns), np.broadcast_to(np.asarray(values, dtype=float), size)))

    @property
    def width(self) -> int:
        """How many columns there are: pairs and extra ones."""
        return self.pairs + len(self.extra)

    def matrix(self) -> sparse.csc_array:
        """All rows as one sparse matrix of shape (rows, pairs + extra)."""
        flat = [part for parts in self.entries for part in parts]
        sizes = [sum(len(part[0]) for part in parts) for parts in self.entries]
        where = np.repeat(np.arange(len(self.rows)), sizes)
        columns = np.concatenate([part[0] for part in flat]).astype(np.int64)
        values = np.concatenate([part[1] for part in flat])
        shape = (len(self.rows), self.width)
        return sparse.coo_array((values, (where, columns)), shape=shape).tocsc()


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution (None when there is none or time ran out), the proven bound, and whether it is proven infeasible."""

    values: Floats | None
    value: float
    bound: float
    infeasible: bool


def limits_of(problem: Problem) -> Program:
    """Demand, load, quota and coverage rows of the problem."""
    program = Program(problem.score.size)
    n, m = len(problem.needs), len(problem.candidates)
    by_candidate = np.argsort(problem.pair_candidate, kind="stable")
    borders = np.searchsorted(problem.pair_candidate[by_candidate], np.arange(m + 1))
    start = problem.start
    for i in range(n):
        bounds = float(problem.demand_min[i]), float(problem.demand_max[i])
        program.row(Row("demand", i, *bounds), np.arange(start[i], start[i + 1]))
    for j in range(m):
        bounds = float(problem.load_min[j]), float(problem.load_max[j])
        program.row(Row("load", j, *bounds), by_candidate[borders[j] : borders[j + 1]])
    _quota_rows(problem, program, start)
    _coverage_rows(problem, program)
    return program


def _quota_rows(problem: Problem, program: Program, start: Ints) -> None:
    place = {name: at for at, name in enumerate(problem.needs)}
    for number, quota in enumerate(problem.quotas):
        every = sorted(set(problem.attributes[quota.attribute]) - {""})
        high = INFINITE if quota.at_most is None else float(quota.at_most)
        for value in every if quota.value is None else [quota.value]:
            ours = problem.holds(quota.attribute, value)[problem.pair_candidate]
            if quota.needs is not None:
                chosen = np.array([place[name] for name in quota.needs if name in place], dtype=np.int64)
                ours &= np.isin(problem.pair_need, chosen)
            else:
                chosen = np.arange(len(problem.needs))
            row = Row("quota", number, float(quota.at_least), high)
            if quota.per == "total":
                program.row(row, np.flatnonzero(ours))
                continue
            for i in chosen:
                program.row(row, start[i] + np.flatnonzero(ours[start[i] : start[i + 1]]))


def _coverage_rows(problem: Problem, program: Program) -> None:
    for kind, atleast, owner, count in (
        ("cover_needs", problem.coverage.needs, problem.pair_need, len(problem.needs)),
        ("cover_candidates", problem.coverage.candidates, problem.pair_candidate, len(problem.candidates)),
    ):
        if not atleast:
            continue
        # A column per owner, at most 1 and at most what is assigned: their sum counts owners that have somebody.
        columns = np.array([program.column(0.0, 1.0) for _ in range(count)])
        order = np.argsort(owner, kind="stable")
        borders = np.searchsorted(owner[order], np.arange(count + 1))
        for at in range(count):
            row = program.row(Row("link", at, 0.0, INFINITE), order[borders[at] : borders[at + 1]])
            program.add(row, columns[at : at + 1], -1.0)
        program.row(Row(kind, 0, float(atleast), INFINITE), columns)


def maximise(
    program: Program, objective: Floats, seconds: float, active: Ints | None = None, gap: float = 0.0
) -> Solved:
    """Solve in whole numbers over the `active` columns (all by default). The bound then holds for those only."""
    matrix = program.matrix()
    columns = np.arange(program.width) if active is None else active
    low, high, whole = _column_bounds(program)
    if not columns.size:
        # Nothing can be assigned at all; that is an answer where every limit allows it.
        fine = all(row.low <= 0.0 <= row.high for row in program.rows)
        return Solved(np.zeros(0), 0.0, 0.0, False) if fine else Solved(None, -INFINITE, -INFINITE, True)
    answer = milp(
        -objective[columns],
        constraints=LinearConstraint(
            matrix[:, columns],
            np.array([row.low for row in program.rows]),  # type: ignore[arg-type]
            np.array([row.high for row in program.rows]),  # type: ignore[arg-type]
        ),
        bounds=(low[columns], high[columns]),  # type: ignore[arg-type]
        integrality=whole[columns],
        options={"time_limit": max(seconds, 0.05), "mip_rel_gap": gap},
    )
    bound = INFINITE if answer.mip_dual_bound is None else -float(answer.mip_dual_bound)
    if answer.x is None:
        return Solved(None, -INFINITE, bound, answer.status == 2)
    values = np.zeros(program.width)
    values[columns] = np.where(whole[columns] > 0, np.rint(answer.x), answer.x)
    return Solved(values, float(objective @ values), bound, False)


def maximise_priced(program: Program, problem: Problem, objective: Floats, seconds: float) -> Solved:
    """As `maximise`, for many pairs: linear program by column generation, then whole numbers on what can matter.

    With the linear optimum Z and a whole-number answer A, a pair left out whose price is below A - Z in the objective
    cannot be part of anything better than A; when no other pair was left out, A is proven over all pairs.
    """
    from time import monotonic

    if program.pairs <= DIRECT:
        return maximise(program, objective, seconds)
    end = monotonic() + seconds
    matrix = program.matrix()
    extra = np.arange(program.pairs, program.width)
    active = _promising(problem, 24)
    linear: tuple[float, Floats] | None = None
    while monotonic() < end:
        relaxed, impossible = _relaxed(program, matrix, objective, np.concatenate([active, extra]), end - monotonic())
        if relaxed is None:
            if active.size == program.pairs or not impossible:
                return Solved(None, -INFINITE, INFINITE, impossible)
            active = np.union1d(active, _promising(problem, 4 * max(1, active.size // len(problem.needs))))
            continue
        missed = np.flatnonzero(relaxed[1][: program.pairs] > 1e-9)
        missed = np.setdiff1d(missed, active)
        linear = relaxed
        if not missed.size:
            break
        linear = None
        best = missed[np.argsort(-relaxed[1][missed])[: 8 * len(problem.needs)]]
        active = np.union1d(active, best)
    best = maximise(program, objective, max(0.1, (end - monotonic()) / 2), np.concatenate([active, extra]))
    if linear is None or best.values is None:
        return Solved(best.values, best.value, INFINITE, False)
    bound, price = linear
    needed = np.union1d(active, np.flatnonzero(price[: program.pairs] >= best.value - bound - 1e-9))
    if needed.size == active.size:
        return Solved(best.values, best.value, min(bound, max(best.bound, best.value)), False)
    again = maximise(program, objective, max(0.1, end - monotonic()), np.concatenate([needed, extra]))
    if again.values is None or again.value < best.value:
        return Solved(best.values, best.value, min(bound, max(again.bound, best.value)), False)
    return Solved(again.values, again.value, min(bound, max(again.bound, again.value)), False)


def _promising(problem: Problem, width: int) -> Ints:
    """The best pairs of each need and of each candidate by score."""
    picks = []
    for owner, count in ((problem.pair_need, len(problem.needs)), (problem.pair_candidate, len(problem.candidates))):
        order = np.lexsort((-problem.score, owner))
        borders = np.searchsorted(owner[order], np.arange(count))
        rank = np.arange(order.size) - borders[owner[order]]
        picks.append(order[rank < width])
    return np.unique(np.concatenate(picks))


def _relaxed(
    program: Program, matrix: sparse.csc_array, objective: Floats, columns: Ints, seconds: float
) -> tuple[tuple[float, Floats] | None, bool]:
    """Linear optimum over `columns` with every column's price (objective minus duals); whether there is none."""
    low = np.array([row.low for row in program.rows])
    high = np.array([row.high for row in program.rows])
    equal = np.flatnonzero(low == high)
    above = np.flatnonzero((low != high) & np.isfinite(low))
    below = np.flatnonzero((low != high) & np.isfinite(high))
    part = matrix[:, columns].tocsr()
    lows, highs, _ = _column_bounds(program)
    answer = linprog(
        -objective[columns],
        sparse.vstack([part[below], -part[above]]).tocsr() if below.size + above.size else None,
        np.concatenate([high[below], -low[above]]) if below.size + above.size else None,
        part[equal] if equal.size else None,
        low[equal] if equal.size else None,
        bounds=np.column_stack([lows[columns], highs[columns]]),
        method="highs",
        options={"time_limit": max(seconds, 0.05)},
    )
    if answer.status != 0:
        return None, answer.status == 2
    dual = np.zeros(low.size)
    if below.size + above.size:
        dual[below] -= answer.ineqlin.marginals[: below.size]
        dual[above] += answer.ineqlin.marginals[below.size :]
    if equal.size:
        dual[equal] -= answer.eqlin.marginals
    return (-float(answer.fun), objective - matrix.T @ dual), False


def _column_bounds(program: Program) -> tuple[Floats, Floats, Ints]:
    low = np.concatenate([np.zeros(program.pairs), [column[0] for column in program.extra]])
    high = np.concatenate([np.ones(program.pairs), [column[1] for column in program.extra]])
    whole = np.concatenate([np.ones(program.pairs), [float(column[2]) for column in program.extra]])
    return low, high, whole.astype(np.int64)
