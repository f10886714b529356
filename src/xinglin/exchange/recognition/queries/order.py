"""The order-entry question: one round trip to the database, then the rules in memory.

Everything a person has lies in one index in the order it is asked for; linked records are expanded, and what may open
or close it (treating relations, consents, emergency accesses, wishes) comes along in the same statement (`engines.md`
b): rows that are no results carry a negative number in the item's place.
"""

# ruff: noqa: S608 - statements are put together from constants; values are always parameters.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
from xinglin.exchange.identity.queries.patients import find_at
from xinglin.exchange.recognition.rules.answer import Facts, ItemAnswer, Wanted, answer
from xinglin.exchange.recognition.words import Occasion, Standing
from xinglin.kernel.permits import Actor
from xinglin.kernel.prepared import INT2, INT4S, INT8, MOMENT, TEXT, Prepared, int2, int4s, int8, moment, server_version

# In the item's place: what a row is that is no result. The last is the person's wish to be deleted, or an objection.
RELATION, CONSENT, EMERGENCY, PERSON, RESTRICTION = -1, -2, -3, -4, -5
_NOTHING: Mapping[int, Wanted] = {}
# Rows of one patient above which a whole range costs more than a probe per item (measured: 0.7 ms at 10,000).
HEAVY = 2_000
# From this server version on one scan with many items reads as little as the better of the two.
ONE_SCAN = 170_000

# $1 the record, $2 the moment, $3 the asking site, $4 the purpose, $5 the items where they are named, $6 the record's
# number at the asking site, where it is asked for by that.
_PARAMETERS = (INT8, MOMENT, INT2, TEXT)
_COLUMNS = "r.item, r.effective_at, r.reported_at, r.site, r.status, r.flags, r.id, NULL::text, NULL::text "
_USABLE = "r.status < 2 AND r.effective_at <= $2"
# All records of the person in one scan of the index.
_RESULTS = (
    f"SELECT {_COLUMNS} FROM intake_result r "
    "WHERE r.patient = ANY (ARRAY(SELECT p.id FROM identity_patient p WHERE p.person_id = who.person_id)) "
    f"AND {_USABLE} "
)
# Every column of the same type in every branch: the server then runs them side by side without a step between.
_GROUNDS = (
    "UNION ALL SELECT -4, NULL::timestamptz, NULL::timestamptz, 0::int2, 0::int2, 0::int2, who.person_id, "
    "who.id::text, NULL::text "
    "UNION ALL SELECT -1, t.began_at, t.ends_at, t.site, 0::int2, 0::int2, 0::int8, t.id::text, t.doctor::text "
    "FROM consent_relation t WHERE t.person = who.person_id AND t.site = $3 AND t.ends_at > $2 "
    "UNION ALL SELECT -2, c.valid_from, c.valid_to, 0::int2, 0::int2, 0::int2, 0::int8, c.id::text, c.recipient::text "
    "FROM consent_consent c WHERE c.person = who.person_id AND c.purpose = $4 AND c.stage = 'given' "
    "UNION ALL SELECT -3, b.created_at, b.ends_at, b.site, 0::int2, 0::int2, 0::int8, b.id::text, b.created_by::text "
    "FROM consent_breakglass b WHERE b.person = who.person_id AND b.site = $3 AND b.ends_at > $2 "
    "AND b.stage <> 'not_justified' "
    # The person asked for deletion or objected (the index of these few is read, mostly empty).
    "UNION ALL SELECT -5, w.created_at, NULL::timestamptz, 0::int2, 0::int2, 0::int2, 0::int8, w.id::text, NULL::text "
    "FROM consent_wish w WHERE w.person = who.person_id AND w.kind IN ('deletion', 'objection') "
    "AND w.stage IN ('received', 'fulfilled')"
)


def _statement(results: str, *more: int, who: str = "who.id = $1") -> Prepared:
    """What `results` finds of the person's records, then the person and the first grounds to look at them."""
    found = f"SELECT f.* FROM identity_patient who, LATERAL ({results} {_GROUNDS}) f WHERE {who}"
    return Prepared(found, *_PARAMETERS, *more)


# One scan over the asked items of all records.
_ASKED = f"{_RESULTS} AND r.item = ANY ($5)"
SCAN = _statement(_ASKED, INT4S)
# The same for a record by the number the asking site knows it by; $1 is nothing.
SCAN_LOCAL = _statement(_ASKED, INT4S, TEXT, who="who.site = $3 AND who.local_id = $6 AND $1 IS NULL")
# Older servers: the records' whole range, filtered here; stopped when it grows too long.
RANGE = _statement(f"({_RESULTS} LIMIT {HEAVY + 1})")
# A probe per item, for heavy records on older servers.
PROBES = _statement(
    f"SELECT {_COLUMNS} FROM identity_patient p CROSS JOIN unnest($5) AS wanted(item) "
    "CROSS JOIN LATERAL (SELECT * FROM intake_result r WHERE r.patient = p.id AND r.item = wanted.item "
    f"AND {_USABLE}) r WHERE p.person_id = who.person_id",
    INT4S,
)
# Everything a person has, for the visit's opening.
EVERYTHING = _statement(f"{_RESULTS} AND r.item > 0")


@dataclass(slots=True)
class Answer:
    """The answer to one question. `person` is None, `record` nought, when no such patient is known here."""

    items: list[ItemAnswer]
    person: int | None
    access: Access
    snapshot: Snapshot
    at: datetime
    record: int = 0

    @property
    def found(self) -> int:
        """How many items there is something of: what `patient-view` offers."""
        return sum(one.cls is not Standing.NONE for one in self.items)

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
    rows = _rows(_packed(patient, at, site, purpose), int4s(_with_members(items, known)))
    return _answered(rows, items, known, who, at, purpose, occasion, wanted or _NOTHING)


def at_order_of(
    *, local_id: str, items: Sequence[int], at: datetime, who: Asking, purpose: Purpose = Purpose.RECOGNITION,
    occasion: Occasion = Occasion.ORDINARY, wanted: Mapping[int, Wanted] | None = None,
) -> Answer:  # fmt: skip
    """`at_order` for the patient the asking site knows as `local_id`, found in the same statement."""
    known = catalogue.current()
    if not one_scan() or not 0 <= who.site < 2**15 or "\0" in local_id:
        return at_order(patient=find_at(who.site, local_id), items=items, site=who.site, at=at, purpose=purpose,
                        occasion=occasion, wanted=wanted, who=who)  # fmt: skip
    numbers, local = int4s(_with_members(items, known)), local_id.encode("utf-8", "replace")
    rows = SCAN_LOCAL.rows(*_packed(None, at, who.site, purpose), numbers, local)
    return _answered(rows, items, known, who, at, purpose, occasion, wanted or _NOTHING)


def _with_members(items: Sequence[int], known: Snapshot) -> Sequence[int]:
    if not known.panels:
        return items
    return [*items, *(member for number in items for member in known.members(number))]


def at_visit(
    *, patient: int, site: int, at: datetime, account: Actor = None, purpose: Purpose = Purpose.RECOGNITION,
    doctor: str = "", who: Asking | None = None,
) -> Answer:  # fmt: skip
    """Everything usable a patient has, when the visit is opened: each item once, panels left out."""
    known = catalogue.current()
    who = who or asking(site=site, account=account, doctor=doctor)
    rows = EVERYTHING.rows(*_packed(patient, at, site, purpose))
    items = sorted({row[0] for row in rows if row[0] > 0})
    return _answered(rows, items, known, who, at, purpose, Occasion.ORDINARY, _NOTHING)


def _answered(
    rows: list[Any], items: Sequence[int], known: Snapshot, who: Asking, at: datetime, purpose: Purpose,
    occasion: Occasion, wanted: Mapping[int, Wanted],
) -> Answer:  # fmt: skip
    person, record, access = _access(rows, who, at, purpose)
    facts = Facts(items, rows, known, who.site, at, access, occasion, bool(who.options.get("own_counts")), wanted)
    return Answer(answer(facts), person, access, known, at, record)


def _access(rows: list[Any], who: Asking, at: datetime, purpose: Purpose) -> tuple[int | None, int, Access]:
    """The person, the record asked about and what may be seen, from the rows at the end that are no results."""
    person: int | None = None
    record = 0
    relations, consents, emergencies, restricted = [], [], [], False
    for kind, since, until, site, _status, _flags, number, reference, rest in reversed(rows):
        if kind >= 0:
            break
        if kind == PERSON:
            person, record = number, int(reference)
        elif kind == RELATION:
            relations.append(RelationFact(reference, site, rest, since, until))
        elif kind == CONSENT:
            consents.append(ConsentFact(reference, rest, purpose, since, until))
        elif kind == EMERGENCY:
            emergencies.append(EmergencyFact(reference, site, rest, since, until))
        else:
            restricted = True
    if person is None:
        return None, 0, NO_ACCESS
    return person, record, decide(
        asker=who.asker, person=person, purpose=purpose, at=at, organisation=who.organisation, consents=consents,
        relations=relations, emergencies=emergencies, restricted=restricted,
    )  # fmt: skip


def _packed(patient: int | None, at: datetime, site: int, purpose: Purpose) -> tuple[bytes | None, ...]:
    return None if patient is None else int8(patient), moment(at), int2(site), purpose.encode()


def one_scan() -> bool:
    """Whether the server reads many items in one scan."""
    return server_version() >= ONE_SCAN


def _rows(asked: tuple[bytes | None, ...], items: bytes) -> list[Any]:
    if one_scan():
        return SCAN.rows(*asked, items)
    rows = RANGE.rows(*asked)
    return PROBES.rows(*asked, items) if sum(row[0] >= 0 for row in rows) > HEAVY else rows
