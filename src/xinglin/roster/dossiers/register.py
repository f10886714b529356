"""Organisations and people, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel import permits, privacy
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import organisations as actions
from xinglin.roster.actions import people
from xinglin.roster.finding import find_people
from xinglin.roster.models import Organisation, Person
from xinglin.roster.places import place_name
from xinglin.roster.queries import register as queries
from xinglin.roster.specialties import specialty
from xinglin.roster.words.register import (
    DocumentType,
    EvidenceKind,
    ExpertCategory,
    HospitalGrade,
    HospitalLevel,
    LicenceStatus,
    OrganisationKind,
    Ownership,
    RecordStage,
    Sex,
    TitleRank,
)

PUBLIC, PERSONAL = Privacy.PUBLIC, Privacy.PERSONAL
GROUP = say("Members and experts")
LOCAL = roles(Role.SECRETARIAT, Role.LIAISON)
STAFF = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)
STAFF_AND_SELF = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT)
SELF = roles(Role.SECRETARIAT, Role.EXPERT)
LIVE = frozenset({RecordStage.PROPOSED, RecordStage.ACTIVE})


def link(thing: Any) -> tuple[str, str] | None:
    """Where a fact leads, if it is about another record."""
    return (thing._meta.label_lower, thing.pk) if thing is not None else None


def specialty_name(code: str) -> str:
    found = specialty(code)
    return f"{code} {found.label}" if found else code


def _organisation_facts(one: Organisation, actor: Actor) -> Sequence[Fact]:
    parent = one.parent
    facts = [
        Fact(say("Kind"), OrganisationKind(one.kind), PUBLIC),
        Fact(say("English name"), one.name_en or None, PUBLIC),
        Fact(say("Also known as"), one.aliases or None, PUBLIC),
        Fact(
            say("Branch of"),
            str(parent) if parent else None,
            PUBLIC,
            ("roster.organisation", parent.pk) if parent else None,
        ),
        Fact(say("Ownership"), Ownership(one.ownership) if one.ownership else None, PUBLIC),
        Fact(say("Region"), place_name(one.region), PUBLIC),
        Fact(say("Address"), one.address or None, PUBLIC),
        Fact(say("Website"), one.website or None, PUBLIC),
        Fact(say("Credit code"), one.credit_code or None, PUBLIC),
        Fact(say("Medical institution code"), one.medical_code or None, PUBLIC),
        Fact(say("Insurance code"), one.insurance_code or None, PUBLIC),
        Fact(say("Profile"), one.profile or None, PUBLIC),
    ]
    if one.kind == OrganisationKind.HOSPITAL:
        facts[1:1] = [
            Fact(say("Level"), HospitalLevel(one.level), PUBLIC),
            Fact(say("Grade"), HospitalGrade(one.grade), PUBLIC),
        ]
    if actor is not None:
        facts.append(Fact(say("Contact"), one.contact_name or None))
    if STAFF & permits.roles_of(actor, one.scopes()):
        facts += [
            Fact(say("Contact telephone"), one.contact_phone or None, PERSONAL),
            Fact(say("Contact e-mail"), one.contact_email or None, PERSONAL),
        ]
    return facts


def _organisation_related(one: Organisation, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    for branch in one.branches.exclude(stage=RecordStage.CLOSED).order_by("name_zh")[:50]:
        yield say("Branches"), "roster.organisation", branch
    shown = queries.people_for(actor).filter(affiliations__organisation=one, affiliations__until=None)
    for person in shown.order_by("name_zh")[:50]:
        yield say("People"), "roster.person", person


def _organisation_now(one: Organisation, _actor: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in actions.REPORTED}


def _person_facts(one: Person, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Name in Latin letters"), one.name_latin or None, PUBLIC),
        Fact(say("Professional title"), one.title or None, PUBLIC),
        Fact(say("Rank of title"), TitleRank(one.title_rank), PUBLIC),
        Fact(say("Specialties"), [specialty_name(s.code) for s in one.specialties.all()] or None, PUBLIC),
        Fact(say("City of practice"), place_name(one.practice_region), PUBLIC),
        Fact(say("Profile"), one.profile or None, PUBLIC),
        Fact(say("Website"), one.website or None, PUBLIC),
    ]
    if actor is not None:
        facts += [
            Fact(say("Also known as"), one.aliases or None),
            Fact(say("Sex"), Sex(one.sex)),
            Fact(say("Kind of expert"), ExpertCategory(one.expert_category)),
            Fact(say("Native place"), place_name(one.native_region)),
            Fact(say("Registration to practise"), LicenceStatus(one.licence_status)),
            Fact(say("Registration valid until"), one.licence_until),
            Fact(say("Most engagements at a time"), one.load_limit),
            Fact(say("Available"), say("yes") if one.available else say("no")),
            Fact(say("Agreed to publication"), one.consent_publish_at or say("not given")),
            Fact(say("Automated matching"), say("refused") if one.refuses_automation_at else say("allowed")),
        ]
    if queries.sees_personal(actor, one):
        kind = DocumentType(one.document_kind) if one.document_kind else None
        facts += [
            Fact(say("Year of birth"), one.birth_year, PERSONAL),
            Fact(say("Telephone"), one.phone or None, PERSONAL),
            Fact(say("E-mail"), one.email or None, PERSONAL),
            Fact(say("Certificate of practice"), one.licence_number or None, PERSONAL),
            Fact(say("Identity document"), kind, PERSONAL),
            Fact(say("Document number"), privacy.mask(one.document_number) or None, PERSONAL),
        ]
    return facts


def _person_sections(one: Person, _actor: Actor) -> Sequence[Section]:
    places = [
        [row.organisation, row.department or None, row.position or None, row.since, row.until]
        for row in one.affiliations.select_related("organisation").order_by("until", "-main", "-since")
    ]
    shown = [
        [number, EvidenceKind(row.kind), row.title, row.year, row.link or None]
        for number, row in enumerate(one.evidence.order_by("-year", "created_at"), start=1)
    ]
    found = []
    if places:
        columns = [say("Organisation"), say("Department"), say("Position"), say("From"), say("Until")]
        found.append(Section(say("Places of work"), columns, places))
    if shown:
        columns = [say("No."), say("Kind"), say("Title of the work"), say("Year"), say("Link")]
        found.append(Section(say("Evidence"), columns, shown))
    return found


def _person_now(one: Person, _actor: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in people.REPORTED}


def _place(one: Person) -> Any:
    places = getattr(one, "places", None)
    return places[0].organisation if places else None


register(Kind(
    name="roster.organisation", model=Organisation, key="organisation_id", label=say("Organisation"),
    plural=say("Organisations"), visible=queries.organisations_for, mine=queries.own_organisations, title=str,
    facts=_organisation_facts, related=_organisation_related, search=find,
    columns=[
        (say("Name"), str), (say("Kind"), lambda one: OrganisationKind(one.kind)),
        (say("Level"), lambda one: HospitalLevel(one.level) if one.kind == OrganisationKind.HOSPITAL else None),
        (say("Grade"), lambda one: HospitalGrade(one.grade) if one.kind == OrganisationKind.HOSPITAL else None),
        (say("Region"), lambda one: place_name(one.region)), (say("Credit code"), lambda one: one.credit_code or None),
    ],
    verbs=[
        Verb("propose", actions.propose_organisation, say("Propose an organisation"), opening=True, roles=LOCAL),
        Verb("admit", actions.admit_organisation, say("Admit to the register"), move="admit"),
        Verb("revise", actions.revise_organisation, say("Correct the record"), roles=LOCAL, stages=LIVE,
             prefill=_organisation_now),
        Verb("close", actions.close_organisation, say("Close the record"), move="close", danger=True),
        Verb("reopen", actions.reopen_organisation, say("Reopen the record"), move="reopen"),
    ],
    filters={
        "kind": (say("Kind"), OrganisationKind), "level": (say("Level"), HospitalLevel),
        "ownership": (say("Ownership"), Ownership),
    },
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.person", model=Person, key="person_id", label=say("Person"), plural=say("People"),
    visible=queries.people_for, mine=queries.own_people, title=str, facts=_person_facts, sections=_person_sections,
    search=find_people,
    columns=[
        (say("Name"), str), (say("Professional title"), lambda one: one.title or None),
        (say("Specialties"), lambda one: [specialty_name(s.code) for s in one.specialties.all()] or None),
        (say("Place of work"), _place), (say("City of practice"), lambda one: place_name(one.practice_region)),
    ],
    verbs=[
        Verb("propose", people.propose_person, say("Propose a person"), opening=True, roles=STAFF),
        Verb("admit", people.admit_person, say("Admit to the register"), move="admit"),
        Verb("revise", people.revise_person, say("Correct the record"), roles=STAFF_AND_SELF, stages=LIVE,
             prefill=_person_now),
        Verb("set_specialties", people.set_specialties, say("Set specialties"), roles=STAFF_AND_SELF, stages=LIVE,
             prefill=lambda one, _actor: {"specialties": [s.code for s in one.specialties.order_by("-main", "code")]}),
        Verb("set_expert_category", people.set_expert_category, say("Set the kind of expert"),
             roles=roles(Role.SECRETARIAT), stages=LIVE,
             prefill=lambda one, _actor: {"expert_category": one.expert_category}),
        Verb("add_affiliation", people.add_affiliation, say("Add a place of work"), roles=STAFF_AND_SELF, stages=LIVE),
        Verb("end_affiliation", people.end_affiliation, say("End a place of work"), roles=STAFF_AND_SELF, stages=LIVE),
        Verb("add_evidence", people.add_evidence, say("Add evidence"), roles=STAFF_AND_SELF, stages=LIVE),
        Verb("remove_evidence", people.remove_evidence, say("Remove evidence"), roles=STAFF_AND_SELF, stages=LIVE,
             danger=True),
        Verb("record_licence", people.record_licence, say("Record the registration to practise"), roles=LOCAL,
             stages=LIVE),
        Verb("record_document", people.record_document, say("Record an identity document"), roles=SELF, stages=LIVE),
        Verb("agree_to_publication", people.agree_to_publication, say("Agree to publication"), roles=SELF, stages=LIVE),
        Verb("withdraw_publication", people.withdraw_publication, say("Withdraw from publication"), roles=SELF,
             stages=LIVE),
        Verb("refuse_automation", people.refuse_automation, say("Refuse automated matching"), roles=SELF, stages=LIVE),
        Verb("allow_automation", people.allow_automation, say("Allow automated matching"), roles=SELF, stages=LIVE),
        Verb("close", people.close_person, say("Close the record"), move="close", danger=True),
        Verb("reopen", people.reopen_person, say("Reopen the record"), move="reopen"),
    ],
    filters={
        "title_rank": (say("Rank of title"), TitleRank),
        "expert_category": (say("Kind of expert"), ExpertCategory),
    }, public=True, group=GROUP,
))  # fmt: skip
