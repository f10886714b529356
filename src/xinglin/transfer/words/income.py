"""Income and its distribution: lines, costs, parties. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class EntryKind(Word):
    """A line of the book of one transfer; nothing is ever taken out of it, a wrong line is reversed."""

    RECEIVED = "received", say("Payment received")
    RETURNED = "returned", say("Payment returned")
    COST = "cost", say("Cost")
    TAX = "tax", say("Tax")
    SHARES = "shares", say("Shares received")
    PROFIT = "profit", say("Operating profit of a year")


class CostKind(Word):
    """What may count as a cost; which kinds do is a dated rule."""

    PATENT = "patent", say("Patent application and maintenance")
    VALUATION = "valuation", say("Valuation")
    AGENCY = "agency", say("Agency and market fees")
    TESTING = "testing", say("Testing and pilot run")
    LEGAL = "legal", say("Legal fees")
    RESEARCH = "research", say("Research and development")
    OTHER = "other", say("Other cost")


class Measure(Word):
    """What is shared out."""

    FEN = "fen", say("Money")
    SHARES = "shares", say("Shares of the company")


class Party(Word):
    """Who receives a line of a distribution."""

    OWNER = "owner", say("Inventor as co-owner")
    MAIN = "main", say("Main contributor")
    OTHER = "other", say("Other contributor")
    STAFF = "staff", say("Transfer staff")
    UNIT = "unit", say("The unit, mainly for research")
