"""Milestones, their panels, and how a project did. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class MilestoneStage(Word):
    PLANNED = "planned", say("Not begun")
    OPEN = "open", say("Under way")
    SUBMITTED = "submitted", say("Submitted, waiting for its panel")
    VOTING = "voting", say("Before its panel")
    ACCEPTED = "accepted", say("Accepted by its panel")
    FAILED = "failed", say("Refused by its panel")
    REPAIRING = "repairing", say("Being repaired")
    CALLED_OFF = "called_off", say("Called off")


class Verdict(Word):
    ACCEPT = "accept", say("In favour")
    FAIL = "fail", say("Against")


class PerformanceLevel(Word):
    EXCELLENT = "excellent", say("Excellent")
    GOOD = "good", say("Good")
    FAIR = "fair", say("Fair")
    POOR = "poor", say("Poor")
