"""Resources as they came, so that nothing is lost: new ones copied in, changed ones with their earlier digests kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from xinglin.exchange.intake.models import Resource
from xinglin.exchange.intake.rules import times, values
from xinglin.exchange.intake.taking import storing
from xinglin.exchange.intake.taking.parts import ACCEPTED, Entry, Key
from xinglin.exchange.intake.words.types import OF_PEOPLE
from xinglin.kernel.clock import now

COLUMNS = ("site", "hospital", "kind", "source_id", "patient", "version", "updated_at", "body", "digest", "past")
# What identifies a person never lies in a readable body; `identity` keeps it, encrypted.
_IDENTIFYING = frozenset({
    "name", "identifier", "telecom", "address", "birthDate", "photo", "contact", "text", "extension", "contained",
    "_birthDate", "_name", "deceasedDateTime",
})  # fmt: skip
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
Order = tuple[datetime, int]


def keep(site: int, entries: list[Entry]) -> None:
    """Write the bodies. Of several versions of one resource in a chunk, the latest stands."""
    latest: dict[Key, Entry] = {}
    overtaken: dict[Key, list[bytes]] = {}
    for entry in entries:
        if entry.outcome == "":
            entry.outcome = ACCEPTED
        before = latest.get(entry.key)
        if before is None:
            latest[entry.key] = entry
        else:
            newer, older = (entry, before) if order_of(entry) >= order_of(before) else (before, entry)
            latest[entry.key] = newer
            overtaken.setdefault(entry.key, []).append(older.digest)
    fresh = [one for one in latest.values() if one.stored is None]
    moment = now()
    storing.copy_rows(Resource, COLUMNS, (
        (
            site, one.hospital, one.key[0], one.key[1], one.patient, 1 + len(overtaken.get(one.key, ())), moment,
            body_of(one), one.digest, b"".join(overtaken.get(one.key, ())),
        )
        for one in fresh
    ))  # fmt: skip
    _change([one for one in latest.values() if one.stored is not None], overtaken)


def _change(entries: list[Entry], overtaken: dict[Key, list[bytes]]) -> None:
    if not entries:
        return
    standing = _orders([one.stored.pk for one in entries if one.stored is not None])
    newer, older = [], []
    for one in entries:
        assert one.stored is not None  # noqa: S101 - chosen so
        seen = b"".join(overtaken.get(one.key, ()))
        if order_of(one) >= standing.get(one.stored.pk, (LONG_AGO, 0)):
            past = one.stored.past + one.stored.digest + seen
            newer.append((body_of(one), one.digest, past, one.patient, one.hospital, now(), one.stored.pk))
        else:
            older.append((one.digest + seen, one.stored.pk))
    storing.run_many(
        "UPDATE intake_resource SET body = %s::jsonb, digest = %s, past = %s, patient = %s, hospital = %s, "
        "updated_at = %s, version = version + 1 WHERE id = %s", newer,
    )  # fmt: skip
    storing.run_many("UPDATE intake_resource SET past = past || %s, version = version + 1 WHERE id = %s", older)


def _orders(pks: list[int]) -> dict[int, Order]:
    rows = storing.rows_of(
        "SELECT id, body -> 'meta' ->> 'lastUpdated', body ->> 'issued', body ->> 'status' FROM intake_resource "
        "WHERE id = ANY(%s) FOR UPDATE", [pks],
    )  # fmt: skip
    return {
        pk: (times.moment(issued) or times.moment(updated) or LONG_AGO, values.RANK.get(status or "", 0))
        for pk, updated, issued, status in rows
    }


def order_of(entry: Entry) -> Order:
    """Which of two versions is later: by its time of issue or update, then by its stage; else the one that arrives."""
    one = entry.resource
    updated = one.meta.last_updated if one.meta is not None else None
    issued = getattr(one, "issued", None)
    status = getattr(one, "status", None)
    return times.moment(issued) or times.moment(updated) or LONG_AGO, values.RANK.get(status or "", 0)


def body_of(entry: Entry) -> str:
    """The JSON as it came, without what identifies people."""
    if entry.key[0] not in OF_PEOPLE:
        return entry.body.decode()
    found = orjson.loads(entry.body)
    return orjson.dumps({name: value for name, value in found.items() if name not in _IDENTIFYING}).decode()


def remember(site: int, patients: Mapping[str, tuple[int, bytes]]) -> None:
    """Note what rows of a table said of patients (id and digest), so that the same again is known to be nothing new."""
    storing.run_many(
        "INSERT INTO intake_resource (site, hospital, kind, source_id, patient, version, updated_at, body, digest, "
        "past) VALUES (%s, %s, 'Patient', %s, %s, 1, %s, %s::jsonb, %s, '') "
        "ON CONFLICT (site, kind, source_id) DO UPDATE SET patient = excluded.patient, "
        "past = intake_resource.past || intake_resource.digest, digest = excluded.digest, "
        "version = intake_resource.version + 1, updated_at = excluded.updated_at",
        [
            (site, site, name, pk, now(), orjson.dumps({"resourceType": "Patient", "id": name}).decode(), digest)
            for name, (pk, digest) in patients.items()
        ],
    )
