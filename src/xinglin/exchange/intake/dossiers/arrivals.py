"""Deliveries, the quarantine desk and column maps, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.exchange.catalogue.queries.sites import sites_for
from xinglin.exchange.intake.actions import columns, quarantine, uploads
from xinglin.exchange.intake.models import ColumnMap, Delivery, Quarantined
from xinglin.exchange.intake.queries import desk
from xinglin.exchange.intake.rules.quarantine import REPAIRERS
from xinglin.exchange.intake.rules.reasons import REASONS
from xinglin.exchange.intake.words import CsvField, Form, QuarantineReason, QuarantineStage, Way
from xinglin.kernel.dossiers import Fact, Heap, Kind, Section, Verb, register
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say, unpacked

GROUP = say("Intake of results")
SENDERS = roles(*uploads.SENDERS)
# Entries of a delivery on its page; the list shows all of them.
SHOWN = 100


def site_name(organisation_id: str) -> str:
    return sites_for(None).filter(organisation_id=organisation_id).values_list("name", flat=True).first() or ""


def _delivery_facts(row: Delivery, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Sender"), site_name(row.organisation_id), links=("roster.organisation", row.organisation_id)),
        Fact(say("How it came"), Way(row.way)), Fact(say("Form"), Form(row.form)),
        Fact(say("Entries"), row.entries), Fact(say("Accepted"), row.accepted),
        Fact(say("Unchanged"), row.unchanged), Fact(say("In quarantine"), row.quarantined),
        Fact(say("Patients"), row.patients), Fact(say("Results"), row.results),
        Fact(say("Begun"), row.created_at), Fact(say("Ended"), row.ended_at),
    ]  # fmt: skip


def _delivery_sections(row: Delivery, actor: Actor) -> Sequence[Section]:
    found = []
    if row.reasons:
        lines = [[QuarantineReason(code), count, REASONS[code].next_step] for code, count in
                 sorted(row.reasons.items(), key=lambda one: -one[1])]  # fmt: skip
        found.append(Section(say("Why entries are in quarantine"),
                             [say("Reason"), say("Entries"), say("What to do")], lines))  # fmt: skip
    aside = desk.quarantined_for(actor).filter(delivery=row).order_by("position")[:SHOWN]
    rows = [
        [one.position, Fact(say("Entry"), str(one) or "–", links=("intake.quarantined", one.pk)), one.stage_word,
         unpacked(one.detail)]
        for one in aside
    ]  # fmt: skip
    if rows:
        found.append(Section(say("Entries set aside"), [say("Place"), say("Entry"), say("Stage"), say("Why")], rows))
    return found


def _entry_facts(one: Quarantined, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Why"), unpacked(one.detail)), Fact(say("What to do"), REASONS[one.reason].next_step),
        Fact(say("Kind of reason"), QuarantineReason(one.reason)),
        Fact(say("Sender"), site_name(one.organisation_id), links=("roster.organisation", one.organisation_id)),
        Fact(say("Data delivery"), str(one.delivery), links=("intake.delivery", one.delivery_id)),
        Fact(say("Place in the delivery"), one.position), Fact(say("What it is"), one.kind or None),
        Fact(say("Waits for"), one.awaits or None),
    ]  # fmt: skip


def _content(one: Quarantined, actor: Account) -> dict[str, Any]:
    """Opening the repair form shows what the entry says: that is a reading of clinical data, and is recorded."""
    return {"content": quarantine.open_entry(quarantined_id=one.pk, by=actor)}


def _find_deliveries(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(name__icontains=text)


def _find_entries(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    senders = sites_for(None).filter(name__icontains=text).values("organisation_id")
    return rows.filter(
        Q(kind__icontains=text) | Q(awaits__icontains=text) | Q(delivery__name__icontains=text)
        | Q(organisation_id__in=senders)
    )  # fmt: skip


def _heaps(actor: Actor) -> Sequence[Heap]:
    """What waits, by hospital and reason: mending a mapping or a column map once lets all of a heap in."""
    return [
        Heap(
            [Fact(say("Sender"), site_name(one.organisation_id)), Fact(say("Reason"), QuarantineReason(one.reason)),
             Fact(say("What to do"), REASONS[one.reason].next_step)],
            one.count, one.oldest,
            {"reason": one.reason, "stage": str(QuarantineStage.WAITING), "q": site_name(one.organisation_id)},
            "replay_reason", {"organisation_id": one.organisation_id, "reason": one.reason},
        )
        for one in desk.groups(actor)
    ]  # fmt: skip


register(Kind(
    name="intake.delivery", model=Delivery, key="delivery_id", label=say("Data delivery"),
    plural=say("Data deliveries"),
    visible=desk.deliveries_for, mine=desk.own, title=lambda row: row.name or str(Form(row.form).label),
    facts=_delivery_facts, sections=_delivery_sections, search=_find_deliveries,
    columns=[
        (say("Data delivery"), str), (say("Sender"), lambda row: site_name(row.organisation_id)),
        (say("Entries"), lambda row: row.entries), (say("Accepted"), lambda row: row.accepted),
        (say("Unchanged"), lambda row: row.unchanged), (say("In quarantine"), lambda row: row.quarantined),
        (say("Ended"), lambda row: row.ended_at),
    ],
    verbs=[Verb("send", uploads.send_file, say("Send a file"), opening=True, roles=SENDERS)],
    filters={"form": (say("Form"), Form), "way": (say("How it came"), Way)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="intake.quarantined", model=Quarantined, key="quarantined_id", label=say("Entry in quarantine"),
    plural=say("Quarantine"), visible=desk.quarantined_for, mine=desk.own, title=lambda one: str(one) or one.pk,
    facts=_entry_facts, search=_find_entries,
    columns=[
        (say("Entry"), str), (say("Reason"), lambda one: QuarantineReason(one.reason)),
        (say("Sender"), lambda one: site_name(one.organisation_id)),
        (say("Data delivery"), lambda one: str(one.delivery)),
        (say("Set aside on"), lambda one: one.created_at),
    ],
    verbs=[
        Verb("repair", quarantine.repair_entry, say("Look at it and repair it"), roles=REPAIRERS, prefill=_content,
             stages=frozenset({str(QuarantineStage.WAITING)})),
        Verb("replay", quarantine.replay_entry, say("Take it in again"), move="replay"),
        Verb("dismiss", quarantine.dismiss_entry, say("Dismiss: it will not be taken in"), move="dismiss", danger=True),
        Verb("reopen", quarantine.reopen_entry, say("Look at it again"), move="reopen"),
        Verb("replay_reason", quarantine.replay_reason, say("Take all of one reason in again"), opening=True,
             roles=REPAIRERS),
    ],
    filters={"reason": (say("Reason"), QuarantineReason)}, group=GROUP, heaps=_heaps,
    # The program takes these in by itself when what they wait for arrives.
    turn=lambda one, _actor, _move: not REASONS[one.reason].waits or _move != "replay",
))  # fmt: skip


def _map_facts(row: ColumnMap, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Organisation"), site_name(row.organisation_id), links=("roster.organisation", row.organisation_id)),
        Fact(say("Set on"), row.set_at),
    ]  # fmt: skip


def _map_sections(row: ColumnMap, _actor: Actor) -> Sequence[Section]:
    rows = [[heading, CsvField(name)] for heading, name in row.columns.items()]
    return [Section(say("Columns"), [say("Heading in your file"), say("What it means")], rows)]


register(Kind(
    name="intake.columnmap", model=ColumnMap, key="columnmap_id", label=say("Column map"), plural=say("Column maps"),
    visible=desk.columns_for, mine=desk.own, title=lambda row: site_name(row.organisation_id) or str(row),
    facts=_map_facts, sections=_map_sections,
    columns=[
        (say("Organisation"), lambda row: site_name(row.organisation_id)), (say("Set on"), lambda row: row.set_at),
    ],
    verbs=[Verb("set", columns.set_columns, say("Set the columns"), opening=True, roles=SENDERS)],
    group=GROUP,
))  # fmt: skip
