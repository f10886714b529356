"""What is asked of an assignment and what comes back. Pure: numpy only, no Django, no clock, no I/O.

Words: a *need* asks for between `demand_min` and `demand_max` candidates; a *candidate* serves between `load_min` and
`load_max` needs; a *pair* that is not listed, or that is in conflict, can never be assigned. Scores are any finite
numbers, larger is better. Source of the limits: design section 4 (matching), issue 2 section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Objective = Literal["total", "fair"]
Progress = Callable[[str, float], None]
ShouldStop = Callable[[], bool]


class BadProblem(ValueError):
    """The question itself makes no sense. Carries the sentence in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en

    def say(self, lang: str) -> str:
        """The sentence in `zh` or `en`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Quota:
    """At least / at most so many assigned candidates with one attribute value.

    `per="need"` counts inside each need (all of them, or those in `needs`); `per="total"` counts over the whole round.
    `value=None` applies the quota to every value of the attribute on its own ("at most 30 from any one hospital").
    """

    attribute: str
    value: str | None
    at_least: int = 0
    at_most: int | None = None
    per: Literal["need", "total"] = "need"
    needs: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.at_least < 0 or (self.at_most is not None and self.at_most < self.at_least):
            raise BadProblem(
                f"配额“{self.attribute}”的下限 {self.at_least} 与上限 {self.at_most} 互相矛盾。",
                f'Quota "{self.attribute}": at least {self.at_least} and at most {self.at_most} contradict each other.',
            )
        if self.per not in ("need", "total"):
            raise BadProblem(
                f"配额“{self.attribute}”的范围须为 need 或 total。",
                f'Quota "{self.attribute}": "per" must be need or total.',
            )


@dataclass(frozen=True, slots=True)
class Coverage:
    """At least so many needs get somebody, at least so many different candidates are asked."""

    needs: int = 0
    candidates: int = 0


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit changed: `kind` of limit, its `subject` ("" when it holds for all), the old and the new bound.

    Kinds: load (the common limit), own_load, min_load, demand, quota_least, quota_most, cover_needs,
    cover_candidates, and recruit (so many new candidates, from 0).
    """

    kind: str
    subject: str
    before: int
    after: int
    eligible: int | None = None
    quota: int | None = None

    @property
    def amount(self) -> int:
        """How far the limit moves."""
        return abs(self.after - self.before)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer. `worst` is the smallest sum of scores any need receives; `total` the sum over all assignments.

    `optimal` is said only with a proof (see `docs/explanation/assignment.md`). `gap` is the relative distance still
    open in the first criterion without proof: for "fair" the worst need, then the total. When no assignment exists,
    `infeasible` is the smallest set of limits to change and `ways` holds other single ways out.
    """

    assignments: tuple[tuple[str, str], ...]
    total: float
    worst: float
    optimal: bool
    gap: float | None
    seconds: float
    infeasible: tuple[Relaxation, ...] | None = None
    ways: tuple[tuple[Relaxation, ...], ...] = ()
    smallest_proven: bool = True
    stopped: bool = False
    worst_bound: float | None = None
    total_bound: float | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """Arrays over `needs` (n), `candidates` (m) and allowed pairs (p), pairs sorted by need, then candidate."""

    needs: Sequence[str]
    candidates: Sequence[str]
    pair_need: Ints
    pair_candidate: Ints
    score: Floats
    load_min: Ints
    load_max: Ints
    demand_min: Ints
    demand_max: Ints
    own_load: npt.NDArray[np.bool_]
    quotas: tuple[Quota, ...] = ()
    attributes: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)
    coverage: Coverage = Coverage()
    conflicts: int = 0

    @property
    def start(self) -> Ints:
        """Where each need's pairs begin: n + 1 offsets."""
        return np.searchsorted(self.pair_need, np.arange(len(self.needs) + 1))

    def holds(self, attribute: str, value: str) -> npt.NDArray[np.bool_]:
        """Which candidates carry this value, shape (m,)."""
        return np.asarray(self.attributes[attribute] == value, dtype=bool)


def problem_from_arrays(
    needs: Sequence[str],
    candidates: Sequence[str],
    pair_need: npt.ArrayLike,
    pair_candidate: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    load: int,
    per_need: int | tuple[int, int],
    loads: Mapping[str, int | tuple[int, int]] | None = None,
    demands: Mapping[str, int | tuple[int, int]] | None = None,
    conflicts: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    quotas: Iterable[Quota] = (),
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    coverage: Coverage | None = None,
) -> Problem:
    """Build a problem from index arrays of equal length p. Raises `BadProblem` with a sentence for what is wrong."""
    n, m = len(needs), len(candidates)
    rows = np.asarray(pair_need, dtype=np.int64)
    columns = np.asarray(pair_candidate, dtype=np.int64)
    scores = np.asarray(score, dtype=np.float64)
    if not n or not m:
        raise BadProblem("没有需求或没有人选。", "There are no needs or no candidates.")
    if scores.size and not np.isfinite(scores).all():
        raise BadProblem("有分数不是有限的数。", "A score is not a finite number.")
    key = rows * m + columns
    order = np.argsort(key, kind="stable")
    key = key[order]
    if key.size and (key[1:] == key[:-1]).any():
        at = int(order[int(np.flatnonzero(key[1:] == key[:-1])[0]) + 1])
        pair = (needs[int(rows[at])], candidates[int(columns[at])])
        raise BadProblem(
            f"同一对出现两次：{pair[0]}、{pair[1]}。", f"The same pair appears twice: {pair[0]}, {pair[1]}."
        )
    removed = 0
    if conflicts is not None and len(np.asarray(conflicts[0])):
        barred = np.asarray(conflicts[0], dtype=np.int64) * m + np.asarray(conflicts[1], dtype=np.int64)
        keep = ~np.isin(key, barred)
        removed = int((~keep).sum())
        order, key = order[keep], key[keep]
    load_min, load_max, own = _bounds(candidates, (0, load), loads, ("人选", "candidate"))
    demand = (per_need, per_need) if isinstance(per_need, int) else per_need
    demand_min, demand_max, _ = _bounds(needs, demand, demands, ("需求", "need"))
    return Problem(
        needs=needs,
        candidates=candidates,
        pair_need=rows[order],
        pair_candidate=columns[order],
        score=scores[order],
        load_min=load_min,
        load_max=load_max,
        demand_min=demand_min,
        demand_max=demand_max,
        own_load=own,
        quotas=tuple(quotas),
        attributes=_attributes(tuple(quotas), candidates, attributes or {}),
        coverage=coverage or Coverage(),
        conflicts=removed,
    )


def problem_from_scores(
    scores: Iterable[tuple[str, str, float]],
    *,
    conflicts: Iterable[tuple[str, str]] = (),
    extra_needs: Iterable[str] = (),
    **limits: object,
) -> Problem:
    """Build a problem from (need, candidate, score) rows; keyword limits as in `problem_from_arrays`.

    `extra_needs` names needs that may have no row at all. Conflicts that name strangers are harmless and ignored.
    """
    rows = list(scores)
    needs = list(dict.fromkeys([row[0] for row in rows] + list(extra_needs)))
    candidates = list(dict.fromkeys(row[1] for row in rows))
    need_at = {name: at for at, name in enumerate(needs)}
    candidate_at = {name: at for at, name in enumerate(candidates)}
    known = [(need_at[a], candidate_at[b]) for a, b in conflicts if a in need_at and b in candidate_at]
    return problem_from_arrays(
        needs,
        candidates,
        [need_at[row[0]] for row in rows],
        [candidate_at[row[1]] for row in rows],
        [row[2] for row in rows],
        conflicts=([pair[0] for pair in known], [pair[1] for pair in known]),
        **limits,  # type: ignore[arg-type]
    )


def _bounds(
    names: Sequence[str],
    common: tuple[int, int],
    own: Mapping[str, int | tuple[int, int]] | None,
    noun: tuple[str, str],
) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    low = np.full(len(names), common[0], dtype=np.int64)
    high = np.full(len(names), common[1], dtype=np.int64)
    mine = np.zeros(len(names), dtype=bool)
    if own:
        at = {name: index for index, name in enumerate(names)}
        for name, bound in own.items():
            # Somebody may have a limit and yet appear in no pair: then there is nothing to limit.
            if (index := at.get(name)) is None:
                continue
            low[index], high[index] = (
                (common[0] if noun[1] == "candidate" else bound, bound) if isinstance(bound, int) else bound
            )
            mine[index] = True
    bad = np.flatnonzero((low < 0) | (high < low))
    if bad.size:
        name = names[int(bad[0])]
        raise BadProblem(
            f"{noun[0]}“{name}”的上下限矛盾：至少 {low[bad[0]]}，至多 {high[bad[0]]}。",
            f'Limits of {noun[1]} "{name}" contradict: at least {low[bad[0]]}, at most {high[bad[0]]}.',
        )
    return low, high, mine


def _attributes(
    quotas: tuple[Quota, ...], candidates: Sequence[str], given: Mapping[str, Mapping[str, str]]
) -> dict[str, npt.NDArray[np.object_]]:
    """Columns of attribute values in the candidates' order; a candidate without a value holds ""."""
    columns: dict[str, npt.NDArray[np.object_]] = {}
    for attribute in sorted({quota.attribute for quota in quotas}):
        if not any(attribute in values for values in given.values()):
            raise BadProblem(
                f"配额用到属性“{attribute}”，但没有任何人选带有它。",
                f'A quota uses the attribute "{attribute}", but no candidate has it.',
            )
        values = [given.get(name, {}).get(attribute, "") for name in candidates]
        columns[attribute] = np.array(values, dtype=object)
    return columns
