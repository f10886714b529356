"""Needs and offers: what somebody lacks, what somebody can give (domain 1 rows 24, 64; fields of 4.3)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class NeedKind(Word):
    CLINICAL = "clinical", say("Clinical service")
    TEACHING = "teaching", say("Teaching and training")
    RESEARCH = "research", say("Research")
    TECHNOLOGY = "technology", say("Technology and equipment")
    INDUSTRY = "industry", say("Industry and products")


class OfferKind(Word):
    TIME = "time", say("An expert's time")
    SERVICE = "service", say("A service")
    TECHNOLOGY = "technology", say("A technology or product")
    FUNDING = "funding", say("Funding")
    PLACE = "place", say("A place, equipment or data")


class Confidentiality(Word):
    """Who may read a need or an offer while it is open."""

    ALLIANCE = "alliance", say("Within the alliance")
    PUBLISHED = "published", say("Published to everybody")


class HomePreference(Word):
    """Whether experts who come from the alliance's home region are preferred (domain 1 row 10: 潮籍)."""

    NONE = "none", say("No preference")
    HOME = "home", say("Experts from our home region are preferred")
    AWAY = "away", say("Experts who work elsewhere are preferred")


class SeniorityWanted(Word):
    ANY = "any", say("Any title")
    MIDDLE = "middle", say("Middle title or higher")
    ASSOCIATE = "associate", say("Associate senior title or higher")
    SENIOR = "senior", say("Senior (full) title")


class NeedStage(Word):
    DRAFT = "draft", say("Draft")
    SUBMITTED = "submitted", say("Submitted for checking")
    OPEN = "open", say("Open")
    MATCHING = "matching", say("Being matched")
    DOCKED = "docked", say("In contact")
    MET = "met", say("Met")
    CLOSED = "closed", say("Closed")
    WITHDRAWN = "withdrawn", say("Withdrawn")


class OfferStage(Word):
    DRAFT = "draft", say("Draft")
    SUBMITTED = "submitted", say("Submitted for checking")
    OPEN = "open", say("Open")
    TAKEN = "taken", say("Taken up")
    CLOSED = "closed", say("Closed")
    WITHDRAWN = "withdrawn", say("Withdrawn")


class ClosingReason(Word):
    EXPIRED = "expired", say("Its time ran out")
    MET_ELSEWHERE = "met_elsewhere", say("Solved in another way")
    NO_MATCH = "no_match", say("Nobody suitable was found")
    NO_BUDGET = "no_budget", say("The budget fell away")
    NO_LONGER_NEEDED = "no_longer_needed", say("No longer needed")
    OTHER = "other", say("Another reason")
