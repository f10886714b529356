"""The register as a file: what an actor may see, in the columns its privacy class allows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from xinglin.kernel import permits, privacy
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Privacy
from xinglin.roster import sheets
from xinglin.roster.models import Affiliation, Organisation, Person
from xinglin.roster.queries import register as queries
from xinglin.roster.words.imports import ExportedSheet, FileForm, FileLanguage
from xinglin.roster.words.register import RecordStage

Tick = Callable[[int], None]

# What a column of the sheet is on the record, where the names differ.
_SOURCES = {
    "organisations": {"grading": "level", "parent": "parent"},
    "people": {"organisation": "", "department": "", "position": "", "specialties": "",
               "consent_publish": "consent_publish_at"},
}  # fmt: skip


def personal_columns(sheet: str) -> frozenset[str]:
    """The keys of the columns of a sheet that hold personal data, read from the records' own classes."""
    model = Organisation if sheet == "organisations" else Person
    found = set()
    for column in sheets.SHEETS[sheet].columns:
        source = _SOURCES[sheet].get(column.key, column.key)
        if source and privacy.class_of(model, source) not in (Privacy.PUBLIC, Privacy.ALLIANCE):
            found.add(column.key)
    return frozenset(found)


def written(
    sheet: ExportedSheet, form: FileForm, language: FileLanguage, *, personal: bool, actor: Actor,
    tick: Tick = lambda _count: None,
) -> tuple[bytes, int]:  # fmt: skip
    """The file as bytes, and its rows. Nothing in it is executed by a spreadsheet."""
    found = wanted(sheet, actor)
    left_out = frozenset() if personal else frozenset().union(*(personal_columns(key) for key in found))
    rows = {key: _rows(key, one, personal) for key, one in found.items()}
    if form == FileForm.CSV:
        key, only = next(iter(rows.items()))
        text = io.StringIO(newline="")
        count = sheets.write_csv(text, key, only, str(language), leave_out=left_out, tick=tick)
        return b"\xef\xbb\xbf" + text.getvalue().encode(), count
    target = io.BytesIO()
    count = sheets.write_book(target, rows, str(language), leave_out=left_out, tick=tick)
    return target.getvalue(), count


def wanted(sheet: ExportedSheet, actor: Actor) -> dict[str, QuerySet[Any]]:
    """The open records of each sheet that `actor` may see."""
    program = permits.is_the_program(actor)
    found: dict[str, QuerySet[Any]] = {}
    if sheet != ExportedSheet.PEOPLE:
        rows = Organisation.objects.all() if program else queries.organisations_for(actor)
        found["organisations"] = rows.exclude(stage=RecordStage.CLOSED).select_related("parent").order_by("pk")
    if sheet != ExportedSheet.ORGANISATIONS:
        people = Person.objects.all() if program else queries.people_for(actor).prefetch_related(None)
        live = Affiliation.objects.filter(until=None).select_related("organisation").order_by("-main", "created_at")
        found["people"] = (
            people.exclude(stage=RecordStage.CLOSED).order_by("pk")
            .prefetch_related(Prefetch("affiliations", live, to_attr="places"), "specialties")
        )  # fmt: skip
    return found


def _rows(key: str, found: QuerySet[Any], personal: bool) -> Iterator[dict[str, object]]:
    shown = _organisation_row if key == "organisations" else _person_row
    # Encrypted columns that are not exported are not decrypted either.
    sealed = ("contact_phone", "contact_email") if key == "organisations" else (
        "phone", "email", "licence_number", "document_number")  # fmt: skip
    for one in (found if personal else found.defer(*sealed, "keys")).iterator(chunk_size=2_000):
        yield shown(one, personal)


def _organisation_row(one: Organisation, personal: bool) -> dict[str, object]:
    names = ("name_zh", "name_en", "aliases", "kind", "level", "grade", "ownership", "credit_code", "medical_code",
             "insurance_code", "region", "address", "website", "contact_name", "profile")  # fmt: skip
    row: dict[str, object] = {name: getattr(one, name) for name in names}
    row["parent"] = one.parent.name_zh if one.parent else ""
    if personal:
        row |= {"contact_phone": one.contact_phone, "contact_email": one.contact_email}
    return row


def _person_row(one: Person, personal: bool) -> dict[str, object]:
    names = ("name_zh", "name_latin", "aliases", "sex", "native_region", "practice_region", "title", "title_rank",
             "licence_until", "website", "load_limit", "profile")  # fmt: skip
    row: dict[str, object] = {name: getattr(one, name) for name in names}
    place = next(iter(one.places), None)
    if place is not None:
        row |= {"organisation": place.organisation.name_zh, "department": place.department, "position": place.position}
    row["specialties"] = [s.code for s in sorted(one.specialties.all(), key=lambda s: (not s.main, s.code))]
    row["consent_publish"] = one.consent_publish_at is not None
    if personal:
        more = ("birth_year", "licence_number", "document_kind", "document_number", "phone", "email")
        row |= {name: getattr(one, name) for name in more}
    return row


def template(sheet: ExportedSheet, language: FileLanguage) -> bytes:
    """An empty workbook to fill in, with notes in both languages."""
    target = io.BytesIO()
    sheets.write_template(target, str(sheet), str(language))
    return target.getvalue()
