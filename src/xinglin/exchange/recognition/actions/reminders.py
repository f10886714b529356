"""Reminding: what a doctor was shown is kept before the doctor sees it, many at once in one statement."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.catalogue.words import ItemKind
from xinglin.exchange.consent.actions.views import View, record_looks
from xinglin.exchange.recognition.rules.answer import ItemAnswer
from xinglin.exchange.recognition.words import DecisionStage, Payer
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, new_id
from xinglin.kernel.prepared import JSON, UUIDS, Prepared, uuids
from xinglin.kernel.together import Together


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


@dataclass(frozen=True, slots=True)
class Reminding:
    """What one request shows: the reminders, the look at the results (`view`), for whom."""

    shown: Sequence[Shown]
    view: View | None
    by: Account


# Column -> its type in the database.
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
_TYPED = ", ".join(f'"{name}" {kind}' for name, kind in _COLUMNS.items())
_MONTH = "date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date"
KEEP = Prepared(
    f"WITH made AS (INSERT INTO recognition_decision ({_LISTED}, {', '.join(_EMPTY)}) "
    f"SELECT {_LISTED}, {', '.join(_EMPTY.values())} FROM json_to_recordset($1) AS g({_TYPED}) ORDER BY key "
    "ON CONFLICT (key) DO NOTHING "
    'RETURNING id, key, created_at, site, source_site, item, standing, payer, "cross"), '
    'counted AS (INSERT INTO recognition_movement (month, site, source, item, reason, payer, "cross", reminded, must, '
    "viewed, recognised, declined, uncounted, unhandled, repeated, visits, bookings, saved_fen, radiation_usv, "
    f"wait_days) SELECT {_MONTH}, site, source_site, item, 0, "
    "CASE payer WHEN 'insurance' THEN 1 WHEN 'self' THEN 2 WHEN 'other' THEN 3 ELSE 0 END, \"cross\"::int, count(*), "
    "count(*) FILTER (WHERE standing = 'must'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM made GROUP BY 1, 2, 3, 4, 6, 7) "
    "SELECT key, id FROM made",
    JSON,
)
KEPT = Prepared("SELECT key, id, stage FROM recognition_decision WHERE key = ANY($1)", UUIDS)
# An order about which somebody was reminded before is being signed now.
SIGNED = Prepared(
    "WITH signed AS (SELECT id, min(ordered_at) AS ordered_at FROM json_to_recordset($1) "
    "AS g(id text, ordered_at timestamptz) GROUP BY id), "
    "held AS (SELECT d.id FROM recognition_decision d JOIN signed USING (id) WHERE d.ordered_at IS NULL "
    "AND d.stage IN ('reminded', 'viewed') ORDER BY d.id FOR UPDATE OF d) "
    "UPDATE recognition_decision d SET ordered_at = signed.ordered_at FROM held JOIN signed USING (id) "
    "WHERE d.id = held.id",
    JSON,
)


def remind(*, shown: Sequence[Shown], view: View | None = None, by: Account) -> dict[uuid.UUID, Kept]:
    """Keep what is about to be shown; returns each reminder by its key. What was shown before is found again.

    It is committed when this returns, which is before anybody is shown anything; requests that come at the same moment
    share a transaction. The reminder is its own record; the look at the results (`view`) stands in the ledger, readable
    on the person's own page.
    """
    if not shown and (view is None or not view.count):
        return {}
    return _TOGETHER.do(Reminding(shown, view, by))


def _keep(several: Sequence[Reminding]) -> list[dict[uuid.UUID, Kept]]:
    """Keep what several requests show, in one transaction."""
    if looks := [(one.view, one.by) for one in several if one.view is not None and one.view.count]:
        record_looks(looks=looks)
    # One row per key: asking twice for one thing in one breath is one reminder.
    wanted = {line.key: (line, one.by) for one in several for line in one.shown}
    found: dict[uuid.UUID, Kept] = {}
    if wanted:
        moment = now()
        for key, pk in KEEP.rows(orjson.dumps([_row(key, *one, moment) for key, one in wanted.items()])):
            found[key] = Kept(pk, DecisionStage.REMINDED, True, key)
    if again := [key for key in wanted if key not in found]:
        # A statement of its own sees what somebody else committed while the first waited for it.
        for key, pk, stage in KEPT.rows(uuids(again)):
            found[key] = Kept(pk, DecisionStage(stage), False, key)
    signed = [{"id": found[line.key].decision, "ordered_at": line.signed_at} for one in several for line in one.shown
              if line.signed_at is not None and not found[line.key].new]  # fmt: skip
    if signed:
        SIGNED.rows(orjson.dumps(signed))
    return [{line.key: found[line.key] for line in one.shown} for one in several]


_TOGETHER: Together[Reminding, dict[uuid.UUID, Kept]] = Together(_keep)


def _row(key: uuid.UUID, one: Shown, by: Account, moment: datetime) -> dict[str, Any]:
    """The values of _COLUMNS."""
    answer, sites = one.answer, one.snapshot.sites
    here, there, item = sites.get(one.site), sites.get(answer.site), one.snapshot.items.get(answer.item)
    cross = here is not None and there is not None and city_of(here.region) != city_of(there.region)
    return {
        "id": new_id(), "created_at": moment, "stage": "reminded", "stage_since": moment, "created_by": by.pk,
        "key": key, "organisation_id": here.organisation_id if here else "", "site": one.site,
        "source_site": answer.site, "patient": one.patient, "person": one.person, "visit": one.visit[:80],
        "doctor": one.doctor[:60], "item": answer.item, "standing": answer.cls, "result": answer.result_id,
        "results": [each.result_id for each in answer.coverage if each.result_id] or [answer.result_id],
        "effective_at": answer.effective_at, "valid_until": answer.until, "window_days": answer.days,
        "scope": answer.scope[:26], "grant": answer.grant_id[:26], "rules_version": one.snapshot.version,
        "cross": cross, "own": answer.own, "whole": answer.complete,
        "examination": item is not None and item.kind == ItemKind.EXAMINATION, "order_no": one.order_no[:80],
        "payer": one.payer, "ordered_at": one.signed_at,
    }  # fmt: skip
