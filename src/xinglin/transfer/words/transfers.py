"""Transfers 转化: ways, prices, the notice, the five technology contracts, the stages of domain 5.1. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class TransferStage(Word):
    """Domain 5.1, in its order."""

    DISCLOSED = "disclosed", say("Put forward for transfer")
    EVALUATED = "evaluated", say("Evaluated")
    DECIDED = "decided", say("Decided by the unit's leaders together")
    PRICED = "priced", say("Price found")
    NOTICE = "notice", say("Under notice")
    OBJECTION = "objection", say("Objection being decided")
    CONTRACT = "contract", say("Contract signed")
    REGISTERING = "registering", say("Contract handed in for registration")
    REGISTERED = "registered", say("Contract registered")
    PAYMENTS = "payments", say("Income coming in")
    NET_INCOME = "net_income", say("Net income determined")
    DISTRIBUTION = "distribution", say("Distribution planned")
    PLAN_NOTICE = "plan_notice", say("Distribution under notice")
    PAID = "paid", say("Distribution paid")
    FOLLOW_UP = "follow_up", say("Being followed up")
    CLOSED = "closed", say("Closed")
    DROPPED = "dropped", say("Dropped or ended early")


class Way(Word):
    """促进科技成果转化法 art. 16: the six ways."""

    SELF = "self", say("Implemented by the unit itself")
    ASSIGN = "assign", say("Assigned to another")
    LICENCE = "licence", say("Licensed")
    COOPERATE = "cooperate", say("Implemented together with others")
    SHARES = "shares", say("Contributed as shares")
    OTHER = "other", say("Another way agreed")


class Pricing(Word):
    """Art. 18: how the price is found."""

    AGREEMENT = "agreement", say("By agreement, announced in the unit")
    LISTING = "listing", say("By listing on a technology market")
    AUCTION = "auction", say("By auction")


class Relation(Word):
    """浙江条例 art. 17: whether the transferee is an inventor or related to one must be stated."""

    NONE = "none", say("Not related to any inventor")
    INVENTOR = "inventor", say("Is an inventor")
    RELATED = "related", say("Is related to an inventor")


class ContractKind(Word):
    """民法典 art. 843: the five kinds of technology contract."""

    DEVELOPMENT = "development", say("Technology development contract")
    TRANSFER = "transfer", say("Technology transfer contract")
    LICENCE = "licence", say("Technology licence contract")
    CONSULTING = "consulting", say("Technology consulting contract")
    SERVICE = "service", say("Technology service contract")


class Clause(Word):
    """What a contract must settle (民法典 arts 845-886; 促进科技成果转化法 art. 26)."""

    SUBJECT = "subject", say("Subject, scope and requirements")
    PERFORMANCE = "performance", say("Plan, place, time and manner of performance")
    CONFIDENTIALITY = "confidentiality", say("Confidentiality of technology and information")
    RESULTS = "results", say("Ownership of results and sharing of income")
    ACCEPTANCE = "acceptance", say("Standard and method of acceptance")
    PAYMENT = "payment", say("Price, instalments and manner of payment")
    BREACH = "breach", say("Liability for breach")
    DISPUTES = "disputes", say("Settlement of disputes")
    RISK = "risk", say("Risk of failure of the development")
    TASKS = "tasks", say("Tasks and money of each side")
    PATENTS = "patents", say("Patents: name, applicant, owner, dates, numbers, term")
    WARRANTY = "warranty", say("Warranty of ownership, completeness and effect")
    IMPROVEMENTS = "improvements", say("Later improvements")
    SCOPE = "scope", say("Scope of the licence: kind, territory, term, sub-licence")
    MATERIALS = "materials", say("Materials and data the client provides")
    REPORT = "report", say("Form and date of the report")
    CONDITIONS = "conditions", say("Working conditions the client provides")


class ObjectionStage(Word):
    RAISED = "raised", say("Raised, to be decided")
    DISMISSED = "dismissed", say("Dismissed with reasons")
    UPHELD = "upheld", say("Upheld with reasons")
