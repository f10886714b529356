"""Reminding: what a doctor was shown is kept before the doctor sees it, many at once in one statement."""

# ruff: noqa: S608 - statements are put together from names of our own columns; values are always parameters.
from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.catalogue.words import ItemKind
from xinglin.exchange.consent.actions.views import View, looks_sent, record_looks
from xinglin.exchange.consent.queries.reviewing import COLLEAGUES
from xinglin.exchange.consent.queries.watching import watched
from xinglin.exchange.consent.words import Ground
from xinglin.exchange.recognition.queries.decisions import VALUES, Value, value_of
from xinglin.exchange.recognition.rules.answer import ItemAnswer
from xinglin.exchange.recognition.words import DecisionStage, Payer
from xinglin.kernel import ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, new_id
from xinglin.kernel.prepared import INT4S, INT8S, JSON, UUIDS, Prepared, int4s, int8s, uuids
from xinglin.kernel.together import Together


@dataclass(slots=True)
class Shown:
    """One earlier result as it is shown to one doctor in one visit, for one ordered item.

    The same reminder always has the same `key`.
    """

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
    key: uuid.UUID = field(init=False)

    def __post_init__(self) -> None:
        said = f"{self.site}|{self.visit}|{self.patient}|{self.doctor}|{self.answer.item}|{self.answer.result_id}"
        self.key = uuid.UUID(bytes=hashlib.blake2b(said.encode(), digest_size=16).digest())


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
_UNDECIDED = "('reminded', 'viewed')"
# $1 the reminders, $2 the looks, $3 and $4 whose looks to compare with who works where, $5 results to read.
# Where a colleague looks nothing is written: that look goes before the auditor in a transaction of its own.
# An order about which somebody was reminded before is being signed now: its reminder learns when.
_SHOW = Prepared(
    f"WITH colleague AS MATERIALIZED ({COLLEAGUES.format('$3', '$4')}), "
    f"looked AS ({ledger.INSERT} {ledger.ROWS.format('$2')} WHERE NOT EXISTS (SELECT FROM colleague) ORDER BY turn), "
    f"made AS (INSERT INTO recognition_decision AS d ({_LISTED}, {', '.join(_EMPTY)}) "
    f"SELECT {_LISTED}, {', '.join(_EMPTY.values())} FROM json_to_recordset($1) AS g({_TYPED}) "
    "WHERE NOT EXISTS (SELECT FROM colleague) ORDER BY key "
    "ON CONFLICT (key) DO UPDATE SET ordered_at = EXCLUDED.ordered_at "
    f"WHERE d.ordered_at IS NULL AND EXCLUDED.ordered_at IS NOT NULL AND d.stage IN {_UNDECIDED} "
    'RETURNING d.id, key, stage, d.xmax = 0 AS new, created_at, site, source_site, item, standing, payer, "cross"), '
    'counted AS (INSERT INTO recognition_movement (month, site, source, item, reason, payer, "cross", reminded, must, '
    "viewed, recognised, declined, uncounted, unhandled, repeated, visits, bookings, saved_fen, radiation_usv, "
    f"wait_days) SELECT {_MONTH}, site, source_site, item, 0, "
    "CASE payer WHEN 'insurance' THEN 1 WHEN 'self' THEN 2 WHEN 'other' THEN 3 ELSE 0 END, \"cross\"::int, count(*), "
    "count(*) FILTER (WHERE standing = 'must'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM made WHERE new "
    "GROUP BY 1, 2, 3, 4, 6, 7) "
    "SELECT 0::int2, NULL::int8, NULL::int4, NULL::numeric, key::text, id, stage, new::int::int2, NULL::int2, "
    "NULL::timestamptz, NULL::timestamptz, NULL::text, NULL::text, NULL::text FROM made "
    "UNION ALL SELECT 1::int2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL "
    f"FROM colleague UNION ALL SELECT 2::int2, told.* FROM ({VALUES.format('$5')}) AS told",
    JSON, JSON, INT8S, INT4S, INT8S,
)  # fmt: skip
_MADE, _COLLEAGUE = 0, 1
_KEPT = Prepared("SELECT key, id, stage FROM recognition_decision WHERE key = ANY($1)", UUIDS)
_NOBODY = int8s([]), int4s([])
Reminded = tuple[dict[uuid.UUID, Kept], dict[int, Value]]


def remind(*, shown: Sequence[Shown], view: View | None = None, by: Account) -> dict[uuid.UUID, Kept]:
    """Keep what is about to be shown; returns each reminder by its key. What was shown before is found again.

    It is committed when this returns, which is before anybody is shown anything; requests that come at the same moment
    share a transaction. The reminder is its own record; the look at the results (`view`) stands in the ledger, readable
    on the person's own page.
    """
    return remind_and_read(shown=shown, view=view, by=by)[0]


def remind_and_read(*, shown: Sequence[Shown], view: View | None = None, by: Account) -> Reminded:
    """`remind`, and what the shown results say, by their numbers (those of our own hospitals)."""
    if not shown and (view is None or not view.count):
        return {}, {}
    return _TOGETHER.do(Reminding(shown, view, by))


def _keep(several: Sequence[Reminding]) -> list[Reminded]:
    """Keep what several requests show, in one statement; where a look stands out, in one transaction."""
    looks = [(one.view, one.by) for one in several if one.view is not None and one.view.count]
    # One row per key: asking twice for one thing in one breath is one reminder.
    wanted = {line.key: (line, one.by) for one in several for line in one.shown}
    plain = looks_sent(looks=looks)
    found = None if plain is None else _shown(wanted, plain, looks)
    if found is None:
        with transaction.atomic():
            record_looks(looks=looks)
            found = _shown(wanted, [], [])
    if found is None:
        raise AssertionError("nobody was compared")
    kept, told = found
    return [({line.key: kept[line.key] for line in one.shown}, told) for one in several]


def _shown(
    wanted: dict[uuid.UUID, tuple[Shown, Account]], looks: Sequence[dict[str, object]],
    compared: Sequence[tuple[View, Account]],
) -> Reminded | None:  # fmt: skip
    """The statement; None when nothing was written because a colleague is among `compared`."""
    moment, kept, told = now(), dict[uuid.UUID, Kept](), dict[int, Value]()
    rows = [_row(key, *one, moment) for key, one in wanted.items()]
    results = {number for line, _by in wanted.values() for number in line.answer.results if number > 0}
    for row in _SHOW.rows(orjson.dumps(rows), orjson.dumps(looks), *_persons(compared), int8s(list(results))):
        if row[0] == _MADE:
            key = uuid.UUID(row[4])
            kept[key] = Kept(row[5], DecisionStage(row[6]), bool(row[7]), key)
        elif row[0] == _COLLEAGUE:
            return None
        else:
            told[row[1]] = value_of(row[1:])
    if again := [key for key in wanted if key not in kept]:
        # A statement of its own sees what somebody else committed while the first waited for it.
        for key, pk, stage in _KEPT.rows(uuids(again)):
            kept[key] = Kept(pk, DecisionStage(stage), False, key)
    return kept, told


def _persons(compared: Sequence[tuple[View, Account]]) -> tuple[bytes, bytes]:
    """Persons and hospitals to compare with who works where; one's own look is nobody else's."""
    others = [view for view, _by in compared if view.ground != Ground.SELF]
    if not others or not watched()[1]:
        return _NOBODY
    return int8s([view.person for view in others]), int4s([view.site for view in others])


_TOGETHER: Together[Reminding, Reminded] = Together(_keep, statement=True)


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
        "results": answer.results,
        "effective_at": answer.effective_at, "valid_until": answer.until, "window_days": answer.days,
        "scope": answer.scope[:26], "grant": answer.grant_id[:26], "rules_version": one.snapshot.version,
        "cross": cross, "own": answer.own, "whole": answer.complete,
        "examination": item is not None and item.kind == ItemKind.EXAMINATION, "order_no": one.order_no[:80],
        "payer": one.payer, "ordered_at": one.signed_at,
    }  # fmt: skip
