"""Coordination tickets, as the house shows them: the clock first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.matching.actions import tickets as actions
from xinglin.matching.dossiers.naming import GROUP, PERSONAL, leads_to
from xinglin.matching.models import Ticket
from xinglin.matching.queries import tickets as queries
from xinglin.matching.queries.sights import acts_in, reads_personal
from xinglin.matching.rules.tickets import ASKERS, clock
from xinglin.matching.words.tickets import TicketEntryKind, TicketTopic

_ASKERS_MOVES = {"accept", "reopen", "withdraw"}


def _facts(one: Ticket, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Clock"), clock(one.stage, one.due_on, today())),
        Fact(say("Number"), one.number),
        Fact(say("Topic"), TicketTopic(one.topic)),
        Fact(say("The matter"), one.body, PERSONAL),
        leads_to(say("Raised for"), one.person or one.organisation),
        leads_to(say("About the need"), one.need),
        leads_to(say("Department"), one.department),
        Fact(say("Times escalated"), one.escalations),
        Fact(say("Answered on"), one.answered_at),
    ]


def _sections(one: Ticket, actor: Actor) -> Sequence[Section]:
    inside = reads_personal(actor, *one.scopes())
    rows = [
        [entry.created_at, TicketEntryKind(entry.kind), str(entry.department or ""), entry.due_on,
         *([entry.text or None] if inside else [])]
        for entry in one.entries.select_related("department").order_by("created_at")
    ]  # fmt: skip
    columns = [say("When"), say("What happened"), say("Department"), say("Due"), *([say("In words")] if inside else [])]
    return [Section(say("The way of this matter"), columns, rows)] if rows else []


def _turn(one: Ticket, actor: Account, move: str) -> bool:
    """Askers decide about answers, the department answers."""
    if move in _ASKERS_MOVES:
        return acts_in(actor, one.asker_scope())
    if move in ("answer", "reroute"):
        return one.department_id is not None and acts_in(actor, ("organisation", one.department_id))
    return True


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(number__iexact=text) | Q(title__icontains=text) | Q(person__name_zh__icontains=text)
        | Q(organisation__name_zh__icontains=text) | Q(department__name_zh__icontains=text)
    )  # fmt: skip


register(Kind(
    name="matching.ticket", model=Ticket, key="ticket_id", label=say("Matter to coordinate"),
    plural=say("Matters to coordinate"), visible=queries.tickets_for, mine=queries.own_tickets, title=str, facts=_facts,
    sections=_sections, search=_search, turn=_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Topic"), lambda row: TicketTopic(row.topic)),
        (say("Department"), lambda row: str(row.department or "")), (say("Due"), lambda row: row.due_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("raise", actions.raise_ticket, say("Raise a matter"), roles=ASKERS, opening=True),
        Verb("route", actions.route_ticket, say("Send to a department"), move="route"),
        Verb("answer", actions.answer_ticket, say("Answer"), move="answer"),
        Verb("reroute", actions.reroute_ticket, say("Send to another department"), move="reroute"),
        Verb("accept", actions.accept_answer, say("Accept the answer"), move="accept"),
        Verb("reopen", actions.reopen_ticket, say("Not solved: reopen"), move="reopen"),
        Verb("escalate", actions.escalate_ticket, say("Escalate"), move="escalate"),
        Verb("withdraw", actions.withdraw_ticket, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"topic": (say("Topic"), TicketTopic)}, group=GROUP,
))  # fmt: skip
