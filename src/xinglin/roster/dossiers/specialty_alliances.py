"""Specialty alliances and their members, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import specialty_alliances as actions
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.dossiers.platforms import GROUP
from xinglin.roster.models import AllianceMember, SpecialtyAlliance
from xinglin.roster.queries import plaques
from xinglin.roster.queries import specialty_alliances as queries
from xinglin.roster.words.specialty_alliances import AllianceForm, SpecialtyAllianceStage

PUBLIC = Privacy.PUBLIC
LEAD = roles(Role.SECRETARIAT, Role.LIAISON)


def _facts(one: SpecialtyAlliance, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Form"), AllianceForm(one.form), PUBLIC),
        Fact(say("Specialty"), dash(one.specialty), PUBLIC),
        Fact(say("Lead unit"), str(one.lead), PUBLIC, link(one.lead)),
        Fact(say("Lead department"), dash(one.lead_department), PUBLIC),
        Fact(say("Founded on"), one.founded_on, PUBLIC),
        Fact(say("Members"), getattr(one, "member_count", None), PUBLIC),
    ]
    if not queries.is_inside(one, actor):
        return facts
    return [
        *facts,
        Fact(say("Pathway"), dash(one.pathway)),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _related(one: SpecialtyAlliance, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for place in queries.alliance_members_for(actor).filter(alliance=one).order_by("joined_on", "created_at"):
        yield say("Members"), "roster.alliancemember", place


def _pathway_now(one: SpecialtyAlliance, _by: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("pathway", "specialty", "lead_department", "agreement_id")}


register(Kind(
    name="roster.specialtyalliance", model=SpecialtyAlliance, key="specialtyalliance_id",
    label=say("Specialty alliance"), plural=say("Specialty alliances"), visible=queries.specialty_alliances_for,
    mine=queries.own_specialty_alliances, title=str, facts=_facts, related=_related, search=find,
    columns=[
        (say("Name"), str), (say("Form"), lambda one: AllianceForm(one.form)), (say("Lead unit"), lambda one: one.lead),
        (say("Members"), lambda one: one.member_count), (say("Founded on"), lambda one: one.founded_on),
        (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_specialty_alliance, say("Propose a specialty alliance"), roles=LEAD,
             opening=True),
        Verb("describe", actions.describe_specialty_alliance, say("Write down the pathway"), roles=LEAD,
             stages=frozenset({str(SpecialtyAllianceStage.PROPOSED), str(SpecialtyAllianceStage.RUNNING)}),
             prefill=_pathway_now),
        Verb("found", actions.found_specialty_alliance, say("Found"), move="found"),
        Verb("close", actions.close_specialty_alliance, say("Close"), move="close", danger=True),
        Verb("withdraw", actions.withdraw_specialty_alliance, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"form": (say("Form"), AllianceForm)}, public=True, group=GROUP,
))  # fmt: skip


def _member_facts(one: AllianceMember, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Alliance"), str(one.alliance), PUBLIC, link(one.alliance)),
        Fact(say("Organisation"), str(one.organisation), PUBLIC, link(one.organisation)),
        Fact(say("Department"), dash(one.department), PUBLIC),
        Fact(say("Joined on"), one.joined_on, PUBLIC),
        Fact(say("Left on"), one.left_on, PUBLIC),
        Fact(say("Statement"), dash(one.statement)),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _member_related(one: AllianceMember, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for plaque in plaques.plaques_for(actor).filter(alliance_place=one):
        yield say("Plaques"), "roster.plaque", plaque


register(Kind(
    name="roster.alliancemember", model=AllianceMember, key="alliancemember_id",
    label=say("Membership in a specialty alliance"), plural=say("Memberships in specialty alliances"),
    visible=queries.alliance_members_for, mine=queries.own_alliance_members, turn=queries.is_member_turn, title=str,
    facts=_member_facts, related=_member_related,
    columns=[
        (say("Organisation"), lambda one: one.organisation), (say("Alliance"), lambda one: one.alliance),
        (say("Joined on"), lambda one: one.joined_on), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("apply", actions.apply_to_specialty_alliance, say("Apply to join"), roles=LEAD, opening=True),
        Verb("admit", actions.admit_to_specialty_alliance, say("Admit"), move="admit"),
        Verb("refuse", actions.refuse_for_specialty_alliance, say("Refuse"), move="refuse", danger=True),
        Verb("withdraw", actions.withdraw_application, say("Withdraw the application"), move="withdraw", danger=True),
        Verb("leave", actions.leave_specialty_alliance, say("Leave"), move="leave", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip
