"""The panel's table: a rank with its uncertainty, and whether one reviewer decides the award. Pure numpy.

The uncertainty is that of the panel: reviewers are weighted anew at random many times (Bayesian bootstrap, Rubin 1981)
with a fixed seed, so that the same scores always give the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xinglin.challenges.panels.calibration import Calibration, Floats, calibrate

DRAWS = 4_000
SEED = 20_170_101
INTERVAL = 0.90


@dataclass(frozen=True)
class Standing:
    """One bid in the table. Scores in points; `low` to `high` hold 90 % of the draws; `first` is the share of draws in
    which it is among the awarded; `ranks` the best and the worst rank of the middle 90 %."""

    bid: str
    rank: int
    score: float
    raw: float
    low: float
    high: float
    first: float
    ranks: tuple[int, int]


@dataclass(frozen=True)
class Ranking:
    """The table, best first. `deciders` are the reviewers without whom other bids would be awarded, with these bids;
    `close` says that the last awarded and the next cannot be told apart by this panel."""

    standings: tuple[Standing, ...]
    deciders: tuple[tuple[str, tuple[str, ...]], ...]
    close: bool
    calibration: Calibration
    reviewers: tuple[str, ...]
    awards: int

    @property
    def severity(self) -> dict[str, tuple[float, float]]:
        """Per reviewer: severity in points, spread as a factor."""
        return {one: (float(self.calibration.severity[at]), float(self.calibration.spread[at]))
                for at, one in enumerate(self.reviewers)}  # fmt: skip


def rank(reviewers: Sequence[str], bids: Sequence[str], scores: Floats, *, awards: int = 1) -> Ranking:
    """The table of totals (reviewers, bids), NaN where not scored. Ties in score keep the order of `bids`."""
    raw = np.asarray(scores, dtype=np.float64)
    model = calibrate(raw)
    draws = _draws(model.scores)
    middle = _means(model.scores, np.ones((1, len(reviewers))))[0]
    order = np.argsort(-middle, kind="stable")
    places = _places(draws)
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    best, worst = (np.quantile(places, at, axis=0, method="nearest") for at in (tail, 1 - tail))
    within = (places <= awards).mean(axis=0)
    standings = tuple(
        Standing(str(bids[at]), place, float(middle[at]), float(np.nanmean(raw[:, at])), float(low[at]),
                 float(high[at]), float(within[at]), (int(best[at]), int(worst[at])))
        for place, at in enumerate(order, start=1)
    )  # fmt: skip
    awarded = {one.bid for one in standings[:awards]}
    close = len(bids) > awards and standings[awards - 1].first < 0.9
    return Ranking(standings, _deciders(reviewers, bids, raw, awarded, awards), close, model, tuple(reviewers), awards)


def _deciders(
    reviewers: Sequence[str], bids: Sequence[str], raw: Floats, awarded: set[str], awards: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Leave each reviewer out in turn, calibrate the rest anew, and see whether the same bids are awarded."""
    found = []
    for at, one in enumerate(reviewers):
        rest = np.delete(raw, at, axis=0)
        if not rest.size or np.isnan(rest).all(axis=0).any():
            continue
        means = _means(calibrate(rest).scores, np.ones((1, rest.shape[0])))[0]
        without = {str(bids[place]) for place in np.argsort(-means, kind="stable")[:awards]}
        if without != awarded:
            found.append((one, tuple(sorted(without - awarded))))
    return tuple(found)


def _means(scores: Floats, weights: Floats) -> Floats:
    """Weighted means per bid: weights (d, r) and scores (r, b) give (d, b)."""
    there = ~np.isnan(scores)
    above = weights @ np.where(there, scores, 0.0)
    below = weights @ there.astype(np.float64)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)


def _draws(scores: Floats) -> Floats:
    """Means under random weights of the reviewers, spread as wide as so small a panel allows: (draws, b)."""
    count = scores.shape[0]
    weights = np.random.default_rng(SEED).dirichlet(np.ones(count), DRAWS)
    means = _means(scores, weights)
    middle = _means(scores, np.ones((1, count)))
    # Weighting n reviewers anew shows only (n - 1) / (n + 1) of the variance of a mean; Dirichlet(1,..,1), Rubin 1981.
    widened = np.sqrt((count + 1) / (count - 1)) if count > 1 else 1.0
    return middle + (means - middle) * widened


def _places(draws: Floats) -> Floats:
    """The rank of each bid in each draw, 1 for the best."""
    order = np.argsort(-draws, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, draws.shape[1] + 1)[None, :], axis=1)
    return places
