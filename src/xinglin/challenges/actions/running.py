"""An awarded challenge runs: approved, started, finally accepted or not, terminated, assessed, archived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet, Sum

from xinglin.challenges.actions.booking import Book
from xinglin.challenges.actions.ending import Ending
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Challenge, ChangeRequest, Contract, Milestone, MoneyPurse, Project
from xinglin.challenges.queries.contracts import live_contracts
from xinglin.challenges.queries.milestones import lane_of, payments_in_hand, progress
from xinglin.challenges.rules import lanes, performance
from xinglin.challenges.rules import milestones as rules
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ChangeStage
from xinglin.challenges.words.milestones import MilestoneStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Fen, Paragraph
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster.actions.stages import require_stage

ApprovalNumber = Annotated[str, Ask("line", longest=60)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Reference = Annotated[str, Ask("line", longest=80)]


@dataclass(frozen=True)
class RepaidRow:
    """Money a team pays back at a settlement."""

    lane: Count
    source: BudgetSource
    amount_fen: Fen
    reference: Reference


@transaction.atomic
def begin_project(*, challenge_id: str, approval_number: ApprovalNumber, by: Account) -> Challenge:
    """Approve the project (立项)."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "begin_project", by=by)
    Project.objects.create(challenge=challenge, approval_number=approval_number, approved_on=today())
    data = {"approval_number": approval_number}
    ledger.record("challenges.project_approved", by=by, subject=challenge, data=data)
    return challenge


@transaction.atomic
def start_milestones(*, challenge_id: str, by: Account) -> Challenge:
    """Start the work: every milestone but the final acceptance is open, each with its day."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "start", by=by)
    contracts = list(live_contracts(challenge.pk))
    for contract in contracts:
        _open(contract.milestones.filter(final=False))
        Telling.bidder(contract.bid, "challenges.milestones_started", say("Your milestones have begun."), contract)
    ledger.record("challenges.milestones_started", by=by, subject=challenge, data={"teams": len(contracts)})
    return challenge


def _open(milestones: QuerySet[Milestone]) -> None:
    for milestone in milestones.select_for_update(of=("self",)).filter(stage=MilestoneStage.PLANNED):
        lifecycle.step(milestone, "begin", by=permits.the_program(), due_on=milestone.planned_on)


@transaction.atomic
def call_final(*, challenge_id: str, by: Account) -> Challenge:
    """Call the final acceptance once every milestone before it was accepted."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "finish", by=by)
    rules.check_finish(progress(challenge.pk))
    contracts = list(live_contracts(challenge.pk))
    for contract in contracts:
        _open(contract.milestones.filter(final=True))
        Telling.bidder(contract.bid, "challenges.final_called", say("The final acceptance was called."), contract)
    ledger.record("challenges.final_called", by=by, subject=challenge, data={"teams": len(contracts)})
    return challenge


@transaction.atomic
def accept_outcome(*, challenge_id: str, by: Account) -> Challenge:
    """Accept the outcome: the panel of every team that runs accepted its final result."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "accept", by=by)
    rules.check_accept(progress(challenge.pk))
    contracts = list(live_contracts(challenge.pk).select_for_update())
    for contract in contracts:
        Ending.call_off(contract)
        contract.ended_on = today()
        lifecycle.step(contract, "fulfil", by=permits.the_program())
        Telling.sides(contract, "challenges.outcome_accepted", say("The outcome was accepted."), contract)
    ledger.record("challenges.outcome_accepted", by=by, subject=challenge, data={"teams": len(contracts)})
    return challenge


@transaction.atomic
def refuse_outcome(*, challenge_id: str, reason: Reason, by: Account) -> Challenge:
    """Do not accept the outcome: a panel refused it. What was earned is paid first, the rest is released."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "refuse", by=by)
    rules.check_refuse(progress(challenge.pk))
    contracts = _settled(challenge)
    released = sum(_end(one, "not_accept", reason, by) for one in contracts)
    _note_end(challenge, reason)
    data = {"reason": reason[:200], "released_fen": released}
    ledger.record("challenges.outcome_refused", by=by, subject=challenge, data=data)
    return challenge


@transaction.atomic
def repair_outcome(*, challenge_id: str, until: Day, reason: Reason, by: Account) -> Challenge:
    """Give every final result its panel refused time until a day."""
    challenge = lifecycle.take(Challenge, challenge_id)
    failed = Milestone.objects.select_for_update(of=("self",)).filter(
        contract__in=live_contracts(challenge.pk).values("pk"), final=True, stage=MilestoneStage.FAILED
    )
    if not failed:
        raise Refusal("challenges.nothing_to_repair", say("No panel refused a final result."),
                      say("Wait for the votes of the panel."))  # fmt: skip
    lifecycle.step(challenge, "repair", by=by)
    for milestone in failed:
        Ending.repair(milestone, until, reason, by)
    data = {"until": until.isoformat(), "reason": reason[:200]}
    ledger.record("challenges.outcome_repaired", by=by, subject=challenge, data=data)
    return challenge


@transaction.atomic
def terminate_challenge(
    *, challenge_id: str, reason: Reason, repaid: list[RepaidRow] | None = None, by: Account
) -> Challenge:
    """End it before its time, with a settlement: what was earned is paid first, what teams pay back is recorded, and
    whatever is still committed is released to whoever gave it.
    """
    challenge = lifecycle.take(Challenge, challenge_id)
    contracts = _settled(challenge)
    lifecycle.step(challenge, "terminate", by=by)
    by_lane = {one.lane: one for one in challenge.contracts.exclude(stage="dropped")}
    for row in repaid or []:
        contract = by_lane.get(row.lane) or (contracts[0] if len(by_lane) == 1 else None)
        if contract is None or not row.amount_fen:
            raise Refusal("challenges.no_lane", say("There is no team in lane {lane}.", lane=row.lane), field="repaid")
        Book(contract, by, reference=row.reference, note=reason).repaid(row.source, row.amount_fen)
    released = sum(_end(one, "end", reason, by) for one in contracts)
    _note_end(challenge, reason)
    data = {"reason": reason[:200], "released_fen": released, "repaid_fen": sum(r.amount_fen for r in repaid or [])}
    ledger.record("challenges.terminated", by=by, subject=challenge, data=data)
    return challenge


def _settled(challenge: Challenge) -> list[Contract]:
    """The contracts that run, locked; raises while a payment is in hand: what was accepted is paid."""
    # No key of theirs changes: a vote that is being written refers to them, and is waited for below.
    contracts = list(live_contracts(challenge.pk).select_for_update(no_key=True))
    _still(contracts)
    every = list(challenge.contracts.values_list("pk", flat=True))
    if count := payments_in_hand(every):
        raise Refusal("challenges.unpaid", say("{count} tranches are not paid yet.", count=count),
                      say("The board shows them."))  # fmt: skip
    return contracts


def _still(contracts: list[Contract]) -> None:
    """Their milestones are locked: no panel's last vote makes money due while what is left of it goes elsewhere."""
    list(Milestone.objects.select_for_update(of=("self",)).filter(contract__in=contracts).order_by("pk"))


def _end(contract: Contract, move: str, reason: str, by: Account) -> int:
    released = Book(contract, by, note=reason).release_all()
    Ending.call_off(contract)
    contract.ended_on, contract.closed_because = today(), reason
    lifecycle.step(contract, move, by=permits.the_program())
    Telling.sides(contract, "challenges.terminated", say("The contract ended before its time."), contract)
    return released


def _note_end(challenge: Challenge, reason: str) -> None:
    Project.objects.filter(challenge=challenge).update(ended_because=reason)


@transaction.atomic
def eliminate_lane(*, contract_id: str, reason: Reason, by: Account) -> Contract:
    """Put a team out of the race after a gate, with reasons; what is left of its money moves to the teams that run, in
    equal parts to the fen, for their final acceptance.
    """
    key = Contract.objects.filter(pk=contract_id).values_list("challenge_id", flat=True).first()
    if key is None:
        raise absent()
    # The challenge before its contracts, and those by lane, as a termination does.
    challenge = lifecycle.take(Challenge, key)
    lanes_left = list(live_contracts(key).select_for_update(no_key=True))
    contract = next((one for one in lanes_left if one.pk == contract_id), None) or Contract.objects.get(pk=contract_id)
    require_stage(challenge, (ChallengeStage.RUNNING, ChallengeStage.FINAL_ACCEPTANCE))
    _still(lanes_left)
    others = [one for one in lanes_left if one.pk != contract.pk]
    lanes.check_elimination(
        lane_of(contract), [lane_of(one) for one in others], race=challenge.mode == AwardMode.RACE, reason=reason
    )
    lifecycle.step(contract, "eliminate", by=by)
    moved, released = _pass_on(contract, others, reason, by)
    Ending.call_off(contract)
    contract.ended_on, contract.closed_because = today(), reason
    lifecycle.touch(contract)
    data = {"lane": contract.lane, "reason": reason[:200], "moved_fen": moved, "released_fen": released}
    ledger.record("challenges.lane_eliminated", by=by, subject=contract, data=data)
    Telling.sides(contract, "challenges.lane_eliminated", say("The team was put out of the race."), contract)
    return contract


def _pass_on(contract: Contract, others: list[Contract], reason: str, by: Account) -> tuple[int, int]:
    """Move what is left to the teams that still have a final acceptance before them; without one it is released."""
    book = Book(contract, by, note=reason)
    finals = {
        one.lane: (one, milestone) for one in others
        for milestone in one.milestones.filter(final=True).exclude(stage__in=rules.OVER)
    }  # fmt: skip
    if not finals:
        return 0, book.release_all()
    moved = 0
    for lane, parts in lanes.inherited(book.left(), list(finals)).items():
        winner, milestone = finals[lane]
        for source, fen in parts.items():
            if fen:
                book.move(source, fen, winner)
                Ending.enlarge(milestone, source, fen, by)
                moved += fen
        winner.amount_fen += sum(parts.values())
        # Money won in the race is no change that somebody asked for.
        winner.signed_fen += sum(parts.values())
        lifecycle.touch(winner)
    return moved, 0


@transaction.atomic
def assess_performance(*, challenge_id: str, score: Count, note: Paragraph, by: Account) -> Challenge:
    """Assess how it did: a score, from which the level follows, and why."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, Role.SECRETARIAT)
    require_stage(challenge, (ChallengeStage.PERFORMANCE,))
    level = performance.level_of(score, configuration.value("challenges.level_scores"))
    project = Project.objects.select_for_update().get(challenge=challenge)
    project.score, project.level, project.note = score, level, note
    project.assessed_on, project.assessed_by = today(), by.pk
    project.save()
    lifecycle.touch(challenge)
    data = {"score": score, "level": str(level)}
    ledger.record("challenges.assessed", by=by, subject=challenge, data=data)
    return challenge


@transaction.atomic
def archive_challenge(*, challenge_id: str, by: Account) -> Challenge:
    """Put it away: everything was paid, assessed and decided, and nothing in it changes any more."""
    challenge = lifecycle.take(Challenge, challenge_id)
    contracts = list(challenge.contracts.values_list("pk", flat=True))
    open_changes = ChangeRequest.objects.filter(
        contract_id__in=contracts, stage__in=[ChangeStage.REQUESTED, ChangeStage.NOTICE]
    )
    assessed = Project.objects.filter(challenge=challenge, assessed_on__isnull=False).exists()
    performance.check_archive(assessed, payments_in_hand(contracts), open_changes.count())
    lifecycle.step(challenge, "archive", by=by)
    paid = MoneyPurse.objects.filter(contract_id__in=contracts).aggregate(fen=Sum("paid_fen"))["fen"] or 0
    ledger.record("challenges.archived", by=by, subject=challenge, data={"paid_fen": paid})
    return challenge
