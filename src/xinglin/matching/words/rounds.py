"""Assignment rounds: many needs and many experts at once."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class RoundStage(Word):
    DRAFT = "draft", say("Being prepared")
    COMPUTING = "computing", say("Being computed")
    PROPOSED = "proposed", say("Proposals to be confirmed")
    INFEASIBLE = "infeasible", say("Not possible under these limits")
    FAILED = "failed", say("The computation stopped")
    CONFIRMED = "confirmed", say("Decided")
    DISCARDED = "discarded", say("Discarded")


class Objective(Word):
    TOTAL = "total", say("The best sum over all needs")
    FAIR = "fair", say("First the need that fares worst, then the sum")


class QuotaOn(Word):
    """The attribute of an expert a quota counts."""

    SPECIALTY = "specialty", say("Main specialty")
    REGION = "region", say("Province of practice")
    SENIORITY = "seniority", say("Title rank")
    HOME_TOWN = "home_town", say("From the home region (yes or no)")


class QuotaPer(Word):
    NEED = "need", say("In each need")
    TOTAL = "total", say("In the whole round")


class ProposalStage(Word):
    OPEN = "open", say("To be decided")
    CONFIRMED = "confirmed", say("Confirmed")
    REJECTED = "rejected", say("Rejected")
