"""Platforms and bases, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import platforms as actions
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Platform
from xinglin.roster.queries import plaques
from xinglin.roster.queries import platforms as queries
from xinglin.roster.words.platforms import (
    AT_WORK,
    OutputKind,
    PlatformKind,
    PlatformLevel,
    PlatformStage,
    PlatformVerdict,
)

PUBLIC = Privacy.PUBLIC
GROUP = say("Platforms and alliances")
HOST = roles(Role.SECRETARIAT, Role.LIAISON)
WORKING = frozenset(map(str, AT_WORK))


def _facts(one: Platform, actor: Actor) -> Sequence[Fact]:
    partners = [str(partner.organisation) for partner in one.partners.select_related("organisation")]
    facts = [
        Fact(say("Kind"), PlatformKind(one.kind), PUBLIC),
        Fact(say("Level"), PlatformLevel(one.level), PUBLIC),
        Fact(say("Host"), str(one.host), PUBLIC, link(one.host)),
        Fact(say("Department"), dash(one.department), PUBLIC),
        Fact(say("Partners"), partners or None, PUBLIC),
        Fact(say("Approved by"), dash(one.approver), PUBLIC),
        Fact(say("Approval number"), dash(one.approval_number), PUBLIC),
        Fact(say("Approved on"), one.approved_on, PUBLIC),
    ]
    if not queries.is_inside(one, actor):
        return facts
    return [
        *facts,
        Fact(say("Leader"), dash(str(one.leader or "")), links=link(one.leader)),
        Fact(say("What it does"), dash(one.scope)),
        Fact(say("Equipment"), dash(one.equipment)),
        Fact(say("Area in square metres"), one.area_square_metres),
        Fact(say("Months between reviews"), one.review_months),
        Fact(say("Next review"), one.next_review_on),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _sections(one: Platform, actor: Actor) -> Sequence[Section]:
    found = []
    if rows := [[a.body, a.scheme, a.number, a.since, a.valid_until, a.ended_on] for a in one.accreditations.all()]:
        columns = [
            say("Accrediting body"),
            say("Scheme"),
            say("Number"),
            say("From"),
            say("Valid until"),
            say("Ended on"),
        ]
        found.append(Section(say("Accreditations"), columns, rows))
    if rows := [[OutputKind(o.kind), o.title, o.happened_on, o.link] for o in one.outputs.all()]:
        found.append(Section(say("Outputs"), [say("Kind"), say("Title"), say("Day"), say("Link")], rows))
    if queries.is_inside(one, actor) and (reviews := list(one.reviews.all())):
        rows = [[r.held_on, PlatformVerdict(r.verdict), r.findings, r.next_review_on] for r in reviews]
        columns = [say("Held on"), say("Verdict"), say("Findings"), say("Next review")]
        found.append(Section(say("Reviews"), columns, rows))
    return found


def _related(one: Platform, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for plaque in plaques.plaques_for(actor).filter(platform=one):
        yield say("Plaques"), "roster.plaque", plaque


def _as_known(one: Platform, _by: Account) -> dict[str, Any]:
    names = (
        "name",
        "kind",
        "level",
        "department",
        "leader_id",
        "scope",
        "equipment",
        "area_square_metres",
        "agreement_id",
    )
    rows = [actions.PartnerRow(p.organisation_id, p.part or None) for p in one.partners.all()]
    return {**{name: getattr(one, name) for name in names}, "partners": rows}


register(Kind(
    name="roster.platform", model=Platform, key="platform_id", label=say("Platform or base"),
    plural=say("Platforms and bases"), visible=queries.platforms_for, reminds_itself=frozenset({"review_due"}),
    mine=queries.own_platforms, title=str,
    facts=_facts, sections=_sections, related=_related, search=find,
    columns=[
        (say("Name"), str), (say("Kind"), lambda one: PlatformKind(one.kind)),
        (say("Level"), lambda one: PlatformLevel(one.level)), (say("Host"), lambda one: one.host),
        (say("Next review"), lambda one: one.next_review_on), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_platform, say("Propose a platform"), roles=HOST, opening=True),
        Verb("edit", actions.edit_platform, say("Correct"), roles=HOST, prefill=_as_known,
             stages=WORKING | {str(PlatformStage.PROPOSED)}),
        Verb("approve", actions.approve_platform, say("Enter as approved"), move="approve"),
        Verb("pass_review", actions.pass_platform_review, say("Review: passed"), move="pass_review"),
        Verb("suspend", actions.ask_platform_to_improve, say("Review: to be put right"), move="suspend"),
        Verb("revoke", actions.withdraw_approval, say("Withdraw the approval"), move="revoke", danger=True),
        Verb("accredit", actions.add_accreditation, say("Record a certificate"), roles=HOST, stages=WORKING),
        Verb("output", actions.add_output, say("Record an output"), roles=HOST | roles(Role.DEPARTMENT_HEAD),
             stages=WORKING),
        Verb("close", actions.close_platform, say("Close"), move="close", danger=True),
        Verb("withdraw", actions.withdraw_platform, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"kind": (say("Kind"), PlatformKind), "level": (say("Level"), PlatformLevel)}, public=True, group=GROUP,
))  # fmt: skip
