"""Assignment: total-optimal and fair rounds beside runnable baselines in the same run, and the peer's published times.

Conditions: invented affinities (30 topics, some candidates better known than others), 5 % of pairs in conflict, three
candidates per need, a load limit of three. The peer is OpenReview's matcher, whose times were measured elsewhere on
two cores under the same sizes, conflicts and demand, with its own affinities: they set the scale, not a ratio.
"""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from xinglin.matching.assignment import Outcome, Problem, assign, problem_from_arrays

PUBLISHED = {
    "1000 x 1000": "MinMax 33 s, FairFlow 187 s, FairSequence 14 s",
    "2800 x 3000": "MinMax unfinished in 15 min",
}


def affinities(needs: int, candidates: int, seed: int = 1) -> np.ndarray:
    """Scores of every pair, NaN where in conflict, shape (needs, candidates)."""
    rng = np.random.default_rng(seed)
    wanted = rng.dirichlet(np.full(30, 0.1), needs)
    known = rng.dirichlet(np.full(30, 0.1), candidates)
    score = wanted @ known.T
    score = score / score.max() * rng.beta(2, 5, candidates)[None, :] * 2
    score[rng.random(score.shape) < 0.05] = np.nan
    return score


def as_problem(score: np.ndarray, load: int = 3, per_need: int = 3) -> Problem:
    """The dense matrix as a problem."""
    needs, candidates = np.nonzero(~np.isnan(score))
    names = [f"N{i}" for i in range(score.shape[0])], [f"C{j}" for j in range(score.shape[1])]
    return problem_from_arrays(*names, needs, candidates, score[needs, candidates], load=load, per_need=per_need)


def sparse_problem(size: int = 100_000, each: int = 50, seed: int = 1) -> Problem:
    """A national round: every need has about `each` candidates at random."""
    rng = np.random.default_rng(seed)
    key = np.unique(np.repeat(np.arange(size), each) * size + rng.integers(0, size, size * each))
    names = [f"N{i}" for i in range(size)], [f"C{j}" for j in range(size)]
    return problem_from_arrays(*names, key // size, key % size, rng.random(key.size).round(6), load=4, per_need=3)


def copies(score: np.ndarray, load: int = 3, per_need: int = 3) -> tuple[float, float]:
    """scipy's linear_sum_assignment on three copies of each; may give a need one person twice."""
    from scipy.optimize import linear_sum_assignment

    plain = np.where(np.isnan(score), -1e3, score)
    wide = np.repeat(np.repeat(plain, per_need, axis=0), load, axis=1)
    rows, columns = linear_sum_assignment(wide, maximize=True)
    value = np.bincount(rows // per_need, wide[rows, columns], score.shape[0])
    return float(value.sum()), float(value.min())


def round_robin(score: np.ndarray, load: int = 3, per_need: int = 3) -> tuple[float, float]:
    """In turns the worst-served need picks its best free candidate, as FairSequence does: quick, fair by intent."""
    free = np.full(score.shape[1], load)
    left = np.where(np.isnan(score), -np.inf, score)
    value, count = np.zeros(score.shape[0]), np.zeros(score.shape[0], dtype=int)
    for _ in range(score.shape[0] * per_need):
        need = int(np.where(count < per_need, value + 1e6 * count, np.inf).argmin())
        pick = int(np.where(free > 0, left[need], -np.inf).argmax())
        count[need] += 1
        if np.isfinite(left[need, pick]) and free[pick] > 0:
            value[need] += left[need, pick]
            left[need, pick] = -np.inf
            free[pick] -= 1
    return float(value.sum()), float(value.min())


def best_first(problem: Problem) -> tuple[float, float]:
    """Pairs by falling score, taken while both sides have room."""
    value = np.zeros(len(problem.needs))
    wants, room = problem.demand_max.tolist(), problem.load_max.tolist()
    order = np.argsort(-problem.score)
    rows = zip(problem.pair_need[order].tolist(), problem.pair_candidate[order].tolist(), strict=True)
    for (need, candidate), score in zip(rows, problem.score[order].tolist(), strict=True):
        if wants[need] and room[candidate]:
            wants[need] -= 1
            room[candidate] -= 1
            value[need] += score
    return float(value.sum()), float(value.min())


def run(full: bool = False, json: bool = False) -> dict[str, Any]:
    """Measure, telling stderr. `full` adds 2,800 x 3,000 and 100,000 x 100,000; `json` prints one JSON object only."""
    say: Callable[[str], None] = (
        (lambda line: None) if json else (lambda line: print(line, file=sys.stderr, flush=True))
    )
    cases: list[dict[str, Any]] = []
    score = affinities(1000, 1000)
    problem = as_problem(score)
    cases.append(_ours("1000 x 1000", "total", assign(problem), say))
    cases.append(_theirs("1000 x 1000", "scipy linear_sum_assignment on copies", lambda: copies(score), cases[0], say))
    cases.append(_ours("1000 x 1000", "fair", assign(problem, "fair", time_limit=12.0), say))
    cases.append(_theirs("1000 x 1000", "round robin", lambda: round_robin(score), cases[2], say))
    if full:
        wide = as_problem(affinities(2800, 3000))
        cases.append(_ours("2800 x 3000", "total", assign(wide), say))
        cases.append(_ours("2800 x 3000", "fair", assign(wide, "fair", time_limit=40.0), say))
        national = sparse_problem()
        ours = _ours("100000 x 100000, 50 each", "total", assign(national), say)
        cases.append(ours)
        cases.append(_theirs("100000 x 100000, 50 each", "best pair first", lambda: best_first(national), ours, say))
    for size, words in PUBLISHED.items():
        say(f"published here for {size}, 3 per need, 5 % conflicts (OpenReview's matcher, two cores): {words}")
    result = {"bench": "assign", "cases": cases, "published": PUBLISHED}
    if json:
        print(json_format.dumps(result, ensure_ascii=False))
    return result


def _ours(size: str, objective: str, outcome: Outcome, say: Callable[[str], None]) -> dict[str, Any]:
    gap = "none known" if outcome.gap is None else f"{100 * outcome.gap:.3g} %"
    proof = "proven optimal" if outcome.optimal else f"not proven, gap {gap}"
    say(
        f"{size:<26} {'xinglin ' + objective:<40} {outcome.seconds:7.2f} s  total {outcome.total:11.3f}  "
        f"worst {outcome.worst:.4f}  {proof}"
    )
    return {
        "size": size,
        "who": f"xinglin {objective}",
        "seconds": outcome.seconds,
        "total": outcome.total,
        "worst": outcome.worst,
        "optimal": outcome.optimal,
        "gap": outcome.gap,
        "worst_bound": outcome.worst_bound,
    }


def _theirs(
    size: str, who: str, solve: Callable[[], tuple[float, float]], ours: dict[str, Any], say: Callable[[str], None]
) -> dict[str, Any]:
    began = perf_counter()
    total, worst = solve()
    seconds = perf_counter() - began
    say(
        f"{size:<26} {who:<40} {seconds:7.2f} s  total {total:11.3f}  worst {worst:.4f}  "
        f"(time x {seconds / ours['seconds']:.2f}, total x {total / ours['total']:.4f} of {ours['who']})"
    )
    return {"size": size, "who": who, "seconds": seconds, "total": total, "worst": worst}


if __name__ == "__main__":
    run(full="--full" in sys.argv, json="--json" in sys.argv)
