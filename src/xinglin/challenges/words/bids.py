"""Bids. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class BidStage(Word):
    SEALED = "sealed", say("Sealed")
    REPLACED = "replaced", say("Replaced by a later bid")
    WITHDRAWN = "withdrawn", say("Withdrawn by the bidder")
    UNOPENED = "unopened", say("Never opened")
    OPENED = "opened", say("Bid opened")
    QUALIFIED = "qualified", say("Qualified")
    DISQUALIFIED = "disqualified", say("Excluded")
    AWARDED = "awarded", say("Awarded")
    NOT_AWARDED = "not_awarded", say("Not awarded")


class MemberPart(Word):
    """What somebody does in the team of a bid (domain 4.3: leader, team)."""

    LEADER = "leader", say("Leader")
    MEMBER = "member", say("Member")
    CONTACT = "contact", say("Contact")


class WorkCategory(Word):
    """Representative works are listed by category, at most five in each, of the last three years (domain 4.1)."""

    PAPER = "paper", say("Paper")
    PATENT = "patent", say("Patent")
    PRIZE = "prize", say("Prize")
    STANDARD = "standard", say("Standard or guideline")
    PRODUCT = "product", say("Product")
    OTHER = "other", say("Other")


class TextState(Word):
    """Whether the text of an attachment could be read after the opening."""

    WAITING = "waiting", say("Not read yet")
    READ = "read", say("Text read")
    NONE = "none", say("A picture, or no text in it")
    FAILED = "failed", say("Its text could not be read")


class HolderSide(Word):
    """The two roles that must meet to open bids. Different people, from different houses."""

    OFFICE = "office", say("Secretariat's key")
    OVERSIGHT = "oversight", say("Supervisor's key")


class RelationKind(Word):
    """What makes two sides related (domain 4.5, 1; 招标投标法实施条例 art. 34)."""

    SAME_REPRESENTATIVE = "same_representative", say("Same legal representative")
    HOLDING = "holding", say("One holds shares of the other")
    MANAGEMENT = "management", say("One manages the other")
    PARENT = "parent", say("Parent and branch")


class ControllerKind(Word):
    """Who controls a bidder in the end (实际控制人). The state alone relates nobody (公司法 2023 art. 265)."""

    PERSON = "person", say("A person")
    ORGANISATION = "organisation", say("An organisation")
    STATE = "state", say("The state, through an authority")


class Exclusion(Word):
    """Why the formal check excludes a bid."""

    RELATED = "related", say("Related to the demander or to another bidder")
    NO_COMMITMENT = "no_commitment", say("The credit commitment is missing")
    CONFLICT = "conflict", say("A conflict of interest")
    INCOMPLETE = "incomplete", say("Papers that were asked for are missing")
    OVER_LIMITS = "over_limits", say("Above the amount or the time of the call")
    UNREADABLE = "unreadable", say("What was sealed cannot be read")
    DISHONEST = "dishonest", say("Untrue or copied statements")
    OBJECTION = "objection", say("An objection to its award was upheld")
    OTHER = "other", say("Another reason of the call")
