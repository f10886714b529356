"""Finding a patient by a document, at one hospital or anywhere."""

from __future__ import annotations

from xinglin.exchange.identity.models import Patient, PatientDocument
from xinglin.kernel.privacy import fingerprint


def with_document(kind: str, number: str) -> list[Patient]:
    """The records that carry a document, by its kind ("" for any) and number as typed."""
    rows = PatientDocument.objects.filter(number_key=fingerprint(number))
    if kind:
        rows = rows.filter(kind=kind)
    return [row.patient for row in rows.select_related("patient").order_by("pk")] if number.strip() else []


def at_hospital(kind: str, number: str, site: int) -> Patient | None:
    """The record of one hospital that carries a document."""
    return next((one for one in with_document(kind, number) if one.site == site), None)


def persons_with(number: str) -> list[int]:
    """The index persons who have a document of this number."""
    return sorted({one.person_id for one in with_document("", number)})


def by_local_id(site: int, local_id: str) -> Patient | None:
    """A hospital's own record by its own number."""
    return Patient.objects.filter(site=site, local_id=local_id.strip()).first()
