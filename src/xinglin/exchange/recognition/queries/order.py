"""The order-entry question: one round trip to the database, then the rules in memory.

Everything a person has lies in one index in the order it is asked for; linked records are expanded, and the person's
treating relations, consents and emergency accesses come along, in one statement (`engines.md` b). Rows that are no
results carry a negative number in the item's place.
"""

# ruff: noqa: S608 - statements are put together from a constant; values are always parameters.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.rules.snapshot import Snapshot
from xinglin.exchange.consent.queries.access import asker_at
from xinglin.exchange.consent.rules.access import (
    NO_ACCESS,
    Access,
    Asker,
    ConsentFact,
    EmergencyFact,
    RelationFact,
    decide,
)
from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.recognition.rules.answer import Facts, ItemAnswer, Wanted, answer
from xinglin.exchange.recognition.words import Occasion, Standing
from xinglin.kernel.permits import Actor

PERSON, RELATION, CONSENT, EMERGENCY, RESTRICTION = -4, -1, -2, -3, -5
# Rows of one patient above which a whole range costs more than a probe per item (measured: 0.7 ms at 10,000).
HEAVY = 2_000
# From this server version on one scan with many items reads as little as the better of the two.
ONE_SCAN = 170_000

_WHO = "WITH who AS MATERIALIZED (SELECT person_id FROM identity_patient WHERE id = %(patient)s) "
_RESULTS = (
    "SELECT r.item, r.effective_at, r.reported_at, r.site, r.status, r.flags, r.id, NULL::text "
    "FROM who JOIN identity_patient p ON p.person_id = who.person_id JOIN intake_result r ON r.patient = p.id "
)
_STANDING = "r.status < 2 AND r.effective_at <= %(at)s "
_GROUNDS = (
    "UNION ALL SELECT -4, NULL, NULL, 0::int2, 0::int2, 0::int2, person_id, NULL FROM who "
    "UNION ALL SELECT -1, t.began_at, t.ends_at, t.site, 0::int2, 0::int2, 0, t.id || '|' || t.doctor "
    "FROM who JOIN consent_relation t ON t.person = who.person_id "
    "WHERE t.site = %(site)s AND t.ends_at > %(at)s "
    "UNION ALL SELECT -2, c.valid_from, c.valid_to, 0::int2, 0::int2, 0::int2, 0, c.id || '|' || c.recipient "
    "FROM who JOIN consent_consent c ON c.person = who.person_id "
    "WHERE c.purpose = %(purpose)s AND c.stage = 'given' "
    "UNION ALL SELECT -3, b.created_at, b.ends_at, b.site, 0::int2, 0::int2, 0, b.id || '|' || b.created_by "
    "FROM who JOIN consent_breakglass b ON b.person = who.person_id "
    "WHERE b.site = %(site)s AND b.ends_at > %(at)s AND b.stage <> 'not_justified' "
    # The person asked for deletion or objected (the index of these few is read, mostly empty).
    "UNION ALL SELECT -5, w.created_at, NULL, 0::int2, 0::int2, 0::int2, 0, w.id "
    "FROM who JOIN consent_wish w ON w.person = who.person_id "
    "WHERE w.kind IN ('deletion', 'objection') AND w.stage IN ('received', 'fulfilled')"
)
# One scan over the asked items of each record.
SCAN = _WHO + _RESULTS + "WHERE r.item = ANY(%(items)s) AND " + _STANDING + _GROUNDS
# Older servers: the record's whole range, filtered there; stopped when it grows too long.
RANGE = _WHO + "(" + _RESULTS + f"WHERE {_STANDING} LIMIT {HEAVY + 1}) " + _GROUNDS
# A probe per item, for heavy records on older servers.
PROBES = (
    _WHO
    + "SELECT r.item, r.effective_at, r.reported_at, r.site, r.status, r.flags, r.id, NULL::text "
    + "FROM who JOIN identity_patient p ON p.person_id = who.person_id CROSS JOIN unnest(%(items)s) AS wanted(item) "
    + "CROSS JOIN LATERAL (SELECT * FROM intake_result r WHERE r.patient = p.id AND r.item = wanted.item AND "
    + _STANDING
    + ") r "
    + _GROUNDS
)
# Everything a person has, for the visit's opening.
EVERYTHING = _WHO + _RESULTS + "WHERE r.item > 0 AND " + _STANDING + _GROUNDS


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. `person` is None when no such patient is known here."""

    items: list[ItemAnswer]
    person: int | None
    access: Access
    snapshot: Snapshot
    at: datetime
    # Every visible row's item: what `patient-view` offers.
    found: int = 0

    def of(self, standing: Standing) -> list[ItemAnswer]:
        return [one for one in self.items if one.cls is standing]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, fixed for a request: build once with `asking`, use for any number of questions."""

    asker: Asker
    organisation: str
    site: int
    options: Mapping[str, Any] = field(default_factory=dict)


def asking(*, site: int, account: Actor, doctor: str = "", own_counts: bool = False) -> Asking:
    """The asker as the rules know them. A hospital's own program asks for the doctor it names."""
    here = catalogue.current().sites.get(site)
    organisation = here.organisation_id if here else ""
    asker = asker_at(site if organisation else 0, organisation, account, doctor)
    return Asking(asker, organisation, site, {"own_counts": own_counts})


def at_order(
    *, patient: int, items: Sequence[int], site: int, at: datetime, account: Actor = None,
    purpose: Purpose = Purpose.RECOGNITION, doctor: str = "", occasion: Occasion = Occasion.ORDINARY,
    wanted: Mapping[int, Wanted] | None = None, own_counts: bool = False, who: Asking | None = None,
) -> Answer:  # fmt: skip
    """What is known of `items` (numbers of the catalogue) for a patient record, for an order at `site` at `at`.

    One statement, whatever the number of stored results. `who` saves building the asker anew for each question.
    """
    known = catalogue.current()
    who = who or asking(site=site, account=account, doctor=doctor, own_counts=own_counts)
    numbers = list(items)
    if known.panels:
        for number in items:
            numbers.extend(known.members(number))
    asked = {"patient": patient, "items": numbers, "site": site, "at": at, "purpose": str(purpose)}
    rows = _rows(asked)
    return _answered(rows, list(items), known, who, at, purpose, occasion, wanted or {})


def at_visit(
    *, patient: int, site: int, at: datetime, account: Actor = None, purpose: Purpose = Purpose.RECOGNITION,
    doctor: str = "", who: Asking | None = None,
) -> Answer:  # fmt: skip
    """Everything usable a patient has, when the visit is opened: each item once, panels left out."""
    known = catalogue.current()
    who = who or asking(site=site, account=account, doctor=doctor)
    rows = _fetch(EVERYTHING, {"patient": patient, "site": site, "at": at, "purpose": str(purpose)})
    items = sorted({row[0] for row in rows if row[0] > 0})
    return _answered(rows, items, known, who, at, purpose, Occasion.ORDINARY, {})


def _answered(
    rows: list[Any], items: list[int], known: Snapshot, who: Asking, at: datetime, purpose: Purpose,
    occasion: Occasion, wanted: Mapping[int, Wanted],
) -> Answer:  # fmt: skip
    person, access = _access(rows, who, at, purpose)
    facts = Facts(items, rows, known, who.site, at, access, occasion, bool(who.options.get("own_counts")), wanted)
    answers = answer(facts)
    return Answer(answers, person, access, known, at, sum(one.cls is not Standing.NONE for one in answers))


def _access(rows: list[Any], who: Asking, at: datetime, purpose: Purpose) -> tuple[int | None, Access]:
    """The person and what may be seen of them, from the rows at the end that are no results."""
    person: int | None = None
    consents, relations, emergencies, restricted = [], [], [], False
    for row in reversed(rows):
        kind = row[0]
        if kind >= 0:
            break
        if kind == PERSON:
            person = row[6]
            continue
        if kind == RESTRICTION:
            restricted = True
            continue
        reference, _, rest = row[7].partition("|")
        if kind == RELATION:
            relations.append(RelationFact(reference, row[3], rest, row[1], row[2]))
        elif kind == CONSENT:
            consents.append(ConsentFact(reference, rest, purpose, row[1], row[2]))
        else:
            emergencies.append(EmergencyFact(reference, row[3], rest, row[1], row[2]))
    if person is None:
        return None, NO_ACCESS
    return person, decide(
        asker=who.asker, person=person, purpose=purpose, at=at, organisation=who.organisation, consents=consents,
        relations=relations, emergencies=emergencies, restricted=restricted,
    )  # fmt: skip


def _rows(asked: dict[str, Any]) -> list[Any]:
    connection.ensure_connection()
    if connection.connection.info.server_version >= ONE_SCAN:
        return _fetch(SCAN, asked)
    rows = _fetch(RANGE, asked)
    return _fetch(PROBES, asked) if sum(row[0] >= 0 for row in rows) > HEAVY else rows


def _fetch(statement: str, asked: dict[str, Any]) -> list[Any]:
    """The rows of a prepared statement, in binary. Django's own cursor would write the values into the text instead."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 0
    with psycopg.Cursor(raw) as cursor:
        return cursor.execute(statement, asked, prepare=True, binary=True).fetchall()
