"""Batch assignment of candidates to needs: total-optimal or fair, with an explanation when none exists.

Pure Python: no Django, no database, no clock but for time limits. Start at `assign`.
"""

from .engine import assign
from .problem import (
    BadProblem,
    Coverage,
    Outcome,
    Problem,
    Quota,
    Relaxation,
    problem_from_arrays,
    problem_from_scores,
)
from .sentences import gap_sentence, infeasible_sentences, infeasible_story, relaxation_sentence

__all__ = [
    "BadProblem",
    "Coverage",
    "Outcome",
    "Problem",
    "Quota",
    "Relaxation",
    "assign",
    "gap_sentence",
    "infeasible_sentences",
    "infeasible_story",
    "problem_from_arrays",
    "problem_from_scores",
    "relaxation_sentence",
]
