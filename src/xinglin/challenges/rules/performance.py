"""How a project did, and whether it may be put away. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.words.milestones import PerformanceLevel
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


def level_of(score: int, steps: Sequence[int]) -> PerformanceLevel:
    """The level of a score of 0-100; `steps` are the least scores of excellent, good and fair."""
    if not 0 <= score <= 100:
        raise Refusal("challenges.score", say("A score lies between 0 and 100."), field="score")
    for least, level in zip(steps, PerformanceLevel, strict=False):
        if score >= least:
            return level
    return PerformanceLevel.POOR


def check_archive(assessed: bool, unpaid: int, changes: int) -> None:
    """Raise a Refusal while something is still to be done: after this nothing changes any more."""
    if not assessed:
        raise Refusal("challenges.not_assessed", say("The performance was not assessed."),
                      say("Record the score first."))  # fmt: skip
    if unpaid:
        raise Refusal("challenges.unpaid", say("{count} tranches are not paid yet.", count=unpaid),
                      say("The board shows them."))  # fmt: skip
    if changes:
        raise Refusal("challenges.changes_open", say("A change is not decided yet."), say("Decide it first."))
