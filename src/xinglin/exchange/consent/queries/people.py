"""What consent needs to know of an index person: name, age, where they have records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.consent.models import Relation
from xinglin.exchange.consent.rules.access import Asker
from xinglin.exchange.identity.models import LinkEvent, Patient

MOST_IN_CARE = 20


@dataclass(frozen=True, slots=True)
class InCare:
    """A patient whom the asking doctor treats now: the hospital's own numbers, the name, since when."""

    patient: str
    visit: str
    name: str
    since: datetime


def in_care(asker: Asker, at: datetime) -> list[InCare]:
    """The patients of a doctor's open visits at the asking hospital, the newest visit first, at most MOST_IN_CARE."""
    visits = Relation.objects.filter(site=asker.site, doctor__in=asker.names, began_at__lte=at, ends_at__gt=at)
    newest = list(visits.exclude(visit="").order_by("-began_at")[:MOST_IN_CARE])
    records = {one.person_id: one for one in Patient.objects.filter(
        site=asker.site, person_id__in=[visit.person for visit in newest]).order_by("id")}  # fmt: skip
    return [
        InCare(record.local_id, visit.visit, record.name_zh or record.name_en, visit.began_at)
        for visit in newest
        if (record := records.get(visit.person)) is not None
    ]


def records_of(person: int) -> list[Patient]:
    """The local records linked to an index person, the newest first."""
    return list(Patient.objects.filter(person_id=person).order_by("-updated_at", "-id"))


def is_known_at(person: int, site: int) -> bool:
    """Whether a hospital has a record of the person at all."""
    return Patient.objects.filter(person_id=person, site=site).exists()


def born_on(person: int) -> date | None:
    """The birth date; where records differ the latest, which protects a child. None when no record tells."""
    days = Patient.objects.filter(person_id=person).exclude(birth_date=None).values_list("birth_date", flat=True)
    return max(days, default=None)


def name_of(person: int, site: int = 0) -> str:
    """What the person is called: by the record of one hospital, else by the newest that has a name."""
    rows = records_of(person)
    own = [row for row in rows if row.site == site]
    return next((row.name_zh or row.name_en for row in [*own, *rows] if row.name_zh or row.name_en), f"P{person}")


def site_names() -> dict[int, str]:
    """The name of every hospital that exchanges results, by its number."""
    return dict(Site.objects.values_list("number", "name"))


def members() -> list[tuple[str, str]]:
    """(organisation id, name) of the hospitals a person may let look."""
    return list(Site.objects.order_by("name").values_list("organisation_id", "name"))


def recipient_name(recipient: str) -> str:
    """The recipient of a consent by name; "" for every member."""
    return Site.objects.filter(organisation_id=recipient).values_list("name", flat=True).first() or ""


def record_of(person: int, site: int = 0) -> int:
    """The record something about a person is tied to: that of one hospital if it has one, else the oldest; 0 for
    none. Persons are joined and parted by identity; the record says where it belongs afterwards."""
    rows = Patient.objects.filter(person_id=person).order_by("id")
    own = rows.filter(site=site).values_list("id", flat=True).first() if site else None
    return own or rows.values_list("id", flat=True).first() or 0


def former_numbers(person: int) -> list[int]:
    """The numbers under which this person was known before identity joined them, if nobody bears them any more."""
    before = set(LinkEvent.objects.filter(patient__person_id=person).values_list("before", flat=True)) - {person, 0}
    borne = set(Patient.objects.filter(person_id__in=before).values_list("person_id", flat=True)) if before else set()
    return sorted(before - borne)
