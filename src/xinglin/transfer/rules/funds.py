"""The lives of a grant call and of an investment deal; declarations of interest before every stage. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.transfer.words.funds import DealStage as D
from xinglin.transfer.words.funds import GrantStage as G

FUNDERS = roles(Role.SECRETARIAT, Role.LIAISON)
MANAGERS = roles(Role.SECRETARIAT, Role.LIAISON, Role.COMPANY)
ADVISERS = roles(Role.EXPERT)
EARLY = (D.LEAD, D.SCREENING, D.DUE_DILIGENCE, D.COMMITTEE, D.APPROVED)
OPEN_DEAL = (*EARLY, D.AGREED, D.FUNDED, D.POST)


@dataclass(frozen=True)
class Budget:
    budget_fen: int
    planned: Sequence[tuple[str, int]]


def budget_holds(facts: Budget) -> None:
    """Every challenge once, by its number, and together within the budget."""
    numbers = [number for number, _fen in facts.planned]
    if len(set(numbers)) != len(numbers):
        raise Refusal(
            "transfer.challenge_numbers", say("Name every challenge once by its number, such as JB-2026-0001."),
            field="challenges",
        )  # fmt: skip
    if sum(fen for _number, fen in facts.planned) > facts.budget_fen:
        raise Refusal(
            "transfer.over_budget", say("The challenges together ask for more than the budget."), field="challenges"
        )  # fmt: skip


def has_challenges(facts: Budget) -> None:
    budget_holds(facts)
    if not facts.planned or facts.budget_fen <= 0:
        raise Refusal(
            "transfer.no_challenges", say("The grant call has no challenge yet."), say("Name its challenges first.")
        )  # fmt: skip


@dataclass(frozen=True)
class Interests:
    """Who advises, who declared for the stage that comes next, who has an interest; and what that stage needs."""

    advisers: Collection[str]
    declared: Collection[str]
    conflicted: Collection[str]
    minutes: bool = True
    amount_fen: int = 1
    tranches: Sequence[int] = ()
    promises_nothing: bool = True
    qualified_only: bool = True
    unpaid: int = 0


def interests_are_declared(facts: Interests) -> None:
    """条例 art. 26: whoever advises declares before each stage; whoever has an interest advises no more."""
    if open_ones := sorted(set(facts.advisers) - set(facts.declared)):
        raise Refusal(
            "transfer.not_declared",
            say("{count} advising experts have not declared their interests for this stage.", count=len(open_ones)),
            say("Ask them to declare, or let them advise no more."),
        )
    if set(facts.advisers) & set(facts.conflicted):
        raise Refusal(
            "transfer.conflicted",
            say("An adviser declared an interest in this deal."),
            say("Let them advise no more; the declaration stays on record."),
        )


def is_approved(facts: Interests) -> None:
    interests_are_declared(facts)
    if not facts.minutes or facts.amount_fen <= 0:
        raise Refusal("transfer.no_decision", say("The committee's decision has minutes and an amount."),
                      field="amount_fen")  # fmt: skip


def is_agreed(facts: Interests) -> None:
    """条例 arts 18, 20, 24: qualified investors only, no promise of principal or return; tranches sum to the amount."""
    interests_are_declared(facts)
    if not facts.promises_nothing or not facts.qualified_only:
        raise Refusal(
            "transfer.promise",
            say("The agreement may promise neither principal nor a least return, and only qualified investors join."),
            say("Have the agreement corrected."),
            field="promises_nothing" if not facts.promises_nothing else "qualified_only",
        )
    if not facts.tranches or any(fen <= 0 for fen in facts.tranches) or sum(facts.tranches) != facts.amount_fen:
        raise Refusal(
            "transfer.tranches", say("The tranches do not make exactly the amount the committee approved."),
            field="tranches",
        )  # fmt: skip


def all_tranches_are_paid(facts: Interests) -> None:
    interests_are_declared(facts)
    if facts.unpaid:
        raise Refusal("transfer.unpaid", say("{count} tranches are not paid yet.", count=facts.unpaid))


GRANT_MOVES = Machine(
    "transfer.grantcall",
    G,
    G.DRAFT,
    frozenset({G.CLOSED, G.CANCELLED}),
    (
        Move("open_call", G.DRAFT, G.OPEN, FUNDERS, say("Open the grant call"), has_challenges, True, 30),
        Move("close", G.OPEN, G.CLOSED, FUNDERS, say("Close"), None, True),
        Move("cancel", (G.DRAFT, G.OPEN), G.CANCELLED, FUNDERS, say("Cancel the grant call")),
    ),
)

DEAL_MOVES = Machine(
    "transfer.deal",
    D,
    D.LEAD,
    frozenset({D.EXITED, D.DECLINED}),
    (
        Move("screen", D.LEAD, D.SCREENING, MANAGERS, say("Begin the screening"), interests_are_declared, True, 30),
        Move("examine", D.SCREENING, D.DUE_DILIGENCE, MANAGERS, say("Begin the due diligence"),
             interests_are_declared, True, 30),
        Move("submit", D.DUE_DILIGENCE, D.COMMITTEE, MANAGERS, say("Bring before the committee"),
             interests_are_declared, True, 60),
        Move("approve", D.COMMITTEE, D.APPROVED, MANAGERS, say("Enter the committee's approval"), is_approved,
             True, 30),
        Move("agree", D.APPROVED, D.AGREED, MANAGERS, say("Enter the agreement"), is_agreed, True, 60),
        Move("fund", D.AGREED, D.FUNDED, MANAGERS, say("Begin the funding"), interests_are_declared, True, 30),
        Move("manage", D.FUNDED, D.POST, MANAGERS, say("Go over to post-investment"), all_tranches_are_paid, True),
        Move("exit", D.POST, D.EXITED, MANAGERS, say("Enter the exit"), interests_are_declared, True),
        Move("decline", EARLY, D.DECLINED, MANAGERS, say("Decline the deal")),
    ),
)  # fmt: skip
