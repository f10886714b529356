"""The words of a call: what an indicator demands, what experts score, what is under notice, what is asked. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class Direction(Word):
    """How a measured value is held against the target of an indicator."""

    AT_LEAST = "at_least", say("At least")
    AT_MOST = "at_most", say("At most")
    EXACTLY = "exactly", say("Exactly")


class Openness(Word):
    """Who may read a call once it is published (domain 4.3, the level of confidentiality)."""

    PUBLIC = "public", say("Everybody")
    ALLIANCE = "alliance", say("Whoever works in the alliance")


class Criterion(Word):
    """What experts score when a demand is argued: the set of 巴中 2025, then that of 荣成 2023 (domain 4.1)."""

    NECESSITY = "necessity", say("Necessity")
    INNOVATION = "innovation", say("Innovation")
    FEASIBILITY = "feasibility", say("Feasibility")
    BENEFIT = "benefit", say("Expected benefit")
    INDUSTRY = "industry", say("Industry it brings along")
    GROUNDWORK = "groundwork", say("Research groundwork")
    TECHNICAL = "technical", say("Technical indicators")
    FINANCIAL = "financial", say("Financial indicators")


class CriterionSet(Word):
    """Which criteria a case is argued by."""

    GENERAL = "general", say("Necessity, innovation, feasibility, expected benefit")
    INDUSTRIAL = "industrial", say("Industry, groundwork, technical and financial indicators")


CRITERIA: dict[str, tuple[Criterion, ...]] = {
    CriterionSet.GENERAL: (Criterion.NECESSITY, Criterion.INNOVATION, Criterion.FEASIBILITY, Criterion.BENEFIT),
    CriterionSet.INDUSTRIAL: (
        Criterion.INDUSTRY, Criterion.GROUNDWORK, Criterion.TECHNICAL, Criterion.FINANCIAL,
    ),
}  # fmt: skip


class AppraisalStage(Word):
    """One expert's opinion on one demand."""

    ASKED = "asked", say("Waiting for the expert")
    SIGNED = "signed", say("Scored and signed")
    DECLINED = "declined", say("Declined by the expert")
    RELEASED = "released", say("The expert was released")


class NoticeSubject(Word):
    """What is under public notice, and may be objected to."""

    LIST = "list", say("The list of challenges")
    AWARD = "award", say("The award")
    CHANGE = "change", say("A heavy change of a contract")


class ObjectionStage(Word):
    """Raised inside the term, heard, decided with reasons."""

    RAISED = "raised", say("Raised")
    HEARD = "heard", say("Heard")
    UPHELD = "upheld", say("Upheld")
    DISMISSED = "dismissed", say("Dismissed")
    WITHDRAWN = "withdrawn", say("Withdrawn")
    MOOT = "moot", say("The challenge ended before")


class AwardFault(Word):
    """What an upheld objection to an award found wrong; it decides what comes next (招标投标法实施条例 arts 55, 81)."""

    BIDDER = "bidder", say("An awarded bidder: the next in rank follows")
    REVIEW = "review", say("The review: another panel does it again")


class QuestionStage(Word):
    """A question about a call and its published answer."""

    ASKED = "asked", say("Waiting for an answer")
    ANSWERED = "answered", say("Answered")
    DECLINED = "declined", say("Not answered, with a reason")
    LAPSED = "lapsed", say("The call ended before")


class Standing(Word):
    """Where a call stands for somebody who looks for one; decided by stage and by the server's clock."""

    OPEN = "open", say("Taking bids")
    NOTICE = "notice", say("Under public notice")
    CLOSED = "closed", say("Closed, being decided")
    AWARDED = "awarded", say("Awarded")
    ENDED = "ended", say("Ended without an award")
