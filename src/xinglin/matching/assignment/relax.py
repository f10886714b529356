"""Why there is no assignment, and the smallest set of limits whose change makes one.

A *limit* is what a person set: the common load limit, one candidate's own limit, one need's demand, one quota, one
coverage. The smallest set has the fewest limits; among those, the smallest sum of changes (a load from 3 to 4 is 1).
Found by an elastic program: each limit may be stretched, at a price that puts the number of limits first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .groups import flows_enough
from .network import shortage, solve_network
from .problem import Coverage, Ints, Problem, Relaxation
from .program import INFINITE, Program, Row, limits_of, maximise

# Up to this many pairs the elastic program answers for everything at once (fewer where flows can answer instead).
ELASTIC = 30_000
ELASTIC_PLAIN = 3_000


@dataclass(frozen=True, slots=True)
class Explanation:
    """The smallest set, other ways out, and whether the set is proven to be the smallest."""

    smallest: tuple[Relaxation, ...]
    ways: tuple[tuple[Relaxation, ...], ...]
    proven: bool


def explain(problem: Problem, seconds: float = 20.0) -> Explanation:
    """What to change so that an assignment exists. Call it only for a problem that has none."""
    simple = flows_enough(problem) and not problem.quotas and not problem.load_min.any()
    if simple and not problem.own_load.any() and problem.score.size > ELASTIC_PLAIN:
        smallest, proven = _plain(problem)
    elif problem.score.size > ELASTIC and flows_enough(problem):
        smallest, proven = _by_trial(problem)
    else:
        smallest, proven = _elastic(problem, None, seconds)
    ways = [smallest] if smallest else []
    for way in _ways(problem, simple, seconds / 4):
        if way and way not in ways:
            ways.append(way)
    if not smallest and ways:
        smallest = ways[0]
    return Explanation(smallest, tuple(way for way in ways if way != smallest), proven)


def relaxed(problem: Problem, changes: Sequence[Relaxation]) -> Problem:
    """The problem with these limits changed (newcomers of a "recruit" are not invented here)."""
    need_at = {name: at for at, name in enumerate(problem.needs)}
    candidate_at = {name: at for at, name in enumerate(problem.candidates)}
    load_max, load_min = problem.load_max.copy(), problem.load_min.copy()
    demand_min, quotas, coverage = problem.demand_min.copy(), list(problem.quotas), problem.coverage
    demand_max = problem.demand_max.copy()
    for change in changes:
        match change.kind:
            case "load":
                load_max[~problem.own_load] = change.after
            case "own_load":
                load_max[candidate_at[change.subject]] = change.after
            case "min_load":
                load_min[candidate_at[change.subject]] = change.after
            case "demand":
                demand_min[need_at[change.subject]] = change.after
            case "quota_least" if change.quota is not None:
                quotas[change.quota] = replace(quotas[change.quota], at_least=change.after)
            case "quota_most" if change.quota is not None:
                quotas[change.quota] = replace(quotas[change.quota], at_most=change.after)
            case "cover_needs":
                coverage = Coverage(change.after, coverage.candidates)
            case "cover_candidates":
                coverage = Coverage(coverage.needs, change.after)
    return replace(
        problem,
        load_max=load_max,
        load_min=load_min,
        demand_min=demand_min,
        demand_max=demand_max,
        quotas=tuple(quotas),
        coverage=coverage,
    )


def _plain(problem: Problem) -> tuple[tuple[Relaxation, ...], bool]:
    """Closed form for a common load and demands only: too few eligible first, then at most one limit more."""
    eligible = np.diff(problem.start)
    forced = np.flatnonzero(eligible < problem.demand_min)
    trimmed = np.minimum(problem.demand_min, eligible)
    if not shortage(problem, trimmed, problem.load_max).any():
        # Trimming to the eligible is the least each forced need can give.
        return tuple(_demand(problem, int(i), int(trimmed[i])) for i in forced), True
    if forced.size:
        # Forced needs may give more instead of anybody else: no further limit is touched.
        spared = trimmed.copy()
        spared[forced] = 0
        if not shortage(problem, spared, problem.load_max).any():
            left = _give(problem, trimmed, forced)
            return tuple(_demand(problem, int(i), int(left[i])) for i in forced), True
    raised = _raise_load(problem, trimmed)
    changes = [_demand(problem, int(i), int(trimmed[i])) for i in forced]
    single = _single_need(problem, trimmed, raised.amount)
    return tuple([*changes, single or raised]), True


def _by_trial(problem: Problem) -> tuple[tuple[Relaxation, ...], bool]:
    """Many pairs with quotas: needs with too few eligible, then the fewest of load and quotas, by trial flows."""
    eligible = np.diff(problem.start)
    forced = [_demand(problem, int(i), int(eligible[i])) for i in np.flatnonzero(eligible < problem.demand_min)]

    def works(changes: list[Relaxation]) -> bool:
        return solve_network(relaxed(problem, [*forced, *changes])) is not None

    if works([]):
        return tuple(forced), True
    loosest = _loosest(problem)
    chosen = next(([one] for one in loosest if works([one])), [])
    proven = bool(chosen) and not forced
    if not chosen:
        if not works(loosest):
            return (), False
        chosen = list(loosest)
        for one in loosest:
            if works([other for other in chosen if other is not one]):
                chosen.remove(one)
    for at, one in enumerate(chosen):
        low, high = 1, one.amount
        step = 1 if one.after > one.before else -1
        while low < high:
            middle = (low + high) // 2
            trial = replace(one, after=one.before + step * middle)
            low, high = (low, middle) if works([*chosen[:at], trial, *chosen[at + 1 :]]) else (middle + 1, high)
        chosen[at] = replace(one, after=one.before + step * low)
    return (*forced, *chosen), proven


def _loosest(problem: Problem) -> list[Relaxation]:
    """The common load and every quota, each moved as far as it can matter."""
    before = int(problem.load_max[~problem.own_load].max(initial=0))
    found = [Relaxation("load", "", before, max(before + 1, len(problem.needs)))] if before else []
    for at, quota in enumerate(problem.quotas):
        most = int(problem.demand_max.max() if quota.per == "need" else problem.demand_max.sum())
        if quota.at_most is not None and quota.at_most < most:
            found.append(Relaxation("quota_most", "", quota.at_most, most, quota=at))
        if quota.at_least:
            found.append(Relaxation("quota_least", "", quota.at_least, 0, quota=at))
    return found


def _give(problem: Problem, demand: Ints, those: Ints) -> Ints:
    """Lower `those` demands, least in sum, until all can be met: what a largest flow leaves open among them.

    A flow that fills the others first leaves the whole shortage to `those`; the others are demanded at full by
    giving them the places before `those` ask.
    """
    others = demand.copy()
    others[those] = 0
    left = demand.copy()
    for need in those:
        low, high = 0, int(demand[need])
        while low < high:
            middle = (low + high + 1) // 2
            others[need] = middle
            if shortage(problem, others, problem.load_max).any():
                high = middle - 1
            else:
                low = middle
        others[need] = left[need] = low
    return left


def _raise_load(problem: Problem, demand: Ints) -> Relaxation:
    before = int(problem.load_max[~problem.own_load].max(initial=0))
    low, high = before + 1, max(before + 1, len(problem.needs))
    while low < high:
        middle = (low + high) // 2
        load = np.where(problem.own_load, problem.load_max, middle)
        if shortage(problem, demand, load).any():
            low = middle + 1
        else:
            high = middle
    return Relaxation("load", "", before, low)


def _single_need(problem: Problem, demand: Ints, amount: int) -> Relaxation | None:
    """One need whose lower demand alone suffices with a smaller change than the load's, if there is one."""
    short = int(shortage(problem, demand, problem.load_max).sum())
    if short >= amount:
        return None
    for need in np.flatnonzero(demand >= short)[:200]:
        trial = demand.copy()
        trial[need] -= short
        if not shortage(problem, trial, problem.load_max).any():
            return _demand(problem, int(need), int(trial[need]))
    return None


def _demand(problem: Problem, need: int, after: int) -> Relaxation:
    eligible = int(problem.start[need + 1] - problem.start[need])
    return Relaxation("demand", problem.needs[need], int(problem.demand_min[need]), after, eligible)


def _ways(problem: Problem, simple: bool, seconds: float) -> list[tuple[Relaxation, ...]]:
    """Single-family ways out: raise the load, invite newcomers, lower demands, bend quotas."""
    ways: list[tuple[Relaxation, ...]] = []
    if simple:
        unlimited = np.where(problem.own_load, problem.load_max, len(problem.needs))
        if not shortage(problem, problem.demand_min, unlimited).any():
            ways.append((_raise_load(problem, problem.demand_min),))
        ways.append(_recruits(problem))
        left = shortage(problem, problem.demand_min, problem.load_max)
        some = np.flatnonzero(left)
        if some.size <= 20:
            ways.append(tuple(_demand(problem, int(i), int(problem.demand_min[i] - left[i])) for i in some))
    elif problem.score.size <= ELASTIC:
        for family in (("load", "own_load"), ("quota_least", "quota_most"), ("recruit",)):
            way, _ = _elastic(problem, family, seconds)
            ways.append(way)
    return ways


def _recruits(problem: Problem) -> tuple[Relaxation, ...]:
    load = int(problem.load_max[~problem.own_load].max(initial=0) or problem.load_max.max(initial=0))
    if not load:
        return ()
    low, high = 1, int(problem.demand_min.sum())
    while low < high:
        middle = (low + high) // 2
        if shortage(problem, problem.demand_min, problem.load_max, middle, load).any():
            low = middle + 1
        else:
            high = middle
    return (Relaxation("recruit", "", 0, low),)


def _elastic(problem: Problem, family: tuple[str, ...] | None, seconds: float) -> tuple[tuple[Relaxation, ...], bool]:
    """Fewest limits, then least change, by a program in which the allowed limits stretch."""
    program = limits_of(problem)
    stretch = _Stretch(problem, program, family)
    for place, row in enumerate(list(program.rows)):
        stretch.soften(place, row)
    if family and "recruit" in family:
        stretch.recruit()
    objective = np.zeros(program.pairs + len(program.extra))
    # One more limit must always cost more than any sum of changes inside limits.
    first = 2.0 + sum(limit.most for limit in stretch.limits.values())
    for (kind, _), limit in stretch.limits.items():
        objective[limit.flag] = -first
        # Among equals, a need keeps what it asked for.
        objective[limit.amount] = -1.0 - (0.5 / first if kind == "demand" else 0.0)
    answer = maximise(program, objective / first, seconds)
    if answer.values is None:
        return (), False
    changes = []
    for key, limit in stretch.limits.items():
        if (moved := round(float(answer.values[limit.amount]))) > 0:
            changes.append(stretch.change(key, moved))
    proven = answer.bound - answer.value < 0.25 / first
    return tuple(changes), proven


@dataclass(frozen=True, slots=True)
class _Limit:
    flag: int
    amount: int
    most: float


class _Stretch:
    """Adds to a program the columns by which its limits may give."""

    def __init__(self, problem: Problem, program: Program, family: tuple[str, ...] | None) -> None:
        self.problem, self.program, self.family = problem, program, family
        self.limits: dict[tuple[str, int], _Limit] = {}

    def limit(self, kind: str, index: int, most: float) -> _Limit | None:
        """The columns of one limit: moved or not (0/1) and by how much; None when it is not allowed to move."""
        if most <= 0 or (self.family is not None and kind not in self.family):
            return None
        if (kind, index) not in self.limits:
            flag = self.program.column(0.0, 1.0, whole=True)
            amount = self.program.column(0.0, most, whole=True)
            self.program.row(Row("flag", index, -INFINITE, 0.0), np.array([amount, flag]), np.array([1.0, -most]))
            self.limits[(kind, index)] = _Limit(flag, amount, most)
        return self.limits[(kind, index)]

    def soften(self, place: int, row: Row) -> None:
        """Let a row's bounds be passed by the amount its limit moves. A two-sided row is split in two."""
        p, many = self.problem, float(max(len(self.problem.needs), 1))
        match row.kind:
            case "demand":
                self._split(place, row, ("demand", row.index, row.low), None)
            case "load":
                kind, index = ("own_load", row.index) if p.own_load[row.index] else ("load", 0)
                self._split(place, row, ("min_load", row.index, row.low), (kind, index, max(0.0, many - row.high)))
            case "quota":
                room = self._room(row)
                self._split(place, row, ("quota_least", row.index, row.low), ("quota_most", row.index, room))
            case "cover_needs" | "cover_candidates":
                self._split(place, row, (row.kind, 0, row.low), None)

    def _room(self, row: Row) -> float:
        """How far a quota's upper bound can usefully move: to all places there are."""
        quota = self.problem.quotas[row.index]
        if not np.isfinite(row.high):
            return 0.0
        demand = self.problem.demand_max
        return max(0.0, float(demand.max() if quota.per == "need" else demand.sum()) - row.high)

    def _split(self, place: int, row: Row, below: tuple[str, int, float], above: tuple[str, int, float] | None) -> None:
        lower = self.limit(*below) if row.low > 0 else None
        upper = self.limit(*above) if above else None
        if lower is None and upper is None:
            return
        # x + amount >= low and x - amount <= high need a row each, for the amounts must not touch the other side.
        own = self.program.entries[place]
        columns = np.concatenate([part[0] for part in own])
        values = np.concatenate([part[1] for part in own])
        if row.low > 0:
            wide = self.program.row(Row(row.kind, row.index, row.low, INFINITE), columns, values)
            if lower is not None:
                self.program.add(wide, np.array([lower.amount]), 1.0)
        self.program.rows[place] = Row(row.kind + "_most", row.index, -INFINITE, row.high)
        if upper is not None:
            self.program.add(place, np.array([upper.amount]), -1.0)

    def recruit(self) -> None:
        """Newcomers who fit every lower quota and stand outside every upper one, each with the common load."""
        p = self.problem
        wanted = [(quota.attribute, quota.value) for quota in p.quotas if quota.at_least]
        if any(value is None for _, value in wanted) or len({key for key, _ in wanted}) < len(set(wanted)):
            # Nobody can be a surgeon and a physician at once: there is no one profile to look for.
            return
        load = float(p.load_max[~p.own_load].max(initial=0) or p.load_max.max(initial=0))
        limit = self.limit("recruit", 0, float(p.demand_min.sum()))
        if limit is None:
            return
        helps = np.array([self.program.column(0.0, float(d), whole=True) for d in p.demand_max])
        for help_column in helps:
            row = self.program.row(Row("new", 0, -INFINITE, 0.0), np.array([help_column]), 1.0)
            self.program.add(row, np.array([limit.amount]), -1.0)
        row = self.program.row(Row("new", 0, -INFINITE, 0.0), helps, 1.0)
        self.program.add(row, np.array([limit.amount]), -load)
        seen: dict[int, int] = {}
        for place, line in enumerate(list(self.program.rows)):
            if line.kind == "demand":
                self.program.add(place, helps[line.index : line.index + 1], 1.0)
            elif line.kind == "quota" and line.low > 0:
                quota = p.quotas[line.index]
                if quota.per == "total":
                    self.program.add(place, helps, 1.0)
                    continue
                chosen = [i for i, name in enumerate(p.needs) if quota.needs is None or name in quota.needs]
                i = chosen[seen.get(line.index, 0) % len(chosen)]
                seen[line.index] = seen.get(line.index, 0) + 1
                self.program.add(place, helps[i : i + 1], 1.0)

    def change(self, key: tuple[str, int], moved: int) -> Relaxation:
        """The relaxation in the words of the problem."""
        p, (kind, index) = self.problem, key
        match kind:
            case "demand":
                return _demand(p, index, int(p.demand_min[index]) - moved)
            case "load":
                before = int(p.load_max[~p.own_load].max(initial=0))
                return Relaxation("load", "", before, before + moved)
            case "own_load":
                before = int(p.load_max[index])
                return Relaxation("own_load", p.candidates[index], before, before + moved)
            case "min_load":
                before = int(p.load_min[index])
                return Relaxation("min_load", p.candidates[index], before, before - moved)
            case "quota_least":
                before = p.quotas[index].at_least
                return Relaxation(kind, "", before, before - moved, quota=index)
            case "quota_most":
                before = int(p.quotas[index].at_most or 0)
                return Relaxation(kind, "", before, before + moved, quota=index)
            case "recruit":
                return Relaxation("recruit", "", 0, moved)
        before = p.coverage.needs if kind == "cover_needs" else p.coverage.candidates
        return Relaxation(kind, "", before, before - moved)
