"""A coordination ticket's life: raise, send to a department, answer, accept or reopen, escalate when late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Paragraph, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role, Scope
from xinglin.matching.actions import inputs
from xinglin.matching.models import Ticket, TicketEntry
from xinglin.matching.queries.sights import acts_in
from xinglin.matching.rules import tickets as rules
from xinglin.matching.words.tickets import TicketEntryKind, TicketStage, TicketTopic

Title = Annotated[str, Ask("line", longest=120)]

configuration.rule("matching.ticket_days", 10, say("Days a department has to answer a matter"), "set by the alliance")


@transaction.atomic
def raise_ticket(
    *,
    title: Title,
    body: Paragraph,
    topic: TicketTopic,
    person_id: ref("roster.person") | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    need_id: ref("matching.need") | None = None,
    by: Account,
) -> Ticket:
    """Bring up a matter one cannot settle alone. An expert who names nobody raises it for themselves."""
    if not person_id and not organisation_id:
        own = permits.scope_ids(by, "person", Role.EXPERT)
        person_id = own[0] if len(own) == 1 else None
    if bool(person_id) == bool(organisation_id):
        raise Refusal(
            "matching.one_asker", say("A matter is raised for one expert or for one organisation."),
            say("Fill one of the two."), field="person_id",
        )  # fmt: skip
    inputs.registered_person(person_id, field="person_id")
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    seen("matching.need", need_id, by, field="need_id")
    scope: Scope = ("person", person_id) if person_id else ("organisation", str(organisation_id))
    permits.require(by, *rules.ASKERS, scopes=[scope])
    ticket = Ticket(
        number=lifecycle.next_number("CT"),
        title=title,
        body=body,
        topic=topic,
        person_id=person_id or None,
        organisation_id=organisation_id or None,
        need_id=need_id or None,
    )
    lifecycle.begin(ticket, by=by)
    ledger.record("matching.ticket_raised", by=by, subject=ticket, data={"number": ticket.number, "topic": str(topic)})
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.ticket_raised",
                 say("A matter waits to be sent to a department: “{title}”.", title=title), subject=ticket)  # fmt: skip
    return ticket


@transaction.atomic
def route_ticket(
    *, ticket_id: str, department_id: ref("roster.organisation"), due: Day | None = None, text: Paragraph | None = None,
    by: Account,
) -> Ticket:  # fmt: skip
    """Send the matter to the department that can settle it, with a day. The asker sees both."""
    ticket = lifecycle.take(Ticket, ticket_id)
    _send(ticket, "route", TicketEntryKind.ROUTED, department_id, due, text, by)
    return ticket


@transaction.atomic
def reroute_ticket(
    *, ticket_id: str, department_id: ref("roster.organisation"), text: Paragraph, due: Day | None = None, by: Account
) -> Ticket:
    """Send the matter on to another department, saying why."""
    ticket = lifecycle.take(Ticket, ticket_id)
    if department_id == ticket.department_id:
        raise Refusal("matching.same_department", say("The matter is with this department already."),
                      say("Choose another one, or answer."), field="department_id")  # fmt: skip
    _send(ticket, "reroute", TicketEntryKind.REROUTED, department_id, due, text, by)
    return ticket


@transaction.atomic
def answer_ticket(*, ticket_id: str, answer: Paragraph, by: Account) -> Ticket:
    """Answer for the department; the asker decides whether the answer helps."""
    ticket = lifecycle.take(Ticket, ticket_id)
    ticket.answered_at = now()
    lifecycle.step(ticket, "answer", by=by, facts=_turn(ticket, by))
    _enter(ticket, TicketEntryKind.ANSWERED, answer, by)
    days = (today() - ticket.created_at.date()).days
    ledger.record("matching.ticket_answered", by=by, subject=ticket, data={"days": days})
    _tell_asker(ticket, "matching.ticket_answered", say("Your matter “{title}” was answered.", title=ticket.title))
    return ticket


@transaction.atomic
def accept_answer(*, ticket_id: str, by: Account) -> Ticket:
    """Say that the answer settles the matter."""
    ticket = lifecycle.take(Ticket, ticket_id)
    lifecycle.step(ticket, "accept", by=by, facts=_turn(ticket, by))
    _enter(ticket, TicketEntryKind.ACCEPTED, "", by)
    ledger.record("matching.ticket_accepted", by=by, subject=ticket)
    _tell_department(ticket, "matching.ticket_accepted", say("Your answer settled “{title}”.", title=ticket.title))
    return ticket


@transaction.atomic
def reopen_ticket(*, ticket_id: str, text: Paragraph, by: Account) -> Ticket:
    """Say what is still missing; the department has the matter again, with a new day."""
    ticket = lifecycle.take(Ticket, ticket_id)
    due = _day(None)
    lifecycle.step(ticket, "reopen", by=by, facts=_turn(ticket, by), due_on=due)
    _enter(ticket, TicketEntryKind.REOPENED, text, by, due)
    ledger.record("matching.ticket_reopened", by=by, subject=ticket, data={"due": due.isoformat()})
    _tell_department(ticket, "matching.ticket_reopened", say("“{title}” is not settled yet.", title=ticket.title))
    return ticket


@transaction.atomic
def escalate_ticket(*, ticket_id: str, text: Paragraph | None = None, by: Account) -> Ticket:
    """Escalate a matter the department let lie: its heads and the secretariat are told, and the clock starts again."""
    ticket = lifecycle.take(Ticket, ticket_id)
    _escalate(ticket, text or "", by)
    return ticket


@transaction.atomic
def withdraw_ticket(*, ticket_id: str, by: Account) -> Ticket:
    """Take a matter back that settled itself."""
    ticket = lifecycle.take(Ticket, ticket_id)
    lifecycle.step(ticket, "withdraw", by=by, facts=_turn(ticket, by))
    _enter(ticket, TicketEntryKind.WITHDRAWN, "", by)
    ledger.record("matching.ticket_withdrawn", by=by, subject=ticket)
    return ticket


@transaction.atomic
def watch_tickets(*, by: Account) -> int:
    """Daily: escalate what no department answered in time; how many. (The calendar warns before.)"""
    count = 0
    for ticket in Ticket.objects.select_for_update(of=("self",)).filter(stage=TicketStage.ROUTED, due_on__lt=today()):
        _escalate(ticket, "", by)
        count += 1
    return count


def _send(ticket: Ticket, move: str, kind: TicketEntryKind, department_id: str, due: date | None, text: str | None,
          by: Account) -> None:  # fmt: skip
    seen("roster.organisation", department_id, by, field="department_id")
    facts, day = _turn(ticket, by), _day(due)
    if ticket.department_id:
        # The department that has the matter sends it on; whoever gets it has no say in that.
        lifecycle.step(ticket, move, by=by, facts=facts, due_on=day)
        ticket.department_id = department_id
        ticket.save(update_fields=["department"])
    else:
        ticket.department_id = department_id
        lifecycle.step(ticket, move, by=by, facts=facts, due_on=day)
    ticket = Ticket.objects.select_related("department").get(pk=ticket.pk)
    _enter(ticket, kind, text or "", by, day)
    event = "matching.ticket_routed" if kind is TicketEntryKind.ROUTED else "matching.ticket_rerouted"
    ledger.record(event, by=by, subject=ticket, data={"department": str(ticket.department), "due": day.isoformat()})
    _tell_department(ticket, event, say("A matter waits for your answer until {day}: “{title}”.",
                                        title=ticket.title, day=day))  # fmt: skip
    _tell_asker(ticket, event, say("Your matter “{title}” is with {department}, due on {day}.", title=ticket.title,
                                   department=str(ticket.department), day=day))  # fmt: skip


def _escalate(ticket: Ticket, text: str, by: Account) -> None:
    due = ticket.due_on or today()
    if due >= today():
        raise Refusal(
            "matching.not_late", say("The department still has until {day}.", day=due),
            say("Wait until then, or send the matter to another department."),
        )  # fmt: skip
    ticket.escalations += 1
    day = today() + timedelta(days=max(1, configuration.value("matching.ticket_days") // 2))
    lifecycle.step(ticket, "escalate", by=by, due_on=day)
    _enter(ticket, TicketEntryKind.ESCALATED, text, by, day)
    ledger.record("matching.ticket_escalated", by=by, subject=ticket,
                  data={"due": due.isoformat(), "times": ticket.escalations})  # fmt: skip
    sentence = say("No answer to “{title}” by {due}; it was escalated and is due on {day}.",
                   title=ticket.title, due=due, day=day)  # fmt: skip
    _tell_department(ticket, "matching.ticket_escalated", sentence)
    _tell_asker(ticket, "matching.ticket_escalated", sentence)
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.ticket_escalated", sentence, subject=ticket)


def _day(due: date | None) -> date:
    """The day of the answer: the one named, from today on, or so many days from now (rule `matching.ticket_days`)."""
    if due is not None and due < today():
        raise Refusal("matching.day_past", say("The day until which it stands, {day}, is past.", day=due),
                      say("Give a later day."), field="due")  # fmt: skip
    return due or today() + timedelta(days=configuration.value("matching.ticket_days"))


def _turn(ticket: Ticket, by: Account) -> rules.TurnFacts:
    department: Scope | None = ("organisation", ticket.department_id) if ticket.department_id else None
    return rules.TurnFacts(
        is_asker=acts_in(by, ticket.asker_scope()), is_department=department is not None and acts_in(by, department)
    )


def _enter(ticket: Ticket, kind: TicketEntryKind, text: str, by: Account, due: date | None = None) -> None:
    TicketEntry.objects.create(
        ticket=ticket, kind=kind, department_id=ticket.department_id, due_on=due, text=text, entered_by=by.pk
    )


def _tell_asker(ticket: Ticket, event: str, sentence: Phrase) -> None:
    people = notices.holders(
        Role.EXPERT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, scopes=[ticket.asker_scope()]
    )
    notices.tell(people, event, sentence, subject=ticket)


def _tell_department(ticket: Ticket, event: str, sentence: Phrase, *, once: str = "") -> None:
    if ticket.department_id:
        people = notices.holders(Role.LIAISON, Role.DEPARTMENT_HEAD, scopes=[("organisation", ticket.department_id)])
        notices.tell(people, event, sentence, subject=ticket, once=once)
