"""A pairing's life: propose, agree, set goals, start, review each quarter, close with its result."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Day, Paragraph, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.appointments import agreement_or_absent
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import GoalProgress, Pairing, PairingGoal, PairingReview
from xinglin.roster.queries import pairings as queries
from xinglin.roster.rules import pairings as rules
from xinglin.roster.words.pairings import (
    PairingLevel,
    PairingProgramme,
    PairingResult,
    PairingSide,
    PairingStage,
    ReviewVerdict,
)

WORKING = (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
Department = Annotated[str, Ask("line", longest=80)]
What = Annotated[str, Ask("line", longest=200)]
Indicator = Annotated[str, Ask("line", longest=120)]
Unit = Annotated[str, Ask("line", longest=20)]
Proof = Annotated[str, Ask("line", longest=300)]
Amount = Annotated[Decimal, Ask("number", least=-1e9, most=1e9)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Paper = Annotated[str, Ask("line", longest=200)]


@dataclass(frozen=True)
class GoalRow:
    """One goal: what, measured by which indicator, from where to where, by when."""

    what: What
    indicator: Indicator
    target: Amount
    baseline: Amount = Decimal(0)
    unit: Unit | None = None
    due_on: Day | None = None


@dataclass(frozen=True)
class ProgressRow:
    """How far goal `number` is now, and what shows it."""

    number: Count
    value: Amount
    evidence: Proof


@transaction.atomic
def propose_pairing(
    *,
    programme: PairingProgramme,
    level: PairingLevel,
    supporting_organisation_id: ref("roster.organisation"),
    supported_organisation_id: ref("roster.organisation"),
    starts: Day,
    until: Day | None = None,
    supporting_department: Department | None = None,
    supporting_person_id: ref("roster.person") | None = None,
    supported_department: Department | None = None,
    supported_person_id: ref("roster.person") | None = None,
    aim: Paragraph | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    goals: list[GoalRow] | None = None,
    by: Account,
) -> Pairing:
    """Propose who supports whom. Both sides are asked; one doctor is paired with one doctor."""
    places = [("organisation", supporting_organisation_id), ("organisation", supported_organisation_id)]
    permits.require(by, *WORKING, scopes=places)
    doctors = level == PairingLevel.DOCTOR
    pairing = Pairing(
        programme=programme, level=level, starts=starts, until=until, aim=aim or "",
        supporting_organisation=organisation_or_absent(supporting_organisation_id),
        supported_organisation=organisation_or_absent(supported_organisation_id),
        supporting_department="" if level == PairingLevel.HOSPITAL else supporting_department or "",
        supported_department="" if level == PairingLevel.HOSPITAL else supported_department or "",
        supporting_person=person_or_absent(supporting_person_id) if doctors and supporting_person_id else None,
        supported_person=person_or_absent(supported_person_id) if doctors and supported_person_id else None,
        agreement=agreement_or_absent(agreement_id) if agreement_id else None,
    )  # fmt: skip
    rules.sides_fit_level(_sides(pairing))
    pairing.keys = keys_of(pairing.name_of(PairingSide.SUPPORTING), pairing.name_of(PairingSide.SUPPORTED),
                           str(pairing.supporting_organisation), str(pairing.supported_organisation))  # fmt: skip
    with only_once(_TAKEN):
        lifecycle.begin(pairing, by=by)
    _write_goals(pairing, goals or [])
    ledger.record("roster.pairing_proposed", by=by, subject=pairing,
                  data={"level": str(level), "programme": str(programme)})  # fmt: skip
    _tell(pairing, "roster.pairing_proposed", say("A pairing is proposed and waits for your consent."))
    return pairing


def _sides(pairing: Pairing) -> rules.Sides:
    return rules.Sides(
        level=PairingLevel(pairing.level),
        organisations=(pairing.supporting_organisation_id, pairing.supported_organisation_id),
        departments=(pairing.supporting_department, pairing.supported_department),
        persons=(pairing.supporting_person_id or "", pairing.supported_person_id or ""),
        starts=pairing.starts,
        until=pairing.until,
    )


_TAKEN = {
    "supports_one_doctor": Refusal(
        "pairings.supports_another", say("This doctor supports another doctor already."),
        say("Close that pairing first: support is one to one."), field="supporting_person_id",
    ),
    "supported_by_one_doctor": Refusal(
        "pairings.supported_already", say("This doctor is supported by another doctor already."),
        say("Close that pairing first: support is one to one."), field="supported_person_id",
    ),
    "pair_once": Refusal(
        "pairings.again", say("These two are paired already."), say("Open the pairing that exists."),
        field="supported_organisation_id",
    ),
}  # fmt: skip


@transaction.atomic
def set_goals(*, pairing_id: str, goals: list[GoalRow], by: Account) -> Pairing:
    """Write the goals anew. Once the pairing runs they stand."""
    pairing = lifecycle.take(Pairing, pairing_id)
    permits.require(by, *WORKING, scopes=pairing.scopes())
    require_stage(pairing, (PairingStage.PROPOSED, PairingStage.AGREED))
    _write_goals(pairing, goals)
    lifecycle.touch(pairing)
    ledger.record("roster.goals_set", by=by, subject=pairing, data={"goals": len(goals)})
    return pairing


def _write_goals(pairing: Pairing, goals: list[GoalRow]) -> None:
    pairing.goals.all().delete()
    for number, row in enumerate(goals, start=1):
        if row.target == row.baseline:
            raise Refusal(
                "pairings.goal_stands_still",
                say("“{what}” is to reach the value it has already.", what=row.what),
                say("Give a target that differs from where it stands."),
                field="goals",
            )
        PairingGoal.objects.create(
            pairing=pairing, ordinal=number, what=row.what, indicator=row.indicator, baseline=row.baseline,
            target=row.target, unit=row.unit or "", due_on=row.due_on,
        )  # fmt: skip


@transaction.atomic
def agree_to_pairing(*, pairing_id: str, side: PairingSide | None = None, by: Account) -> Pairing:
    """A side agrees. When both have, the pairing can start."""
    pairing = lifecycle.take(Pairing, pairing_id)
    return _agree(pairing, _own_side(pairing, side, by), "agree", by)


@transaction.atomic
def record_pairing_consent(*, pairing_id: str, side: PairingSide, paper: Paper, by: Account) -> Pairing:
    """A side agreed in writing; say where the paper is kept."""
    pairing = lifecycle.take(Pairing, pairing_id)
    return _agree(pairing, side, "record_consent", by, require_reason(paper, field="paper"))


def _agree(pairing: Pairing, side: PairingSide, move: str, by: Account, paper: str = "") -> Pairing:
    if getattr(pairing, f"{side}_agreed_at") is not None:
        raise Refusal("pairings.agreed_already", say("This side has agreed already."), field="side")
    setattr(pairing, f"{side}_agreed_at", now())
    setattr(pairing, f"{side}_agreed_by", by.pk)
    lifecycle.step(pairing, move, by=by, due_on=pairing.due_on)
    data = {"side": str(side), "paper": paper}
    ledger.record("roster.pairing_agreed", by=by, subject=pairing, data=data)
    consents = rules.Consents(pairing.supporting_agreed_at is not None, pairing.supported_agreed_at is not None)
    if consents.supporting and consents.supported:
        lifecycle.step(pairing, "settle", by=by, facts=consents)
        _tell(pairing, "roster.pairing_agreed", say("Both sides agree; the pairing can start."))
    return pairing


def _own_side(pairing: Pairing, side: PairingSide | None, by: Account) -> PairingSide:
    own = [each for each in queries.sides_of(pairing, by) if side in (None, each)]
    if not own:
        scopes = pairing.side_scopes(side) if side else []
        permits.require(by, *queries.SIDE_ROLES, scopes=scopes)
    still = [each for each in own if getattr(pairing, f"{each}_agreed_at") is None]
    if len(still) > 1 or not own:
        raise Refusal("pairings.which_side", say("Say for which side you speak."), say("Name the side."), field="side")
    return (still or own)[0]


@transaction.atomic
def decline_pairing(*, pairing_id: str, reason: Reason, by: Account) -> Pairing:
    """A side does not want it, and says why."""
    pairing = lifecycle.take(Pairing, pairing_id)
    pairing.closed_because = require_reason(reason)
    lifecycle.step(pairing, "decline", by=by)
    ledger.record("roster.pairing_declined", by=by, subject=pairing)
    _tell(pairing, "roster.pairing_declined", say("The pairing was declined; the reason is on record."))
    return pairing


@transaction.atomic
def start_pairing(*, pairing_id: str, by: Account) -> Pairing:
    """The pairing runs; its first quarter will be reviewed."""
    pairing = lifecycle.take(Pairing, pairing_id)
    due = queries.due_review(pairing)
    lifecycle.step(pairing, "start", by=by, facts=pairing.goals.count(), due_on=due[1] if due else None)
    ledger.record("roster.pairing_started", by=by, subject=pairing)
    _tell(pairing, "roster.pairing_started", say("The pairing has started."))
    return pairing


@transaction.atomic
def review_quarter(
    *,
    pairing_id: str,
    verdict: ReviewVerdict,
    progress: list[ProgressRow],
    next_steps: Paragraph | None = None,
    note: Paragraph | None = None,
    held_on: Day | None = None,
    by: Account,
) -> Pairing:
    """Look back on the quarter that is due: every goal with its value and evidence, a verdict, what comes next."""
    pairing = lifecycle.take(Pairing, pairing_id)
    require_stage(pairing, (PairingStage.RUNNING,))
    due = queries.due_review(pairing)
    if due is None:
        raise Refusal(
            "pairings.all_reviewed", say("Every quarter is reviewed."), say("Close the pairing with its result.")
        )
    quarter, _day = due
    rules.may_be_reviewed(quarter, pairing.until, today())
    goals = {goal.ordinal: goal for goal in pairing.goals.all()}
    rules.every_goal_is_reported(list(goals), [row.number for row in progress])
    if verdict != ReviewVerdict.ON_TRACK:
        require_reason(next_steps, field="next_steps")
    review = PairingReview.objects.create(
        pairing=pairing, quarter=str(quarter), held_on=held_on or today(), verdict=verdict, note=note or "",
        next_steps=next_steps or "", recorded_by=by.pk,
    )  # fmt: skip
    for row in progress:
        evidence = require_reason(row.evidence, field="progress")
        GoalProgress.objects.create(review=review, goal=goals[row.number], value=row.value, evidence=evidence)
    after = queries.due_review(pairing)
    lifecycle.step(pairing, "review", by=by, due_on=after[1] if after else pairing.until)
    data = {"quarter": str(quarter), "verdict": str(verdict)}
    ledger.record("roster.quarter_reviewed", by=by, subject=pairing, data=data)
    _tell(pairing, "roster.quarter_reviewed", say("{quarter} was reviewed: {verdict}.", quarter=str(quarter),
                                                  verdict=verdict.label))  # fmt: skip
    return pairing


@transaction.atomic
def close_pairing(
    *, pairing_id: str, result: PairingResult, result_note: Paragraph, closed_on: Day | None = None, by: Account
) -> Pairing:
    """End the pairing with what came of it."""
    pairing = lifecycle.take(Pairing, pairing_id)
    pairing.result, pairing.result_note = result, require_reason(result_note, field="result_note")
    pairing.closed_on = closed_on or today()
    lifecycle.step(pairing, "close", by=by)
    ledger.record("roster.pairing_closed", by=by, subject=pairing, data={"result": str(result)})
    _tell(pairing, "roster.pairing_closed", say("The pairing was closed: {result}.", result=result.label))
    return pairing


@transaction.atomic
def withdraw_pairing(*, pairing_id: str, reason: Reason, by: Account) -> Pairing:
    """Drop a pairing that has not started."""
    pairing = lifecycle.take(Pairing, pairing_id)
    pairing.closed_because = require_reason(reason)
    lifecycle.step(pairing, "withdraw", by=by)
    ledger.record("roster.pairing_withdrawn", by=by, subject=pairing)
    _tell(pairing, "roster.pairing_withdrawn", say("The pairing was withdrawn; the reason is on record."))
    return pairing


def _tell(pairing: Pairing, event: str, sentence: Phrase) -> None:
    told = notices.holders(*queries.SIDE_ROLES, scopes=pairing.scopes())
    notices.tell(told, event, sentence, subject=pairing)
