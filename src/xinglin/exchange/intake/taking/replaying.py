"""Quarantined entries taken in again: by the program when what they waited for arrives, or by a person."""

from __future__ import annotations

from django.db import transaction

from xinglin.exchange.intake.models import Quarantined
from xinglin.exchange.intake.rules import values
from xinglin.exchange.intake.rules.reasons import sentence
from xinglin.exchange.intake.taking import delivering, tables
from xinglin.exchange.intake.taking.chunk import Chunk
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, Running, Sender, Sent
from xinglin.exchange.intake.words import Form, QuarantineStage
from xinglin.kernel import ledger, lifecycle
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed

# Entries that wait for one another can wait in a chain; it is followed this many times.
ROUNDS = 6
PART = 1_000


def replay_arrived(*, site: int, arrived: set[tuple[str, str]], by: Account) -> int:
    """Take in what waited for these; returns how many. What that brings may be waited for in turn."""
    taken = 0
    for _ in range(ROUNDS):
        waiting = delivering.waiting_for(site, arrived)
        arrived = set()
        for start in range(0, len(waiting), PART):
            more, came = replay(entries=waiting[start : start + PART], by=by)
            taken += more
            arrived |= came
        if not arrived:
            break
    return taken


@transaction.atomic
def replay(*, entries: list[Quarantined], by: Account) -> tuple[int, set[tuple[str, str]]]:
    """Take quarantined entries of one site in again; how many left the quarantine, and what has arrived with them."""
    locked = list(
        Quarantined.objects.select_for_update()
        .filter(pk__in=[one.pk for one in entries], stage=QuarantineStage.WAITING)
        .select_related("delivery")
        .order_by("delivery_id", "position")
    )
    if not locked:
        return 0, set()
    first = locked[0].delivery
    sender = Sender(first.site, first.organisation_id, many=first.many)
    runnings: dict[str, Running] = {}
    sent: list[tuple[Quarantined, Sent]] = []
    rows: list[Quarantined] = []
    for one in locked:
        if one.form == Form.CSV:
            rows.append(one)
            continue
        running = runnings.setdefault(one.delivery_id, Running(one.delivery, stored=True))
        sent.append((one, Sent(running, one.position, one.body.encode(), links=dict(one.links), again=one.pk)))
    delivering.storing.lock_site(sender.site)
    chunk = Chunk(sender, by)
    chunk.prepare([each for _, each in sent])
    chunk.take()
    outcome_of = {entry.sent.again: entry for entry in chunk.entries}
    left = 0
    for one, each in sent:
        entry = outcome_of.get(one.pk)
        if entry is None:
            _still(one, each.code, packed(sentence(each.code, **each.facts)), "")
        elif entry.outcome in (ACCEPTED, UNCHANGED):
            _out(one, entry.outcome, by, values.count_of(entry.resource))
            left += 1
        else:
            _still(one, entry.outcome, packed(sentence(entry.outcome, **entry.facts)), entry.awaits)
    left += tables.replay_rows(sender, rows, out=lambda one, outcome: _out(one, outcome, by, 1), still=_still, by=by)
    return left, chunk.arrived


def _out(one: Quarantined, outcome: str, by: Account, results: int = 0) -> None:
    reason = one.reason
    delivering.settled(one.delivery_id, reason, outcome, results)
    lifecycle.step(one, "replay", by=by)
    ledger.record("intake.replayed", by=by, subject=one, data={"outcome": outcome, "reason": reason})


def _still(one: Quarantined, reason: str, detail: dict[str, object], awaits: str) -> None:
    """It still cannot be taken in; perhaps for another reason now."""
    if (one.reason, one.detail, one.awaits) == (reason, detail, awaits):
        return
    if one.reason != reason:
        delivering.renamed(one.delivery_id, one.reason, reason)
    one.reason, one.detail, one.awaits = reason, detail, awaits[:160]
    lifecycle.touch(one)
