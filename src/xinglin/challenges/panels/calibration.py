"""Reviewers made comparable: how severe each is, and how far they spread their scores. Pure numpy.

Model: score = common mean + quality of the bid + severity of the reviewer + rest, by least squares; the severities are
shrunk toward 0 (ridge), since a handful of scores says little about a person. The spread of a reviewer is compared with
the panel's in the same way and shrunk toward 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]

# As many imagined neutral scores stand beside a reviewer's own.
SHRINK = 1.0
SHRINK_SPREAD = 4.0


@dataclass(frozen=True)
class Calibration:
    """Arrays over reviewers (r) and bids (b): severity (r,) in points, spread (r,) as a factor, calibrated scores
    (r, b) with NaN where nobody scored, quality (b,) and the standard deviation of the rest."""

    mean: float
    severity: Floats
    spread: Floats
    scores: Floats
    quality: Floats
    rest: float


def calibrate(scores: Floats, *, shrink: float = SHRINK, shrink_spread: float = SHRINK_SPREAD) -> Calibration:
    """From raw totals (r, b), NaN where a reviewer did not score a bid. Every bid and reviewer has a score or more."""
    raw = np.asarray(scores, dtype=np.float64)
    there = ~np.isnan(raw)
    if not there.any():
        raise ValueError("there is no score")
    reviewers, bids = raw.shape
    rows, columns = np.nonzero(there)
    values = raw[rows, columns]
    mean = float(values.mean())
    # Qualities are held to the data by a hair only, so that mean, quality and severity are told apart.
    design = np.zeros((values.size + bids + reviewers, bids + reviewers))
    target = np.concatenate([values - mean, np.zeros(bids + reviewers)])
    at = np.arange(values.size)
    design[at, columns] = 1.0
    design[at, bids + rows] = 1.0
    design[values.size + np.arange(bids), np.arange(bids)] = 1e-4
    design[values.size + bids + np.arange(reviewers), bids + np.arange(reviewers)] = np.sqrt(shrink)
    found = np.linalg.lstsq(design, target, rcond=None)[0]
    quality, severity = found[:bids], found[bids:]
    left = values - mean - quality[columns] - severity[rows]
    freedom = max(1, values.size - bids - reviewers + 1)
    rest = float(np.sqrt((left**2).sum() / freedom))
    spread = _spread(raw - severity[:, None], there, shrink_spread)
    level = np.where(there, raw - severity[:, None], np.nan)
    centre = np.nanmean(np.where(there, mean + quality[None, :], np.nan), axis=1)
    calibrated = centre[:, None] + (level - centre[:, None]) / spread[:, None]
    return Calibration(mean, severity, spread, calibrated, mean + quality, rest)


def _spread(level: Floats, there: npt.NDArray[np.bool_], shrink: float) -> Floats:
    """Each reviewer's deviation around their own mean beside the panel's, shrunk toward 1."""
    counts = there.sum(axis=1).astype(np.float64)
    own = np.nanvar(np.where(there, level, np.nan), axis=1)
    panel = float((own * counts).sum() / counts.sum())
    if panel <= 1e-12:
        return np.ones(level.shape[0])
    return np.sqrt((counts * own + shrink * panel) / ((counts + shrink) * panel))
