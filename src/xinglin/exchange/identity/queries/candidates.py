"""What the index needs to know to settle arriving records: locks, what stands already, who might be whom.

Plain SQL, few statements whatever the batch's size: a million records must not pass through the ORM one by one. Each is
short: one statement for all of it takes the server longer to get ready for than the looking takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xinglin.exchange.identity.rules import records
from xinglin.exchange.identity.rules.settling import Known
from xinglin.exchange.identity.words import ReviewStage
from xinglin.kernel.prepared import INT4S, INT8S, TEXT, TEXTS, Prepared, in_turn, int4s, int8s, texts
from xinglin.kernel.privacy import decrypt

# Two arrivals that could be one person share a key, hence a lock; others do not wait for each other.
LOCKS = 256
LOCK_SPACE = 0x1DE0
# A key shared by more records than this (a placeholder date) tells nothing; the rest of it is not looked at.
PER_KEY = 48

_LOCK = Prepared(f"SELECT count(pg_advisory_xact_lock({LOCK_SPACE}, slot)) FROM unnest($1) AS slot", INT4S)  # noqa: S608 - a number of ours
# Records by (site, local_id), in the order asked for, with fresh numbers for those that are not there.
_STANDING = Prepared(
    """
    SELECT coalesce(p.id, nextval(pg_get_serial_sequence('identity_patient', 'id'))),
           coalesce(p.person_id, nextval(pg_get_serial_sequence('identity_indexperson', 'id'))), p.same_as
    FROM unnest($1, $2) WITH ORDINALITY AS wanted(site, local_id, place)
    LEFT JOIN identity_patient p ON p.site = wanted.site AND p.local_id = wanted.local_id
    ORDER BY wanted.place
    """,
    INT4S, TEXTS,
)  # fmt: skip
_MET = Prepared(
    f"""
    SELECT found.patient_id, wanted.key FROM unnest($1) AS wanted(key) CROSS JOIN LATERAL
        (SELECT patient_id FROM identity_patientkey WHERE key = wanted.key LIMIT {PER_KEY}) found
    """,  # noqa: S608 - a number of ours
    INT8S,
)
# Every record of the persons of the records $1, and of the persons $2.
_TOGETHER = Prepared(
    """
    SELECT p.id, p.person_id, p.prepared FROM (
        SELECT met.person_id FROM unnest($1) AS one(id) JOIN identity_patient met ON met.id = one.id
        UNION SELECT unnest($2)
    ) person JOIN identity_patient p ON p.person_id = person.person_id
    """,
    INT8S, INT8S,
)  # fmt: skip
_KEPT_APART = Prepared(
    "SELECT left_id, right_id FROM identity_review WHERE stage = $1 AND (left_id = ANY ($2) OR right_id = ANY ($2))",
    TEXT, INT8S,
)  # fmt: skip


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
    _LOCK.rows(*_slots(keys))


def meet(wanted: Sequence[Wanted], own: Iterable[int]) -> Met:
    """Look for the records themselves and for whom they might be, behind the lock on all their keys and on `own`."""
    # In turn, not as one: each statement sees what was committed when it began.
    locked = _LOCK, _slots(key for keys in (own, *(one.keys for one in wanted)) for key in keys)
    standing = _STANDING, (int4s([one.site for one in wanted]), texts([one.local_id for one in wanted]))
    found: list[tuple[int, int, str | None]]
    if len(wanted) == 1:
        # Who comes alone is mostly new: whom it meets is asked for in the same breath.
        _, found, met = in_turn(locked, standing, (_MET, _each_once(wanted[0].keys)))
    else:
        _, found = in_turn(locked, standing)
        met = None
    changed = [one for one, (_number, _person, same_as) in zip(wanted, found, strict=True) if same_as != one.same_as]
    persons = [person for one, (_, person, same_as) in zip(wanted, found, strict=True)
               if same_as not in (None, one.same_as)]  # fmt: skip
    if not changed:
        met = []
    elif met is None:
        met = _MET.rows(*_each_once(key for one in changed for key in one.keys))
    return Met(found, _around(met, persons))


def known(keys: Iterable[int]) -> list[Known]:
    """Every record of every person one of whose records has one of `keys`, for somebody who only asks."""
    return [one for one, _keys in _around(_MET.rows(*_each_once(keys)))]


def _slots(keys: Iterable[int]) -> tuple[bytes]:
    """In ascending order: two that lock several cannot wait for each other."""
    return (int4s(sorted({key % LOCKS for key in keys})),)


def _each_once(keys: Iterable[int]) -> tuple[bytes]:
    return (int8s(list(dict.fromkeys(keys))),)


def _around(hits: Iterable[tuple[Any, ...]], persons: Sequence[int] = ()) -> list[tuple[Known, list[int]]]:
    """Every record of every person that is met (patient, key), and of `persons`, with the keys each was met by."""
    met: dict[int, list[int]] = defaultdict(list)
    for patient, key in hits:
        met[patient].append(key)
    if not met and not persons:
        return []
    return [
        (Known(number, person, records.unpack(decrypt(prepared))), met.get(number, []))
        for number, person, prepared in _TOGETHER.rows(int8s(list(met)), int8s(persons))
    ]


def kept_apart(patients: Collection[int]) -> frozenset[tuple[int, int]]:
    """The pairs somebody decided to keep apart in which one of `patients` takes part."""
    if not patients:
        return frozenset()
    rows = _KEPT_APART.rows(str(ReviewStage.KEPT_APART).encode(), int8s(list(patients)))
    return frozenset((left, right) for left, right in rows)
