"""Milestones: evidence, submission with values, the panel and its votes, time to repair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, cast

from django.db import transaction

from xinglin.challenges.actions.ending import Ending
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Milestone, PanelSeat, Submission, Tranche
from xinglin.challenges.queries import milestones as queries
from xinglin.challenges.queries.terms import panel_limits
from xinglin.challenges.rules import plans, tranches, votes
from xinglin.challenges.rules.challenges import DEMANDERS
from xinglin.challenges.rules.contracts import PARTIES
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ContractSide
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import calendar, documents, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, File, Paragraph, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account, Document, DocumentVersion
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.queries.register import people_for

EVIDENCE = "evidence"
Title = Annotated[str, Ask("line", longest=120)]
IndicatorName = Annotated[str, Ask("line", longest=120)]
Unit = Annotated[str, Ask("line", longest=20)]
Value = Annotated[Decimal, Ask("number", least=-1e12, most=1e12)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@dataclass(frozen=True)
class ValueRow:
    """The measured value of one indicator; the unit is the indicator's own unless given."""

    name: IndicatorName
    value: Value
    unit: Unit | None = None


@transaction.atomic
def add_evidence(*, milestone_id: str, title: Title, file: File, by: Account) -> Milestone:
    """Add a paper that shows what was reached."""
    milestone = lifecycle.take(Milestone, milestone_id)
    _team(milestone, by)
    require_stage(milestone, (MilestoneStage.OPEN, MilestoneStage.REPAIRING))
    documents.add(subject=milestone, title=title, upload=file, purpose=EVIDENCE, by=by)
    lifecycle.touch(milestone)
    ledger.record("challenges.evidence_added", by=by, subject=milestone, data={"title": title})
    return milestone


@transaction.atomic
def submit_milestone(
    *, milestone_id: str, statement: Paragraph, indicators: list[ValueRow], file: File | None = None, by: Account
) -> Milestone:
    """Hand a milestone in for acceptance: a value for every indicator, and at least one paper as evidence that was not
    handed in before. Milestones come in their order.
    """
    milestone = lifecycle.take(Milestone, milestone_id)
    _team(milestone, by)
    earlier = milestone.contract.milestones.filter(number__lt=milestone.number)
    if earlier.exclude(stage=MilestoneStage.ACCEPTED).exists():
        raise Refusal("challenges.not_in_order", say("An earlier milestone was not accepted yet."),
                      say("Milestones are accepted in their order."))  # fmt: skip
    rows = list(milestone.indicators.all())
    targets = [plans.Target(one.name, one.unit, one.target, Direction(one.direction)) for one in rows]
    values = plans.check_values(targets, [(row.name, row.value, row.unit or "") for row in indicators])
    if file is not None:
        documents.add(subject=milestone, title=file.name[:120], upload=file, purpose=EVIDENCE, by=by)
    evidence = _evidence(milestone)
    if not evidence:
        raise Refusal("challenges.no_evidence", say("Nothing shows what was reached."),
                      say("Add a paper: a report, a protocol, a picture."), field="file")  # fmt: skip
    lifecycle.step(milestone, "submit", by=by)
    Submission.objects.create(
        milestone=milestone, ordinal=milestone.submissions.count() + 1, statement=statement, evidence=evidence,
        values={name: str(value) for name, value in values.items()}, submitted_by=by.pk,
    )  # fmt: skip
    for one in rows:
        one.value = values[one.name]
        one.save(update_fields=["value"])
    met = sum(plans.meets(target, values[target.name]) for target in targets)
    data = {"number": milestone.number, "met": met, "indicators": len(targets)}
    ledger.record("challenges.milestone_submitted", by=by, subject=milestone, data=data)
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.milestone_submitted",
                 say("A milestone was submitted and needs its panel."), subject=milestone)  # fmt: skip
    return milestone


def _evidence(milestone: Milestone) -> list[str]:
    """The papers added since the last submission, by SHA-256."""
    handed_in = {sha for one in milestone.submissions.all() for sha in one.evidence}
    papers = Document.objects.filter(subject_kind="challenges.milestone", subject_id=milestone.pk, purpose=EVIDENCE)
    rows = DocumentVersion.objects.filter(document__in=papers).order_by("created_at").values_list("blob_id", flat=True)
    return [sha for sha in dict.fromkeys(rows) if sha not in handed_in]


@transaction.atomic
def name_panel(*, milestone_id: str, members: list[ref("roster.person")], by: Account) -> Milestone:
    """Name who judges it: an odd number, nobody of the team. The final acceptance has a larger panel."""
    milestone = lifecycle.take(Milestone, milestone_id)
    _check_members(milestone, members, by)
    lifecycle.step(milestone, "name_panel", by=by)
    submission = queries.latest(milestone)
    for key in members:
        PanelSeat.objects.create(submission=submission, person_id=key)
    ledger.record("challenges.panel_named", by=by, subject=milestone, data={"members": len(members)})
    _tell_panel(milestone, members)
    return milestone


def _check_members(milestone: Milestone, members: list[str], by: Account) -> None:
    persons = list(people_for(by).filter(pk__in=members, stage="active"))
    if strange := set(members) - {one.pk for one in persons}:
        raise Refusal("challenges.nobody", say("One of these people is not in the register: {key}.",
                                               key=sorted(strange)[0][:26]), field="members")  # fmt: skip
    barred = queries.barred_from(milestone.contract, persons)
    votes.check_panel(members, barred, panel_limits(final=milestone.final))


def _tell_panel(milestone: Milestone, members: list[str]) -> None:
    told = notices.holders(Role.EXPERT, scopes=[("person", key) for key in members])
    people = [one for one in told if set(permits.scope_ids(one, "person", Role.EXPERT)) & set(members)]
    notices.tell(people, "challenges.panel_named", say("You are asked to judge a milestone."), subject=milestone)


@transaction.atomic
def replace_member(
    *,
    milestone_id: str,
    leaving_id: ref("roster.person"),
    joining_id: ref("roster.person"),
    reason: Reason,
    by: Account,
) -> Milestone:
    """A member who cannot judge leaves before voting, and another takes the seat."""
    milestone = lifecycle.take(Milestone, milestone_id)
    seats = queries.seats_of(milestone)
    leaving = next((seat for seat in seats if seat.person_id == leaving_id and not seat.verdict), None)
    if leaving is None:
        raise Refusal("challenges.not_leaving", say("This person does not sit here, or has voted."),
                      say("A vote stands; only a member who did not vote can be replaced."),
                      field="leaving_id")  # fmt: skip
    members = [seat.person_id for seat in seats if seat.person_id != leaving_id]
    _check_members(milestone, [*members, joining_id], by)
    lifecycle.step(milestone, "replace_member", by=by, due_on=milestone.due_on)
    leaving.left_because = reason
    leaving.save(update_fields=["left_because"])
    if leaving.submission.seats.filter(person_id=joining_id).exists():
        raise Refusal("challenges.left_before", say("This person left the panel before."), field="joining_id")
    PanelSeat.objects.create(submission=leaving.submission, person_id=joining_id)
    ledger.record("challenges.panel_member_replaced", by=by, subject=milestone, data={"reason": reason[:200]})
    _tell_panel(milestone, [joining_id])
    return milestone


@transaction.atomic
def cast_vote(*, milestone_id: str, verdict: Verdict, opinion: Paragraph, by: Account) -> Milestone:
    """Vote with an opinion, under one's own name. As soon as the votes still out cannot change it, it is decided."""
    milestone = lifecycle.take(Milestone, milestone_id)
    require_stage(milestone, (MilestoneStage.VOTING,))
    seat = queries.seat_of(milestone, by)
    votes.check_vote(seat is not None, bool(seat and seat.verdict), opinion)
    seat = cast(PanelSeat, seat)
    lifecycle.step(milestone, "vote", by=by, due_on=milestone.due_on)
    seat.verdict, seat.opinion, seat.voted_at, seat.voted_by = verdict, opinion, now(), by.pk
    seat.save()
    ledger.record("challenges.voted", by=by, subject=milestone, data={"verdict": str(verdict)})
    _decide(milestone, by)
    return milestone


def _decide(milestone: Milestone, by: Account) -> None:
    """The panel's decision, once it stands: tranches come due, or the milestone failed."""
    seats = queries.seats_of(milestone)
    given = queries.votes_of(seats)
    decision = votes.outcome(given, len(seats), panel_limits(final=milestone.final))
    if decision is None:
        return
    submission, program = cast(Submission, queries.latest(milestone)), permits.the_program()
    submission.outcome = decision
    submission.save(update_fields=["outcome"])
    milestone.decided_at = now()
    accepted = decision is Verdict.ACCEPT
    lifecycle.step(milestone, "pass" if accepted else "fail", by=program)
    event = "challenges.milestone_accepted" if accepted else "challenges.milestone_failed"
    data = {"accepted": given.count(Verdict.ACCEPT), "members": len(seats)}
    ledger.record(event, by=by, subject=milestone, data=data)
    if accepted:
        # Only these rows: their order reads the contract, which somebody who ends it may hold and wait for this vote.
        for tranche in Tranche.objects.select_for_update(of=("self",)).filter(
            milestone=milestone, stage=TrancheStage.PLANNED
        ):
            facts = tranches.Facts(milestone.stage, BudgetSource(tranche.source))
            lifecycle.step(tranche, "begin", by=program, facts=facts)
    said = say("A panel accepted a milestone.") if accepted else say("A panel did not accept a milestone.")
    Telling.sides(milestone.contract, event, said, milestone, office=True)


@transaction.atomic
def allow_repair(*, milestone_id: str, until: Day, reason: Reason, by: Account) -> Milestone:
    """Give a failed milestone time: it is submitted again by that day, with new evidence."""
    milestone = lifecycle.take(Milestone, milestone_id)
    require_stage(milestone.contract.challenge, (ChallengeStage.RUNNING,))
    return Ending.repair(milestone, until, reason, by)


@transaction.atomic
def warn_of_overdue(*, by: Account) -> int:
    """Tell the demander of every milestone whose day is past; the team and the secretariat are told by the calendar.

    Safe to run twice a day. Returns how many notices were new.
    """
    told = 0
    late = Milestone.objects.filter(stage__in=[MilestoneStage.OPEN, MilestoneStage.REPAIRING], due_on__lt=today())
    for milestone in late.select_related("contract__challenge").order_by("due_on"):
        since = cast(date, milestone.due_on)
        people = notices.holders(*DEMANDERS, scopes=milestone.contract.side_scopes(ContractSide.DEMANDER))
        new = calendar.remind(subject=milestone, due_on=since, day=today(), what=say("Submit for acceptance"),
                              who=people, overseers=())  # fmt: skip
        if new:
            ledger.record("challenges.milestone_overdue", by=by, subject=milestone, data={"since": since.isoformat()})
        told += new
    return told


def _team(milestone: Milestone, by: Account) -> None:
    permits.require(by, *PARTIES, scopes=milestone.contract.bid.scopes())
