"""Organisations and people through their actions."""

from __future__ import annotations

import pytest
from django.db import connection

from xinglin.kernel import asks, ledger, permits
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.kernel.words import Role
from xinglin.roster import codes
from xinglin.roster.actions import organisations, people
from xinglin.roster.finding import find_people
from xinglin.roster.models import Organisation, Person
from xinglin.roster.queries import register as queries
from xinglin.roster.words.register import (
    DocumentType,
    EvidenceKind,
    ExpertCategory,
    LicenceStatus,
    OrganisationKind,
    TitleRank,
)

pytestmark = pytest.mark.django_db
CODE = "91330100799655058B"


def account(name: str, role: Role | None = None, scope=("alliance", "*")) -> Account:
    one = Account.objects.create_user(name, f"{name}@example.org", None, display_name=name)
    if role is not None:
        permits.grant(account=one, role=role, scope=scope, by=permits.the_program())
    return one


@pytest.fixture
def office() -> Account:
    return account("office", Role.SECRETARIAT)


def hospital(office, name="示例市人民医院", **more) -> Organisation:
    one = organisations.propose_organisation(name_zh=name, kind=OrganisationKind.HOSPITAL, by=office, **more)
    return organisations.admit_organisation(organisation_id=one.pk, by=office)


def expert(office, name="陈晓明", **more) -> Person:
    one = people.propose_person(name_zh=name, by=office, **more)
    return people.admit_person(person_id=one.pk, by=office)


def test_a_credit_code_is_checked_and_belongs_to_one_legal_person(office):
    parent = hospital(office, credit_code=CODE, region="潮州")
    assert (parent.region, parent.credit_code) == ("445100", CODE)
    with pytest.raises(Refusal) as wrong:
        hospital(office, "示例二院", credit_code="91330100799655058C")
    assert (wrong.value.field, wrong.value.code) == ("credit_code", "code.check_digit")
    with pytest.raises(Refusal, match="credit_code_taken"):
        hospital(office, "示例二院", credit_code=CODE)
    branch = hospital(office, "示例市人民医院（东院区）", credit_code=CODE, parent_id=parent.pk)
    with pytest.raises(Refusal, match="branch_of_branch"):
        hospital(office, "示例三院", parent_id=branch.pk)


def test_a_former_name_is_still_found(office):
    one = hospital(office, "示例区人民医院")
    fields = {name: getattr(one, name) for name in organisations.REPORTED} | {"name_zh": "示例市第五医院"}
    typed = asks.coerce(organisations.revise_organisation, {"organisation_id": one.pk, **fields}, money="yuan")
    organisations.revise_organisation(**typed, by=office)
    for typed in ("区人民医院", "第五医院", "slqrmyy", "dwyy", "示例區人民醫院"):
        assert list(find(Organisation.objects.all(), typed)) == [one], typed


@pytest.mark.parametrize("typed", ["陈晓明", "陳曉明", "chenxiaoming", "Chen Xiaoming", "cxm", "Tan", "晓明", "陈"])
def test_people_are_found_in_many_spellings(office, typed):
    one = expert(office)
    expert(office, "王建国")
    assert list(find_people(Person.objects.all(), typed)) == [one]


def test_a_person_needs_a_name_and_every_bad_field_is_named(office):
    with pytest.raises(Refusal, match=r"people\.name"):
        people.propose_person(by=office)
    with pytest.raises(FieldRefusals) as refused:
        asks.coerce(
            people.propose_person, {"name_zh": "示", "birth_year": "去年", "sex": "x", "nonsense": "1"}, money="yuan"
        )
    assert set(refused.value.fields) == {"birth_year", "sex", "nonsense"}


def test_specialties_places_and_evidence(office):
    home, other = hospital(office), hospital(office, "示例市中心医院")
    one = expert(office, organisation_id=home.pk, specialties=["心内科", "04.01"], title_rank=TitleRank.SENIOR)
    assert [s.code for s in one.specialties.order_by("-main")] == ["03.04", "04.01"]
    people.add_affiliation(person_id=one.pk, organisation_id=other.pk, main=True, by=office)
    assert one.affiliations.get(main=True).organisation == other
    people.end_affiliation(person_id=one.pk, organisation_id=home.pk, by=office)
    with pytest.raises(Refusal, match="not_affiliated"):
        people.end_affiliation(person_id=one.pk, organisation_id=home.pk, by=office)
    people.add_evidence(person_id=one.pk, kind=EvidenceKind.PAPER, title="示例论文", year=2024, by=office)
    people.remove_evidence(person_id=one.pk, number=1, by=office)
    assert not one.evidence.exists()
    with pytest.raises(Refusal):
        people.set_specialties(person_id=one.pk, specialties=["炼丹科"], by=office)


def test_the_office_says_as_what_a_person_judges_and_nobody_else_does(office):
    one = expert(office)
    assert one.expert_category == ExpertCategory.TECHNICAL
    self_made = account("self", Role.EXPERT, ("person", one.pk))
    with pytest.raises(Refusal):
        people.set_expert_category(person_id=one.pk, expert_category=ExpertCategory.ECONOMIC, by=self_made)
    people.set_expert_category(person_id=one.pk, expert_category=ExpertCategory.ECONOMIC, by=office)
    one.refresh_from_db()
    assert one.expert_category == ExpertCategory.ECONOMIC
    entry = ledger.about(one).get(event="roster.expert_category_set")
    assert entry.data == {"category": "economic"}
    facts = {fact.label.msgid: fact.value for fact in KINDS["roster.person"].facts(one, office)}
    assert facts["Kind of expert"] == ExpertCategory.ECONOMIC


def test_only_the_person_or_the_office_decides_about_publication(office):
    home = hospital(office)
    one = expert(office, organisation_id=home.pk)
    liaison = account("liaison", Role.LIAISON, ("organisation", home.pk))
    me = account("me", Role.EXPERT, ("person", one.pk))
    with pytest.raises(Refusal, match=r"permits\.not_yours"):
        people.agree_to_publication(person_id=one.pk, by=liaison)
    assert not queries.people_for(None).exists()
    people.agree_to_publication(person_id=one.pk, by=me)
    assert list(queries.people_for(None)) == [one]
    people.withdraw_publication(person_id=one.pk, by=me)
    assert not queries.people_for(None).exists()
    people.refuse_automation(person_id=one.pk, by=me)
    one.refresh_from_db()
    assert one.refuses_automation_by == me.pk


def test_identity_numbers_lie_encrypted_and_are_found_by_their_hash(office):
    one, twin = expert(office), expert(office, "陈晓明")
    people.record_document(
        person_id=one.pk, document_type=DocumentType.ID_CARD, document_number="11010519491231002X", by=office
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT document_number FROM roster_person WHERE id = %s", [one.pk])
        assert "1101" not in cursor.fetchone()[0]
    one.refresh_from_db()
    assert (one.document_number, one.birth_year) == ("11010519491231002X", 1949)
    with pytest.raises(Refusal, match=r"people\.document_taken"):
        people.record_document(
            person_id=twin.pk, document_type=DocumentType.ID_CARD, document_number="11010519491231002x", by=office
        )
    assert not LedgerEntry.objects.filter(data__icontains="11010519491231002").exists()


def test_a_valid_registration_has_a_certificate(office):
    one = expert(office)
    with pytest.raises(Refusal, match=r"people\.licence"):
        people.record_licence(person_id=one.pk, licence_status=LicenceStatus.VALID, by=office)
    people.record_licence(
        person_id=one.pk, licence_status=LicenceStatus.VALID, licence_number="110441000012345", by=office
    )


def test_the_document_types_are_those_the_codes_know():
    assert {str(word) for word in DocumentType} == set(codes.DOCUMENT_KINDS)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202e陈", "a\x00b"])
def test_dangerous_names_are_refused_in_words(office, name):
    with pytest.raises(Refusal) as refused:
        people.propose_person(name_zh=name, by=office)
    assert refused.value.field == "name_zh"


@pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "𠮷野", "欧阳娜娜", "丽" * 60])
def test_unusual_names_are_kept_as_they_are(office, name):
    assert people.propose_person(name_zh=name, by=office).name_zh == name
