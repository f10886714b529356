"""Coordination tickets (协调问题): a department answers while the asker watches the clock (domain 1 row 67)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class TicketStage(Word):
    RAISED = "raised", say("Raised")
    ROUTED = "routed", say("With a department")
    ANSWERED = "answered", say("Answered")
    SETTLED = "settled", say("Settled")
    WITHDRAWN = "withdrawn", say("Withdrawn")


class TicketTopic(Word):
    LICENCE = "licence", say("Licence to practise and registration")
    PROJECT = "project", say("Project and funding")
    ETHICS = "ethics", say("Ethics and human genetic resources")
    TALENT = "talent", say("Talent policy, housing, schooling")
    PROCUREMENT = "procurement", say("Procurement and equipment")
    INSURANCE = "insurance", say("Medical insurance and prices")
    DATA = "data", say("Data and information systems")
    TRAVEL = "travel", say("Travel and border crossing")
    OTHER = "other", say("Another matter")


class TicketEntryKind(Word):
    ROUTED = "routed", say("Sent to a department")
    REROUTED = "rerouted", say("Sent to another department")
    ANSWERED = "answered", say("Answered")
    ACCEPTED = "accepted", say("Answer accepted")
    REOPENED = "reopened", say("Reopened")
    ESCALATED = "escalated", say("Escalated")
    WITHDRAWN = "withdrawn", say("Withdrawn")
