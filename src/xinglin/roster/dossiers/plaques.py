"""Plaques, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import plaques as actions
from xinglin.roster.dossiers.agreements import GROUP
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Plaque
from xinglin.roster.queries import plaques as queries
from xinglin.roster.rules.plaques import spaced, standing
from xinglin.roster.words.plaques import PlaqueStage

PUBLIC = Privacy.PUBLIC
GRANTING = roles(Role.SECRETARIAT, Role.LIAISON)


def _facts(one: Plaque, _actor: Actor) -> Sequence[Fact]:
    after = Plaque.objects.filter(replaces=one).first()
    return [
        Fact(say("On the plaque"), one.name, PUBLIC),
        Fact(say("Number"), dash(one.number), PUBLIC),
        Fact(say("Code"), spaced(one.code) if one.code else None, PUBLIC),
        Fact(say("Today"), standing(PlaqueStage(one.stage), one.granted_on, one.until, today()), PUBLIC),
        Fact(say("Granted by"), str(one.granting), PUBLIC, link(one.granting)),
        Fact(say("Granted to"), str(one.receiving), PUBLIC, link(one.receiving)),
        Fact(say("Department"), dash(one.department), PUBLIC),
        Fact(say("Granted on"), one.granted_on, PUBLIC),
        Fact(say("Valid until"), one.until, PUBLIC),
        Fact(say("Revoked on"), one.revoked_on, PUBLIC),
        Fact(say("Replaces"), dash(str(one.replaces or "")), links=link(one.replaces)),
        Fact(say("Replaced by"), dash(after.number if after else ""), PUBLIC, link(after)),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Platform"), dash(str(one.platform or "")), links=link(one.platform)),
        Fact(say("Membership"), dash(str(one.alliance_place or "")), links=link(one.alliance_place)),
        Fact(say("Studio"), dash(str(one.studio or "")), links=link(one.studio)),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _as_drafted(one: Plaque, _by: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("name", "granted_on", "until", "department")}


register(Kind(
    name="roster.plaque", model=Plaque, key="plaque_id", label=say("Plaque"), plural=say("Plaques"),
    visible=queries.plaques_for, reminds_itself=frozenset({"expiring"}),
    mine=queries.own_plaques, title=str, facts=_facts, search=find,
    columns=[
        (say("On the plaque"), lambda one: one.name), (say("Granted to"), lambda one: one.receiving),
        (say("Granted by"), lambda one: one.granting), (say("Number"), lambda one: one.number),
        (say("Valid until"), lambda one: one.until), (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("draft", actions.draft_plaque, say("Draft a plaque"), roles=GRANTING, opening=True),
        Verb("edit", actions.edit_plaque, say("Change the draft"), roles=GRANTING,
             stages=frozenset({str(PlaqueStage.DRAFT)}), prefill=_as_drafted),
        Verb("grant", actions.grant_plaque, say("Grant"), move="grant"),
        Verb("extend", actions.extend_plaque, say("Extend"), move="extend"),
        Verb("replace", actions.replace_plaque, say("Replace"), move="replace"),
        Verb("revoke", actions.revoke_plaque, say("Revoke"), move="revoke", danger=True),
        Verb("withdraw", actions.withdraw_plaque, say("Withdraw"), move="withdraw", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip
