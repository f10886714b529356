"""Milestones and tranches, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.challenges.actions import milestones, payments
from xinglin.challenges.dossiers.contracts import bidder_of
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Milestone, Tranche
from xinglin.challenges.queries import contracts as contract_queries
from xinglin.challenges.queries import milestones as queries
from xinglin.challenges.rules import plans
from xinglin.challenges.rules.contracts import PARTIES
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.challenges.words.money import MoneyKind
from xinglin.kernel import permits
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.money import in_column
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say


def _facts(one: Milestone, _actor: Actor) -> Sequence[Fact]:
    contract = one.contract
    return [
        Fact(say("Challenge"), str(contract.challenge), links=("challenges.challenge", contract.challenge_id)),
        Fact(say("Contract"), str(contract), links=("challenges.contract", contract.pk)),
        Fact(say("Who takes it up"), bidder_of(contract)),
        Fact(say("Content"), one.content),
        Fact(say("Planned for"), one.planned_on),
        Fact(say("Gate of the race"), say("Yes") if one.gate else None),
        Fact(say("Final acceptance"), say("Yes") if one.final else None),
        Fact(say("Times repaired"), one.repairs or None),
        Fact(say("Why it is repaired"), one.repair_note or None),
        Fact(say("Decided at"), one.decided_at),
    ]


def _met(target: plans.Target, value: Any) -> Phrase | None:
    if value is None:
        return None
    return say("Met") if plans.meets(target, value) else say("Not met")


def _sections(one: Milestone, _actor: Actor) -> Sequence[Section]:
    targets = [
        (row, plans.Target(row.name, row.unit, row.target, Direction(row.direction))) for row in one.indicators.all()
    ]
    found = [Section(
        say("Indicators"), [say("Indicator"), say("Direction"), say("Target"), say("Value"), say("Unit"), say("State")],
        [[row.name, target.direction, f"{row.target.normalize():f}",
          f"{row.value.normalize():f}" if row.value is not None else None, row.unit or None, _met(target, row.value)]
         for row, target in targets],
    )]  # fmt: skip
    for submission in one.submissions.prefetch_related("seats__person"):
        seats = submission.seats.order_by("created_at")
        found.append(Section(
            say("Submission {number}: {statement}", number=submission.ordinal, statement=submission.statement[:200]),
            [say("Member"), say("Vote"), say("Opinion"), say("Voted at")],
            [[str(seat.person), Verdict(seat.verdict) if seat.verdict else say("Left the panel") if seat.left_because
              else None, seat.opinion or seat.left_because or None, seat.voted_at] for seat in seats],
        ))  # fmt: skip
    tranches = one.tranches.order_by("source")
    found.append(Section(
        say("Tranches"), [say("Source of the money"), say("Amount (yuan)"), say("Stage")],
        [[BudgetSource(row.source), in_column(row.amount_fen), row.stage_word] for row in tranches],
    ))  # fmt: skip
    return found


def _related(one: Milestone, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for tranche in queries.tranches_for(actor).filter(milestone=one).order_by("source"):
        yield say("Tranche"), "challenges.tranche", tranche


def _turn(one: Milestone, actor: Account, move: str) -> bool:
    """The team submits; whoever holds a seat and has not voted votes."""
    if move == "submit":
        return permits.holds(actor, *PARTIES, scopes=one.contract.bid.scopes())
    if move == "vote":
        seat = queries.seat_of(one, actor)
        return seat is not None and not seat.verdict
    return True


def _values_asked(one: Milestone, _by: Account) -> dict[str, Any]:
    """A row for each indicator, with the value handed in last."""
    return {
        "indicators": [
            milestones.ValueRow(row.name, row.value, row.unit or None)  # type: ignore[arg-type]
            for row in one.indicators.all()
        ]
    }


WORKING = frozenset({str(MilestoneStage.OPEN), str(MilestoneStage.REPAIRING)})

register(Kind(
    name="challenges.milestone", model=Milestone, key="milestone_id", label=say("Milestone"), plural=say("Milestones"),
    visible=queries.milestones_for, mine=queries.own_milestones, title=str, facts=_facts, sections=_sections,
    related=_related, turn=_turn,
    columns=[
        (say("Milestone"), str), (say("Challenge"), lambda row: str(row.contract.challenge)),
        (say("Content"), lambda row: row.content), (say("Planned for"), lambda row: row.planned_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("add_evidence", milestones.add_evidence, say("Add evidence"), roles=PARTIES, stages=WORKING),
        Verb("submit", milestones.submit_milestone, say("Submit for acceptance"), move="submit",
             prefill=_values_asked),
        Verb("name_panel", milestones.name_panel, say("Name the panel"), move="name_panel"),
        Verb("vote", milestones.cast_vote, say("Vote"), move="vote"),
        Verb("replace_member", milestones.replace_member, say("Replace a member of the panel"), move="replace_member"),
        Verb("allow_repair", milestones.allow_repair, say("Give time to repair"), move="allow_repair"),
    ],
    group=GROUP,
))  # fmt: skip


def _tranche_facts(one: Tranche, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Milestone"), str(one.milestone), links=("challenges.milestone", one.milestone_id)),
        Fact(say("Contract"), str(one.milestone.contract), links=("challenges.contract", one.milestone.contract_id)),
        Fact(say("Recipient"), bidder_of(one.milestone.contract)),
        Fact(say("Source of the money"), BudgetSource(one.source)),
        Fact(say("Amount"), one.amount_fen, fen=True),
        Fact(say("Times the bank was told"), one.attempts or None),
        Fact(say("Payment reference"), one.reference or None),
    ]


def _tranche_sections(one: Tranche, _actor: Actor) -> Sequence[Section]:
    rows = [
        [
            entry.happened_on,
            MoneyKind(entry.kind),
            in_column(entry.amount_fen),
            entry.reference or None,
            entry.note or None,
        ]
        for entry in one.money.order_by("created_at")
    ]
    columns = [say("Day"), say("What"), say("Amount (yuan)"), say("Payment reference"), say("Note")]
    return [Section(say("Money"), columns, rows)] if rows else []


def _may_pay(one: Tranche, actor: Account, _move: str) -> bool:
    return contract_queries.may_pay(one, actor)


register(Kind(
    name="challenges.tranche", model=Tranche, key="tranche_id", label=say("Tranche"), plural=say("Tranches"),
    visible=queries.tranches_for, mine=queries.own_tranches, title=str, facts=_tranche_facts,
    sections=_tranche_sections, turn=_may_pay,
    columns=[
        (say("Tranche"), str), (say("Challenge"), lambda row: str(row.milestone.contract.challenge)),
        (say("Source of the money"), lambda row: BudgetSource(row.source)),
        (say("Amount (yuan)"), lambda row: in_column(row.amount_fen)),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("instruct", payments.instruct_payment, say("Instruct the payment"), move="instruct"),
        Verb("confirm", payments.confirm_payment, say("Record that it was paid"), move="confirm"),
        Verb("bank_return", payments.record_return, say("Record that the bank returned it"), move="bank_return"),
        Verb("reissue", payments.reissue_payment, say("Issue it again"), move="reissue"),
    ],
    filters={"source": (say("Source of the money"), BudgetSource)}, group=GROUP,
))  # fmt: skip
