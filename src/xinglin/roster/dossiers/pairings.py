"""Pairings, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import pairings as actions
from xinglin.roster.dossiers.appointments import GROUP
from xinglin.roster.dossiers.bodies import dash, link
from xinglin.roster.models import Pairing
from xinglin.roster.queries import pairings as queries
from xinglin.roster.rules.pairings import progress
from xinglin.roster.words.pairings import (
    PairingLevel,
    PairingProgramme,
    PairingResult,
    PairingSide,
    PairingStage,
    ReviewVerdict,
)

PUBLIC = Privacy.PUBLIC
WORKING = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


def _facts(one: Pairing, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Programme"), PairingProgramme(one.programme), PUBLIC),
        Fact(say("Level"), PairingLevel(one.level), PUBLIC),
        Fact(say("Supporting side"), one.name_of(PairingSide.SUPPORTING), PUBLIC, link(one.supporting_organisation)),
        Fact(say("Supported side"), one.name_of(PairingSide.SUPPORTED), PUBLIC, link(one.supported_organisation)),
        Fact(say("From"), one.starts, PUBLIC),
        Fact(say("Until"), one.until, PUBLIC),
    ]
    return [*facts, *_inside_facts(one)] if queries.is_inside(one, actor) else facts


def _inside_facts(one: Pairing) -> list[Fact]:
    due = queries.due_review(one) if one.stage == PairingStage.RUNNING else None
    return [
        Fact(say("Aim"), dash(one.aim)),
        Fact(say("Agreement"), dash(str(one.agreement or "")), links=link(one.agreement)),
        Fact(say("Next review"), _due(*due) if due else None),
        Fact(say("Result"), PairingResult(one.result) if one.result else None),
        Fact(say("What came of it"), dash(one.result_note)),
        Fact(say("Closed on"), one.closed_on),
        Fact(say("Reason"), dash(one.closed_because)),
    ]


def _due(quarter: Any, day: Any) -> Phrase:
    if day < today():
        return say("{quarter}, overdue since {day}", quarter=str(quarter), day=day)
    return say("{quarter}, until {day}", quarter=str(quarter), day=day)


def _sections(one: Pairing, actor: Actor) -> Sequence[Section]:
    if not queries.is_inside(one, actor):
        return []
    found, goals, reviews = [], list(one.goals.all()), list(one.reviews.all())
    if goals:
        latest = {p.goal_id: p for review in reviews for p in review.progress.all()}
        rows = [
            [g.ordinal, g.what, g.indicator, g.baseline, g.target, g.unit, g.due_on,
             latest[g.pk].value if g.pk in latest else None,
             f"{progress(latest[g.pk].value, g.target, g.baseline)} %" if g.pk in latest else None]
            for g in goals
        ]  # fmt: skip
        columns = [say("No."), say("Goal"), say("Indicator"), say("Baseline"), say("Target"), say("Unit"),
                   say("Due on"), say("Latest"), say("Reached")]  # fmt: skip
        found.append(Section(say("Goals"), columns, rows))
    if reviews:
        columns = [say("Quarter"), say("Held on"), say("Verdict"), say("Note"), say("Next steps")]
        rows = [[r.quarter, r.held_on, ReviewVerdict(r.verdict), r.note, r.next_steps] for r in reviews]
        found.append(Section(say("Reviews"), columns, rows))
    return found


def _goals_now(one: Pairing, _by: Account) -> dict[str, Any]:
    rows = [
        actions.GoalRow(g.what, g.indicator, g.target, g.baseline, g.unit or None, g.due_on) for g in one.goals.all()
    ]
    return {"goals": rows}


register(Kind(
    name="roster.pairing", model=Pairing, key="pairing_id", label=say("Pairing"), plural=say("Pairings"),
    visible=queries.pairings_for, mine=queries.own_pairings, turn=queries.is_turn, title=str, facts=_facts,
    sections=_sections, search=find,
    columns=[
        (say("Supporting side"), lambda one: one.name_of(PairingSide.SUPPORTING)),
        (say("Supported side"), lambda one: one.name_of(PairingSide.SUPPORTED)),
        (say("Level"), lambda one: PairingLevel(one.level)), (say("Until"), lambda one: one.until),
        (say("Stage"), lambda one: one.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_pairing, say("Propose a pairing"), roles=WORKING, opening=True),
        Verb("set_goals", actions.set_goals, say("Set the goals"), roles=WORKING, prefill=_goals_now,
             stages=frozenset({str(PairingStage.PROPOSED), str(PairingStage.AGREED)})),
        Verb("agree", actions.agree_to_pairing, say("Agree"), move="agree"),
        Verb("record_consent", actions.record_pairing_consent, say("Record a written consent"), move="record_consent"),
        Verb("decline", actions.decline_pairing, say("Decline"), move="decline", danger=True),
        Verb("start", actions.start_pairing, say("Start"), move="start"),
        Verb("review", actions.review_quarter, say("Review the quarter"), move="review"),
        Verb("close", actions.close_pairing, say("Close with its result"), move="close"),
        Verb("withdraw", actions.withdraw_pairing, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"programme": (say("Programme"), PairingProgramme), "level": (say("Level"), PairingLevel)},
    public=True, group=GROUP,
))  # fmt: skip
