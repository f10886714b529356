"""What the index needs to know to settle arriving records: locks, what stands already, who might be whom.

Plain SQL, one round trip each, whatever the batch's size: a million records must not pass through the ORM one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from xinglin.exchange.identity.models import IndexPerson, Patient, PatientKey, Review
from xinglin.exchange.identity.rules import records
from xinglin.exchange.identity.rules.settling import Known
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel.privacy import decrypt

# Two arrivals that could be one person share a key, hence a lock; others do not wait for each other.
LOCKS = 256
LOCK_SPACE = 0x1DE0
# A key shared by more records than this (a placeholder date) tells nothing; the rest of it is not looked at.
PER_KEY = 48


@dataclass(frozen=True, slots=True)
class Standing:
    """A record that exists: where it stands, the hash of its facts, and how many records its person has."""

    id: int
    person: int
    same_as: str
    beside: int


def lock(keys: Iterable[int]) -> None:
    """Wait for everybody who settles records with one of these keys; held to the end of the transaction."""
    wanted = sorted({key % LOCKS for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(%s, slot)) FROM unnest(%s::int[]) AS slot", [LOCK_SPACE, wanted]
        )


def standing(pairs: Sequence[tuple[int, str]]) -> tuple[dict[tuple[int, str], Standing], list[tuple[int, int]]]:
    """The records that exist already, by (site, local id); and for each of the others, in order, a fresh number for the
    record and one for an index person."""
    order = f"""
        SELECT wanted.site, wanted.local_id, p.id, p.person_id, p.same_as,
               (SELECT count(*) FROM {_table(Patient)} q WHERE q.person_id = p.person_id),
               CASE WHEN p.id IS NULL THEN nextval(pg_get_serial_sequence(%s, 'id')) END,
               CASE WHEN p.id IS NULL THEN nextval(pg_get_serial_sequence(%s, 'id')) END
        FROM unnest(%s::smallint[], %s::text[]) WITH ORDINALITY AS wanted(site, local_id, place)
        LEFT JOIN {_table(Patient)} p ON p.site = wanted.site AND p.local_id = wanted.local_id
        ORDER BY place
    """  # noqa: S608 - names of the models' own tables
    tables = [Patient._meta.db_table, IndexPerson._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute(order, [*tables, [site for site, _ in pairs], [local for _, local in pairs]])
        rows = cursor.fetchall()
    there = {(row[0], row[1]): Standing(*row[2:6]) for row in rows if row[2] is not None}
    return there, [(row[6], row[7]) for row in rows if row[2] is None]


def known(keys: Collection[int], persons: Collection[int] = ()) -> list[tuple[Known, list[int]]]:
    """Every record of every person one of whose records has one of `keys`, with the keys it was met by; and the records
    of `persons`."""
    order = f"""
        WITH hit AS MATERIALIZED (
            SELECT k.key, found.patient_id
            FROM unnest(%s::bigint[]) AS k(key)
            CROSS JOIN LATERAL (SELECT patient_id FROM {_table(PatientKey)} WHERE key = k.key LIMIT {PER_KEY}) found
        ), met AS (
            SELECT patient_id, array_agg(key) AS keys FROM hit GROUP BY patient_id
        ), person AS (
            SELECT p.person_id FROM met JOIN {_table(Patient)} p ON p.id = met.patient_id
            UNION SELECT unnest(%s::bigint[])
        )
        SELECT p.id, p.person_id, p.prepared, met.keys
        FROM person JOIN {_table(Patient)} p ON p.person_id = person.person_id
        LEFT JOIN met ON met.patient_id = p.id
    """  # noqa: S608 - names of the models' own tables
    with connection.cursor() as cursor:
        cursor.execute(order, [list(keys), list(persons)])
        return [
            (Known(patient, person, records.unpack(decrypt(prepared))), met or [])
            for patient, person, prepared, met in cursor.fetchall()
        ]


def kept_apart(patients: Collection[int]) -> frozenset[tuple[int, int]]:
    """The pairs somebody decided to keep apart in which one of `patients` takes part."""
    if not patients:
        return frozenset()
    order = f"""
        SELECT left_id, right_id FROM {_table(Review)} WHERE stage = %s AND (left_id = ANY(%s) OR right_id = ANY(%s))
    """  # noqa: S608 - the model's own table
    with connection.cursor() as cursor:
        cursor.execute(order, [str(ReviewStage.KEPT_APART), list(patients), list(patients)])
        return frozenset(cursor.fetchall())


def _table(model: type) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # type: ignore[attr-defined]
