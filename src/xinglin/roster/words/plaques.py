"""Plaques (授牌) and what the public may learn of them (seeds 19, 21, 57; domain 8.1)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class PlaqueStage(Word):
    DRAFT = "draft", say("Draft")
    GRANTED = "granted", say("Granted")
    EXPIRING = "expiring", say("Granted, ending soon")
    EXPIRED = "expired", say("Expired")
    REVOKED = "revoked", say("Revoked")
    REPLACED = "replaced", say("Replaced by another")
    WITHDRAWN = "withdrawn", say("Withdrawn")


HANGING = (PlaqueStage.GRANTED, PlaqueStage.EXPIRING)


class PlaqueStanding(Word):
    """What the public is told when a plaque is checked."""

    VALID = "valid", say("Valid")
    NOT_YET = "not_yet", say("Not valid yet")
    EXPIRED = "expired", say("Expired")
    REVOKED = "revoked", say("Revoked")
    REPLACED = "replaced", say("Replaced by another plaque")
