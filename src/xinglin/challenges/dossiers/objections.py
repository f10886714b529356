"""Objections, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.actions import objections as actions
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Objection
from xinglin.challenges.queries import objections as queries
from xinglin.challenges.rules.objections import RAISERS
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor, holds
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role

PERSONAL = Privacy.PERSONAL


def _facts(one: Objection, _actor: Actor) -> Sequence[Fact]:
    change = getattr(one.notice, "change", None)
    return [
        Fact(say("Number"), one.number),
        Fact(say("Challenge"), str(one.challenge), links=("challenges.challenge", one.challenge_id)),
        Fact(say("Objection to"), NoticeSubject(one.about)),
        Fact(say("Number of the notice"), one.notice.number),
        Fact(say("Public notice until"), one.notice.ends_on),
        *([Fact(say("Change"), str(change), links=("challenges.changerequest", change.pk))] if change else []),
        Fact(say("Grounds"), one.grounds),
        Fact(say("Received at"), one.received_at),
        Fact(say("Raised by"), str(one.raised_by) if one.raised_by else one.name, PERSONAL),
        Fact(say("Contact"), one.contact or None, PERSONAL),
        Fact(say("Heard at"), one.heard_at),
        Fact(say("Record of the hearing"), one.minutes or None),
        Fact(say("Decision and reasons"), one.decision or None),
        Fact(say("Decided at"), one.decided_at),
    ]


def _turn(one: Objection, actor: Account, move: str) -> bool:
    """Only whoever raised it takes it back; the secretariat does so for a stranger who has no account."""
    if move != "withdraw":
        return True
    return one.raised_by_id == actor.pk if one.raised_by_id else holds(actor, Role.SECRETARIAT)


register(Kind(
    name="challenges.objection", model=Objection, key="objection_id", label=say("Objection"),
    plural=say("Objections"), visible=queries.objections_for, mine=queries.own_objections, title=str, facts=_facts,
    turn=_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Objection to"), lambda row: NoticeSubject(row.about)), (say("Received at"), lambda row: row.received_at),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("raise", actions.raise_objection, say("Raise an objection"), roles=RAISERS, opening=True),
        Verb("hear", actions.hear_objection, say("Record the hearing"), move="hear"),
        Verb("uphold", actions.uphold_objection, say("Uphold the objection"), move="uphold", danger=True),
        Verb("dismiss", actions.dismiss_objection, say("Dismiss the objection"), move="dismiss", danger=True),
        Verb("withdraw", actions.withdraw_objection, say("Withdraw the objection"), move="withdraw", danger=True),
    ],
    filters={"about": (say("Objection to"), NoticeSubject)}, group=GROUP,
))  # fmt: skip
