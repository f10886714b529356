"""Reminding: what a doctor was shown is kept before the doctor sees it, many at once in one statement."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.catalogue.words import ItemKind
from xinglin.exchange.consent.actions.views import View, record_view
from xinglin.exchange.recognition.rules.answer import ItemAnswer
from xinglin.exchange.recognition.words import DecisionStage, Payer
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, new_id


@dataclass(frozen=True, slots=True)
class Shown:
    """One earlier result as it is shown to one doctor in one visit, for one ordered item."""

    answer: ItemAnswer
    patient: int
    person: int
    site: int
    visit: str
    doctor: str
    snapshot: Snapshot
    order_no: str = ""
    payer: Payer = Payer.UNKNOWN
    signed_at: datetime | None = None

    @property
    def key(self) -> uuid.UUID:
        """The same reminder always has the same key."""
        said = f"{self.site}|{self.visit}|{self.patient}|{self.doctor}|{self.answer.item}|{self.answer.result_id}"
        return uuid.UUID(bytes=hashlib.blake2b(said.encode(), digest_size=16).digest())


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept reminder: its decision's id and where it stands (already handled ones are not shown again)."""

    decision: str
    stage: DecisionStage
    new: bool
    key: uuid.UUID

    @property
    def handled(self) -> bool:
        return self.stage in (DecisionStage.RECOGNISED, DecisionStage.DECLINED)


# Column -> its type in the database, in the order the rows below give them.
_COLUMNS: dict[str, str] = {
    "id": "text", "created_at": "timestamptz", "stage": "text", "stage_since": "timestamptz", "created_by": "text",
    "key": "uuid", "organisation_id": "text", "site": "int2", "source_site": "int2", "patient": "int8",
    "person": "int8", "visit": "text", "doctor": "text", "item": "int4", "standing": "text", "result": "int8",
    "results": "jsonb", "effective_at": "timestamptz", "valid_until": "timestamptz", "window_days": "int2",
    "scope": "text", "grant": "text", "rules_version": "int8", "cross": "bool", "own": "bool", "whole": "bool",
    "examination": "bool", "order_no": "text", "payer": "text", "ordered_at": "timestamptz",
}  # fmt: skip
# Columns that begin empty.
_EMPTY = {
    "version": "1", "decided_by": "''", "reason": "''", "reason_version": "''", "remark": "''", "diagnosis": "''",
    "informed_by": "''", "price_list": "''",
}  # fmt: skip
_LISTED = ", ".join(f'"{name}"' for name in _COLUMNS)
_GIVEN = ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())
_MONTH = "date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date"
KEEP = (
    f"WITH made AS (INSERT INTO recognition_decision ({_LISTED}, {', '.join(_EMPTY)}) "
    f"SELECT *, {', '.join(_EMPTY.values())} FROM unnest({_GIVEN}) ON CONFLICT (key) DO NOTHING "
    'RETURNING id, key, created_at, site, source_site, item, standing, payer, "cross"), '
    'counted AS (INSERT INTO recognition_movement (month, site, source, item, reason, payer, "cross", reminded, must, '
    "viewed, recognised, declined, uncounted, unhandled, repeated, visits, bookings, saved_fen, radiation_usv, "
    f"wait_days) SELECT {_MONTH}, site, source_site, item, 0, "
    "CASE payer WHEN 'insurance' THEN 1 WHEN 'self' THEN 2 WHEN 'other' THEN 3 ELSE 0 END, \"cross\"::int, count(*), "
    "count(*) FILTER (WHERE standing = 'must'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM made GROUP BY 1, 2, 3, 4, 6, 7) "
    "SELECT key, id, 'reminded', true FROM made UNION ALL "
    "SELECT key, id, stage, false FROM recognition_decision WHERE key = ANY(%(key)s::uuid[])"
)


@transaction.atomic
def remind(*, shown: Sequence[Shown], view: View | None = None, by: Account) -> dict[uuid.UUID, Kept]:
    """Keep what is about to be shown; returns each reminder by its key. What was shown before is found again.

    It is durable when the transaction commits, which is before anybody is shown anything. The reminder is its own
    record; the look at the results (`view`) stands in the ledger, readable on the person's own page.
    """
    if view is not None and view.count:
        record_view(person=view.person, site=view.site, what=view.what, purpose=view.purpose, ground=view.ground,
                    count=view.count, by=by)  # fmt: skip
    if not shown:
        return {}
    keys = [one.key for one in shown]
    found: dict[uuid.UUID, Kept] = {}
    for _try in range(3):
        # Somebody else's row that was not committed when we began to read shows at the next reading.
        for key, pk, stage, new in _fetch([(key, one) for key, one in zip(keys, shown, strict=True)
                                           if key not in found], by):  # fmt: skip
            found.setdefault(key, Kept(pk, DecisionStage(stage), new, key))
        if len(found) == len(set(keys)):
            break
    signed = {found[key].decision: one.signed_at for key, one in zip(keys, shown, strict=True) if one.signed_at}
    again = [pk for pk in signed if not next(kept for kept in found.values() if kept.decision == pk).new]
    if again:
        _signed(again, max(at for at in signed.values() if at))
    return found


def _signed(keys: list[str], moment: datetime) -> None:
    """An order about which somebody was reminded before is being signed now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recognition_decision SET ordered_at = %s WHERE id = ANY(%s) AND ordered_at IS NULL "
            "AND stage IN ('reminded', 'viewed')",
            [moment, keys],
        )


def _fetch(shown: Sequence[tuple[uuid.UUID, Shown]], by: Account) -> list[Any]:
    moment = now()
    # One row per key: asking twice for one thing in one breath is one reminder.
    rows = [_row(key, one, moment, by) for key, one in dict(shown).items()]
    columns = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 0
    with psycopg.Cursor(raw) as cursor:
        return cursor.execute(KEEP, columns, prepare=True).fetchall()


def _row(key: uuid.UUID, one: Shown, moment: datetime, by: Account) -> tuple[Any, ...]:
    """The values of _COLUMNS."""
    answer, sites = one.answer, one.snapshot.sites
    here, there, item = sites.get(one.site), sites.get(answer.site), one.snapshot.items.get(answer.item)
    results = [each.result_id for each in answer.coverage if each.result_id] or [answer.result_id]
    cross = here is not None and there is not None and city_of(here.region) != city_of(there.region)
    return (
        new_id(), moment, "reminded", moment, by.pk, key, here.organisation_id if here else "", one.site, answer.site,
        one.patient, one.person, one.visit[:80], one.doctor[:60], answer.item, str(answer.cls), answer.result_id,
        Jsonb(results), answer.effective_at, answer.until, answer.days, answer.scope[:26], answer.grant_id[:26],
        one.snapshot.version, cross, answer.own, answer.complete,
        item is not None and item.kind == ItemKind.EXAMINATION, one.order_no[:80], str(one.payer), one.signed_at,
    )  # fmt: skip
