"""The duplicates desk: pairs that may be one record are offered with reasons; a person links them, and may undo it.

Nothing is merged. "Same" closes one record with a pointer to the other; everything that refers to it stays, and undoing
brings it back. A shared institution identifier is a hint and never a proof (domain 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Q

from xinglin.kernel import finding, jobs, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.duplicates import (
    OrganisationRecord,
    Outcome,
    PersonRecord,
    core_name,
    duplicates_of,
    find_duplicates,
)
from xinglin.roster.models import Affiliation, Duplicate, ImportRun, Organisation, Person, PersonSpecialty
from xinglin.roster.names import search_keys
from xinglin.roster.words.imports import Kept
from xinglin.roster.words.register import RecordStage

Because = Annotated[str, Ask("text", longest=1_000)]
FIND = "roster.find_duplicates"
# Pairs offered by one search, the likeliest first: more than people can look at says nothing.
MOST = 2_000
# Up to this many new records are compared one by one; beyond that everything is compared with everything.
ONE_BY_ONE = 2_000
COMPARED = 200


def organisation_records(rows: Iterable[Organisation]) -> list[OrganisationRecord]:
    """What is compared, of organisations."""
    return [
        OrganisationRecord(
            key=one.pk, name=one.name_zh, kind=one.kind, credit_code=one.credit_code, region=one.region,
            parent=one.parent_id or "", aliases=tuple(one.aliases), medical_code=one.medical_code,
            other_ids=tuple(f"insurance:{code}" for code in (one.insurance_code,) if code),
        )
        for one in rows
    ]  # fmt: skip


def person_records(ids: Sequence[str] | None = None) -> list[PersonRecord]:
    """What is compared, of the people with `ids` or of all open ones; encrypted columns are not read."""
    people = Person.objects.exclude(stage=RecordStage.CLOSED)
    places: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    live, known = Affiliation.objects.filter(until=None), PersonSpecialty.objects.all()
    if ids is not None:
        people, live, known = (rows.filter(**{name: ids}) for rows, name in
                               ((people, "pk__in"), (live, "person_id__in"), (known, "person_id__in")))  # fmt: skip
    for person, place in live.values_list("person_id", "organisation_id"):
        places.setdefault(person, []).append(place)
    for person, code in known.values_list("person_id", "code"):
        codes.setdefault(person, []).append(code)
    columns = ("pk", "name_zh", "name_latin", "aliases", "birth_year", "sex", "title", "native_region",
               "document_kind", "document_hash", "phone_hash", "email_hash")  # fmt: skip
    return [
        PersonRecord(
            key=row[0], name_zh=row[1], name_latin=row[2], aliases=tuple(row[3]), birth_year=row[4], sex=row[5],
            organisations=tuple(places.get(row[0], ())), title=row[6], specialties=tuple(codes.get(row[0], ())),
            native_region=row[7], document_kind=row[8], document_hash=row[9], phone_hash=row[10], email_hash=row[11],
        )
        for row in people.order_by("pk").values_list(*columns)
    ]  # fmt: skip


def look_for_organisation(one: Organisation) -> list[Duplicate]:
    """Offer the likely doubles of one organisation that was just entered. Call inside the deed's transaction."""
    with_codes = Q(name_zh__in=[one.name_zh, *one.aliases])
    for name in ("credit_code", "medical_code"):
        if value := getattr(one, name):
            with_codes |= Q(**{name: value})
    rows = Organisation.objects.exclude(stage=RecordStage.CLOSED).exclude(pk=one.pk)
    near = finding.find(rows.filter(region__startswith=one.region[:4]) if one.region else rows, core_name(one.name_zh))
    met = {row.pk: row for found in (rows.filter(with_codes), near) for row in found[:COMPARED]}
    mine = organisation_records([one])[0]
    return _offer_all("organisation", one.pk, duplicates_of(mine, organisation_records(met.values())))


def look_for_person(one: Person) -> list[Duplicate]:
    """Offer the likely doubles of one person who was just entered. Call inside the deed's transaction."""
    fits = Q(pk=None)
    for name in ("document_hash", "phone_hash", "email_hash"):
        if value := getattr(one, name):
            fits |= Q(**{name: value})
    written = [name for name in (one.name_zh, *one.aliases) if name]
    fits |= Q(name_zh__in=written) if written else Q()
    rows = Person.objects.exclude(stage=RecordStage.CLOSED).exclude(pk=one.pk)
    # A Latin name meets Chinese ones by sound: whole romanised names only.
    sounds = [key for key in search_keys(one.name_zh, one.name_latin, one.aliases)
              if key.isascii() and len(key) > 6 and ":" not in key]  # fmt: skip
    keys = set(rows.filter(fits).values_list("pk", flat=True)[:COMPARED])
    keys |= set(finding.find_any(rows, sounds, ()).values_list("pk", flat=True)[:COMPARED])
    if not keys:
        return []
    mine = person_records([one.pk])
    return _offer_all("person", one.pk, duplicates_of(mine[0], person_records(sorted(keys)))) if mine else []


def _offer_all(noun: str, key: str, found: Sequence[tuple[Any, Outcome]]) -> list[Duplicate]:
    return [made for other, outcome in found[:20] if (made := _offer(noun, key, other.key, outcome)) is not None]


def _offer(noun: str, one: str, other: str, outcome: Outcome) -> Duplicate | None:
    """Offer a pair once: one that was decided, or waits already, is left as it is."""
    first, second = sorted((one, other))
    columns = {f"first_{noun}_id": first, f"second_{noun}_id": second}
    if Duplicate.objects.filter(**columns).exists():
        return None
    row = Duplicate(**columns, verdict=str(outcome.verdict), score=outcome.score, findings=_findings(outcome))
    lifecycle.begin(row, by=permits.the_program())
    ledger.record("roster.duplicate_offered", by=permits.the_program(), subject=row,
                  data={"score": row.score, "findings": list(outcome.codes)})  # fmt: skip
    return row


def _findings(outcome: Outcome) -> list[dict[str, Any]]:
    return [{"code": one.code, "weight": one.weight, "detail": one.detail[:200]} for one in outcome.findings]


def find_all(work: jobs.Work, run_id: str = "") -> dict[str, Any]:
    """The job's body: compare what an import made, or everything, and offer the likeliest pairs that are not known."""
    run = ImportRun.objects.filter(pk=run_id).first() if run_id else None
    if run is not None and run.created + run.proposed <= ONE_BY_ONE:
        return _find_new(work, run)
    pairs = sorted((*_pairs("organisation", work), *_pairs("person", work)), key=lambda pair: -pair[3].score)
    work.expect(work.job.done + min(len(pairs), MOST))
    offered = 0
    for start in range(0, min(len(pairs), MOST), 200):
        part = pairs[start : min(start + 200, MOST)]
        with work.chunk(len(part)):
            offered += sum(1 for pair in part if _offer(*pair) is not None)
    return {"offered": offered, "further": max(0, len(pairs) - MOST)}


def _find_new(work: jobs.Work, run: ImportRun) -> dict[str, Any]:
    entries = ledger.LedgerEntry.objects.filter(
        event__in=["roster.organisation_imported", "roster.person_imported", "roster.organisation_named"],
        data__run=run.pk, happened_at__gte=run.created_at,
    ).order_by("id")  # fmt: skip
    subjects = list(entries.values_list("subject_kind", "subject_id"))
    work.expect(len(subjects))
    offered = 0
    for part in work.parts(subjects, of=50):
        with work.chunk(len(part)):
            for kind, key in part:
                offered += len(look_for(kind, key))
    return {"offered": offered, "further": 0}


def look_for(kind: str, key: str) -> list[Duplicate]:
    """Offer the likely doubles of one record by its kind and id."""
    if kind == "roster.organisation":
        one = Organisation.objects.exclude(stage=RecordStage.CLOSED).filter(pk=key).first()
        return look_for_organisation(one) if one else []
    person = Person.objects.exclude(stage=RecordStage.CLOSED).filter(pk=key).first()
    return look_for_person(person) if person else []


def _pairs(noun: str, work: jobs.Work) -> Iterator[tuple[str, str, str, Outcome]]:
    """(noun, one, other, outcome) of the pairs that nobody was offered yet."""
    if noun == "organisation":
        records: Any = organisation_records(Organisation.objects.exclude(stage=RecordStage.CLOSED).order_by("pk"))
    else:
        records = person_records()
    known = set(Duplicate.objects.exclude(**{f"first_{noun}": None})
                .values_list(f"first_{noun}_id", f"second_{noun}_id"))  # fmt: skip
    for left, right, outcome in find_duplicates(records, progress=lambda _count: work.listen()):
        one, other = sorted((records[left].key, records[right].key))
        if (one, other) not in known:
            yield noun, one, other, outcome


def ask_for_search(_day: Any) -> int:
    """The daily search: by a job, for it takes a while; none while one waits."""
    by = permits.the_program()
    if jobs.Job.objects.filter(task=FIND, state__in=jobs.OPEN).exists():
        return 0
    jobs.ask(FIND, by=by)
    return 1


@transaction.atomic
def link_records(*, duplicate_id: str, keep: Kept, because: Because, by: Account) -> Duplicate:
    """They are one: the kept record stays open, the other is closed and points to it. This can be undone."""
    row = lifecycle.take(Duplicate, duplicate_id)
    first, second = _locked(row)
    kept, other = (first, second) if keep == Kept.FIRST else (second, first)
    if RecordStage.CLOSED in (first.stage, second.stage):
        raise Refusal(
            "duplicates.closed", say("One of the two records is closed already."),
            say("Reopen it first, or say that the two are different."),
        )  # fmt: skip
    if isinstance(kept, Organisation) and other.pk == kept.parent_id or getattr(other, "parent_id", None) == kept.pk:
        raise Refusal(
            "duplicates.branch", say("One of the two is a branch of the other; a branch is never its parent."),
            say("Say that the two are different."),
        )  # fmt: skip
    row.kept, row.reason, row.closed_from = str(keep), because, other.stage
    lifecycle.step(row, "link", by=by)
    other.stage, other.stage_since, other.same_as, other.due_on = str(RecordStage.CLOSED), now(), kept, None
    lifecycle.touch(other)
    ledger.record("roster.closed_as_double", by=by, subject=other, data={"kept": kept.pk})
    ledger.record("roster.duplicate_linked", by=by, subject=row, data={"kept": kept.pk, "because": because})
    return row


def _locked(row: Duplicate) -> tuple[Any, Any]:
    """Both records, locked in the order of their ids."""
    model, noun = (Organisation, "organisation") if row.first_organisation_id else (Person, "person")
    return tuple(lifecycle.take(model, getattr(row, f"{side}_{noun}_id")) for side in ("first", "second"))


@transaction.atomic
def unlink_records(*, duplicate_id: str, because: Because, by: Account) -> Duplicate:
    """They were two after all: the closed record is open again, as it was."""
    row = lifecycle.take(Duplicate, duplicate_id)
    first, second = _locked(row)
    kept, other = (first, second) if row.kept == Kept.FIRST else (second, first)
    lifecycle.step(row, "unlink", by=by)
    if other.same_as_id == kept.pk:
        _refuse_taken(other)
        other.same_as, other.stage, other.stage_since = None, row.closed_from or str(RecordStage.ACTIVE), now()
        lifecycle.touch(other)
        ledger.record("roster.reopened_from_double", by=by, subject=other, data={"was": kept.pk})
    row.kept, row.reason = "", because
    row.save(update_fields=["kept", "reason"])
    ledger.record("roster.duplicate_unlinked", by=by, subject=row, data={"because": because})
    return row


def _refuse_taken(one: Any) -> None:
    """A credit code that the other legal person carries by now cannot be carried twice."""
    if not isinstance(one, Organisation) or not one.credit_code or one.parent_id is not None:
        return
    taken = Organisation.objects.filter(credit_code=one.credit_code, parent=None)
    other = taken.exclude(pk=one.pk).exclude(stage=RecordStage.CLOSED).first()
    if other is not None:
        raise Refusal(
            "duplicates.code_taken", say("{name} carries this record's credit code now.", name=str(other)),
            say("Correct the code there first."),
        )  # fmt: skip


@transaction.atomic
def tell_apart(*, duplicate_id: str, because: Because, by: Account) -> Duplicate:
    """They are two: the pair is not offered again."""
    row = lifecycle.take(Duplicate, duplicate_id)
    row.reason = because
    lifecycle.step(row, "tell_apart", by=by)
    ledger.record("roster.duplicate_told_apart", by=by, subject=row, data={"because": because})
    return row


@transaction.atomic
def put_off(*, duplicate_id: str, by: Account) -> Duplicate:
    """Not now: the pair leaves the inbox and stays in the list."""
    row = lifecycle.take(Duplicate, duplicate_id)
    lifecycle.step(row, "put_off", by=by)
    ledger.record("roster.duplicate_put_off", by=by, subject=row)
    return row


@transaction.atomic
def look_again(*, duplicate_id: str, by: Account) -> Duplicate:
    """The answer was wrong or new facts are known: offer the pair again."""
    row = lifecycle.take(Duplicate, duplicate_id)
    lifecycle.step(row, "look_again", by=by)
    ledger.record("roster.duplicate_looked_again", by=by, subject=row)
    return row
