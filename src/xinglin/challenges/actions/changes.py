"""Changes to a signed contract: asked for, approved and announced or only recorded, in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.booking import Book
from xinglin.challenges.actions.ending import Ending
from xinglin.challenges.actions.notices import end_notices, open_notice
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Challenge, ChangeRequest, Contract, Milestone, Tranche
from xinglin.challenges.queries import contracts as queries
from xinglin.challenges.queries.objections import facts_of
from xinglin.challenges.queries.terms import plan_limits
from xinglin.challenges.rules import changes as rules
from xinglin.challenges.rules.money import above
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ChangeKind, ContractStage
from xinglin.challenges.words.milestones import MilestoneStage
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Fen
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage

Name = Annotated[str, Ask("line", longest=60)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Statement = Annotated[str, Ask("text", longest=4_000)]
OPEN_MILESTONES = (MilestoneStage.PLANNED, MilestoneStage.OPEN, MilestoneStage.REPAIRING)


@dataclass(frozen=True)
class AmountRow:
    """What milestone `number` shall earn from a source."""

    number: Count
    source: BudgetSource
    amount_fen: Fen


@transaction.atomic
def request_change(
    *,
    contract_id: str,
    kind: ChangeKind,
    reason: Reason,
    amounts: list[AmountRow] | None = None,
    leader: Name | None = None,
    milestone: Count | None = None,
    due: Day | None = None,
    by: Account,
) -> ChangeRequest:
    """Ask for a change of amount, leader, the day of a milestone, or something else. An amount changed by more than the
    rule allows since the signature, or another leader, must be approved and announced.
    """
    contract = lifecycle.take(Contract, contract_id)
    permits.require(by, *rules.ASKERS, scopes=contract.scopes())
    require_stage(contract, (ContractStage.SIGNED,))
    change = ChangeRequest(number=lifecycle.next_number("BG"), contract=contract, kind=kind, reason=reason)
    if kind is ChangeKind.AMOUNT:
        change.amounts = [
            {"number": row.number, "source": str(row.source), "fen": row.amount_fen} for row in amounts or []
        ]
        change.drift_fen = _drift(contract, change)
    elif kind is ChangeKind.LEADER:
        if not leader or leader == contract.leader:
            raise Refusal("challenges.same_leader", say("Name the new leader."), field="leader")
        change.leader = leader
    elif kind is ChangeKind.TERM:
        change.milestone, change.due = _movable(contract, milestone, due), due
    change.formal = _weight(change).formal
    taken = Refusal("challenges.change_open", say("A change of this kind is being decided already."),
                    say("Wait for it, or withdraw it."), field="kind")  # fmt: skip
    with only_once({"one_change_at_a_time": taken}):
        lifecycle.begin(change, by=by)
    data = {"kind": str(kind), "formal": change.formal, "drift_fen": change.drift_fen}
    ledger.record("challenges.change_requested", by=by, subject=change, data=data)
    Telling.sides(contract, "challenges.change_requested", say("A change of the contract is asked for."), change,
                  office=True)  # fmt: skip
    return change


def _movable(contract: Contract, number: int | None, due: Day | None) -> Milestone:
    """The milestone whose day changes; days stay in order."""
    found = contract.milestones.filter(number=number or 0, stage__in=OPEN_MILESTONES).first()
    if found is None:
        raise Refusal("challenges.no_open_milestone", say("There is no open milestone of this number."),
                      field="milestone")  # fmt: skip
    days = contract.milestones.exclude(pk=found.pk)
    before = days.filter(number__lt=found.number).order_by("-number").first()
    after = days.filter(number__gt=found.number).order_by("number").first()
    if due is None or due <= today() or (before and due <= before.planned_on) or (after and due >= after.planned_on):
        raise Refusal(
            "challenges.due_out_of_order",
            say("The new day lies ahead, after the milestone before and before the one after."),
            field="due",
        )
    return found


def _drift(contract: Contract, change: ChangeRequest) -> int:
    """What the amount would differ by from the one once signed, in fen, checked against the plan's limits."""
    current = {
        (one.milestone.number, one.source): one
        for one in Tranche.objects.filter(milestone__contract=contract).exclude(stage=TrancheStage.CALLED_OFF)
        .select_related("milestone")
    }  # fmt: skip
    wanted = {key: one.amount_fen for key, one in current.items()}
    open_numbers = set(contract.milestones.filter(stage__in=OPEN_MILESTONES).values_list("number", flat=True))
    for row in change.amounts:
        key = (row["number"], row["source"])
        known = current.get(key)
        if row["number"] not in open_numbers or (known and known.stage != TrancheStage.PLANNED) or row["fen"] <= 0:
            raise Refusal(
                "challenges.amount_fixed",
                say("The tranche of milestone {number} from “{source}” cannot be changed.", number=row["number"],
                    source=BudgetSource(row["source"]).label),
                say("Only milestones that are open can earn more or less, and each tranche earns something."),
                field="amounts",
            )  # fmt: skip
        wanted[key] = row["fen"]
    if not change.amounts or wanted == {key: one.amount_fen for key, one in current.items()}:
        raise Refusal("challenges.no_change", say("This changes nothing."), field="amounts")
    whole = sum(wanted.values())
    public = sum(fen for (_number, source), fen in wanted.items() if source == BudgetSource.PUBLIC)
    if above(public, whole, plan_limits().public_most):
        raise Refusal("challenges.plan_public", say("Public money may be at most {most} % of the price.",
                                                    most=plan_limits().public_most), field="amounts")  # fmt: skip
    return whole - contract.signed_fen


def _weight(change: ChangeRequest) -> rules.Change:
    return rules.Change(ChangeKind(change.kind), change.drift_fen, change.contract.signed_fen,
                        configuration.value("challenges.change_percent"))  # fmt: skip


@transaction.atomic
def approve_change(*, change_id: str, answer: Reason, statement: Statement, by: Account) -> ChangeRequest:
    """Approve a heavy change; it is under public notice, in the words of the statement, before it comes into force."""
    challenge, _contract, change = _taken(change_id)
    notice = open_notice(challenge=challenge, about=NoticeSubject.CHANGE, text=statement, by=by)
    change.answer, change.notice = answer, notice
    lifecycle.step(change, "approve", by=by, facts=_weight(change), due_on=notice.ends_on)
    data = {"until": notice.ends_on.isoformat()}
    ledger.record("challenges.change_approved", by=by, subject=change, data=data)
    Telling.sides(change.contract, "challenges.change_approved",
                  say("A change of the contract is under notice until {day}.", day=notice.ends_on),
                  change)  # fmt: skip
    return change


@transaction.atomic
def record_change(*, change_id: str, answer: Reason | None = None, by: Account) -> ChangeRequest:
    """Record a small change; it is in force at once."""
    _challenge, contract, change = _taken(change_id)
    change.answer = answer or ""
    lifecycle.step(change, "record", by=by, facts=_weight(change))
    return _in_force(contract, change, by)


@transaction.atomic
def put_change_in_force(*, change_id: str, by: Account) -> ChangeRequest:
    """The notice is over and every objection to it decided: the change is in force."""
    _challenge, contract, change = _taken(change_id)
    lifecycle.step(change, "put_in_force", by=by, facts=facts_of(change.notice))
    return _in_force(contract, change, by)


def _taken(change_id: str) -> tuple[Challenge, Contract, ChangeRequest]:
    """The challenge, its contract and the change, locked in this order as a termination does."""
    challenge, contract, change = lifecycle.take_below(
        ChangeRequest, change_id, contract__challenge_id=Challenge, contract_id=Contract
    )
    return challenge, contract, change


def _in_force(contract: Contract, change: ChangeRequest, by: Account) -> ChangeRequest:
    require_stage(contract, (ContractStage.SIGNED,))
    if change.kind == ChangeKind.AMOUNT:
        _apply_amounts(contract, change, by)
    elif change.kind == ChangeKind.LEADER:
        contract.leader = change.leader
    elif change.kind == ChangeKind.TERM and change.milestone is not None and change.due is not None:
        milestone = lifecycle.take(Milestone, change.milestone.pk)
        require_stage(milestone, OPEN_MILESTONES)
        milestone.planned_on = change.due
        if milestone.stage == MilestoneStage.OPEN:
            milestone.due_on = change.due
        lifecycle.touch(milestone)
    lifecycle.touch(contract)
    data = {"kind": change.kind, "amount_fen": contract.amount_fen}
    ledger.record("challenges.change_in_force", by=by, subject=change, data=data)
    Telling.sides(contract, "challenges.change_in_force", say("A change of the contract is in force."), change)
    return change


def _apply_amounts(contract: Contract, change: ChangeRequest, by: Account) -> None:
    """Commit what is more, release what is less, to the fen; what was allowed when asked is asked again."""
    _drift(contract, change)
    book = Book(contract, by, reference=change.number, note=change.reason)
    for row in change.amounts:
        milestone = contract.milestones.get(number=row["number"])
        source = BudgetSource(row["source"])
        known = Tranche.objects.filter(milestone=milestone, source=source).first()
        more = row["fen"] - (known.amount_fen if known else 0)
        if more > 0:
            book.commit(source, more)
        elif more < 0:
            book.release(source, -more)
        if more:
            Ending.enlarge(milestone, source, more, by)
    contract.amount_fen = sum(queries.planned_by_source(contract).values())
    if change.formal:
        contract.signed_fen = contract.amount_fen


@transaction.atomic
def refuse_change(*, change_id: str, answer: Reason, by: Account) -> ChangeRequest:
    """Refuse it, also after its notice when somebody had good reason against it."""
    challenge, _contract, change = _taken(change_id)
    change.answer = answer
    lifecycle.step(change, "refuse", by=by)
    if change.notice is not None:
        end_notices(challenge=challenge, because="refused", only=change.notice, by=by)
    ledger.record("challenges.change_refused", by=by, subject=change, data={"reason": answer[:200]})
    Telling.sides(change.contract, "challenges.change_refused", say("A change was refused."), change)
    return change


@transaction.atomic
def withdraw_change(*, change_id: str, by: Account) -> ChangeRequest:
    """Withdraw a request that is not decided."""
    change = lifecycle.take(ChangeRequest, change_id)
    lifecycle.step(change, "withdraw", by=by)
    ledger.record("challenges.change_withdrawn", by=by, subject=change)
    return change
