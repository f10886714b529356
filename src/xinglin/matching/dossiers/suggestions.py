"""Suggestions and conflicts of interest, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Role
from xinglin.matching.actions import suggestions as actions
from xinglin.matching.dossiers.naming import (
    GROUP,
    PERSONAL,
    leads_to,
    points,
    reasons_section,
    specialty_names,
)
from xinglin.matching.models import ConflictOfInterest, Suggestion
from xinglin.matching.queries import suggestions as queries
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.rules import reasons as telling
from xinglin.matching.words.suggestions import ConflictKind, DeclineReason
from xinglin.roster.places import place_name
from xinglin.roster.words.register import TitleRank


def _facts(one: Suggestion, _actor: Actor) -> Sequence[Fact]:
    facts = [
        leads_to(say("Need"), one.need),
        leads_to(say("Expert"), one.person) if one.person_id else leads_to(say("Offer"), one.offer),
        Fact(say("Points of 100"), points(one.score)),
        Fact(say("Rank"), one.place),
    ]
    if one.person is not None:
        facts += [
            Fact(say("Professional title"), one.person.title or None),
            Fact(say("Rank of title"), TitleRank(one.person.title_rank)),
            Fact(say("City of practice"), place_name(one.person.practice_region)),
            Fact(say("Specialties"), specialty_names(row.code for row in one.person.specialties.all())),
        ]
    return [
        *facts,
        Fact(say("To be checked"), [text for flag in one.flags for text in telling.spoken(flag)] or None),
        Fact(say("Why it was declined"), DeclineReason(one.decline_reason) if one.decline_reason else None),
        Fact(say("In their own words"), one.reason_text or None),
        Fact(say("Judged on"), one.judged_at),
        Fact(say("Ranked on"), one.run.created_at),
        Fact(say("Engine"), one.run.engine),
        Fact(say("How it came about"), say(
            "A machine ranked it from the reasons below; people decide. Experts may refuse to be ranked (PIPL art. 24)."
        )),
    ]  # fmt: skip


def _sections(one: Suggestion, actor: Actor) -> Sequence[Section]:
    found = [reasons_section(one.reasons, one.person)]
    if one.person_id:
        earlier = (
            queries.suggestions_for(actor).filter(person_id=one.person_id, judged_at__isnull=False).exclude(pk=one.pk)
        )
        rows = [
            [leads_to(say("Need"), row.need), row.stage_word, DeclineReason(row.decline_reason) if row.decline_reason
             else None, row.reason_text or None, row.judged_at]
            for row in earlier.order_by("-judged_at")[:20]
        ]  # fmt: skip
        if rows:
            columns = [say("Need"), say("Answer"), say("Reason"), say("In their own words"), say("On")]
            found.append(Section(say("Earlier answers about this expert"), columns, rows))
    return found


def _related(one: Suggestion, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for docking in dockings_for(actor).filter(suggestion=one):
        yield say("Docking"), "matching.docking", docking


def _search(rows: QuerySet[Suggestion], text: str) -> QuerySet[Suggestion]:
    return rows.filter(
        Q(need__title__icontains=text) | Q(need__number__iexact=text) | Q(person__name_zh__icontains=text)
        | Q(person__name_latin__icontains=text) | Q(offer__title__icontains=text)
    )  # fmt: skip


register(Kind(
    name="matching.suggestion", model=Suggestion, key="suggestion_id", label=say("Suggestion"),
    plural=say("Suggestions"), visible=queries.suggestions_for, mine=queries.own_suggestions, title=str, facts=_facts,
    sections=_sections, related=_related, search=_search,
    columns=[
        (say("Suggested"), lambda row: str(row.offer or row.person)), (say("Need"), lambda row: row.need.title),
        (say("Points of 100"), lambda row: points(row.score)),
        (say("Why"), lambda row: telling.summary(row.reasons)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("choose", actions.choose_suggestion, say("Choose and bring together"), move="choose"),
        Verb("find_useful", actions.find_useful, say("Mark as useful"), move="find_useful"),
        Verb("decline", actions.decline_suggestion, say("Decline with a reason"), move="decline", danger=True),
    ],
    group=GROUP,
))  # fmt: skip


def _conflict_facts(one: ConflictOfInterest, _actor: Actor) -> Sequence[Fact]:
    return [
        leads_to(say("Person"), one.person),
        leads_to(say("Organisation"), one.organisation),
        leads_to(say("Other person"), one.other_person),
        Fact(say("Kind of conflict"), ConflictKind(one.kind)),
        Fact(say("Since"), one.since),
        Fact(say("Until"), one.until),
        Fact(say("Note"), one.note or None, PERSONAL),
    ]


def _conflict_search(rows: QuerySet[ConflictOfInterest], text: str) -> QuerySet[ConflictOfInterest]:
    return rows.filter(
        Q(person__name_zh__icontains=text) | Q(organisation__name_zh__icontains=text)
        | Q(other_person__name_zh__icontains=text)
    )  # fmt: skip


register(Kind(
    name="matching.conflictofinterest", model=ConflictOfInterest, key="conflictofinterest_id",
    label=say("Conflict of interest"), plural=say("Conflicts of interest"), visible=queries.conflicts_for,
    mine=queries.own_conflicts, title=str, facts=_conflict_facts, search=_conflict_search,
    columns=[
        (say("Person"), lambda row: str(row.person)),
        (say("With"), lambda row: str(row.organisation or row.other_person)),
        (say("Kind of conflict"), lambda row: ConflictKind(row.kind)), (say("Since"), lambda row: row.since),
        (say("Until"), lambda row: row.until), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("declare", actions.declare_conflict, say("Declare a conflict of interest"), opening=True,
             roles=roles(Role.SECRETARIAT, Role.EXPERT)),
        Verb("end", actions.end_conflict, say("End"), move="end"),
    ],
    filters={"kind": (say("Kind of conflict"), ConflictKind)}, group=GROUP,
))  # fmt: skip
