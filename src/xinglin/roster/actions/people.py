"""A person's life in the register: propose, revise, place, specialise, show evidence, consent, admit, close."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Line, Paragraph, Yes, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Role
from xinglin.roster import codes, names
from xinglin.roster.actions import duplicates
from xinglin.roster.actions.codes import checked, region_code, specialty_codes
from xinglin.roster.finding import document_hash, index_person
from xinglin.roster.models import Affiliation, Evidence, Organisation, Person, PersonSpecialty
from xinglin.roster.words.register import DocumentType, EvidenceKind, ExpertCategory, LicenceStatus, Sex, TitleRank

Name = Annotated[str, Ask("line", longest=60)]
Latin = Annotated[str, Ask("line", longest=120)]
Place = Annotated[str, Ask("line", longest=60)]
Year = Annotated[int, Ask("count", least=1900, most=2100)]
Load = Annotated[int, Ask("count", least=0, most=50)]
ProfessionalTitle = Annotated[str, Ask("line", longest=120, label=say("Professional title"))]
Because = Annotated[str, Ask("text", longest=1_000)]
OFFICE = (Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


@transaction.atomic
def propose_person(
    *,
    name_zh: Name | None = None,
    name_latin: Latin | None = None,
    aliases: list[Latin] | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    department: Line | None = None,
    position: Line | None = None,
    title_rank: TitleRank = TitleRank.NONE,
    title: ProfessionalTitle | None = None,
    specialties: list[Line] | None = None,
    sex: Sex = Sex.UNKNOWN,
    birth_year: Year | None = None,
    native_region: Place | None = None,
    practice_region: Place | None = None,
    profile: Paragraph | None = None,
    website: Line | None = None,
    phone: Line | None = None,
    email: Line | None = None,
    by: Account,
) -> Person:
    """Enter a person, with where they work and what they are known for, for the secretariat to admit."""
    permits.require(by, *OFFICE, scopes=[("organisation", organisation_id)] if organisation_id else [])
    organisation = _organisation(organisation_id) if organisation_id else None
    person = Person()
    if not practice_region and organisation is not None and organisation.region:
        practice_region = organisation.region
    _fill(
        person, name_zh=name_zh, name_latin=name_latin, aliases=aliases, title_rank=title_rank, title=title, sex=sex,
        birth_year=birth_year, native_region=native_region, practice_region=practice_region, profile=profile,
        website=website, phone=phone, email=email,
    )  # fmt: skip
    lifecycle.begin(person, by=by)
    if organisation is not None:
        Affiliation.objects.create(
            person=person, organisation=organisation, department=department or "", position=position or "", main=True
        )
    _set_specialties(person, specialties or [])
    ledger.record("roster.person_proposed", by=by, subject=person)
    duplicates.look_for(kind="roster.person", key=person.pk, by=by)
    return person


@transaction.atomic
def revise_person(
    *,
    person_id: str,
    name_zh: Name | None = None,
    name_latin: Latin | None = None,
    aliases: list[Latin] | None = None,
    title_rank: TitleRank = TitleRank.NONE,
    title: ProfessionalTitle | None = None,
    sex: Sex = Sex.UNKNOWN,
    birth_year: Year | None = None,
    native_region: Place | None = None,
    practice_region: Place | None = None,
    profile: Paragraph | None = None,
    website: Line | None = None,
    phone: Line | None = None,
    email: Line | None = None,
    load_limit: Load = 3,
    available: Yes = True,
    by: Account,
) -> Person:
    """Correct what the register says about a person; they may do it themselves. A former name stays an alias."""
    person = _take_to_change(person_id, by)
    former, kept = person.name_zh, list(aliases or [])
    if former and former != (name_zh or "") and former not in kept:
        kept.append(former)
    before = {name: getattr(person, name) for name in REPORTED}
    _fill(
        person, name_zh=name_zh, name_latin=name_latin, aliases=kept, title_rank=title_rank, title=title, sex=sex,
        birth_year=birth_year, native_region=native_region, practice_region=practice_region, profile=profile,
        website=website, phone=phone, email=email,
    )  # fmt: skip
    person.load_limit, person.available = load_limit, available
    lifecycle.touch(person)
    changed = sorted(name for name in REPORTED if getattr(person, name) != before[name])
    ledger.record("roster.person_revised", by=by, subject=person, data={"changed": changed})
    return person


REPORTED = (
    "name_zh", "name_latin", "aliases", "title_rank", "title", "sex", "birth_year", "native_region", "practice_region",
    "profile", "website", "phone", "email", "load_limit", "available",
)  # fmt: skip


def _fill(person: Person, **given: Any) -> None:
    if not given["name_zh"] and not given["name_latin"]:
        raise Refusal("people.name", say("A person needs a name, in Chinese or in Latin letters."), field="name_zh")
    for name, longest in (("name_zh", 60), ("name_latin", 120)):
        typed = given[name]
        cleaned = checked(names.clean_name, typed, field=name, max_length=longest).text if typed else ""
        setattr(person, name, cleaned)
    person.aliases = list(dict.fromkeys(alias for alias in given["aliases"] or [] if alias != person.name_zh))
    for name in ("title_rank", "title", "sex", "profile", "website", "phone", "email"):
        setattr(person, name, given[name] or "")
    person.birth_year = given["birth_year"]
    if person.birth_year is not None and person.birth_year > today().year:
        raise Refusal("people.birth_year", say("The year of birth lies in the future."), field="birth_year")
    person.native_region = region_code(given["native_region"], field="native_region")
    person.practice_region = region_code(given["practice_region"], field="practice_region")
    index_person(person)


def _set_specialties(person: Person, typed: list[str]) -> None:
    PersonSpecialty.objects.filter(person=person).delete()
    PersonSpecialty.objects.bulk_create(
        PersonSpecialty(person=person, code=code, main=place == 0) for place, code in enumerate(specialty_codes(typed))
    )


def _organisation(key: str) -> Organisation:
    found = Organisation.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    return found


def _take_to_change(person_id: str, by: Account) -> Person:
    person = lifecycle.take(Person, person_id)
    permits.require(by, *OFFICE, Role.EXPERT, scopes=person.scopes())
    return person


def _own(person: Person) -> list[tuple[str, str]]:
    """Only the person's own scope: what nobody else may decide for them."""
    return [("person", person.pk)]


@transaction.atomic
def set_specialties(*, person_id: str, specialties: list[Line], by: Account) -> Person:
    """Say what a person is a specialist in, the main specialty first: codes or names of 诊疗科目名录."""
    person = _take_to_change(person_id, by)
    _set_specialties(person, specialties)
    lifecycle.touch(person)
    ledger.record("roster.specialties_set", by=by, subject=person, data={"count": person.specialties.count()})
    return person


@transaction.atomic
def set_expert_category(*, person_id: str, expert_category: ExpertCategory, by: Account) -> Person:
    """Say as what a person judges in panels: the lawful share of technical and economic experts is counted by it."""
    permits.require(by, Role.SECRETARIAT)
    person = lifecycle.take(Person, person_id)
    person.expert_category = expert_category
    lifecycle.touch(person)
    ledger.record("roster.expert_category_set", by=by, subject=person, data={"category": str(expert_category)})
    return person


@transaction.atomic
def add_affiliation(
    *,
    person_id: str,
    organisation_id: ref("roster.organisation"),
    department: Line | None = None,
    position: Line | None = None,
    since: Day | None = None,
    main: Yes = False,
    by: Account,
) -> Person:
    """Say where a person works. A new main place makes the old one a side place (医师法 art. 15)."""
    person = _take_to_change(person_id, by)
    organisation = _organisation(organisation_id)
    live = person.affiliations.filter(until=None)
    if live.filter(organisation=organisation, department=department or "").exists():
        raise Refusal("people.affiliated", say("This place of work is on record already."), field="organisation_id")
    if main:
        live.filter(main=True).update(main=False)
    Affiliation.objects.create(
        person=person, organisation=organisation, department=department or "", position=position or "", since=since,
        main=main or not live.exists(),
    )  # fmt: skip
    lifecycle.touch(person)
    ledger.record("roster.affiliated", by=by, subject=person, data={"organisation": organisation.pk, "main": main})
    return person


@transaction.atomic
def end_affiliation(
    *, person_id: str, organisation_id: ref("roster.organisation"), until: Day | None = None, by: Account
) -> Person:
    """A person no longer works there; the past stays on record."""
    person = _take_to_change(person_id, by)
    rows = list(person.affiliations.select_for_update().filter(organisation_id=organisation_id, until=None))
    if not rows:
        raise Refusal(
            "people.not_affiliated", say("This person is not recorded as working there."), field="organisation_id"
        )
    for row in rows:
        row.until = until or today()
        if row.since and row.until < row.since:
            raise Refusal("people.affiliation_dates", say("The end lies before the beginning."), field="until")
        row.save(update_fields=["until"])
    lifecycle.touch(person)
    ledger.record("roster.affiliation_ended", by=by, subject=person, data={"organisation": organisation_id})
    return person


@transaction.atomic
def add_evidence(
    *,
    person_id: str,
    kind: EvidenceKind,
    title: Annotated[str, Ask("line", longest=300)],
    text: Paragraph | None = None,
    link: Annotated[str, Ask("line", longest=400)] | None = None,
    year: Year | None = None,
    by: Account,
) -> Person:
    """Add something a person has shown they can do, with the place where it can be checked."""
    person = _take_to_change(person_id, by)
    if link and not link.startswith(("https://", "http://")):
        raise Refusal("people.link", say("A web address begins with https://."), field="link")
    Evidence.objects.create(person=person, kind=kind, title=title, text=text or "", link=link or "", year=year)
    lifecycle.touch(person)
    ledger.record("roster.evidence_added", by=by, subject=person, data={"kind": str(kind), "title": title})
    return person


@transaction.atomic
def remove_evidence(*, person_id: str, number: Count, by: Account) -> Person:
    """Take back an entry by its number on the person's page (1 is the first)."""
    person = _take_to_change(person_id, by)
    rows = list(person.evidence.order_by("-year", "created_at"))
    if not 1 <= number <= len(rows):
        raise Refusal("people.no_such_evidence", say("There is no entry with this number."), field="number")
    title = rows[number - 1].title
    rows[number - 1].delete()
    lifecycle.touch(person)
    ledger.record("roster.evidence_removed", by=by, subject=person, data={"title": title})
    return person


@transaction.atomic
def record_licence(
    *,
    person_id: str,
    licence_status: LicenceStatus,
    licence_number: Line | None = None,
    licence_until: Day | None = None,
    by: Account,
) -> Person:
    """Record what a check of the registration to practise found (医师法 arts 13-16)."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=person.scopes())
    if licence_number:
        licence_number = checked(codes.practice_certificate, licence_number, field="licence_number")
    elif licence_status == LicenceStatus.VALID:
        raise Refusal("people.licence", say("A valid registration has a certificate number."), field="licence_number")
    person.licence_status, person.licence_number = licence_status, licence_number or ""
    person.licence_until = licence_until
    person.due_on = licence_until
    lifecycle.touch(person)
    ledger.record("roster.licence_recorded", by=by, subject=person, data={"status": str(licence_status)})
    return person


@transaction.atomic
def record_document(*, person_id: str, document_type: DocumentType, document_number: Line, by: Account) -> Person:
    """Record an identity document. The number is kept encrypted; a keyed hash finds it again."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=_own(person))
    document = checked(
        codes.identity_document, str(document_type), document_number, field="document_number", today=today()
    )
    hashed = document_hash(str(document_type), document.match_key)
    other = Person.objects.filter(document_hash=hashed).exclude(pk=person.pk).exclude(stage="closed").first()
    if other is not None:
        raise Refusal(
            "people.document_taken",
            say("Another record carries this document."),
            say("Ask the secretariat to look at both records; they may be the same person."),
            field="document_number",
        )
    person.document_kind, person.document_number, person.document_hash = str(document_type), document.number, hashed
    if document.birth_date:
        person.birth_year = document.birth_date.year
    lifecycle.touch(person)
    ledger.record("roster.document_recorded", by=by, subject=person, data={"kind": str(document_type)})
    return person


@transaction.atomic
def agree_to_publication(*, person_id: str, by: Account) -> Person:
    """Agree that name, title, specialty and place of work are shown to everybody; the office may record a paper."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=_own(person))
    person.consent_publish_at, person.consent_publish_by = now(), by.pk
    lifecycle.touch(person)
    ledger.record("roster.publication_agreed", by=by, subject=person)
    return person


@transaction.atomic
def withdraw_publication(*, person_id: str, by: Account) -> Person:
    """Take the agreement back: as easy as it was given (PIPL art. 15). The name leaves the public pages at once."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=_own(person))
    person.consent_publish_at, person.consent_publish_by = None, ""
    lifecycle.touch(person)
    ledger.record("roster.publication_withdrawn", by=by, subject=person)
    return person


@transaction.atomic
def refuse_automation(*, person_id: str, by: Account) -> Person:
    """Refuse to be proposed by machine (PIPL art. 24): the person is then found by search only."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=_own(person))
    person.refuses_automation_at, person.refuses_automation_by = now(), by.pk
    lifecycle.touch(person)
    ledger.record("roster.automation_refused", by=by, subject=person)
    return person


@transaction.atomic
def allow_automation(*, person_id: str, by: Account) -> Person:
    """Allow being proposed by machine again."""
    person = lifecycle.take(Person, person_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=_own(person))
    person.refuses_automation_at, person.refuses_automation_by = None, ""
    lifecycle.touch(person)
    ledger.record("roster.automation_allowed", by=by, subject=person)
    return person


@transaction.atomic
def admit_person(*, person_id: str, by: Account) -> Person:
    """Take a proposed person into the register."""
    person = lifecycle.take(Person, person_id)
    lifecycle.step(person, "admit", by=by, due_on=person.licence_until)
    ledger.record("roster.person_admitted", by=by, subject=person)
    return person


@transaction.atomic
def close_person(*, person_id: str, because: Because, by: Account) -> Person:
    """The person has left the field, or was entered by mistake; what refers to them stays."""
    person = lifecycle.take(Person, person_id)
    lifecycle.step(person, "close", by=by)
    ledger.record("roster.person_closed", by=by, subject=person, data={"because": because})
    return person


@transaction.atomic
def reopen_person(*, person_id: str, by: Account) -> Person:
    """Take a closed record back into the register."""
    person = lifecycle.take(Person, person_id)
    person.same_as = None
    lifecycle.step(person, "reopen", by=by, due_on=person.licence_until)
    ledger.record("roster.person_reopened", by=by, subject=person)
    return person
