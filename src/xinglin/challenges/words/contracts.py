"""Negotiations, award notices and contracts. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class NegotiationStage(Word):
    OPEN = "open", say("Being negotiated")
    AGREED = "agreed", say("Agreed")
    FAILED = "failed", say("No agreement")
    VOID = "void", say("Void")


class ContractStage(Word):
    DRAFT = "draft", say("Being drafted")
    SIGNING = "signing", say("Out for signature")
    SIGNED = "signed", say("Signed")
    FULFILLED = "fulfilled", say("Fulfilled")
    ELIMINATED = "eliminated", say("Eliminated from the race")
    TERMINATED = "terminated", say("Terminated")
    NOT_ACCEPTED = "not_accepted", say("Not accepted")
    DROPPED = "dropped", say("Dropped before signature")


class ContractSide(Word):
    """The two who sign: who posted the demand (发榜方), who took it up (揭榜方)."""

    DEMANDER = "demander", say("Who posted the challenge")
    BIDDER = "bidder", say("Who takes it up")


class Clause(Word):
    """What no contract may lack (domain 4.3; Promotion of Transfer Act art. 26; Civil Code art. 845)."""

    STANDARD = "standard", say("Acceptance standard")
    IP = "ip", say("Intellectual property")
    CONFIDENTIALITY = "confidentiality", say("Confidentiality")
    BREACH = "breach", say("Breach")
    DISPUTE = "dispute", say("Disputes")
    PLEDGE = "pledge", say("The pledge of the leader")


class ChangeKind(Word):
    AMOUNT = "amount", say("Amount")
    LEADER = "leader", say("Project leader")
    TERM = "term", say("Date of a milestone")
    OTHER = "other", say("Something else")


class ChangeStage(Word):
    REQUESTED = "requested", say("Requested")
    NOTICE = "notice", say("Approved and under public notice")
    IN_FORCE = "in_force", say("In force")
    REFUSED = "refused", say("Refused")
    WITHDRAWN = "withdrawn", say("Withdrawn")
