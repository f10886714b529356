"""What a sender's own records are called: found by an identifier, known before, and read back under which number.

A sender writes under its own ids; these questions never look at another sender's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from xinglin.exchange.catalogue.queries.sites import site_of
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.queries import patients
from xinglin.exchange.intake.models import Report, Resource, Result
from xinglin.exchange.intake.rules.patients import document_kind
from xinglin.exchange.intake.rules.structs import Identifier
from xinglin.exchange.intake.taking.parts import Key, digest16

# Kinds a condition may be about: what a hospital has few of is searched in what it said, patients by their documents.
FEW = ("Organization", "Practitioner", "PractitionerRole", "Location", "Device")
CONDITIONED = ("Patient", *FEW)


def id_by(system: str, value: str) -> str:
    """The id of a record that is named by one identifier and nothing else: the same for the same identifier."""
    return "i-" + digest16(f"{system}^{value}".encode()).hex()


def own_records(organisation_id: str, kind: str, system: str, value: str) -> dict[str, bool]:
    """The sender's own ids of the records of a kind in CONDITIONED that carry an identifier; each with whether intake
    has taken it in itself (a patient may be known from an order alone).

    A patient is found by an identity document, or by the identifier it was itself created under.
    """
    site = site_of(organisation_id)
    if site is None:
        return {}
    made = id_by(system, value)
    rows = Resource.objects.filter(site=site.number, kind=kind)
    found = set(rows.filter(source_id=made).values_list("source_id", flat=True))
    if kind == "Patient":
        document = document_kind(Identifier(system=system, value=value))
        records = patients.numbers_of(patients.find(document, value)) if document else []
        found |= {local for place, local in records if place == site.number}
    elif kind in FEW:
        said = [{"system": system, "value": value}] if system else [{"value": value}]
        found |= set(rows.filter(body__identifier__contains=said).values_list("source_id", flat=True))
    kept = set(rows.filter(source_id__in=found).values_list("source_id", flat=True))
    return {name: name in kept for name in sorted(found)}


def known(organisation_id: str, keys: Collection[Key]) -> set[Key]:
    """Which of these (kind, id) of the sender's are there already."""
    site = site_of(organisation_id)
    return set(numbers(organisation_id, keys)) | {
        (kind, name)
        for kind, names in _by_kind(keys).items()
        for name in Resource.objects.filter(
            site=site.number if site else -1, kind=kind, source_id__in=names
        ).values_list("source_id", flat=True)
    }  # fmt: skip


def numbers(organisation_id: str, keys: Iterable[Key]) -> dict[Key, int]:
    """The number each of the sender's records is read back under; patients, results and reports have one, visits and
    the like theirs as they were kept."""
    site = site_of(organisation_id)
    if site is None:
        return {}
    found: dict[Key, int] = {}
    for kind, names in _by_kind(keys).items():
        if kind == "Patient":
            rows = Patient.objects.filter(site=site.number, local_id__in=names).values_list("local_id", "pk")
        elif kind == "Observation":
            rows = Result.objects.filter(site=site.number, source_id__in=names).values_list("source_id", "pk")
        elif kind == "DiagnosticReport":
            rows = Report.objects.filter(site=site.number, report_no__in=names, current=True).values_list(
                "report_no", "pk"
            )
        else:
            rows = Resource.objects.filter(site=site.number, kind=kind, source_id__in=names).values_list(
                "source_id", "pk"
            )
        found |= {(kind, name): pk for name, pk in rows}
    return found


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, name in keys:
        wanted[kind].append(name)
    return wanted
