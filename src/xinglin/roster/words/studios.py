"""名医工作室 and its one-to-one apprentices (seeds 20, 27; domain 8.10)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class StudioStage(Word):
    PROPOSED = "proposed", say("Proposed")
    FOUNDED = "founded", say("At work")
    EXPIRING = "expiring", say("At work, ending soon")
    EXPIRED = "expired", say("Ended with its term")
    CLOSED = "closed", say("Closed early")
    WITHDRAWN = "withdrawn", say("Withdrawn")


AT_WORK = (StudioStage.FOUNDED, StudioStage.EXPIRING)


class StudioVerdict(Word):
    EXCELLENT = "excellent", say("Excellent")
    PASSED = "passed", say("Passed")
    BELOW = "below", say("Below the minimum")


class ApprenticeStage(Word):
    PROPOSED = "proposed", say("Proposed")
    LEARNING = "learning", say("Learning")
    PASSED = "passed", say("Passed")
    FAILED = "failed", say("Not passed")
    LEFT = "left", say("Left")
    WITHDRAWN = "withdrawn", say("Withdrawn")


# A pair is bound from the proposal on: one master, one apprentice.
BOUND = (ApprenticeStage.PROPOSED, ApprenticeStage.LEARNING)
