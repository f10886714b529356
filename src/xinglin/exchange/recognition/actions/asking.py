"""A hospital asks at order time, and tells what its doctor did: one deed for every way of asking.

Used by CDS Hooks, the short call and the page alike, so that all three remind, record and decide in the same way.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from xinglin.exchange.catalogue.queries import mappings
from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.rules.snapshot import SiteFacts
from xinglin.exchange.consent.actions.relations import begin_visit
from xinglin.exchange.consent.actions.views import View
from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.identity.actions.arriving import receive
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.recognition.actions import decisions
from xinglin.exchange.recognition.actions.reminders import Kept, Shown, remind_and_read
from xinglin.exchange.recognition.models import Decision
from xinglin.exchange.recognition.queries.decisions import Value
from xinglin.exchange.recognition.queries.order import Answer, Asking, asking, at_order, at_order_of, at_visit
from xinglin.exchange.recognition.rules.answer import ItemAnswer, Wanted, worth_showing
from xinglin.exchange.recognition.rules.hooks import (
    ITEM_SYSTEM,
    LOINC,
    Ordered,
    item_of,
    last_part,
    orders_of,
    patient_facts,
    visit_of,
)
from xinglin.exchange.recognition.rules.reasons import SYSTEM
from xinglin.exchange.recognition.words import DecisionStage, Occasion, Payer, Reason
from xinglin.kernel import permits
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role

# What was looked at, as the ledger keeps it; said in the language of whoever reads the ledger.
AT_VISIT, AT_ORDER = say("earlier results, as a visit opened"), say("earlier results, at an order")
ASKERS = (Role.DOCTOR,)
# site -> (the catalogue's version, its confirmed codes): read again when the catalogue moved on.
_tables: dict[int, tuple[int, dict[tuple[str, str], int]]] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it came: the patient by the hospital's own number (and FHIR resource, if it was sent along)."""

    site: int
    patient: str
    orders: Sequence[Ordered] = ()
    resource: object = None
    visit: str = ""
    doctor: str = ""
    occasion: Occasion = Occasion.ORDINARY
    payer: Payer = Payer.UNKNOWN
    signing: bool = False
    # The visit has been opened and nothing is ordered yet.
    opening: bool = False


def question_of(
    *, site: int, patient: str, visit: str = "", doctor: str = "", drafts: Any = None,
    selections: Sequence[str] | None = None, resource: Any = None, occasion: str = "", payer: str = "",
    signing: bool = False, opening: bool = False,
) -> Question:  # fmt: skip
    """A question from what an order-entry system sent: `drafts` a FHIR Bundle, `resource` a FHIR Patient or None."""
    return Question(
        site=site, patient=last_part(patient), orders=[] if opening else orders_of(drafts, selections),
        resource=resource, visit=last_part(visit), doctor=last_part(doctor),
        occasion=Occasion(occasion) if occasion in set(map(str, Occasion)) else Occasion.ORDINARY,
        payer=Payer(payer) if payer in set(map(str, Payer)) else Payer.UNKNOWN, signing=signing, opening=opening,
    )  # fmt: skip


def order_of(code: str) -> Ordered:
    """An item named by a code alone: ours, the hospital's, or LOINC's."""
    return Ordered(code, ((ITEM_SYSTEM, code), ("", code), (LOINC, code)), code)


@dataclass(slots=True)
class Asked:
    """What came of it. `lines` are the orders that have an answer worth showing, with their kept reminder."""

    answer: Answer | None
    patient: int = 0
    visit: str = ""
    lines: list[tuple[Ordered, ItemAnswer, Kept]] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    unknown: list[Ordered] = field(default_factory=list)
    question: Question | None = None
    # What the shown results of our own hospitals say, by their numbers.
    values: dict[int, Value] = field(default_factory=dict)


def site_for(account: Account, organisation_id: str = "") -> SiteFacts:
    """The hospital an account asks for: the one it is a doctor at. Raises Refusal when there is none, or several."""
    known = catalogue.current()
    # An account object knows its grants for as long as it lives, and so the hospital; a snapshot is never changed.
    remembered = getattr(account, "_orders_for", None)
    if remembered is not None and remembered[0] is known and remembered[1] == organisation_id:
        return remembered[2]
    held = permits.scope_ids(account, "organisation", *ASKERS)
    if organisation_id:
        held = [one for one in held if one == organisation_id]
    found = [known.sites[known.by_organisation[one]] for one in held if one in known.by_organisation]
    if len(found) != 1:
        raise Refusal(
            "recognition.which_hospital",
            say("It is not clear which hospital asks: this account orders for {count} hospitals.", count=len(found)),
            say("Use an account that holds the role of a doctor at one hospital, or name the hospital."),
        )
    account._orders_for = (known, organisation_id, found[0])  # type: ignore[attr-defined]
    return found[0]


def ask_about(*, question: Question, by: Account) -> Asked:
    """Answer a hospital's question and keep what is shown, before it is shown.

    A patient the hospital has not sent yet is taken in from the resource that came along. Naming a visit says that the
    hospital treats the patient in it, which goes on record where the patient can read it.
    """
    at = now()
    asked = Asked(None, visit=visit_of(question.visit, at), question=question)
    known = catalogue.current()
    codes = _table(question.site, known.version)
    for order in question.orders:
        number = item_of(order, known, codes)
        if number:
            asked.items[order.reference] = number
        else:
            asked.unknown.append(order)
    who = asking(site=question.site, account=by, doctor=question.doctor)
    answer = _first_answer(question, asked, at, by, who)
    if answer is None:
        return asked
    if answer.person and question.visit and not answer.access.treating:
        begin_visit(person=answer.person, site=question.site, visit=asked.visit, doctor=question.doctor or by.pk,
                    began_at=at, by=by)  # fmt: skip
        answer = _answer(question, asked, at, by, who)
    asked.answer = answer
    _keep(question, asked, at, by)
    return asked


def _first_answer(question: Question, asked: Asked, at: datetime, by: Account, who: Asking) -> Answer | None:
    """The answer, with the patient found in the same statement where the hospital knows the patient; None for nobody,
    and for orders that mean nothing here. Fills in the patient."""
    local = _local(question)
    if asked.items and not question.opening:
        answer = at_order_of(local_id=local, items=_items(asked), at=at, occasion=question.occasion,
                             wanted=_wanted(question, asked), who=who)  # fmt: skip
        if answer.record:
            asked.patient = answer.record
            return answer
    asked.patient = _patient(question, local, by)
    if not asked.patient or not (asked.items or question.opening):
        return None
    return _answer(question, asked, at, by, who)


def _answer(question: Question, asked: Asked, at: datetime, by: Account, who: Asking) -> Answer:
    if question.opening:
        return at_visit(patient=asked.patient, site=question.site, at=at, account=by, who=who)
    return at_order(patient=asked.patient, items=_items(asked), site=question.site, at=at, account=by,
                    occasion=question.occasion, wanted=_wanted(question, asked), who=who)  # fmt: skip


def _items(asked: Asked) -> list[int]:
    return list(dict.fromkeys(asked.items.values()))


def _wanted(question: Question, asked: Asked) -> dict[int, Wanted]:
    """What the orders say beyond their items."""
    return {asked.items[one.reference]: one.wanted for one in question.orders
            if one.wanted is not None and one.reference in asked.items}  # fmt: skip


def _keep(question: Question, asked: Asked, at: datetime, by: Account) -> None:
    """Keep the reminders and the look; fill in the lines."""
    answer = asked.answer
    if answer is None or answer.person is None:
        return
    worth = {one.item: one for one in worth_showing(answer.items)}
    count = answer.found if question.opening else len(worth)
    view = View(answer.person, question.site, (AT_VISIT if question.opening else AT_ORDER).msgid, Purpose.RECOGNITION,
                answer.access.ground, count)  # fmt: skip
    orders = question.orders
    if question.opening:
        # Nothing is ordered yet; each item that is shown is a reminder all the same (domain 2.6, first trigger).
        orders = [order_of(answer.snapshot.items[number].code) for number in worth if number in answer.snapshot.items]
        asked.items = {order.reference: answer.snapshot.by_code[order.reference] for order in orders}
    shown = {
        order.reference: Shown(
            worth[number], asked.patient, answer.person, question.site, asked.visit, question.doctor or by.pk,
            answer.snapshot, "" if question.opening else order.reference, question.payer,
            at if question.signing else None,
        )
        for order in orders
        if (number := asked.items.get(order.reference)) in worth
    }  # fmt: skip
    kept, asked.values = remind_and_read(shown=list(shown.values()), view=view, by=by)
    asked.lines = [
        (order, worth[asked.items[order.reference]], kept[shown[order.reference].key])
        for order in orders
        if order.reference in shown
    ]


def _local(question: Question) -> str:
    local = question.patient.strip()[:80]
    if not local:
        raise Refusal("recognition.no_patient", say("No patient was named."), field="patient")
    return local


def _patient(question: Question, local: str, by: Account) -> int:
    """The record number of the asked patient; 0 when nobody knows such a one."""
    found = patients.find_at(question.site, local)
    if found or question.resource is None:
        return found
    facts: PatientFacts | None = patient_facts(question.resource, site=question.site, local_id=local)
    return receive(records=[facts], by=by)[0] if facts is not None else 0


def _table(site: int, version: int) -> dict[tuple[str, str], int]:
    """A hospital's confirmed codes; kept in memory as long as the catalogue stands still."""
    held = _tables.get(site)
    if held is None or held[0] != version:
        held = _tables[site] = (version, mappings.table(site))
    return held[1]


def ask_short(
    *, site: int, patient: str, codes: Sequence[str], visit: str = "", doctor: str = "", occasion: str = "",
    payer: str = "", by: Account,
) -> Asked:  # fmt: skip
    """The short call: `patient` by the hospital's own number or as "kind:number" of a document it was shown."""
    question = question_of(site=site, patient=patient, visit=visit, doctor=doctor, occasion=occasion, payer=payer)
    local = _own_number(site, patient)
    return ask_about(
        question=replace(question, patient=local or patient, orders=[order_of(code) for code in dict.fromkeys(codes)]),
        by=by,
    )


def _own_number(site: int, patient: str) -> str:
    """The hospital's own number of the one patient of its own who shows this document; "" for none or several."""
    kind, colon, number = patient.partition(":")
    if not colon:
        return ""
    own = [local for place, local in patients.numbers_of(patients.find(kind, number)) if place == site]
    return own[0] if len(own) == 1 else ""


def record_at(site: int, patient: str) -> int:
    """The record number of a hospital's patient, by its own number or a document; 0 for none."""
    return patients.find_at(site, _own_number(site, patient) or patient)


def numbers_of(site: int, codes: Sequence[str]) -> dict[str, int]:
    """The catalogue's numbers of the codes that mean something at a hospital."""
    known = catalogue.current()
    table = _table(site, known.version)
    return {code: number for code in codes if (number := item_of(order_of(code), known, table))}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a doctor did with a shown card: `card` its number, accepted or overridden with a reason's code."""

    card: uuid.UUID
    accepted: bool
    reason: str = ""
    system: str = SYSTEM
    comment: str = ""
    informed: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one feedback: the decision, or why it was not booked."""

    card: uuid.UUID
    decision: str = ""
    stage: str = ""
    refusal: Refusal | None = None


def take_feedback(*, feedback: Sequence[Feedback], site: int, by: Account) -> list[Taken]:
    """Book what doctors did with their cards. Each by itself: one that is refused does not undo the others."""
    found = []
    for one in feedback:
        try:
            with transaction.atomic():
                row = decide(feedback=one, site=site, by=by)
            found.append(Taken(one.card, row.pk, str(row.stage)))
        except Refusal as refusal:
            found.append(Taken(one.card, refusal=refusal))
    return found


@transaction.atomic
def decide(*, feedback: Feedback, site: int, by: Account) -> Decision:
    """Book one: accepted is recognised, overridden with a reason is declined, overridden without one stays undecided
    but seen. Saying the same again changes nothing."""
    row = Decision.objects.filter(key=feedback.card, site=site).first()
    if row is None:
        raise absent()
    doctor = None if row.doctor == by.pk else row.doctor
    if feedback.accepted:
        if row.stage == DecisionStage.RECOGNISED:
            return row
        if row.stage == DecisionStage.DECLINED:
            decisions.withdraw_decline(decision_id=row.pk, doctor=doctor, by=by)
        return decisions.recognise(decision_id=row.pk, doctor=doctor, by=by)
    if not feedback.reason:
        return decisions.view_result(decision_id=row.pk, by=by) if row.stage == DecisionStage.REMINDED else row
    if row.stage == DecisionStage.DECLINED and row.reason == feedback.reason:
        return row
    if feedback.reason not in set(map(str, Reason)):
        raise Refusal("recognition.reason_unknown", _unknown_reason(feedback.reason), field="reason")
    if row.stage == DecisionStage.RECOGNISED:
        decisions.withdraw_recognition(decision_id=row.pk, doctor=doctor, by=by)
    elif row.stage == DecisionStage.DECLINED:
        decisions.withdraw_decline(decision_id=row.pk, doctor=doctor, by=by)
    return decisions.decline(
        decision_id=row.pk, reason=Reason(feedback.reason), remark=feedback.comment[:500] or None,
        informed=feedback.informed, doctor=doctor, by=by,
    )  # fmt: skip


def _unknown_reason(code: str) -> Phrase:
    return say("“{code}” is no reason of the set “{version}”.", code=code[:20], version="2022-10")
