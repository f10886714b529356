"""Money of a challenge: where it can be, and what moves it. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class MoneyPlace(Word):
    """Where a fen of a contract is. It is in exactly one of these at any time."""

    PURSE = "purse", say("With whoever gives it")
    COMMITTED = "committed", say("Committed and not paid")
    ON_THE_WAY = "on_the_way", say("At the bank")
    PAID = "paid", say("Paid out")


class MoneyKind(Word):
    """What moves money from one place to another."""

    COMMITTED = "committed", say("Committed")
    INSTRUCTED = "instructed", say("Payment instructed")
    PAID = "paid", say("Paid out")
    RETURNED = "returned", say("Returned by the bank")
    REISSUED = "reissued", say("Payment issued again")
    MOVED = "moved", say("Moved to another lane")
    RELEASED = "released", say("Released to whoever gave it")
    REPAID = "repaid", say("Paid back by the team")


class TrancheStage(Word):
    """A part of the money that one milestone earns from one source."""

    PLANNED = "planned", say("Waiting for its milestone")
    DUE = "due", say("Due for payment")
    INSTRUCTED = "instructed", say("Payment at the bank")
    RETURNED = "returned", say("Returned by the bank")
    PAID = "paid", say("Paid out")
    CALLED_OFF = "called_off", say("Called off")
