"""Bids. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class BidStage(Word):
    SEALED = "sealed", say("Sealed")
    REPLACED = "replaced", say("Replaced by a later bid")
    WITHDRAWN = "withdrawn", say("Withdrawn by the bidder")
    UNOPENED = "unopened", say("Never opened")
    OPENED = "opened", say("Opened")
    QUALIFIED = "qualified", say("Qualified")
    DISQUALIFIED = "disqualified", say("Excluded")
    AWARDED = "awarded", say("Awarded")
    NOT_AWARDED = "not_awarded", say("Not awarded")
