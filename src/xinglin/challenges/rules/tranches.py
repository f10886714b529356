"""When a part of the money may be paid, and what becomes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.challenges.rules.challenges import DEMANDERS, PROGRAM
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.milestones import MilestoneStage
from xinglin.challenges.words.money import TrancheStage as S
from xinglin.kernel.machine import Machine, Move
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class Facts:
    """What a payment rests on: its milestone, its source, and whether the demander's own part of it was paid."""

    milestone: str
    source: BudgetSource
    own_unpaid: bool = False
    own_first: bool = False


def check_payment(facts: Facts) -> None:
    """Raise a Refusal unless the milestone was accepted (domain 4.2), and the demander paid first where that is the
    rule (domain 4.4)."""
    if facts.milestone != MilestoneStage.ACCEPTED:
        raise Refusal("challenges.not_accepted", say("The milestone of this tranche was not accepted."),
                      say("A tranche is paid after its milestone was accepted."))  # fmt: skip
    if facts.own_first and facts.own_unpaid and facts.source is not BudgetSource.OWN:
        raise Refusal("challenges.demander_first", say("The demander's own part of this milestone is not paid yet."),
                      say("Public money and funds follow the demander's own payment."))  # fmt: skip


TRANCHE_MOVES = Machine(
    "challenges.tranche",
    S,
    S.PLANNED,
    frozenset({S.PAID, S.CALLED_OFF}),
    (
        Move("begin", S.PLANNED, S.DUE, PROGRAM, say("Its milestone was accepted"), guard=check_payment),
        Move("instruct", S.DUE, S.INSTRUCTED, DEMANDERS, say("Instruct the payment"), guard=check_payment,
             awaited=True, due=15),
        Move("confirm", S.INSTRUCTED, S.PAID, DEMANDERS, say("Record that it was paid"), awaited=True, due=10),
        Move("bank_return", (S.INSTRUCTED, S.PAID), S.RETURNED, DEMANDERS, say("Record that the bank returned it")),
        Move("reissue", S.RETURNED, S.INSTRUCTED, DEMANDERS, say("Issue it again"), guard=check_payment, awaited=True,
             due=10),
        Move("call_off", S.PLANNED, S.CALLED_OFF, PROGRAM, say("The work ended before")),
    ),
)  # fmt: skip

# Earned, and not yet with the team.
IN_HAND = (S.DUE, S.INSTRUCTED, S.RETURNED)
