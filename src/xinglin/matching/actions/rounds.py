"""An assignment round's life: open, change, compute in the background, decide every proposal, finish.

The solver proposes; nothing begins but by a person's confirmation (PIPL art. 24).
"""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import jobs, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Paragraph, Yes, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Job
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import JobState, Role
from xinglin.matching.actions import dockings, quotas
from xinglin.matching.models import Docking, Need, Proposal, Round
from xinglin.matching.queries.solving import Solution
from xinglin.matching.rules import rounds as rules
from xinglin.matching.rules.rounds import QuotaRow
from xinglin.matching.words.needs import NeedStage
from xinglin.matching.words.rounds import Objective, ProposalStage, RoundStage
from xinglin.roster.queries import candidates

Title = Annotated[str, Ask("line", longest=120)]
Few = Annotated[int, Ask("count", least=1, most=20)]
Each = Annotated[int, Ask("count", least=1, most=200)]
ReasonText = Annotated[str, Ask("text", longest=500)]
TASK = "matching.solve_round"


@transaction.atomic
def open_round(
    *,
    title: Title,
    need_ids: list[ref("matching.need")] | None = None,
    objective: Objective = Objective.TOTAL,
    per_need: Few = 1,
    load_limit: Few = 3,
    cover_needs: Count = 0,
    candidates_each: Each = 50,
    quotas: list[QuotaRow] | None = None,
    by: Account,
) -> Round:
    """Prepare a round over the needs named, or over all that are open; `cover_needs` 0 means every need is served."""
    permits.require(by, Role.SECRETARIAT)
    round_ = Round(number=lifecycle.next_number("AR"))
    _fill(round_, title=title, need_ids=need_ids, objective=objective, per_need=per_need, load_limit=load_limit,
          cover_needs=cover_needs, candidates_each=candidates_each, rows=quotas)  # fmt: skip
    lifecycle.begin(round_, by=by)
    ledger.record("matching.round_opened", by=by, subject=round_, data={
        "number": round_.number, "needs": len(round_.need_ids), "objective": str(objective),
    })  # fmt: skip
    return round_


@transaction.atomic
def change_round(
    *,
    round_id: str,
    title: Title,
    need_ids: list[ref("matching.need")] | None = None,
    objective: Objective = Objective.TOTAL,
    per_need: Few = 1,
    load_limit: Few = 3,
    cover_needs: Count = 0,
    candidates_each: Each = 50,
    quotas: list[QuotaRow] | None = None,
    by: Account,
) -> Round:
    """Change the limits, after the round was found impossible or before it was computed."""
    round_ = lifecycle.take(Round, round_id)
    permits.require(by, Role.SECRETARIAT)
    if round_.stage not in (RoundStage.DRAFT, RoundStage.INFEASIBLE, RoundStage.FAILED):
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=round_.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )
    names = ("title", "need_ids", "objective", "per_need", "load_limit", "cover_needs", "candidates_each", "quotas")
    before = {name: getattr(round_, name) for name in names}
    _fill(round_, title=title, need_ids=need_ids, objective=objective, per_need=per_need, load_limit=load_limit,
          cover_needs=cover_needs, candidates_each=candidates_each, rows=quotas)  # fmt: skip
    lifecycle.touch(round_)
    changed = sorted(name for name, value in before.items() if getattr(round_, name) != value)
    ledger.record("matching.round_changed", by=by, subject=round_, data={"fields": changed})
    return round_


@transaction.atomic
def compute_round(*, round_id: str, by: Account) -> Round:
    """Have the round computed in the background; the page shows how far it is."""
    round_ = lifecycle.take(Round, round_id)
    lifecycle.step(round_, "compute", by=by)
    job = jobs.ask(TASK, by=by, arguments={"round_id": round_.pk})
    round_.job_id, round_.failure, round_.relax, round_.gap_sentence = job.pk, {}, [], {}
    lifecycle.touch(round_)
    ledger.record("matching.round_asked", by=by, subject=round_, data={"job": job.pk})
    return round_


@transaction.atomic
def stop_round(*, round_id: str, by: Account) -> Round:
    """Stop a computation that takes too long; nothing of it is kept."""
    round_ = lifecycle.take(Round, round_id)
    lifecycle.step(round_, "stop", by=by)
    round_.failure = {"code": "stopped"}
    lifecycle.touch(round_)
    job = Job.objects.filter(pk=round_.job_id, state__in=jobs.OPEN).first()
    if job is not None and job.state != JobState.CANCELLING:
        jobs.cancel_job(job_id=job.pk, by=by)
    ledger.record("matching.round_failed", by=by, subject=round_, data={"why": "stopped"})
    return round_


@transaction.atomic
def store_solution(*, round_id: str, solution: Solution, by: Account) -> Round:
    """Keep what the solver found: proposals for people to decide, or what would have to be relaxed."""
    round_ = lifecycle.take(Round, round_id)
    round_.solved_at, round_.seconds = now(), solution.seconds
    round_.pairs, round_.candidates = solution.pairs, solution.candidates
    round_.total, round_.worst, round_.optimal, round_.gap = (
        solution.total,
        solution.worst,
        solution.optimal,
        solution.gap,
    )
    round_.relax, round_.gap_sentence = solution.relax, solution.gap_sentence
    if not solution.chosen:
        lifecycle.step(round_, "find_impossible", by=by)
        ledger.record("matching.round_impossible", by=by, subject=round_, data={"relax": len(solution.relax)})
    else:
        lifecycle.step(round_, "propose", by=by)
        kept = _propose(round_, solution, by)
        ledger.record(
            "matching.round_proposed",
            by=by,
            subject=round_,
            data={
                "proposals": kept,
                "total": round(solution.total, 4),
                "worst": round(solution.worst, 4),
                "optimal": solution.optimal,
                "gap": solution.gap,
            },
        )
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.round_solved",
                 say("The round “{title}” was computed: {stage}.", title=round_.title, stage=round_.stage_word.label),
                 subject=round_)  # fmt: skip
    return round_


@transaction.atomic
def fail_round(*, round_id: str, code: str, sentence: dict[str, Any] | None = None, by: Account) -> Round | None:
    """Note that the computation stopped. None when the round has moved on meanwhile."""
    round_ = lifecycle.take(Round, round_id)
    if round_.stage != RoundStage.COMPUTING:
        return None
    round_.failure = {"code": code, **(sentence or {})}
    lifecycle.step(round_, "fail", by=by)
    ledger.record("matching.round_failed", by=by, subject=round_, data={"why": code})
    return round_


@transaction.atomic
def confirm_proposal(
    *, proposal_id: str, invitation: Paragraph | None = None, nda: Yes = False, by: Account
) -> Docking:
    """Confirm a proposal: a docking begins and the expert is asked. Returns the docking."""
    proposal = lifecycle.take(Proposal, proposal_id)
    return _confirm(proposal, invitation or "", nda, by)


@transaction.atomic
def reject_proposal(*, proposal_id: str, reason_text: ReasonText, by: Account) -> Proposal:
    """Reject a proposal, saying why."""
    proposal = lifecycle.take(Proposal, proposal_id)
    proposal.decided_at, proposal.decided_by, proposal.reason_text = now(), by.pk, reason_text
    lifecycle.step(proposal, "reject", by=by)
    ledger.record("matching.proposal_rejected", by=by, subject=proposal, data={"round": proposal.round_id})
    return proposal


@transaction.atomic
def confirm_all(*, round_id: str, invitation: Paragraph | None = None, nda: Yes = False, by: Account) -> Round:
    """Confirm every proposal that nobody has decided yet, and finish the round."""
    round_ = lifecycle.take(Round, round_id)
    for proposal in _undecided(round_):
        if candidates.lock_choices([proposal.person_id]):
            _confirm(proposal, invitation or "", nda, by)
    return _finish(round_, by)


@transaction.atomic
def finish_round(*, round_id: str, by: Account) -> Round:
    """Finish the round; proposals nobody confirmed are rejected with it."""
    return _finish(lifecycle.take(Round, round_id), by)


@transaction.atomic
def discard_round(*, round_id: str, by: Account) -> Round:
    """Discard the round; what was confirmed already stays."""
    round_ = lifecycle.take(Round, round_id)
    _reject_rest(round_, by)
    lifecycle.step(round_, "discard", by=by)
    ledger.record("matching.round_discarded", by=by, subject=round_)
    return round_


def _fill(
    round_: Round,
    *,
    title: str,
    need_ids: list[str] | None,
    objective: Objective,
    per_need: int,
    load_limit: int,
    cover_needs: int,
    candidates_each: int,
    rows: list[QuotaRow] | None,
) -> None:
    open_needs = Need.objects.filter(stage__in=[NeedStage.OPEN, NeedStage.MATCHING])
    known = set(open_needs.filter(pk__in=need_ids).values_list("pk", flat=True) if need_ids
                else open_needs.values_list("pk", flat=True))  # fmt: skip
    if need_ids and known != set(need_ids):
        raise Refusal(
            "matching.round_closed_need", say("A need named here is not open for matching."),
            say("Leave it out, or open it first."), field="need_ids",
        )  # fmt: skip
    rules.check_limits(len(known), per_need, load_limit, rows or [])
    if cover_needs > len(known):
        raise Refusal(
            "matching.cover_many", say("Only {count} needs take part; more cannot be covered.", count=len(known)),
            say("Lower the number, or 0 for all of them."), field="cover_needs",
        )  # fmt: skip
    round_.title, round_.need_ids, round_.objective = title, sorted(known), objective
    round_.per_need, round_.load_limit, round_.cover_needs = per_need, load_limit, cover_needs
    round_.candidates_each = candidates_each
    round_.quotas = [quotas.stored(row) for row in rows or []]


def _propose(round_: Round, solution: Solution, by: Account) -> int:
    """Store the pairs whose expert, with the row locked, still takes part in automated matching."""
    willing = set(candidates.lock_choices({person for _need, person in solution.chosen}))
    kept = 0
    for need_id, person_id in solution.chosen:
        if person_id in willing:
            ranked = solution.ranked[need_id, person_id]
            proposal = Proposal(round=round_, need_id=need_id, person_id=person_id, score=ranked.score,
                                reasons=ranked.reasons, flags=ranked.flags)  # fmt: skip
            lifecycle.begin(proposal, by=by)
            kept += 1
    return kept


def _confirm(proposal: Proposal, invitation: str, nda: bool, by: Account) -> Docking:
    if not candidates.lock_choices([proposal.person_id]):
        raise Refusal(
            "matching.no_longer_ranked",
            say("This person has left the register, or no longer takes part in automated matching."),
            say("Use the search if you want to ask them yourself, or rank again."),
        )
    proposal.decided_at, proposal.decided_by = now(), by.pk
    docking = dockings.begin_docking(need_id=proposal.need_id, person_id=proposal.person_id, organisation_id=None,
                                     suggestion=None, offer=None, invitation=invitation, nda=nda, by=by)  # fmt: skip
    proposal.docking_id = docking.pk
    lifecycle.step(proposal, "confirm", by=by)
    ledger.record("matching.proposal_confirmed", by=by, subject=proposal,
                  data={"round": proposal.round_id, "docking": docking.pk})  # fmt: skip
    return docking


def _finish(round_: Round, by: Account) -> Round:
    _reject_rest(round_, by)
    lifecycle.step(round_, "confirm", by=by)
    stages = list(round_.proposals.values_list("stage", flat=True))
    ledger.record("matching.round_confirmed", by=by, subject=round_, data={
        "confirmed": stages.count(ProposalStage.CONFIRMED), "rejected": stages.count(ProposalStage.REJECTED),
    })  # fmt: skip
    return round_


def _undecided(round_: Round) -> list[Proposal]:
    rows = round_.proposals.select_for_update(of=("self",)).filter(stage=ProposalStage.OPEN)
    return list(rows.select_related("need").order_by("pk"))


def _reject_rest(round_: Round, by: Account) -> None:
    for proposal in _undecided(round_):
        proposal.decided_at, proposal.decided_by = now(), by.pk
        lifecycle.step(proposal, "reject", by=by)
        ledger.record("matching.proposal_rejected", by=by, subject=proposal, data={"round": round_.pk})
