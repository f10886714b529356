"""People as a draw of reviewers sees them: titles, fields, posts held now and lately, appointments, publications.

This door serves the program's own draw, not a reader, so it takes no actor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Affiliation, Appointment, Evidence, Organisation, Person, PersonSpecialty
from xinglin.roster.words.appointments import LIVE, AppointmentStage
from xinglin.roster.words.register import EvidenceKind, ExpertCategory, RecordStage, TitleRank


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post at an organisation or an appointment by it; `until` None is still held."""

    organisation_id: str
    parent_id: str
    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A publication in the register: its title and year."""

    title: str
    year: int | None


@dataclass(frozen=True)
class ReviewerFacts:
    """Somebody who might review. `first_year` is the earliest year the register knows of work in the field."""

    id: str
    name: str
    category: ExpertCategory
    senior: bool
    available: bool
    account_id: str
    fields: frozenset[str]
    first_year: int | None
    posts: tuple[PostFacts, ...]
    appointments: tuple[PostFacts, ...]
    papers: tuple[PaperFacts, ...]


def reviewer_facts(fields: Collection[str]) -> list[ReviewerFacts]:
    """Everybody in the register who has one of `fields` (specialty codes; any above or below it), or all for none.

    Whoever judges money, management or law does so in every field.
    """
    people = Person.objects.filter(stage=RecordStage.ACTIVE)
    if fields:
        wanted = Q()
        for code in fields:
            above = [code[:at] for at, char in enumerate(code) if char == "."]
            wanted |= Q(code=code) | Q(code__startswith=f"{code}.") | Q(code__in=above)
        inside = Q(pk__in=PersonSpecialty.objects.filter(wanted).values("person_id"))
        people = people.filter(inside | ~Q(expert_category=ExpertCategory.TECHNICAL))
    return facts_of(list(people.order_by("pk")))


def facts_of(people: list[Person]) -> list[ReviewerFacts]:
    """The facts of these people, in their order; a handful of queries however many they are."""
    ids = [one.pk for one in people]
    codes: dict[str, set[str]] = defaultdict(set)
    for person_id, code in PersonSpecialty.objects.filter(person_id__in=ids).values_list("person_id", "code"):
        codes[person_id].add(code)
    posts: dict[str, list[PostFacts]] = defaultdict(list)
    for post in Affiliation.objects.filter(person_id__in=ids).select_related("organisation"):
        posts[post.person_id].append(_post(post.organisation, post.since, post.until))
    terms: dict[str, list[PostFacts]] = defaultdict(list)
    held = (*LIVE, AppointmentStage.EXPIRED, AppointmentStage.ENDED)
    for one in Appointment.objects.filter(person_id__in=ids, stage__in=held).select_related("organisation"):
        # Who is still asked or in office is tied today, whatever day the term ends on.
        over = None if one.stage in LIVE else one.ended_on or one.until
        terms[one.person_id].append(_post(one.organisation, None if over is None else one.starts, over))
    papers: dict[str, list[PaperFacts]] = defaultdict(list)
    years: dict[str, list[int]] = defaultdict(list)
    for person_id, kind, title, year in Evidence.objects.filter(person_id__in=ids).values_list(
        "person_id", "kind", "title", "year"
    ):
        if kind == EvidenceKind.PAPER:
            papers[person_id].append(PaperFacts(title, year))
        if year:
            years[person_id].append(year)
    accounts = dict(
        Account.objects.filter(
            person_id__in=ids, is_active=True, grants__role=Role.EXPERT, grants__ended_at=None
        ).values_list("person_id", "pk")
    )
    return [
        ReviewerFacts(
            one.pk, str(one), ExpertCategory(one.expert_category), one.title_rank == TitleRank.SENIOR, one.available,
            accounts.get(one.pk, ""), frozenset(codes[one.pk]),
            min([*years[one.pk], *(post.since.year for post in posts[one.pk] if post.since)], default=None),
            tuple(posts[one.pk]), tuple(terms[one.pk]), tuple(papers[one.pk]),
        )
        for one in people
    ]  # fmt: skip


def _post(organisation: Organisation, since: date | None, until: date | None) -> PostFacts:
    return PostFacts(organisation.pk, organisation.parent_id or "", str(organisation), since, until)


def papers_of(names: Collection[str]) -> list[tuple[str, str, int | None]]:
    """(name, title, year) of the publications of people with one of these names in the register."""
    rows = Evidence.objects.filter(kind=EvidenceKind.PAPER, person__name_zh__in=list(names))
    return list(rows.values_list("person__name_zh", "title", "year"))


def people_named(names: Collection[str]) -> list[tuple[str, str, str]]:
    """(id, Chinese name, Latin name) of people in the register with one of these names."""
    rows = Person.objects.filter(Q(name_zh__in=list(names)) | Q(name_latin__in=list(names)))
    return list(rows.values_list("pk", "name_zh", "name_latin"))


def organisations_named(names: Collection[str]) -> list[tuple[str, str, str, list[str]]]:
    """(id, Chinese name, English name, aliases) of organisations in the register with one of these names."""
    rows = Organisation.objects.filter(Q(name_zh__in=list(names)) | Q(name_en__in=list(names)))
    return list(rows.values_list("pk", "name_zh", "name_en", "aliases"))
