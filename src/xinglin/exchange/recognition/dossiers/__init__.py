"""The kinds of dossier (recognition): decisions and the savings ledger, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.exchange.recognition import events, figures  # noqa: F401
from xinglin.exchange.recognition.actions import decisions as actions
from xinglin.exchange.recognition.actions import orders  # noqa: F401 - registers what the clock does
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.exchange.recognition.queries import decisions as queries
from xinglin.exchange.recognition.rules.decisions import DOCTORS
from xinglin.exchange.recognition.words import DecisionStage, EntryKind, OrderStage, Payer, Reason, Standing
from xinglin.kernel import accounts, permits
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.money import yuan
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy

PERSONAL = Privacy.PERSONAL
GROUP = say("Mutual recognition")
YES_NO = {True: say("Yes"), False: say("No")}
OPEN = frozenset({DecisionStage.REMINDED, DecisionStage.VIEWED, DecisionStage.UNHANDLED})


def _named(number: int) -> Phrase:
    """An item in the reader's language: names are no msgids, so both stand side by side."""
    zh, en = queries.item_name(number, chinese=True), queries.item_name(number, chinese=False)
    return say("{name_zh} ({name_en})", name_zh=zh, name_en=en) if zh != en else say("{name_zh}", name_zh=zh)


def _facts(one: Decision, actor: Actor) -> Sequence[Fact]:
    value = queries.result_of(one)
    return [
        Fact(say("Item"), _named(one.item), PERSONAL),
        Fact(say("What it means for the order"), Standing(one.standing), PERSONAL),
        Fact(say("Earlier result"), value, PERSONAL),
        Fact(say("Made by"), (value and value.made_by) or queries.site_name(one.source_site)),
        Fact(say("When it was made"), one.effective_at, PERSONAL),
        Fact(say("Counts until"), one.valid_until, PERSONAL),
        Fact(
            say("HR mark"),
            f"{one.scope}HR" if one.grant else None,
            links=("catalogue.scopegrant", one.grant) if one.grant else None,
        ),
        Fact(say("Asked at"), queries.site_name(one.site)),
        Fact(say("Visit number"), one.visit, PERSONAL),
        Fact(say("Doctor"), accounts.name_of(one.doctor) or None, PERSONAL),
        Fact(say("From another city"), YES_NO[one.cross]),
        Fact(say("Result opened"), one.viewed_at),
        Fact(say("Images opened"), one.image_opened_at),
        Fact(say("Decided at"), one.decided_at),
        Fact(say("Reason"), Reason(one.reason) if one.reason else None, PERSONAL),
        Fact(say("In the doctor's own words"), one.remark or None, PERSONAL),
        Fact(say("Patient told"), one.informed_at),
        Fact(say("Order signed or placed"), one.ordered_at),
        Fact(say("Ordered again"), one.reordered_at),
        Fact(say("Report corrected or voided"), one.invalid_at),
        Fact(say("Price"), one.price_fen, fen=True),
        Fact(say("Price list"), one.price_list or None),
        Fact(say("Payer"), Payer(one.payer)),
    ]


def _sections(one: Decision, _actor: Actor) -> Sequence[Section]:
    found = []
    entries = [[str(row), EntryKind(row.kind), row.booked_at, yuan(row.amount_fen)] for row in queries.savings_of(one)]
    if entries:
        found.append(Section(say("Savings"), [say("Number"), say("Why"), say("Booked"), say("Amount")], entries))
    lines = [[row.order_no, OrderStage(row.stage), row.placed_at, row.revoked_at] for row in queries.orders_of(one)]
    if lines:
        columns = [say("Order"), say("Stage"), say("Placed"), say("Taken back")]
        found.append(Section(say("Orders of the visit"), columns, lines))
    return found


def _mine(actor: Actor) -> Q:
    names = [] if actor is None else [actor.pk, actor.username]
    return Q(doctor__in=names) | Q(organisation_id__in=permits.scope_ids(actor, "organisation"))


def _by_number(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By the end of the number on the page, or a visit."""
    tail = text.strip().upper().removeprefix("RD-").removeprefix("SE-")
    return rows.filter(Q(pk__endswith=tail) | Q(visit=text.strip()))


register(Kind(
    name="recognition.decision",
    model=Decision,
    key="decision_id",
    label=say("Decision"),
    plural=say("Decisions on earlier results"),
    group=GROUP,
    visible=queries.decisions_for,
    mine=_mine,
    title=str,
    facts=_facts,
    sections=_sections,
    search=_by_number,
    columns=(
        (say("Number"), str),
        (say("Asked at"), lambda one: queries.site_name(one.site)),
        (say("Made by"), lambda one: queries.site_name(one.source_site)),
        (say("Reminded"), lambda one: one.created_at),
        (say("Decided at"), lambda one: one.decided_at),
    ),
    verbs=(
        Verb("view", actions.view_result, say("Open the result"), move="view"),
        Verb("open_image", actions.open_image, say("Open the images"), roles=DOCTORS, stages=OPEN),
        Verb("recognise", actions.recognise, say("Recognise"), move="recognise"),
        Verb("decline", actions.decline, say("Do not recognise"), move="decline"),
        Verb("withdraw_recognition", actions.withdraw_recognition, say("Withdraw the recognition"),
             move="withdraw_recognition", danger=True),
        Verb("withdraw_decline", actions.withdraw_decline, say("Withdraw the refusal"), move="withdraw_decline"),
        Verb("inform_patient", actions.inform_patient, say("Record that the patient was told"), roles=DOCTORS,
             stages=frozenset({DecisionStage.DECLINED})),
    ),
))  # fmt: skip


def _entry_facts(one: SavingEntry, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Why"), EntryKind(one.kind)),
        Fact(say("Amount"), one.amount_fen, fen=True),
        Fact(say("Item"), _named(one.item), PERSONAL),
        Fact(say("Price list"), one.price_list),
        Fact(say("Price in force since"), one.price_from),
        Fact(say("Price holds at"), one.price_place or None),
        Fact(say("Payer"), Payer(one.payer)),
        Fact(say("Asked at"), queries.site_name(one.site)),
        Fact(say("Made by"), queries.site_name(one.source_site)),
        Fact(say("Booked"), one.booked_at),
        Fact(say("Radiation avoided, micro-sievert"), one.radiation_usv or None),
        Fact(say("Days of waiting saved"), one.wait_days or None),
        Fact(say("Decision"), f"RD-{one.decision[-10:]}", links=("recognition.decision", one.decision)),
        Fact(say("Takes back"), f"SE-{one.reverses_id[-10:]}" if one.reverses_id else None,
             links=("recognition.savingentry", one.reverses_id) if one.reverses_id else None),
    ]  # fmt: skip


register(Kind(
    name="recognition.savingentry",
    model=SavingEntry,
    key="entry_id",
    label=say("Savings entry"),
    plural=say("Savings ledger"),
    group=GROUP,
    visible=queries.savings_for,
    title=str,
    facts=_entry_facts,
    search=_by_number,
    columns=(
        (say("Number"), str),
        (say("Why"), lambda one: EntryKind(one.kind)),
        (say("Amount"), lambda one: yuan(one.amount_fen)),
        (say("Asked at"), lambda one: queries.site_name(one.site)),
        (say("Made by"), lambda one: queries.site_name(one.source_site)),
        (say("Booked"), lambda one: one.booked_at),
    ),
    filters={"kind": (say("Why"), EntryKind), "payer": (say("Payer"), Payer)},
))  # fmt: skip
