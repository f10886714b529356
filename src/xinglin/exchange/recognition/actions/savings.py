"""The savings ledger follows the decisions of a visit: what no longer counts is answered by its exact negative."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection, transaction

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.exchange.recognition.actions import counting
from xinglin.exchange.recognition.models import Decision, SavingEntry
from xinglin.exchange.recognition.rules.savings import Booking, Line, Standing, entries
from xinglin.exchange.recognition.words import DecisionStage, EntryKind
from xinglin.kernel import configuration, ledger
from xinglin.kernel.clock import ZONE, now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say

configuration.rule(
    "recognition.own_history_saves", False,
    say("Whether a hospital's own earlier results count as savings"), "domain practice: they do not",
)  # fmt: skip


def hold_visit(site: int, visit: str, patient: int) -> None:
    """Deeds of one visit wait for each other, so that an item is saved once. Call before locking any of its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"visit|{site}|{visit}|{patient}"])


@transaction.atomic
def settle_visit(*, site: int, visit: str, patient: int, by: Account) -> list[SavingEntry]:
    """Write the entries that make the ledger say what the visit's decisions say now; returns the new ones."""
    hold_visit(site, visit, patient)
    rows = {row.pk: row for row in Decision.objects.filter(site=site, visit=visit, patient=patient)}
    written = list(SavingEntry.objects.filter(site=site, visit=visit, patient=patient).order_by("turn"))
    reversed_ones = {one.reverses_id for one in written if one.reverses_id}
    open_ones = [one for one in written if one.kind == EntryKind.SAVED and one.pk not in reversed_ones]
    bookings = entries(
        [_line(row) for row in rows.values()],
        [Standing(one.pk, one.decision, one.item, one.amount_fen) for one in open_ones],
        catalogue.current().panels,
        own_counts=configuration.value("recognition.own_history_saves"),
    )
    if not bookings:
        return []
    turns = Counter(one.item for one in written)
    by_pk = {one.pk: one for one in written}
    made = []
    for booking in bookings:
        turns[booking.item] += 1
        entry = _entry(booking, rows[booking.key], turns[booking.item], by_pk.get(booking.reverses))
        made.append(entry)
    SavingEntry.objects.bulk_create(made)
    for entry in made:
        counting.booked([entry], cross=rows[entry.decision].cross)
        name = "recognition.saving_booked" if entry.kind == EntryKind.SAVED else "recognition.saving_reversed"
        data = {"amount_fen": entry.amount_fen, "kind": str(entry.kind), "price_list": entry.price_list}
        ledger.record(name, by=by, subject=rows[entry.decision], data=data)
    return made


def _line(row: Decision) -> Line:
    return Line(
        row.pk, row.item, row.decided_at or row.created_at, row.stage == DecisionStage.RECOGNISED, row.price_fen,
        row.own, row.reordered_at is not None, row.invalid_at is not None, row.whole,
    )  # fmt: skip


def _entry(booking: Booking, row: Decision, turn: int, reverses: SavingEntry | None) -> SavingEntry:
    moment = now()
    common: dict[str, Any] = {
        "decision": row.pk, "organisation_id": row.organisation_id, "site": row.site, "source_site": row.source_site,
        "visit": row.visit, "patient": row.patient, "item": row.item, "kind": booking.kind, "turn": turn,
        "amount_fen": booking.amount_fen, "month": counting.month_of(moment), "booked_at": moment,
    }  # fmt: skip
    if reverses is not None:
        same = ("region", "source_region", "price_list", "price_from", "price_place", "payer")
        return SavingEntry(
            **common, reverses=reverses, radiation_usv=-reverses.radiation_usv, wait_days=-reverses.wait_days,
            **{name: getattr(reverses, name) for name in same},
        )  # fmt: skip
    known = catalogue.current()
    here, there, item = known.sites.get(row.site), known.sites.get(row.source_site), known.items.get(row.item)
    day = (row.decided_at or moment).astimezone(ZONE).date()
    price = known.price(row.item, row.site, here.region if here else "", day)
    return SavingEntry(
        **common, region=city_of(here.region) if here else "", source_region=city_of(there.region) if there else "",
        price_list=row.price_list, price_from=price.valid_from if price else None,
        price_place=(str(price.site) if price.site else price.region) if price else "", payer=row.payer,
        radiation_usv=item.radiation_usv if item else 0, wait_days=item.wait_days if item else 0,
    )  # fmt: skip
