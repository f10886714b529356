"""The desks: codes for residents, what people ask, emergency accesses, audited views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from xinglin.exchange.consent.actions import audits, bindings, emergencies, wishes
from xinglin.exchange.consent.dossiers.giving import GROUP
from xinglin.exchange.consent.models import Binding, BreakGlass, ViewAudit, Wish
from xinglin.exchange.consent.queries import desks, people, reviewing
from xinglin.exchange.consent.queries.access import own_persons
from xinglin.exchange.consent.words import AuditCause, Ground, Purpose, Standing, WishKind
from xinglin.kernel import accounts
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role

PERSONAL = Privacy.PERSONAL
COLUMNS = [say("When"), say("What"), say("Purpose"), say("Ground"), say("Number of results")]


def look(entry: LedgerEntry) -> list[Any]:
    """One look as a row."""
    purpose, ground = entry.data.get("purpose"), entry.data.get("ground")
    return [entry.happened_at, entry.data.get("what"), Purpose(purpose) if purpose else None,
            Ground(ground) if ground else None, entry.data.get("count")]  # fmt: skip


def _emergency_facts(one: BreakGlass, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Hospital"), people.site_names().get(one.site)),
        Fact(say("Opened by"), accounts.name_of(one.created_by)),
        Fact(say("Access opened"), one.created_at),
        Fact(say("Ends"), one.ends_at),
        Fact(say("Reason"), one.reason),
        Fact(say("Patient"), f"P{one.person}", PERSONAL),
        Fact(say("Finding"), one.finding or None),
    ]


def _emergency_sections(one: BreakGlass, _actor: Actor) -> Sequence[Section]:
    rows = [look(entry) for entry in reviewing.seen_under(one)[:200]]
    return [Section(say("What was looked at"), COLUMNS, rows)] if rows else []


def _audit_facts(one: ViewAudit, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Why it is looked into"), AuditCause(one.cause)),
        Fact(say("Month"), one.month),
        Fact(say("Who looked"), one.actor_name),
        Fact(say("Hospital"), one.organisation or None),
        Fact(say("Patient"), f"P{one.person}", PERSONAL),
        Fact(say("Finding"), one.finding or None),
    ]


def _audit_sections(one: ViewAudit, _actor: Actor) -> Sequence[Section]:
    rows = [look(entry) for entry in LedgerEntry.objects.filter(pk=one.entry)]
    return [Section(say("What was looked at"), COLUMNS, rows)]


def _wish_facts(one: Wish, _actor: Actor) -> Sequence[Fact]:
    asked_of = people.recipient_name(one.organisation_id) if one.organisation_id else say("The alliance's secretariat")
    return [
        Fact(say("What is asked"), WishKind(one.kind)),
        Fact(say("Asked of"), asked_of),
        Fact(say("In their words"), one.text, PERSONAL),
        Fact(say("Patient"), f"P{one.person}", PERSONAL),
        Fact(say("About the entry"), one.about or None),
        Fact(say("Results held back at other hospitals"), say("yes") if one.restricts else say("no")),
        Fact(say("Answer"), one.answer or None, PERSONAL),
    ]


def _binding_facts(one: Binding, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Patient"), f"P{one.person}", PERSONAL),
        Fact(say("Who gets it"), Standing(one.relation)),
        Fact(say("Document seen"), one.document_kind),
        Fact(say("Proof"), one.evidence or None, PERSONAL),
        Fact(say("Handed over by"), accounts.name_of(one.created_by)),
        Fact(say("Usable until"), one.expires_at),
        Fact(say("Account"), accounts.name_of(one.account_id) if one.account_id else None, PERSONAL),
        Fact(say("Ends on the fourteenth birthday"), one.ends_on, PERSONAL),
    ]


register(Kind(
    name="consent.breakglass", model=BreakGlass, key="emergency_id", label=say("Emergency access"),
    plural=say("Emergency accesses"), visible=desks.emergencies_for, title=str,
    facts=_emergency_facts, sections=_emergency_sections,
    columns=[
        (say("Patient"), str), (say("Hospital"), lambda one: people.site_names().get(one.site)),
        (say("Opened by"), lambda one: accounts.name_of(one.created_by)),
        (say("Access opened"), lambda one: one.created_at),
        (say("Ends"), lambda one: one.ends_at),
    ],
    verbs=[
        Verb("open", emergencies.break_glass, say("Open emergency access"), opening=True, roles=roles(Role.DOCTOR)),
        Verb("find_justified", emergencies.find_justified, say("Justified"), move="find_justified"),
        Verb("find_not_justified", emergencies.find_not_justified, say("Not justified"), move="find_not_justified",
             danger=True),
    ],
    turn=lambda one, actor, _move: reviewing.may_review(one, actor), group=GROUP,
))  # fmt: skip

register(Kind(
    name="consent.viewaudit", model=ViewAudit, key="audit_id", label=say("Audited view"), plural=say("Audited views"),
    visible=desks.audits_for, title=str, facts=_audit_facts, sections=_audit_sections,
    columns=[
        (say("Entry"), str), (say("Why it is looked into"), lambda one: AuditCause(one.cause)),
        (say("Who looked"), lambda one: one.actor_name), (say("Hospital"), lambda one: one.organisation or None),
    ],
    verbs=[
        Verb("find_in_order", audits.find_in_order, say("In order"), move="find_in_order"),
        Verb("find_not_in_order", audits.find_not_in_order, say("Not in order"), move="find_not_in_order", danger=True),
    ],
    filters={"cause": (say("Why it is looked into"), AuditCause)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="consent.wish", model=Wish, key="wish_id", label=say("Request about one's data"),
    plural=say("Requests about one's data"), visible=desks.wishes_for,
    mine=lambda actor: Q(person__in=own_persons(actor)),
    title=str, facts=_wish_facts,
    columns=[
        (say("What is asked"), lambda one: WishKind(one.kind)),
        (say("Asked of"), lambda one: people.recipient_name(one.organisation_id) or say("The alliance's secretariat")),
        (say("Asked on"), lambda one: one.created_at), (say("Answer due"), lambda one: one.due_on),
    ],
    verbs=[
        Verb("make", wishes.make_wish, say("Ask about my data"), opening=True, roles=roles(Role.RESIDENT)),
        Verb("fulfil", wishes.fulfil_wish, say("Answer: done as asked"), move="fulfil"),
        Verb("decline", wishes.decline_wish, say("Answer: declined, with the reason"), move="decline"),
        Verb("take_back", wishes.take_back_wish, say("Take the request back"), move="take_back"),
    ],
    filters={"kind": (say("What is asked"), WishKind)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="consent.binding", model=Binding, key="binding_id", label=say("Resident's account"),
    plural=say("Residents' accounts"), visible=desks.bindings_for, title=str, facts=_binding_facts,
    columns=[
        (say("Patient"), str), (say("Who gets it"), lambda one: Standing(one.relation)),
        (say("Handed over by"), lambda one: accounts.name_of(one.created_by)),
        (say("Usable until"), lambda one: one.expires_at),
    ],
    verbs=[Verb("end", bindings.end_binding, say("Separate the account"), move="end", danger=True)],
    group=GROUP,
))  # fmt: skip
