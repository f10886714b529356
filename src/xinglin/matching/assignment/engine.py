"""`assign`: the one door. Chooses the solver by what the limits ask, and says what was proven."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import numpy as np

from .fair import Clock, Fair, ceiling_of, solve_fair, values_of
from .groups import flows_enough
from .network import solve_network
from .problem import BadProblem, Floats, Ints, Objective, Outcome, Problem, Progress, ShouldStop
from .program import limits_of, maximise_priced
from .relax import explain

# Relative distance below which a bound from floating-point arithmetic counts as met.
MET = 1e-9


def assign(
    problem: Problem,
    objective: Objective = "total",
    should_stop: ShouldStop | None = None,
    progress: Progress | None = None,
    time_limit: float = 60.0,
) -> Outcome:
    """Assign candidates to needs.

    "total" maximises the sum of scores; "fair" first the worst need's sum, then the total. `time_limit` is in seconds
    and binds the searches that may not end by themselves; flows run to their end. `progress(stage, share)` is told
    what happens; `should_stop()` is asked between stages, and the best answer so far comes back with `stopped`.
    Raises `BadProblem` for an unknown objective. Never claims `optimal` without a proof.
    """
    if objective not in ("total", "fair"):
        raise BadProblem(
            f"未知目标“{objective}”：须为 total 或 fair。", f'Unknown objective "{objective}": total or fair.'
        )
    began = monotonic()
    tell = progress or (lambda stage, share: None)
    clock = Clock(time_limit, should_stop)
    tell("solve", 0.05)
    first, slack, infeasible = _total(problem, clock)
    if first is None and not infeasible:
        # Time ran out before an answer or a proof that there is none.
        return _nothing(began, stopped=True)
    if first is None:
        tell("explain", 0.5)
        told = explain(problem, max(5.0, min(30.0, clock.left())))
        return replace(_nothing(began), infeasible=told.smallest, ways=told.ways, smallest_proven=told.proven)
    if objective == "total":
        tell("done", 1.0)
        return _outcome_total(problem, first, slack, began)
    tell("fair", 0.2)
    if clock.left() <= 0:
        fair = Fair(first, ceiling_of(problem), float("inf"), stopped=True)
    else:
        fair = solve_fair(problem, first, clock, tell)
        if values_of(problem, fair.chosen).min() < values_of(problem, first).min():
            fair = replace(fair, chosen=first, total_bound=float("inf"))
    tell("done", 1.0)
    return _outcome_fair(problem, fair, began)


def _total(problem: Problem, clock: Clock) -> tuple[Ints | None, float, bool]:
    """Chosen pairs, how far below the optimum they may be, and whether it is proven that there is no assignment."""
    if flows_enough(problem):
        flow = solve_network(problem)
        return (None, 0.0, True) if flow is None else (flow.chosen, flow.slack, False)
    program = limits_of(problem)
    objective = np.zeros(program.pairs + len(program.extra))
    objective[: program.pairs] = problem.score
    solved = maximise_priced(program, problem, objective, clock.left())
    if solved.values is None:
        return None, 0.0, solved.infeasible
    chosen = np.flatnonzero(solved.values[: program.pairs] > 0.5)
    exact = float(problem.score[chosen].sum())
    return chosen, max(0.0, solved.bound - exact), False


def _outcome_total(problem: Problem, chosen: Ints, slack: float, began: float) -> Outcome:
    total = float(problem.score[chosen].sum())
    # The program solver works to 1e-6 of its objective; flows are exact up to the scale they report.
    tolerance = (MET if flows_enough(problem) else 1e-6) * max(1.0, abs(total))
    optimal = slack <= tolerance
    return Outcome(
        assignments=_pairs(problem, chosen),
        total=total,
        worst=float(values_of(problem, chosen).min()),
        optimal=optimal,
        gap=0.0 if optimal else _relative(slack, total),
        seconds=monotonic() - began,
        total_bound=total if optimal else total + slack,
    )


def _outcome_fair(problem: Problem, fair: Fair, began: float) -> Outcome:
    values: Floats = values_of(problem, fair.chosen)
    worst, total = float(values.min()), float(problem.score[fair.chosen].sum())
    worst_open = max(0.0, fair.worst_bound - worst)
    total_open = max(0.0, fair.total_bound - total)
    worst_met = worst_open <= MET * max(1.0, abs(worst))
    total_met = total_open <= MET * max(1.0, abs(total))
    gap = 0.0 if worst_met and total_met else _relative(*((total_open, total) if worst_met else (worst_open, worst)))
    return Outcome(
        assignments=_pairs(problem, fair.chosen),
        total=total,
        worst=worst,
        optimal=worst_met and total_met,
        gap=gap,
        seconds=monotonic() - began,
        stopped=fair.stopped,
        worst_bound=fair.worst_bound,
        total_bound=fair.total_bound if np.isfinite(fair.total_bound) else None,
    )


def _relative(open_: float, value: float) -> float | None:
    """The open distance as a share of the value; None when no bound is known."""
    return open_ / max(abs(value), 1e-12) if np.isfinite(open_) else None


def _pairs(problem: Problem, chosen: Ints) -> tuple[tuple[str, str], ...]:
    needs = np.asarray(problem.needs, dtype=object)[problem.pair_need[chosen]]
    candidates = np.asarray(problem.candidates, dtype=object)[problem.pair_candidate[chosen]]
    return tuple(zip(needs.tolist(), candidates.tolist(), strict=True))


def _nothing(began: float, stopped: bool = False) -> Outcome:
    return Outcome((), 0.0, 0.0, False, None, monotonic() - began, stopped=stopped)
