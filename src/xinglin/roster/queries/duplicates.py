"""Records as the comparison sees them; encrypted columns are not read. For the duplicates desk alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from xinglin.kernel.models import LedgerEntry
from xinglin.roster.duplicates import OrganisationRecord, Outcome, PersonRecord, find_duplicates
from xinglin.roster.models import Affiliation, Duplicate, Organisation, Person, PersonSpecialty
from xinglin.roster.words.register import RecordStage

MADE = ("roster.organisation_imported", "roster.person_imported", "roster.organisation_named")


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


def unknown_pairs(noun: str, listen: Callable[[], None]) -> Iterator[tuple[str, str, str, Outcome]]:
    """(noun, one, other, outcome) of the pairs nobody was offered yet; `listen` is called while it goes on."""
    if noun == "organisation":
        records: Any = organisation_records(Organisation.objects.exclude(stage=RecordStage.CLOSED).order_by("pk"))
    else:
        records = person_records()
    known = set(Duplicate.objects.exclude(**{f"first_{noun}": None})
                .values_list(f"first_{noun}_id", f"second_{noun}_id"))  # fmt: skip
    for left, right, outcome in find_duplicates(records, progress=lambda _count: listen()):
        one, other = sorted((records[left].key, records[right].key))
        if (one, other) not in known:
            yield noun, one, other, outcome


def made_by(run_id: str) -> list[tuple[str, str]]:
    """(kind, id) of every record an import made, in order."""
    entries = LedgerEntry.objects.filter(event__in=MADE, data__run=run_id).order_by("id")
    return list(entries.values_list("subject_kind", "subject_id"))
