"""What the index needs to know to settle arriving records: locks, what stands already, who might be whom.

Plain SQL, one round trip each, whatever the batch's size: a million records must not pass through the ORM one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection

from xinglin.exchange.identity.models import IndexPerson, Patient, PatientKey, Review
from xinglin.exchange.identity.rules import records
from xinglin.exchange.identity.rules.settling import Known
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel.prepared import prepared_cursor
from xinglin.kernel.privacy import decrypt
from xinglin.kernel.storing import FEW

# Two arrivals that could be one person share a key, hence a lock; others do not wait for each other.
LOCKS = 256
LOCK_SPACE = 0x1DE0
# A key shared by more records than this (a placeholder date) tells nothing; the rest of it is not looked at.
PER_KEY = 48


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record on its way in: whose it is, the hash of its facts, and the keys it may be met by."""

    site: int
    local_id: str
    same_as: str
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """What the index has of the records wanted. `standing`, for each in order: (id, person, hash of its facts); for one
    that is not there a fresh id, a fresh index person's number and no hash. `known`: every record of every person one
    of whose records shares a key with a record that is new or differs, or is that record; with the keys it was met by.
    """

    standing: list[tuple[int, int, str | None]]
    known: list[tuple[Known, list[int]]]


def lock(keys: Iterable[int]) -> None:
    """Wait for everybody who settles records with one of these keys; held to the end of the transaction."""
    slots = _array(sorted({key % LOCKS for key in keys}))
    with prepared_cursor() as cursor:
        cursor.execute(_LOCK, [LOCK_SPACE, slots], prepare=True)


_LOCK = "SELECT count(pg_advisory_xact_lock(%s, slot)) FROM unnest(%s::int[]) AS slot"


def meet(wanted: Sequence[Wanted]) -> Met:
    """Look for the records themselves and for whom they might be. Lock first, in a statement of its own: this one sees
    what was committed when it began."""
    keys = [(key, place) for place, one in enumerate(wanted, 1) for key in one.keys]
    values = [
        _array(one.site for one in wanted), [one.local_id for one in wanted], [one.same_as for one in wanted],
        _array(key for key, _ in keys), _array(place for _, place in keys),
    ]  # fmt: skip
    with prepared_cursor() as cursor:
        # Many are worth a plan of their own.
        rows = cursor.execute(_look(), values, prepare=len(wanted) <= FEW, binary=True).fetchall()
    standing = sorted(row for row in rows if row[0])
    return Met(
        [(number, person, same_as) for _place, number, person, same_as, *_rest in standing],
        [(Known(number, person, records.unpack(decrypt(prepared))), met or [])
         for place, number, person, _same, prepared, met in rows if not place],
    )  # fmt: skip


def known(keys: Collection[int]) -> list[Known]:
    """Every record of every person one of whose records has one of `keys`, for somebody who only asks."""
    with prepared_cursor() as cursor:
        rows = cursor.execute(_asked(), [_array(keys)], prepare=True, binary=True).fetchall()
    return [Known(row[1], row[2], records.unpack(decrypt(row[4]))) for row in rows]


@cache
def _asked() -> str:
    return f"""
        WITH wanted AS (SELECT DISTINCT unnest(%s::bigint[]) AS key), {_around("SELECT key FROM wanted", "")}
    """  # noqa: S608 - names of the models' own tables


@cache
def _look() -> str:
    patient, person = (
        f"nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))" for model in (Patient, IndexPerson)
    )
    differing = """
        SELECT DISTINCT key FROM unnest(%s::bigint[], %s::int[]) AS one(key, place)
        JOIN wanted USING (place) WHERE differs
    """
    return f"""
        WITH wanted AS MATERIALIZED (
            SELECT w.place, p.id, p.person_id, p.same_as, p.id IS NULL OR p.same_as <> w.same_as AS differs
            FROM unnest(%s::smallint[], %s::text[], %s::text[]) WITH ORDINALITY AS w(site, local_id, same_as, place)
            LEFT JOIN {_table(Patient)} p ON p.site = w.site AND p.local_id = w.local_id
            ORDER BY w.place
        ), {_around(differing, "UNION SELECT person_id FROM wanted WHERE differs AND person_id IS NOT NULL")}
        UNION ALL
        SELECT place, coalesce(id, {patient}), coalesce(person_id, {person}), same_as, NULL, NULL FROM wanted
    """  # noqa: S608 - names of the models' own tables


def _around(keys: str, more: str) -> str:
    """From keys to every record of every person they meet (and of `more` persons), with the keys each was met by."""
    return f"""
        hit AS MATERIALIZED (
            SELECT k.key, found.patient_id FROM ({keys}) k
            CROSS JOIN LATERAL (SELECT patient_id FROM {_table(PatientKey)} WHERE key = k.key LIMIT {PER_KEY}) found
        ), met AS MATERIALIZED (
            SELECT patient_id, array_agg(key) AS keys FROM hit GROUP BY patient_id
        ), person AS (
            SELECT DISTINCT person_id FROM (
                SELECT p.person_id FROM met JOIN {_table(Patient)} p ON p.id = met.patient_id {more}
            ) one
        )
        SELECT 0 AS place, p.id, p.person_id, NULL AS same_as, p.prepared, met.keys
        FROM person JOIN {_table(Patient)} p ON p.person_id = person.person_id
        LEFT JOIN met ON met.patient_id = p.id
    """  # noqa: S608 - names of the models' own tables


def _array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL writes an array, which takes a tenth of the time their adapter does."""
    return "{" + ",".join(map(str, numbers)) + "}"


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
