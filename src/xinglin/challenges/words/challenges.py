"""Open challenges 揭榜挂帅: the stages of domain 4.2, and the words a demand is written in (4.3). Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class ChallengeStage(Word):
    """Domain 4.2, in its order; the last six end a challenge early."""

    DEMAND_DRAFT = "demand_draft", say("Demand being drafted")
    DEMAND_SUBMITTED = "demand_submitted", say("Demand submitted")
    FORMAL_CHECK = "formal_check", say("Demand being checked")
    ARGUMENTATION = "argumentation", say("Being argued by experts")
    LIST_APPROVED = "list_approved", say("On the approved list")
    LIST_NOTICE = "list_notice", say("List under public notice")
    PUBLISHED = "published", say("Open for bids")
    CLOSED = "closed", say("Bids closed, still sealed")
    BID_FORMAL_CHECK = "bid_formal_check", say("Bids opened and being checked")
    REVIEW = "review", say("Under review")
    NEGOTIATION = "negotiation", say("Being negotiated")
    AWARD_NOTICE = "award_notice", say("Award under public notice")
    OBJECTION = "objection", say("Objection being heard")
    SIGNED = "signed", say("Contract signed")
    APPROVED = "approved", say("Project approved")
    RUNNING = "running", say("Milestones under way")
    FINAL_ACCEPTANCE = "final_acceptance", say("Final acceptance")
    PERFORMANCE = "performance", say("Performance being assessed")
    ARCHIVED = "archived", say("Archived")
    REJECTED = "rejected", say("Demand rejected")
    NO_BID = "no_bid", say("Nobody bid")
    FAILED = "failed", say("No bid qualified")
    CANCELLED = "cancelled", say("Cancelled")
    TERMINATED = "terminated", say("Terminated")
    NOT_ACCEPTED = "not_accepted", say("Not accepted")


class BudgetSource(Word):
    """Where a challenge's money comes from (domain 4.3: 自筹/财政/基金)."""

    OWN = "own", say("The demander's own funds")
    PUBLIC = "public", say("Public funds")
    FUND = "fund", say("A fund")


class AwardMode(Word):
    """How many teams run (domain 4.4: 赛马制 funds two or more in parallel at first)."""

    SINGLE = "single", say("One team")
    RACE = "race", say("A race of two or more teams")
