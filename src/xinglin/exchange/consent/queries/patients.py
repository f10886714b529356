"""Finding a patient by a document or a hospital's own number. Whoever asks has said why; names are not listed."""

from __future__ import annotations

from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.queries import patients as index


def at_hospital(kind: str, number: str, site: int) -> Patient | None:
    """The record of one hospital that shows a document."""
    return Patient.objects.filter(pk__in=index.find(kind, number), site=site).order_by("pk").first()


def persons_with(kind: str, number: str) -> list[int]:
    """The index persons somebody with this document may be: one, or several while the identity desk has not decided."""
    found = index.persons_of(index.find(kind, number))
    return sorted(set(found.values()))


def by_local_id(site: int, local_id: str) -> int:
    """The index person of a hospital's own record number; 0 when it has none such."""
    record = index.find_at(site, local_id.strip())
    return index.person_of(record) if record else 0
