"""The fair assignment: the worst-served need gets as much as possible, then the total is as large as possible.

A need's value is the sum of its scores. One candidate per need is a bottleneck problem, solved exactly by thresholds;
several per need make it NP-hard (it contains the "Santa Claus" problem), so large rounds are improved by swaps and by
small exact programs, and their distance to a proven bound is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np

from .groups import flows_enough
from .network import shortage, solve_network
from .problem import Floats, Ints, Problem
from .program import DIRECT, INFINITE, Program, Row, Solved, limits_of, maximise
from .swaps import Places

# Up to this many pairs the whole fair problem is given to the exact solver.
EXACT = 2_500
# Answers of the solver for programs are right to this part of the largest score.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Fair:
    """Chosen pairs with the proven bounds of the worst need and of the total at that worst need."""

    chosen: Ints
    worst_bound: float
    total_bound: float
    stopped: bool = False


class Clock:
    """Time left, and whether somebody asked to stop."""

    def __init__(self, seconds: float, should_stop: object = None) -> None:
        self.end = monotonic() + seconds
        self.should_stop = should_stop

    def left(self) -> float:
        """Seconds left, 0 when stopped."""
        if callable(self.should_stop) and self.should_stop():
            return 0.0
        return max(0.0, self.end - monotonic())


def values_of(problem: Problem, chosen: Ints) -> Floats:
    """Each need's sum of scores, shape (n,)."""
    return np.bincount(problem.pair_need[chosen], problem.score[chosen], len(problem.needs)).astype(np.float64)


def ceiling_of(problem: Problem) -> float:
    """No need can get more than its own best pairs: the least of those sums bounds the worst need."""
    start, size = problem.start, len(problem.needs)
    order = np.lexsort((-problem.score, problem.pair_need))
    rank = np.arange(order.size) - start[problem.pair_need[order]]
    demand = problem.demand_max[problem.pair_need[order]], problem.demand_min[problem.pair_need[order]]
    score = problem.score[order]
    best = np.where((rank < demand[1]) | ((rank < demand[0]) & (score > 0)), score, 0.0)
    return float(np.bincount(problem.pair_need[order], best, size).min())


def solve_fair(problem: Problem, first: Ints, clock: Clock, say: object) -> Fair:
    """The fair assignment, starting from the total-optimal one `first` (indices of pairs)."""
    small = problem.score.size <= (DIRECT if problem.quotas else EXACT)
    if small or not flows_enough(problem):
        exact = _by_program(problem, clock)
        if exact is not None:
            return exact
        return Fair(first, ceiling_of(problem), INFINITE)
    if int(problem.demand_max.max()) == 1 and int(problem.demand_min.min()) == 1:
        return _bottleneck(problem)
    return _by_swaps(problem, first, clock, say)


def _bottleneck(problem: Problem) -> Fair:
    """One candidate each: the largest threshold at which everybody still finds one, then the best total above it."""
    levels = np.unique(problem.score)
    low, high = 0, levels.size - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _feasible_above(problem, float(levels[middle])):
            low = middle
        else:
            high = middle - 1
    flow = solve_network(problem, problem.score >= levels[low])
    if flow is None:
        raise AssertionError("the threshold was found feasible")
    total = float(problem.score[flow.chosen].sum())
    return Fair(flow.chosen, float(levels[low]), total + flow.slack)


def _feasible_above(problem: Problem, level: float) -> bool:
    from dataclasses import replace

    keep = problem.score >= level
    if problem.load_min.any() or problem.quotas:
        return solve_network(problem, keep) is not None
    part = replace(
        problem,
        pair_need=problem.pair_need[keep],
        pair_candidate=problem.pair_candidate[keep],
        score=problem.score[keep],
    )
    return not shortage(part, problem.demand_min, problem.load_max).any()


def _floors(problem: Problem, program: Program, floor: float | None) -> int | None:
    """Add a row per need: its value is at least `floor`, or at least a new column that is returned."""
    column = None
    if floor is None:
        largest = float(np.abs(problem.score).max(initial=1.0) * max(1, int(problem.demand_max.max())))
        column = program.column(-largest, largest)
    start = problem.start
    for i in range(len(problem.needs)):
        pairs = np.arange(start[i], start[i + 1])
        row = program.row(Row("floor", i, floor if floor is not None else 0.0, INFINITE), pairs, problem.score[pairs])
        if column is not None:
            program.add(row, np.array([column]), -1.0)
    return column


def _by_program(problem: Problem, clock: Clock) -> Fair | None:
    """Exact by HiGHS: first the worst need, then the total under that floor. None when time ran out with nothing."""
    unit = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    program = limits_of(problem)
    column = _floors(problem, program, None)
    objective = np.zeros(program.pairs + len(program.extra))
    objective[column] = 1.0
    best = maximise(program, objective, clock.left() * 0.7)
    if best.values is None:
        return None
    chosen = np.flatnonzero(best.values[: program.pairs] > 0.5)
    worst = float(values_of(problem, chosen).min())
    bound = min(best.bound, ceiling_of(problem))
    if bound - worst <= TOLERANCE * unit:
        bound = worst
    under = limits_of(problem)
    _floors(problem, under, worst - 1e-9 * unit)
    objective = np.zeros(under.pairs + len(under.extra))
    objective[: under.pairs] = problem.score
    second = maximise(under, objective, max(0.2, clock.left()))
    total = float(problem.score[chosen].sum())
    if second.values is not None:
        better = np.flatnonzero(second.values[: under.pairs] > 0.5)
        if values_of(problem, better).min() >= worst - 1e-9 * unit:
            chosen, total = better, float(problem.score[better].sum())
    limit = second.bound if second.bound - total > TOLERANCE * unit else total
    return Fair(chosen, bound, limit)


def _by_swaps(problem: Problem, first: Ints, clock: Clock, say: object) -> Fair:
    """Large rounds: swaps from the total optimum, small exact programs at the worst needs, then bounds and total."""
    unit = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    most = float(problem.score[first].sum())
    ceiling = ceiling_of(problem)
    places = Places(problem, first)
    tell = say if callable(say) else (lambda stage, share: None)
    whole = clock.left()
    tell("swaps", 0.3)
    places.raise_worst(ceiling - 1e-9 * unit, lambda: clock.left() > 0.6 * whole)
    tell("weights", 0.4)
    ceiling = _reweigh(problem, places, ceiling, clock, 0.55 * whole)
    tell("repair", 0.5)
    if not problem.load_min.any() and not problem.quotas and places.worst() < ceiling - 1e-9 * unit:
        _repair(problem, places, ceiling - 1e-9 * unit, clock, 0.45 * whole)
    worst = places.worst()
    bound = ceiling
    if bound - worst > TOLERANCE * unit and problem.score.size <= 2_000_000:
        tell("bound", 0.6)
        bound = min(ceiling, linear_bound(problem, places.chosen(), clock, 0.2 * whole))
    bound = worst if bound - worst <= TOLERANCE * unit else bound
    tell("total", 0.8)
    floor = worst - 1e-12 * unit
    total_bound = _raise_total(problem, places, floor, most, clock)
    chosen = places.chosen()
    if most - float(problem.score[chosen].sum()) <= 1e-9 * max(1.0, abs(most)):
        total_bound = float(problem.score[chosen].sum())
    return Fair(chosen, bound, total_bound, callable(clock.should_stop) and bool(clock.should_stop()))


def _reweigh(problem: Problem, places: Places, ceiling: float, clock: Clock, reserve: float) -> float:
    """Total-optimal flows in which needs below the ceiling weigh more and more, each followed by swaps.

    Leaves the best assignment found in `places`. Every flow with weights w also proves that the worst need cannot
    pass (flow value) / (sum of w); the least such bound is returned.
    """
    unit = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    best, best_chosen = places.worst(), places.chosen()
    weight, value = np.zeros(len(problem.needs)), places.value
    began = monotonic()
    for turn in range(20):
        spent = (monotonic() - began) / max(1, turn)
        if clock.left() - spent < reserve or best >= ceiling - 1e-9 * unit:
            break
        width = max(ceiling - best, 1e-6 * unit)
        weight -= np.clip((value - ceiling) / (4 * width), -1.0, 1.0) * 3.0 / np.sqrt(turn + 1.0)
        weight -= weight.max()
        scale = np.maximum(np.exp(weight), 1e-6)
        worth = scale[problem.pair_need] * problem.score
        flow = solve_network(problem, weights=worth)
        if flow is None:
            break
        ceiling = min(ceiling, (float(worth[flow.chosen].sum()) + flow.slack) / float(scale.sum()))
        value = values_of(problem, flow.chosen)
        places.reset(flow.chosen)
        places.raise_worst(ceiling - 1e-9 * unit, lambda: clock.left() > reserve)
        if places.worst() > best:
            best, best_chosen = places.worst(), places.chosen()
    places.reset(best_chosen)
    return ceiling


def _repair(problem: Problem, places: Places, goal: float, clock: Clock, reserve: float) -> None:
    """Free the places of the worst need and its promising neighbours and deal them anew, exactly, while it helps."""
    size = 8
    while clock.left() > reserve and places.worst() < goal and size <= 48:
        needs = places.neighbours(int(places.value.argmin()), size)
        old = float(places.value[needs].min())
        pairs, cap = places.freed(needs)
        solved = _deal(problem, needs, pairs, cap, min(3.0, max(0.1, clock.left() - reserve)))
        chosen = None if solved.values is None else pairs[solved.values[: pairs.size] > 0.5]
        if chosen is not None:
            value = np.bincount(problem.pair_need[chosen], problem.score[chosen], len(problem.needs))[needs]
            if value.min() > old + 1e-12:
                places.deal(needs, chosen)
                places.raise_worst(goal, lambda: clock.left() > reserve)
                size = 8
                continue
        size *= 2


def _deal(problem: Problem, needs: Ints, pairs: Ints, cap: Ints, seconds: float) -> Solved:
    """Max-min among a few needs over the freed places."""
    program = Program(pairs.size)
    top = program.column(-1e9, 1e9)
    owner, candidate = problem.pair_need[pairs], problem.pair_candidate[pairs]
    for need in needs:
        ours = np.flatnonzero(owner == need)
        program.row(Row("demand", int(need), float(problem.demand_min[need]), float(problem.demand_max[need])), ours)
        floor = program.row(Row("floor", need, 0.0, INFINITE), ours, problem.score[pairs[ours]])
        program.add(floor, np.array([top]), -1.0)
    for j in np.unique(candidate):
        program.row(Row("load", int(j), 0.0, float(cap[j])), np.flatnonzero(candidate == j))
    objective = np.zeros(pairs.size + 1)
    objective[top] = 1.0
    # A crumb of the total prefers, among equals, the better deal for all.
    objective[: pairs.size] = problem.score[pairs] * 1e-5 / needs.size
    return maximise(program, objective, seconds, gap=1e-4)


def linear_bound(problem: Problem, chosen: Ints, clock: Clock, reserve: float) -> float:
    """An upper bound on the worst need's value, valid even when the linear program is left half solved.

    Any weights y >= 0 of the needs (sum 1) and prices u >= 0 of the candidates give the bound
    sum of load x price + each need's best pairs at y x score - u. A linear program over promising pairs proposes
    both; the bound is computed over all pairs in floating point.
    """
    from .prices import propose

    best = INFINITE
    for weights, prices in propose(problem, chosen, lambda: clock.left() - reserve):
        best = min(best, priced_bound(problem, weights[problem.pair_need] * problem.score, prices))
    return best


def priced_bound(problem: Problem, worth: Floats, prices: Floats) -> float:
    """Largest sum of `worth` (p,) any assignment can reach, bounded by candidates' prices (m,). Always valid."""
    net = worth - prices[problem.pair_candidate]
    order = np.lexsort((-net, problem.pair_need))
    owner = problem.pair_need[order]
    rank = np.arange(order.size) - problem.start[owner]
    counted = (rank < problem.demand_min[owner]) | ((rank < problem.demand_max[owner]) & (net[order] > 0))
    loads = np.where(prices > 0, problem.load_max, problem.load_min)
    return float(net[order][counted].sum() + (loads * prices).sum())


def _raise_total(problem: Problem, places: Places, floor: float, most: float, clock: Clock) -> float:
    """Best total found with every need at the floor (left in `places`); returns a proven bound of it.

    Needs below the floor are given weight 1 + y: the flow then bounds the total by its own value minus y x floor
    (Lagrange), and, repaired by swaps, is often a better start than the fair solution itself.
    """
    places.raise_total(floor, lambda: clock.left() > 0)
    best_chosen, best = places.chosen(), places.total()
    bound, extra = most, np.zeros(len(problem.needs))
    unit = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    step, began = 0.5, monotonic()
    for turn in range(40):
        spent = (monotonic() - began) / max(1, turn)
        if clock.left() < 1.5 * spent or bound - best <= 1e-9 * max(1.0, abs(best)):
            break
        weights = (1.0 + extra)[problem.pair_need] * problem.score
        flow = solve_network(problem, weights=weights)
        if flow is None:
            break
        bound = min(bound, float(weights[flow.chosen].sum()) + flow.slack - floor * float(extra.sum()))
        value = values_of(problem, flow.chosen)
        trial = Places(problem, flow.chosen)
        trial.raise_worst(floor, lambda: clock.left() > 0)
        if trial.worst() >= floor:
            trial.raise_total(floor, lambda: clock.left() > 0)
            if trial.total() > best:
                best_chosen, best = trial.chosen(), trial.total()
        extra = np.maximum(0.0, extra + step * (floor - value) / max(abs(floor), 1e-3 * unit))
        step *= 0.9
    places.reset(best_chosen)
    return max(bound, best)
