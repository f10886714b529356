"""Intellectual property 知识产权: kinds, lives and the days that must not be missed (domain 5.3). Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class IPKind(Word):
    INVENTION = "invention", say("Invention patent")
    UTILITY_MODEL = "utility_model", say("Utility model patent")
    DESIGN = "design", say("Design patent")
    SOFTWARE = "software", say("Software copyright")


PATENTS = (IPKind.INVENTION, IPKind.UTILITY_MODEL, IPKind.DESIGN)


class IPStage(Word):
    FILED = "filed", say("Filed")
    GRANTED = "granted", say("Granted, in force")
    REFUSED = "refused", say("Refused by the office")
    LAPSED = "lapsed", say("Lapsed, fee not paid")
    ABANDONED = "abandoned", say("Given up by the owner")
    EXPIRED = "expired", say("Term over")


class Deadline(Word):
    """What a day in the calendar of intellectual property is for."""

    PRIORITY = "priority", say("Last day to file abroad with priority")
    PCT = "pct", say("Last day to enter the national phase (PCT)")
    FEE = "fee", say("Annual fee")
    REWARD = "reward", say("Reward of the inventors")
    EXPIRY = "expiry", say("End of the term")
