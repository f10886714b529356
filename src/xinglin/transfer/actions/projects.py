"""A joint project's life: plan with at least two kinds of organisation, start, close with its result, or drop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Fen, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import JointProject, Participant
from xinglin.transfer.rules import achievements as rules
from xinglin.transfer.words.achievements import ProjectKind, ProjectStage

Title = Annotated[str, Ask("line", longest=120)]
Brings = Annotated[str, Ask("line", longest=200)]
Reason = Annotated[str, Ask("text", longest=2_000)]


@dataclass(frozen=True)
class ParticipantRow:
    """Who takes part besides the leading organisation, and what they bring."""

    organisation_id: ref("roster.organisation")
    brings: Brings


@transaction.atomic
def plan_project(
    *,
    kind: ProjectKind,
    title: Title,
    organisation_id: ref("roster.organisation"),
    aim: Paragraph,
    participants: list[ParticipantRow],
    starts: Day,
    until: Day | None = None,
    budget_fen: Fen | None = None,
    by: Account,
) -> JointProject:
    """Plan a joint laboratory or a medical-engineering project with others of another kind."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *rules.INVENTORS, scopes=[("organisation", organisation_id)])
    if until is not None and until < starts:
        raise Refusal("transfer.project_days", say("It would end before it begins."), field="until")
    one = JointProject(
        number=lifecycle.next_number("JP"), kind=kind, title=title, organisation_id=organisation_id, aim=aim,
        starts=starts, until=until, budget_fen=budget_fen or 0,
    )  # fmt: skip
    one.keys = keys_of(one.number, title)
    lifecycle.begin(one, by=by)
    _write(one, participants, by)
    ledger.record("transfer.project_planned", by=by, subject=one, data={"number": one.number})
    return one


@transaction.atomic
def set_participants(*, jointproject_id: str, participants: list[ParticipantRow], by: Account) -> JointProject:
    """Write anew who takes part, while it is planned."""
    one = lifecycle.take(JointProject, jointproject_id)
    permits.require(by, *rules.INVENTORS, scopes=one.scopes())
    require_stage(one, (ProjectStage.DRAFT,))
    _write(one, participants, by)
    lifecycle.touch(one)
    ledger.record("transfer.participants_set", by=by, subject=one, data={"participants": len(participants)})
    return one


def _write(one: JointProject, rows: list[ParticipantRow], by: Account) -> None:
    places = [row.organisation_id for row in rows]
    if len(set(places)) != len(places) or one.organisation_id in places:
        raise Refusal("transfer.participant_twice", say("Name every organisation once."), field="participants")
    one.participants.all().delete()
    for row in rows:
        seen("roster.organisation", row.organisation_id, by, field="participants")
        Participant.objects.create(project=one, organisation_id=row.organisation_id, brings=row.brings)


@transaction.atomic
def start_project(*, jointproject_id: str, by: Account) -> JointProject:
    """The project runs; organisations of two kinds at least take part."""
    one = lifecycle.take(JointProject, jointproject_id)
    kinds = [one.organisation.kind, *one.participants.values_list("organisation__kind", flat=True)]
    lifecycle.step(one, "start", by=by, facts=kinds, due_on=one.until)
    ledger.record("transfer.project_started", by=by, subject=one)
    return one


@transaction.atomic
def close_project(*, jointproject_id: str, result: Paragraph, by: Account) -> JointProject:
    """Close it with what came of it."""
    one = lifecycle.take(JointProject, jointproject_id)
    one.result, one.closed_on = require_reason(result, field="result"), today()
    lifecycle.step(one, "close", by=by)
    ledger.record("transfer.project_closed", by=by, subject=one)
    return one


@transaction.atomic
def drop_project(*, jointproject_id: str, reason: Reason, by: Account) -> JointProject:
    """Drop a plan that does not come to be."""
    one = lifecycle.take(JointProject, jointproject_id)
    said = require_reason(reason)
    lifecycle.step(one, "drop", by=by)
    ledger.record("transfer.project_dropped", by=by, subject=one, data={"reason": said})
    return one
