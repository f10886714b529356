"""Dockings, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.matching.actions import dockings as actions
from xinglin.matching.dossiers.naming import GROUP, OWNERS, PERSONAL, leads_to, stages
from xinglin.matching.models import Docking
from xinglin.matching.queries import dockings as queries
from xinglin.matching.queries.sights import reads_personal
from xinglin.matching.queries.suggestions import suggestions_for
from xinglin.matching.rules.dockings import BOTH, OPEN_STAGES
from xinglin.matching.words.dockings import DockingOutcome, DockingStage, MeetingWay, Side

OPEN = stages(*OPEN_STAGES)
UNDER_WAY = stages(DockingStage.ACCEPTED, DockingStage.TALKING)


def _facts(one: Docking, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        leads_to(say("Need"), one.need),
        leads_to(say("Side with the need"), one.asking_organisation),
        Fact(say("Its contact"), str(one.asking_contact) if one.asking_contact else None),
        Fact(say("Its acceptance"), one.asking_accepted_at),
        leads_to(say("Side that can help"), one.answering_person or one.answering_organisation),
        Fact(say("Contact of the other side"), str(one.answering_contact) if one.answering_contact else None),
        Fact(say("Acceptance of the other side"), one.answering_accepted_at),
        Fact(say("Invitation"), one.invitation or None, PERSONAL),
        Fact(
            say("Confidentiality agreement"), one.nda_signed_on or (say("Asked for, not signed") if one.nda else None)
        ),
        Fact(say("First meeting due"), one.first_meeting_due),
        Fact(say("Outcome"), DockingOutcome(one.outcome) if one.outcome else None),
        Fact(say("Declined by"), Side(one.declined_by) if one.declined_by else None),
        Fact(say("About the outcome"), one.outcome_text or None, PERSONAL),
    ]


def _sections(one: Docking, actor: Actor) -> Sequence[Section]:
    """Meetings with their minutes, for those taking part; others see that and when they were held."""
    inside = reads_personal(actor, *one.scopes())
    rows = [
        [
            meeting.held_at or meeting.planned_at,
            say("Held") if meeting.held_at else say("Cancelled") if meeting.cancelled_at else say("Planned"),
            MeetingWay(meeting.way), *([meeting.place, meeting.attendees, meeting.minutes, meeting.next_step] if inside
                                       else []), meeting.next_on,
        ]
        for meeting in one.meetings.order_by("planned_at", "held_at")
    ]  # fmt: skip
    if not rows:
        return []
    told = [say("Place"), say("Present"), say("Minutes"), say("Next step")] if inside else []
    return [Section(say("Meetings"), [say("When"), say("State"), say("How"), *told, say("Next on")], rows)]


def _related(one: Docking, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    if one.suggestion_id:
        for suggestion in suggestions_for(actor).filter(pk=one.suggestion_id):
            yield say("Suggestion"), "matching.suggestion", suggestion
    if one.offer_id:
        yield say("Offer"), "matching.offer", one.offer


def _turn(one: Docking, actor: Account, move: str) -> bool:
    """A side that has accepted waits for the other; whoever may act for both is asked for the one that is missing."""
    if move != "accept":
        return bool(queries.sides_of(one, actor))
    waiting = {side for side in Side if getattr(one, f"{side}_accepted_at") is None}
    return bool(queries.sides_of(one, actor) & waiting)


def _search(rows: QuerySet[Docking], text: str) -> QuerySet[Docking]:
    return rows.filter(
        Q(number__iexact=text) | Q(need__title__icontains=text) | Q(answering_person__name_zh__icontains=text)
        | Q(asking_organisation__name_zh__icontains=text) | Q(answering_organisation__name_zh__icontains=text)
    )  # fmt: skip


register(Kind(
    name="matching.docking", model=Docking, key="docking_id", label=say("Docking"), plural=say("Dockings"),
    visible=queries.dockings_for, mine=queries.own_dockings, title=str, facts=_facts, sections=_sections,
    related=_related, search=_search, turn=_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Need"), lambda row: row.need.title),
        (say("Side with the need"), lambda row: str(row.asking_organisation)),
        (say("Side that can help"), lambda row: str(row.answering_person or row.answering_organisation)),
        (say("Due"), lambda row: row.due_on), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("propose", actions.propose_docking, say("Bring a need to somebody"), roles=OWNERS, opening=True),
        Verb("accept", actions.accept_docking, say("Accept"), move="accept"),
        Verb("decline", actions.decline_docking, say("Decline"), move="decline", danger=True),
        Verb("name_contact", actions.name_contact, say("Name the contact of a side"), roles=BOTH, stages=OPEN),
        Verb("record_nda", actions.record_nda, say("Record the signed confidentiality agreement"), roles=BOTH,
             stages=OPEN),
        Verb("plan_meeting", actions.plan_meeting, say("Plan a meeting"), roles=BOTH, stages=UNDER_WAY),
        Verb("cancel_meeting", actions.cancel_meeting, say("Cancel the planned meeting"), roles=BOTH, stages=UNDER_WAY),
        Verb("record_meeting", actions.record_meeting, say("Record a meeting"), move="meet"),
        Verb("conclude", actions.conclude_docking, say("Conclude with an outcome"), move="conclude"),
        Verb("end", actions.end_docking, say("End without outcome"), move="end", danger=True),
    ],
    filters={"outcome": (say("Outcome"), DockingOutcome)}, group=GROUP,
))  # fmt: skip
