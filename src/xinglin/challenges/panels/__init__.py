"""Panels: who may review, the draw, who reads which bid, and what the scores say and how surely. Pure."""

from xinglin.challenges.panels.assigning import assign_bids
from xinglin.challenges.panels.calibration import Calibration, calibrate
from xinglin.challenges.panels.drawing import Drawn, commitment, draw, new_seed, pool_hash
from xinglin.challenges.panels.exclusions import Candidate, Exclusion, PanelRules, Parties, Tie, exclusions
from xinglin.challenges.panels.ranking import Ranking, Standing, rank

__all__ = [
    "Calibration", "Candidate", "Drawn", "Exclusion", "PanelRules", "Parties", "Ranking", "Standing", "Tie",
    "assign_bids", "calibrate", "commitment", "draw", "exclusions", "new_seed", "pool_hash", "rank",
]  # fmt: skip
