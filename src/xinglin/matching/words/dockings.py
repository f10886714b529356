"""Docking (对接): two sides, one named contact on each, meetings and an outcome (domain 1 row 64)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class DockingStage(Word):
    PROPOSED = "proposed", say("Proposed")
    HALF = "half", say("Accepted by one side")
    ACCEPTED = "accepted", say("Accepted by both sides")
    TALKING = "talking", say("Talking")
    CONCLUDED = "concluded", say("Concluded")
    ENDED = "ended", say("Ended")


class Side(Word):
    ASKING = "asking", say("The side with the need")
    ANSWERING = "answering", say("The side that can help")


class DockingOutcome(Word):
    AGREEMENT = "agreement", say("Agreement to be drawn up")
    HELPED = "helped", say("Helped without an agreement")
    NO_INTEREST = "no_interest", say("No interest")
    LATER = "later", say("Later, not now")
    UNSUITABLE = "unsuitable", say("Not suitable")


class MeetingWay(Word):
    IN_PERSON = "in_person", say("In person")
    ONLINE = "online", say("Online")
    PHONE = "phone", say("By telephone")
