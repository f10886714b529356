"""Joint laboratories and medical-engineering projects, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.transfer.actions import projects as actions
from xinglin.transfer.dossiers.naming import GROUP, PUBLIC, leads_to, stages
from xinglin.transfer.models import JointProject
from xinglin.transfer.queries import achievements as queries
from xinglin.transfer.rules.achievements import INVENTORS
from xinglin.transfer.words.achievements import ProjectKind
from xinglin.transfer.words.achievements import ProjectStage as P


def _facts(one: JointProject, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number, PUBLIC),
        Fact(say("Kind"), ProjectKind(one.kind), PUBLIC),
        leads_to(say("Led by"), one.organisation, PUBLIC),
        Fact(say("From"), one.starts, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC),
        Fact(say("Aim"), one.aim),
        Fact(say("Budget"), one.budget_fen or None, fen=bool(one.budget_fen)),
        Fact(say("What came of it"), one.result or None),
        Fact(say("Closed on"), one.closed_on),
    ]


def _sections(one: JointProject, _actor: Actor) -> Sequence[Section]:
    rows = [
        [str(row.organisation), row.organisation.get_kind_display(), row.brings]
        for row in one.participants.select_related("organisation")
    ]
    for row in rows:
        row[1] = say(row[1])
    return [Section(say("Who takes part"), [say("Organisation"), say("Kind"), say("What they bring")], rows)]


def _rows(one: JointProject, _by: Account) -> dict[str, Any]:
    return {"participants": [actions.ParticipantRow(row.organisation_id, row.brings)
                             for row in one.participants.all()]}  # fmt: skip


register(Kind(
    name="transfer.jointproject", model=JointProject, key="jointproject_id", label=say("Joint project"),
    plural=say("Joint projects"), visible=queries.projects_for, mine=queries.own_projects, title=str, facts=_facts,
    sections=_sections, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str), (say("Kind"), lambda row: ProjectKind(row.kind)),
        (say("Led by"), lambda row: str(row.organisation)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("plan", actions.plan_project, say("Plan a joint project"), roles=INVENTORS, opening=True),
        Verb("set_participants", actions.set_participants, say("Set who takes part"), roles=INVENTORS,
             stages=stages(P.DRAFT), prefill=_rows),
        Verb("start", actions.start_project, say("Start"), move="start"),
        Verb("close", actions.close_project, say("Close with its result"), move="close"),
        Verb("drop", actions.drop_project, say("Drop the plan"), move="drop", danger=True),
    ],
    filters={"kind": (say("Kind"), ProjectKind)}, public=True, group=GROUP,
))  # fmt: skip
