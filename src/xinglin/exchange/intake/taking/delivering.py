"""Chunks of deliveries into the database: each one transaction, with its counts, its quarantine and its ledger entry.

A kill between two chunks loses nothing: what is in is in, its counts add up, and loading again finds it unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F

from xinglin.exchange.intake.models import Delivery, Quarantined
from xinglin.exchange.intake.rules.reasons import REASONS, sentence
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.chunk import Chunk
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, Entry, Running, Sender, Sent
from xinglin.exchange.intake.taking.reading import reference_links
from xinglin.exchange.intake.words import QuarantineStage
from xinglin.kernel import copying, ledger
from xinglin.kernel.clock import now
from xinglin.kernel.lifecycle import deadline
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed

# What is kept of an entry nobody could read; enough to see and repair it.
MOST_KEPT = 256 * 1024


def take_chunk(sender: Sender, sent: Sequence[Sent], *, by: Account) -> Chunk:
    """Take entries in, in one transaction. Content the database itself refuses is found and set aside alone."""
    try:
        with storing.site_locked(sender.site):
            chunk = Chunk(sender, by)
            chunk.prepare(sent)
            with transaction.atomic():
                _take(chunk, sent, by)
    except OperationalError:
        raise
    except DatabaseError as wrong:
        for running in _runnings(sent):
            running.forget()
        if len(sent) == 1 and sent[0].code:
            # Already set aside: what fails is not its content.
            raise
        if len(sent) == 1:
            sent[0].code, sent[0].facts = "store.refused", {"why": str(wrong).splitlines()[0][:120]}
            return take_chunk(sender, sent, by=by)
        middle = len(sent) // 2
        first = take_chunk(sender, sent[:middle], by=by)
        second = take_chunk(sender, sent[middle:], by=by)
        first.entries.extend(second.entries)
        first.refused.extend(second.refused)
        first.arrived |= second.arrived
        return first
    for running in _runnings(sent):
        running.settle()
    return chunk


def _take(chunk: Chunk, sent: Sequence[Sent], by: Account) -> None:
    chunk.take()
    chunk.count()
    for running in _runnings(sent):
        write(running, by)
    _quarantine(chunk, by)


def _runnings(sent: Sequence[Sent]) -> list[Running]:
    return list({id(one.running): one.running for one in sent}.values())


def write(running: Running, by: Account) -> None:
    """Add the chunk's counts to the delivery, and say so on the ledger."""
    row = running.row
    if running.stored:
        # Replayed entries may have moved the counts meanwhile.
        kept = Delivery.objects.select_for_update().get(pk=row.pk)
        row.accepted, row.unchanged, row.quarantined = kept.accepted, kept.unchanged, kept.quarantined
        row.reasons, row.results = kept.reasons, kept.results
    aside = sum(running.reasons.values())
    row.accepted += running.accepted
    row.unchanged += running.unchanged
    row.quarantined += aside
    row.entries = row.accepted + row.unchanged + row.quarantined
    row.reasons = dict(Counter(row.reasons) + running.reasons)
    row.patients = len(running.patients) + len(running.new_patients - running.patients)
    row.results += running.results
    row.save(force_insert=not running.stored, force_update=running.stored)
    ledger.record("intake.taken", by=by, subject=row, data={
        "entries": running.accepted + running.unchanged + aside, "accepted": running.accepted,
        "unchanged": running.unchanged, "quarantined": aside, "site": row.site,
    })  # fmt: skip


def _quarantine(chunk: Chunk, by: Account) -> None:
    aside = [_set_aside(one, one.code, one.facts, "", "", by) for one in chunk.refused if not one.again]
    for entry in chunk.entries:
        if entry.outcome not in (ACCEPTED, UNCHANGED) and not entry.sent.again:
            aside.append(_set_aside(entry.sent, entry.outcome, entry.facts, entry.awaits, "/".join(entry.key), by))
    copying.copy_in(Quarantined, aside)


def set_aside_rows(refused: Sequence[Quarantined]) -> None:
    copying.copy_in(Quarantined, list(refused))


def _set_aside(sent: Sent, code: str, facts: dict[str, Any], awaits: str, key: str, by: Account) -> Quarantined:
    row = sent.running.row
    made = Quarantined(
        organisation_id=row.organisation_id, site=row.site, delivery_id=row.pk, position=sent.position,
        kind=(key or sent.full_url).partition("/")[0][:40] if key else "", form=row.form, reason=code,
        detail=packed(sentence(code, **facts)), awaits=awaits[:160], body=_text(sent.raw[:MOST_KEPT]),
        links=reference_links(sent) if sent.links else {},
    )  # fmt: skip
    made.stage, made.created_by = QuarantineStage.WAITING, by.pk
    made.stage_since = made.created_at = now()
    made.due_on = None if REASONS[code].waits else deadline(made)
    return made


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\x00", "�")


def waiting_for(site: int, arrived: set[tuple[str, str]]) -> list[Quarantined]:
    """What waits in quarantine for what has just arrived."""
    names = ["/".join(key) for key in arrived if key[0] in ("Patient", "Encounter", "Organization")]
    if not names:
        return []
    return list(Quarantined.objects.filter(site=site, awaits__in=names, stage=QuarantineStage.WAITING).order_by("pk"))


def settled(delivery: str, reason: str, outcome: str, results: int = 0) -> None:
    """A quarantined entry left: the counts of its delivery follow, and still add up."""
    row = Delivery.objects.select_for_update().get(pk=delivery)
    reasons = dict(row.reasons)
    reasons[reason] = reasons.get(reason, 0) - 1
    if reasons[reason] <= 0:
        del reasons[reason]
    Delivery.objects.filter(pk=delivery).update(
        reasons=reasons, quarantined=F("quarantined") - 1, accepted=F("accepted") + int(outcome == ACCEPTED),
        unchanged=F("unchanged") + int(outcome == UNCHANGED), results=F("results") + results,
    )  # fmt: skip


def renamed(delivery: str, before: str, after: str) -> None:
    """A quarantined entry stays, for another reason."""
    row = Delivery.objects.select_for_update().get(pk=delivery)
    reasons = Counter(row.reasons)
    reasons[before] -= 1
    reasons[after] += 1
    Delivery.objects.filter(pk=delivery).update(reasons=dict(+reasons))


def unsettled(entry: Entry) -> bool:
    return entry.outcome not in (ACCEPTED, UNCHANGED)
