"""Records arrive: each is stored as its site sent it and settled under a person, by machine where that is safe.

Few statements, whether one record comes or thousands: lock, look, write. Two arrivals of one person at the same moment
share a key and wait for each other, so neither misses the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.db import connection, transaction

from xinglin.exchange.identity.models import IndexPerson, LinkEvent, Patient, PatientDocument, PatientKey, Review, Tie
from xinglin.exchange.identity.queries import candidates, judges
from xinglin.exchange.identity.queries.patients import outdated
from xinglin.exchange.identity.rules import keys
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.identity.rules.records import VERSION, Record, documents_of, pack, prepare
from xinglin.exchange.identity.rules.settling import Arrival, Settled, Settler
from xinglin.kernel import ledger
from xinglin.kernel.clock import now
from xinglin.kernel.copying import copy_over, fresh
from xinglin.kernel.lifecycle import deadline
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.privacy import fingerprint, lookup_secret
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.storing import Numbers, store

LOCAL_ID = 80
# Records prepared anew in one transaction; whoever arrives meanwhile waits for it, about half a second.
PART = 500


@dataclass(slots=True)
class _Prepared:
    """One record on its way in."""

    facts: PatientFacts
    record: Record
    blocks: tuple[int, ...]
    search: tuple[int, ...]
    same_as: str
    id: int = 0
    person: int = 0
    alone: bool = True
    # The number an index person gets if one is opened for it.
    room: int = 0


@transaction.atomic
def receive(*, records: Sequence[PatientFacts], by: Account) -> list[int]:
    """Take local records in; returns their patient ids in the same order.

    A record is known by (site, local_id): sent again unchanged it changes nothing, sent with other facts it is written
    anew. A new record joins a person, opens a question for the desk, or opens a person. A record that stands with
    others is never moved by machine; what now contradicts it becomes a question. Nothing of one site is ever written
    into another site's record. Locks are held until the transaction ends: call it in a short one of its own.
    Refused: a record without a number of its site's, or with one longer than 80 characters.
    """
    secret = lookup_secret()
    every = [_prepare(facts, secret) for facts in records]
    # Twice in one batch: the later one is how it stands.
    latest = {(one.facts.site, one.facts.local_id): one for one in every}
    if not latest:
        return []
    found = _look(latest, secret)
    changed = _changed(list(latest.values()), found)
    if changed:
        _store(changed, _settle(changed, found), by)
    return [latest[one.facts.site, one.facts.local_id].id for one in every]


@transaction.atomic
def prepare_anew(*, by: Account) -> int:
    """Prepare the next outdated records from their own facts, their documents and keys too; how many, 0 when done.

    Who is linked to whom stays as it is: only what a record is found and compared by is made again. A record that
    nobody can find is silently two people, so this is done before the server starts, part by part; a part that was
    interrupted is done again.
    """
    rows = list(outdated().values_list("id", "site", "local_id")[:PART])
    if not rows:
        return 0
    secret = lookup_secret()
    candidates.lock(_own(((site, local) for _, site, local in rows), secret))
    patients = list(outdated().filter(pk__in=[pk for pk, _, _ in rows]).prefetch_related("documents"))
    every = [_prepare(_facts(one), secret) for one in patients]
    for one, patient in zip(every, patients, strict=True):
        one.id, patient.prepared, patient.prepared_by = patient.pk, pack(one.record), VERSION
    _clear([one.pk for one in patients])
    copy_over(Patient, patients, ("prepared", "prepared_by"))
    store(_found_by(every), [paper for one in every for paper in _papers(one)])
    ledger.record("identity.prepared_anew", by=by, subject=by, data={"count": len(every)})
    return len(rows)


def _facts(patient: Patient) -> PatientFacts:
    """The facts of a stored record; what of them was cut or tidied when it was stored stays so."""
    return PatientFacts(
        patient.site, patient.local_id, patient.name_zh, patient.name_en,
        tuple(alias for alias in patient.aliases.split("\n") if alias),
        patient.birth_date, patient.sex, patient.phone, patient.address, patient.region,
        tuple((paper.kind, paper.number) for paper in sorted(patient.documents.all(), key=lambda paper: paper.pk)),
        patient.mother, patient.birth_order, patient.deceased,
    )  # fmt: skip


def _own(records: Iterable[tuple[int, str]], secret: bytes) -> list[int]:
    """The keys under which two that write the same record wait for each other."""
    return [keys.number(keys.Key(f"{site}/{local}"), secret) for site, local in records]


def _look(latest: dict[tuple[int, str], _Prepared], secret: bytes) -> candidates.Met:
    wanted = [candidates.Wanted(site, local, one.same_as, one.blocks) for (site, local), one in latest.items()]
    return candidates.meet(wanted, _own(latest, secret))


def _prepare(facts: PatientFacts, secret: bytes) -> _Prepared:
    if not facts.local_id or len(facts.local_id) > LOCAL_ID or "\x00" in facts.local_id:
        raise Refusal(
            "identity.local_id",
            say("A patient record needs its hospital's own number, of at most {limit} characters.", limit=LOCAL_ID),
            say("Send the record again with the number your hospital knows the patient by."),
            field="local_id",
        )
    record = prepare(facts)
    blocks = tuple(keys.number(key, secret) for key in dict.fromkeys(keys.blocks(record)))
    search = tuple(keys.number(key, secret) for key in dict.fromkeys(keys.search_blocks(record)))
    same = blake2b(repr(facts).encode(), digest_size=16, key=secret).hexdigest()
    return _Prepared(facts, record, blocks, search, same)


def _changed(latest: list[_Prepared], found: candidates.Met) -> list[_Prepared]:
    """The records that are new or differ from what is stored; ids are set on all of them."""
    changed, beside = [], Counter(known.person for known, _keys in found.known)
    for one, (number, person, same_as) in zip(latest, found.standing, strict=True):
        one.id = number
        if same_as is None:
            one.room = person
        else:
            one.person, one.alone = person, beside[person] == 1
        if same_as != one.same_as:
            changed.append(one)
    return changed


def _settle(changed: list[_Prepared], found: candidates.Met) -> Settled:
    apart = candidates.kept_apart([one.id for one in changed if one.person])
    scorer, thresholds = judges.in_force()
    settler = Settler(found.known, scorer=scorer, thresholds=thresholds, apart=apart)
    return settler.settle([Arrival(one.id, one.record, one.blocks, one.person, one.alone) for one in changed])


def _store(changed: list[_Prepared], settled: Settled, by: Account) -> None:
    moment = now()
    joined = {one.id for one in settled.joined}
    opened = {settled.persons[one.id]: one.room for one in changed if one.id not in joined and not one.person}

    def person(number: int) -> int:
        return opened[number] if number < 0 else number

    new, again = [], []
    for one in changed:
        where = settled.persons[one.id]
        row = _row(one, person(where), moment)
        row.home = person(where) if where < 0 and one.id not in joined else 0
        (again if one.person else new).append(row)
    if again:
        _clear([row.pk for row in again])
        copy_over(Patient, again, _COLUMNS)
    rows = {row.pk: row for row in (*new, *again)}
    events = [
        fresh(LinkEvent, patient_id=joined.id, before=joined.before, after=person(joined.after),
              ground=joined.verdict.ground, weight=round(joined.verdict.weight, 3), beside=joined.with_id, by=by.pk,
              created_at=moment)
        for joined in settled.joined
    ]  # fmt: skip
    ties = [(min(e.patient_id, e.beside), max(e.patient_id, e.beside), e) for e in events]
    held = [fresh(Tie, left_id=left, right_id=right, ground=event.ground, weight=event.weight, created_at=moment)
            for left, right, event in ties]  # fmt: skip
    facts = {event.patient_id: {"ground": event.ground, "weight": event.weight} for event in events}
    told = ledger.entries("identity.linked_on_arrival", by=by, subjects=[rows[e.patient_id] for e in events],
                          data=lambda row: facts[row.pk])  # fmt: skip
    asked = _questions(settled, {row.pk for row in again}, by)
    told += ledger.entries("identity.asked", by=by, subjects=asked, data=lambda row: {"reason": str(row.reason)})
    store(
        [fresh(IndexPerson, id=number, created_at=moment) for number in opened.values()], new, _found_by(changed),
        [paper for one in changed for paper in _papers(one)], events, held, asked, told,
    )  # fmt: skip


def _row(one: _Prepared, person: int, moment: object) -> Patient:
    facts = one.facts
    return fresh(
        Patient, id=one.id, site=facts.site, local_id=facts.local_id, person_id=person, name_zh=_text(facts.name_zh),
        name_en=_text(facts.name_en), aliases=_text("\n".join(facts.aliases)), birth_date=facts.birth_date,
        sex=facts.sex if facts.sex in (0, 1, 2, 9) else 0, phone=_text(facts.phone), address=_text(facts.address),
        region=one.record.region, mother=_text(facts.mother)[:LOCAL_ID], birth_order=max(0, min(99, facts.birth_order)),
        deceased=facts.deceased, prepared=pack(one.record), prepared_by=VERSION, same_as=one.same_as, created_at=moment,
        updated_at=moment,
    )  # fmt: skip


_COLUMNS = ("person", "name_zh", "name_en", "aliases", "birth_date", "sex", "phone", "address", "region", "mother",
            "birth_order", "deceased", "prepared", "prepared_by", "same_as", "updated_at")  # fmt: skip


def _papers(one: _Prepared) -> list[PatientDocument]:
    return [
        fresh(PatientDocument, patient_id=one.id, kind=paper.kind, number=_text(paper.number), checked=paper.checked,
              number_hash=fingerprint(f"{paper.kind}:{paper.key}"))
        for paper in documents_of(one.facts)
    ]  # fmt: skip


def _found_by(records: Sequence[_Prepared]) -> Numbers:
    each = [(key, one.id) for one in records for key in dict.fromkeys((*one.blocks, *one.search))]
    return Numbers(PatientKey, {"key": [key for key, _ in each], "patient_id": [patient for _, patient in each]})


def _text(text: str) -> str:
    return text.replace("\x00", "")


def _clear(patients: list[int]) -> None:
    """Documents and keys of records that are written anew."""
    for model in (PatientDocument, PatientKey):
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE patient_id = ANY(%s)", [patients])  # noqa: S608 - the model's own table


def _questions(settled: Settled, again: set[int], by: Account) -> list[Review]:
    """The doubtful pairs for the desk; a pair that was there before stays as it was decided."""
    wanted = {(q.left, q.right): q.verdict for q in settled.questions}
    # Only a record that stood there before can have been asked about.
    before = [pair for pair in wanted if again.intersection(pair)]
    if before:
        there = set(Review.objects.filter(left_id__in=[left for left, _ in before]).values_list("left_id", "right_id"))
        wanted = {pair: verdict for pair, verdict in wanted.items() if pair not in there}
    model = getattr(judges.in_force()[0], "name", "")
    rows = []
    for (left, right), verdict in wanted.items():
        row = fresh(Review, left_id=left, right_id=right, reason=verdict.reason, weight=round(verdict.weight, 3),
                     weights={name: round(bits, 2) for name, bits in verdict.bits.items()},
                     model=model, stage=Review.MACHINE.initial, created_by=by.pk)  # fmt: skip
        row.due_on = deadline(row)
        rows.append(row)
    return rows
