"""Suggestions of the ranker, what people said of them, and conflicts of interest."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class SuggestionStage(Word):
    """The machine proposes; every other stage is a person's answer (PIPL art. 24)."""

    PROPOSED = "proposed", say("Proposed by the ranking")
    USEFUL = "useful", say("Found useful")
    DECLINED = "declined", say("Declined")
    CHOSEN = "chosen", say("Chosen")
    SUPERSEDED = "superseded", say("Replaced by a later ranking")


class DeclineReason(Word):
    """Why a suggestion was not taken. Reasons about fit also speak of the field; the others only of this need."""

    WRONG_FIELD = "wrong_field", say("Another field than needed")
    NOT_SENIOR = "not_senior", say("Title or experience not sufficient")
    EVIDENCE_WEAK = "evidence_weak", say("The evidence does not support it")
    TOO_FAR = "too_far", say("Too far away")
    NO_TIME = "no_time", say("No time at present")
    ALREADY_WORKING = "already_working", say("Already working together")
    CONFLICT = "conflict", say("Conflict of interest")
    OTHER = "other", say("Another reason")


class Pool(Word):
    """Whom a ranking looks at."""

    EXPERTS = "experts", say("Experts")
    OFFERS = "offers", say("Open offers")


class ConflictKind(Word):
    EMPLOYMENT = "employment", say("Employment or post")
    SHAREHOLDING = "shareholding", say("Shares or other ownership")
    FUNDING = "funding", say("Research money or fees")
    FAMILY = "family", say("Family or close relation")
    SUPERVISION = "supervision", say("Teacher and student")
    DISPUTE = "dispute", say("Dispute")
    OTHER = "other", say("Another reason")


class ConflictStage(Word):
    DECLARED = "declared", say("In force")
    ENDED = "ended", say("Ended")
