"""Who is whom: the person of a record, the records of a person, records by document. For the exchange's sub-wings.

These tell numbers, never names: what may be seen of a record is decided by consent (`consent.queries.access`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from xinglin.exchange.identity.models import Patient, PatientKey
from xinglin.exchange.identity.rules import keys, names, records
from xinglin.exchange.identity.rules.documents import document
from xinglin.kernel.prepared import INT2, TEXT, Prepared, int2
from xinglin.kernel.privacy import lookup_secret

# Asked for every order.
_AT = Prepared("SELECT id FROM identity_patient WHERE site = $1 AND local_id = $2", INT2, TEXT)


# As the index `patient_outdated` says it.
_OUTDATED = ~Q(prepared_by=records.VERSION)


def outdated() -> QuerySet[Patient]:
    """The records that stand with the forms and keys of another version of this program, oldest first."""
    return Patient.objects.filter(_OUTDATED).order_by("id")


def person_of(patient: int) -> int:
    """The index person a local record stands under; 0 for a record that does not exist."""
    return Patient.objects.filter(pk=patient).values_list("person_id", flat=True).first() or 0


def persons_of(patients: Iterable[int]) -> dict[int, int]:
    """The index persons of several local records, by record."""
    return dict(Patient.objects.filter(pk__in=list(patients)).values_list("id", "person_id"))


def linked(patient: int) -> list[int]:
    """The local records of the same person, this one among them, oldest first; empty for one that does not exist."""
    person = Patient.objects.filter(pk=patient).values("person_id")[:1]
    return list(Patient.objects.filter(person_id__in=person).order_by("id").values_list("id", flat=True))


def records_of(person: int) -> list[int]:
    """The local records under an index person, oldest first."""
    return list(Patient.objects.filter(person_id=person).order_by("id").values_list("id", flat=True))


def find(kind: str, number: str) -> list[int]:
    """The local records that show a document, however its number is typed."""
    one = document(kind, number)
    return by_key(keys.document_key(one.kind, one.key)) if one.key else []


def find_at(site: int, local_id: str) -> int:
    """The record a site knows by its own number; 0 if it sent none."""
    if not 0 <= site < 2**15 or "\0" in local_id:
        return 0
    rows = _AT.rows(int2(site), local_id.encode("utf-8", "replace"))
    return rows[0][0] if rows else 0


def numbers_of(patients: Iterable[int]) -> list[tuple[int, str]]:
    """Local records as (site, the site's own number)."""
    return list(Patient.objects.filter(pk__in=list(patients)).order_by("id").values_list("site", "local_id"))


def find_name(name: str) -> list[int]:
    """The local records of a name: as written in either script or as it sounds."""
    form = names.forms(name)
    texts = [text for text in dict.fromkeys((form.folded, form.sound)) if text]
    return sorted({number for text in texts for number in by_key(keys.name_key(text))})


def find_phone(phone: str) -> list[int]:
    """The local records with a telephone number."""
    plain = records.plain_phone(phone)
    return by_key(keys.phone_key(plain)) if plain else []


def by_key(key: keys.Key) -> list[int]:
    """The local records with one key (`rules.keys`)."""
    number = keys.number(key, lookup_secret())
    return sorted(PatientKey.objects.filter(key=number).values_list("patient_id", flat=True))
