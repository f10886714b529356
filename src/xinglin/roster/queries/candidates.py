"""People as ranking sees them: fast, for a hundred thousand, and never anybody who refuses automated matching.

This door serves the program's own ranking, not a reader, so it takes no actor: it gives people in the register who
did not refuse decisions prepared by machine (PIPL art. 24). What a person then reads of a suggestion passes the usual
doors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max, QuerySet, Sum

from xinglin.kernel.models import Account
from xinglin.roster.models import Affiliation, Alliance, Evidence, Person, PersonSpecialty
from xinglin.roster.words.register import RecordStage

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """One thing a person has shown, with the place where it can be checked."""

    id: str
    kind: str
    title: str
    text: str
    link: str
    year: int | None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where a person works now: the organisation, the one it is a branch of (or ""), and as what."""

    organisation_id: str
    parent_id: str
    name: str
    department: str
    position: str


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """Everything ranking may use about one person. Regions are six-digit codes, `load_limit` counts open dockings."""

    id: str
    name: str
    title: str
    title_rank: str
    practice_region: str
    native_region: str
    profile: str
    load_limit: int
    available: bool
    specialties: tuple[str, ...]
    evidence: tuple[EvidenceFacts, ...]
    places: tuple[PlaceFacts, ...]


def rankable() -> QuerySet[Person]:
    """People in the register who did not refuse automated matching."""
    return Person.objects.filter(stage=RecordStage.ACTIVE, refuses_automation_at=None)


def refusing_count() -> int:
    """How many people in the register refuse automated matching. Never who."""
    return Person.objects.filter(stage=RecordStage.ACTIVE, refuses_automation_at__isnull=False).count()


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest rows and the sum of versions: together they change whenever anybody's texts or consent may have."""

    people: int
    versions: int
    evidence: str
    specialty: str


def newest() -> Newest:
    """Where the register stands now. A few milliseconds."""
    people = rankable().aggregate(count=Count("id"), versions=Sum("version"))
    evidence = Evidence.objects.aggregate(newest=Max("id"))["newest"] or ""
    specialty = PersonSpecialty.objects.aggregate(newest=Max("id"))["newest"] or ""
    return Newest(people["count"], people["versions"] or 0, evidence, specialty)


def versions() -> dict[str, int]:
    """The version of every rankable person: each action on a person, their evidence or specialties counts it up."""
    return dict(rankable().values_list("id", "version").iterator(chunk_size=20_000))


def added_since(before: Newest) -> set[str]:
    """People to whom evidence or specialties were added since, however that was done (an import counts nothing up)."""
    evidence = Evidence.objects.filter(pk__gt=before.evidence).values_list("person_id", flat=True)
    codes = PersonSpecialty.objects.filter(pk__gt=before.specialty).values_list("person_id", flat=True)
    return {*evidence, *codes}


def texts(ids: Collection[str] | None = None) -> Iterator[tuple[str, list[str], list[str]]]:
    """(id, texts, specialty codes) of rankable people in the order of their ids; of those in `ids`, if given."""
    last = ""
    rows = rankable() if ids is None else rankable().filter(pk__in=ids)
    while True:
        people = list(rows.filter(pk__gt=last).order_by("pk").values_list("id", "title", "profile")[:CHUNK])
        if not people:
            return
        first, last = people[0][0], people[-1][0]
        shown: dict[str, list[str]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        between = {"person_id__gte": first, "person_id__lte": last}
        if ids is not None:
            between["person_id__in"] = [person for person, _title, _profile in people]
        for person, title, text in Evidence.objects.filter(**between).values_list("person_id", "title", "text"):
            shown[person].append(f"{title}\n{text}")
        for person, code in PersonSpecialty.objects.filter(**between).values_list("person_id", "code"):
            codes[person].append(code)
        for person, title, profile in people:
            yield person, [text for text in (title, profile, *shown[person]) if text], codes[person]


def candidate_facts(ids: Collection[str]) -> list[CandidateFacts]:
    """The facts of those among `ids` who are in the register and do not refuse at this moment, in the order of ids."""
    people = list(
        rankable()
        .filter(pk__in=ids)
        .order_by("pk")
        .only(
            "id",
            "name_zh",
            "name_latin",
            "title",
            "title_rank",
            "practice_region",
            "native_region",
            "profile",
            "load_limit",
            "available",
        )
    )
    found = [person.pk for person in people]
    evidence: dict[str, list[EvidenceFacts]] = defaultdict(list)
    columns = ("person_id", "id", "kind", "title", "text", "link", "year")
    for person_id, *row in Evidence.objects.filter(person_id__in=found).order_by("id").values_list(*columns):
        evidence[person_id].append(EvidenceFacts(*row))
    codes: dict[str, list[str]] = defaultdict(list)
    own = PersonSpecialty.objects.filter(person_id__in=found).order_by("-main", "code")
    for person_id, code in own.values_list("person_id", "code"):
        codes[person_id].append(code)
    places: dict[str, list[PlaceFacts]] = defaultdict(list)
    present = (
        Affiliation.objects.filter(person_id__in=found, until=None)
        .select_related("organisation")
        .order_by("-main", "id")
    )
    for place in present:
        facts = PlaceFacts(place.organisation_id, place.organisation.parent_id or "", str(place.organisation),
                           place.department, place.position)  # fmt: skip
        places[place.person_id].append(facts)
    return [
        CandidateFacts(
            person.pk,
            str(person),
            person.title,
            person.title_rank,
            person.practice_region,
            person.native_region,
            person.profile,
            person.load_limit,
            person.available,
            tuple(codes[person.pk]),
            tuple(evidence[person.pk]),
            tuple(places[person.pk]),
        )
        for person in people
    ]


def home_region() -> str:
    """The alliance's home region (a six-digit code), or "" before the alliance has been described."""
    return Alliance.objects.values_list("region", flat=True).first() or ""


def registered(person_id: str) -> bool:
    """Whether this is somebody in the register, whatever they think of automated matching: people may name anybody."""
    return Person.objects.filter(pk=person_id, stage=RecordStage.ACTIVE).exists()


def accounts_of(person_id: str) -> QuerySet[Account]:
    """The open accounts of a person."""
    return Account.objects.filter(person_id=person_id, is_active=True)


def lock_choices(ids: Collection[str]) -> list[str]:
    """Lock the people in `ids` who may be ranked, so that a refusal either comes before the suggestion or after it."""
    if not connection.in_atomic_block:
        raise RuntimeError("people are locked inside the transaction that stores the suggestions")
    return list(
        rankable().filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    )


def main_place(person_id: str) -> str | None:
    """The organisation a person mainly works at now, or None."""
    present = Affiliation.objects.filter(person_id=person_id, until=None).order_by("-main", "id")
    return present.values_list("organisation_id", flat=True).first()
