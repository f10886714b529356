"""Rosters into the register: dry run, parts, the same file twice, whom a row means; exports; the duplicates desk."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.factories import rosters

from xinglin.kernel import jobs, permits
from xinglin.kernel.asks import Upload
from xinglin.kernel.models import Account, LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import duplicates, exports, imports, organisations, people
from xinglin.roster.models import Affiliation, Duplicate, ImportRun, Organisation, Person
from xinglin.roster.words.imports import ExportedSheet, FileForm, FileLanguage, ImportStage, Kept
from xinglin.roster.words.register import OrganisationKind, RecordStage

pytestmark = pytest.mark.django_db
CODE = "91330100799655058B"
SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data"))


@pytest.fixture
def secretary() -> Account:
    one = Account.objects.create_user("mishu", "mishu@example.org", None, display_name="示例秘书")
    permits.grant(account=one, role=Role.SECRETARIAT, by=permits.the_program())
    return one


def load(content: bytes, by: Account, name: str = "示例.xlsx") -> ImportRun:
    run = imports.upload_roster(file=Upload(name, content), by=by)
    if run.stage == ImportStage.UPLOADED:
        jobs.work_off()
        run.refresh_from_db()
    imports.begin_import(importrun_id=run.pk, by=by)
    jobs.work_off()
    run.refresh_from_db()
    assert run.stage == ImportStage.DONE, run.failure
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.refused


def codes(run: ImportRun) -> list[tuple[int, str, str]]:
    return list(run.refusals.order_by("row", "column").values_list("row", "column", "code"))


def test_a_dry_run_counts_and_writes_nothing_then_the_import_does_what_it_said(secretary: Account) -> None:
    content = rosters.workbook(
        机构=[rosters.ORGANISATIONS, ("示例市人民医院", "医院", CODE, "", "广东潮州", ""),
              ("示例", "不知道", "", "", "", "")],
        人员=[rosters.PEOPLE,
              ("陈示例", "男", 1968, "示例市人民医院", "内科", "主任医师", "心血管内科", "13800000001", "", ""),
              ("", "男", "", "", "", "", "", "", "", "")],
    )  # fmt: skip
    run = imports.upload_roster(file=Upload("a.xlsx", content), by=secretary)
    assert (run.stage, run.rows, run.ahead["created"], run.refused) == (ImportStage.CHECKED, 4, 2, 2)
    assert not Organisation.objects.exists() and not Person.objects.exists()
    assert codes(run) == [(3, "kind", "row.choice"), (3, "name_zh", "row.required")]
    imports.begin_import(importrun_id=run.pk, by=secretary)
    jobs.work_off()
    run.refresh_from_db()
    assert (run.stage, *counts(run)) == (ImportStage.DONE, 2, 0, 0, 2)
    person = Person.objects.get()
    assert (person.stage, person.title_rank, person.phone) == (RecordStage.ACTIVE, "senior", "13800000001")
    assert person.affiliations.get().organisation == Organisation.objects.get(credit_code=CODE)
    assert person.specialties.get().main and person.phone_hash and person.keys
    entry = LedgerEntry.objects.get(event="roster.person_imported")
    assert (entry.subject_id, entry.actor_id, entry.data["row"]) == (person.pk, secretary.pk, 2)
    assert Notice.objects.filter(account=secretary, event="roster.import_finished").count() == 1


def test_loading_twice_gives_only_unchanged_and_a_changed_cell_updates(secretary: Account) -> None:
    rows = [("陈示例", "男", 1968, "示例医院", "内科", "主治医师", "心血管内科", "13800000001", "", ""),
            ("李示例", "", "", "", "", "", "", "", "", ""),
            ("张示例", "女", "", "示例医院", "", "", "", "13800000002", "", ""),
            ("张示例", "女", "", "示例医院", "", "", "", "13800000003", "", "")]  # fmt: skip
    assert counts(load(rosters.people(*rows), secretary)) == (4, 0, 0, 0)
    assert counts(load(rosters.people(*rows), secretary)) == (0, 0, 4, 0)
    changed = [(*rows[0][:4], "外科", "主任医师", *rows[0][6:]), *rows[1:]]
    assert counts(load(rosters.people(*changed), secretary)) == (0, 1, 3, 0)
    one = Person.objects.get(name_zh="陈示例")
    assert (one.title, one.title_rank, one.affiliations.get().department) == ("主任医师", "senior", "外科")
    # The place of work nobody had on record waits to be admitted, once.
    assert list(Organisation.objects.values_list("name_zh", "stage", "kind")) == [("示例医院", "proposed", "hospital")]


def test_an_empty_cell_never_empties_a_record_and_the_name_alone_is_a_question(secretary: Account) -> None:
    load(rosters.people(("陈示例", "男", 1968, "示例医院", "内科", "", "", "13800000001", "", "")), secretary)
    run = load(rosters.people(("陈示例", "", "", "示例医院", "", "", "", "", "", ""),
                              ("陈示例", "", "", "", "", "", "", "", "", "")), secretary)  # fmt: skip
    assert counts(run) == (0, 0, 1, 1) and codes(run) == [(3, "name_zh", "import.name_only")]
    refusal = run.refusals.get()
    assert refusal.offers == [Person.objects.get().pk] and "示例医院" in refusal.params["candidates"]
    assert Person.objects.get().phone == "13800000001"


def test_two_of_one_name_in_one_hospital_stay_two_and_a_third_row_is_asked_about(secretary: Account) -> None:
    both = [("张示例", "女", "", "示例医院", "", "", "", phone, "", "") for phone in ("13800000002", "13800000003")]
    load(rosters.people(*both), secretary)
    run = load(rosters.people(("张示例", "女", "", "示例医院", "", "", "", "13800000009", "", "")), secretary)
    assert counts(run) == (0, 0, 0, 1) and codes(run) == [(2, "name_zh", "import.ambiguous")]
    assert len(run.refusals.get().offers) == 2


def test_a_document_finds_somebody_and_a_document_under_two_names_is_a_question(secretary: Account) -> None:
    # An invented number with a right check digit (domain 3.1).
    number = "11010519491231002X"
    load(rosters.people(("陈示例", "", "", "示例医院", "", "", "", "", "", number)), secretary)
    assert Person.objects.get().document_number == number
    moved = rosters.people(("陈示例", "", "", "示例二院", "", "", "", "", "", number))
    assert counts(load(moved, secretary)) == (0, 1, 0, 0)
    assert Affiliation.objects.count() == 2
    run = load(rosters.people(("王他人", "", "", "", "", "", "", "", "", number)), secretary)
    assert codes(run) == [(2, "document_number", "import.document_conflict")]
    assert number not in str(run.refusals.get().params)


def test_organisations_by_code_by_name_and_branches(secretary: Account) -> None:
    first = load(rosters.organisations(
        ("示例医院东区分院", "医院", "", "示例医院", "广东潮州", ""),
        ("示例医院", "医院", CODE, "", "广东潮州", "0768-2200000"),
    ), secretary)  # fmt: skip
    assert counts(first) == (2, 0, 0, 0)
    assert Organisation.objects.get(name_zh="示例医院东区分院").parent.name_zh == "示例医院"
    renamed = load(rosters.organisations(("示例大学附属医院", "医院", CODE, "", "广东潮州", "")), secretary)
    assert counts(renamed) == (0, 1, 0, 0)
    assert Organisation.objects.get(credit_code=CODE).aliases == ["示例医院"]
    run = load(rosters.organisations(
        ("示例某分院", "医院", "", "没有的医院", "", ""), ("示例大学附属医院", "行政机关", CODE, "", "", ""),
    ), secretary)  # fmt: skip
    assert codes(run) == [(2, "parent", "import.parent_unknown"), (3, "kind", "import.kind_conflict")]


def test_who_withdrew_from_publication_is_not_published_again_by_an_old_file(secretary: Account) -> None:
    content = rosters.workbook(人员=[("姓名", "手机", "同意公开"), ("陈示例", "13800000001", "是")])
    load(content, secretary)
    person = Person.objects.get()
    assert person.consent_publish_at is not None
    people.withdraw_publication(person_id=person.pk, by=secretary)
    assert counts(load(content, secretary)) == (0, 0, 1, 0)
    person.refresh_from_db()
    assert person.consent_publish_at is None


def test_an_import_in_parts_is_cancelled_and_goes_on_where_it_was(
    secretary: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinglin.roster import jobs as entries

    monkeypatch.setattr(entries, "PART", 10)
    run = imports.upload_roster(file=Upload("b.xlsx", rosters.many_people(35)), by=secretary)
    imports.begin_import(importrun_id=run.pk, by=secretary)
    take = imports.take_part

    def cancelling(**given: Any) -> ImportRun:
        found = take(**given)
        if given["at"] == 10:
            imports.cancel_import(importrun_id=run.pk, by=secretary)
        return found

    monkeypatch.setattr(imports, "take_part", cancelling)
    jobs.work_off()
    run.refresh_from_db()
    assert (run.stage, run.taken, Person.objects.count()) == (ImportStage.CANCELLED, 20, 20)
    monkeypatch.setattr(imports, "take_part", take)
    imports.resume_import(importrun_id=run.pk, by=secretary)
    jobs.work_off()
    run.refresh_from_db()
    assert (run.stage, run.taken, *counts(run)) == (ImportStage.DONE, 35, 35, 0, 0, 0)
    assert Person.objects.count() == 35


def test_only_the_secretariat_imports(secretary: Account) -> None:
    liaison = Account.objects.create_user("lianluo", "lianluo@example.org", None)
    permits.grant(account=liaison, role=Role.LIAISON, scope=("organisation", "x"), by=permits.the_program())
    with pytest.raises(Refusal, match="not yours"):
        imports.upload_roster(file=Upload("a.xlsx", rosters.many_people(1)), by=liaison)
    with pytest.raises(Refusal, match="checked before"):
        imports.import_now(file=Upload("a.xlsx", rosters.many_people(1)), by=secretary)


def test_an_export_comes_back_unchanged_and_holds_personal_columns_for_a_purpose_only(secretary: Account) -> None:
    load(rosters.many_people(5), secretary)
    with pytest.raises(Refusal, match="purpose"):
        exports.export_roster(personal=True, by=secretary)
    plain = exports.export_roster(by=secretary)
    name, body = exports.fetch_export(exportrun_id=plain.pk, by=secretary)
    book = load_workbook(io.BytesIO(body))
    headings = [cell.value for cell in book["人员"][1]]
    assert (
        name.endswith(".xlsx") and "姓名" in headings and not {"手机", "邮箱", "证件号码", "出生年份"} & set(headings)
    )
    assert b"138" not in body
    full = exports.export_roster(sheet=ExportedSheet.PEOPLE, form=FileForm.CSV, language=FileLanguage.ENGLISH,
                                 personal=True, purpose="示例：核对", by=secretary)  # fmt: skip
    _name, body = exports.fetch_export(exportrun_id=full.pk, by=secretary)
    assert "13800000001" in body.decode("utf-8-sig")
    assert counts(load(body, secretary, "b.csv")) == (0, 0, 5, 0)
    entry = LedgerEntry.objects.filter(event="kernel.exported").last()
    assert entry.data["rows"] == 5 and entry.data["filters"]["purpose"] == "示例：核对"


def organisation(name: str, by: Account, **more: Any) -> Organisation:
    one = organisations.propose_organisation(name_zh=name, kind=OrganisationKind.HOSPITAL, by=by, **more)
    return organisations.admit_organisation(organisation_id=one.pk, by=by)


def test_doubles_are_offered_linked_by_a_person_and_unlinked_again(secretary: Account) -> None:
    first = organisation("示例市人民医院", secretary, region="445100")
    second = organisation("示例市人民醫院", secretary, region="445100")
    pair = Duplicate.objects.get()
    assert pair.stage == "offered" and {one["code"] for one in pair.findings} >= {"name_variant", "region_same"}
    duplicates.put_off(duplicate_id=pair.pk, by=secretary)
    duplicates.link_records(duplicate_id=pair.pk, keep=Kept.FIRST, because="同一证书", by=secretary)
    for one in (first, second):
        one.refresh_from_db()
    kept, other = (first, second) if first.stage == "active" else (second, first)
    assert (kept.stage, other.stage, other.same_as) == ("active", "closed", kept)
    content = rosters.organisations((other.name_zh, "医院", "", "", "广东潮州", ""))
    assert counts(load(content, secretary)) == (0, 0, 1, 0)
    duplicates.unlink_records(duplicate_id=pair.pk, because="两家", by=secretary)
    other.refresh_from_db()
    pair.refresh_from_db()
    assert (other.stage, other.same_as, pair.stage, pair.kept) == ("active", None, "offered", "")
    duplicates.tell_apart(duplicate_id=pair.pk, because="两家", by=secretary)
    jobs.ask(duplicates.FIND, by=permits.the_program())
    jobs.work_off()
    assert Duplicate.objects.count() == 1


def test_a_shared_identifier_of_hospital_branch_and_authority_never_says_same(secretary: Account) -> None:
    whole = organisation("示例区人民医院", secretary, region="500112", insurance_code="H50011200001")
    branch = organisations.propose_organisation(
        name_zh="示例区人民医院龙翔路分院", kind=OrganisationKind.HOSPITAL, region="500112", parent_id=whole.pk,
        insurance_code="H50011200001", by=secretary,
    )  # fmt: skip
    organisations.propose_organisation(
        name_zh="示例区卫生健康委员会", kind=OrganisationKind.AUTHORITY, region="500112",
        insurance_code="H50011200001", by=secretary,
    )  # fmt: skip
    jobs.ask(duplicates.FIND, by=permits.the_program())
    jobs.work_off()
    assert not Duplicate.objects.filter(verdict="same").exists()
    pair = Duplicate.objects.create(
        first_organisation=min(whole, branch, key=lambda one: one.pk), verdict="ask", score=60, stage="offered",
        second_organisation=max(whole, branch, key=lambda one: one.pk),
    )  # fmt: skip
    with pytest.raises(Refusal, match="never its parent"):
        duplicates.link_records(duplicate_id=pair.pk, keep=Kept.FIRST, because="x", by=secretary)


def test_people_who_may_be_one_are_offered_after_an_import(secretary: Account) -> None:
    load(rosters.people(("陈示例", "男", 1968, "示例医院", "", "", "", "13800000001", "", "")), secretary)
    people.propose_person(name_zh="陈示例", birth_year=1968, phone="13800000001", by=secretary)
    assert Duplicate.objects.filter(first_person__isnull=False).count() == 1
    assert Duplicate.objects.get(first_person__isnull=False).verdict == "same"


def test_the_published_profile_whose_hospital_branch_and_commission_share_an_identifier(secretary: Account) -> None:
    path = SHARED / "fhir/dev/chongqing_core_ig/organization_examples.json"
    if not path.exists():
        pytest.skip("the shared profile is not here (XINGLIN_SHARED_DATA)")
    rows = [
        (
            one["name"],
            "行政机关" if "委员会" in one["name"] else "医院",
            one["identifiers"]["uscc"] or "",
            "",
            "重庆",
            "",
        )
        for one in json.loads(path.read_text(encoding="utf-8"))
    ]
    run = load(rosters.organisations(*rows), secretary)
    assert run.created + run.refused == len(rows)
    # Codes that do not check are refused in the file; what came in is never called one record by the machine.
    assert not Duplicate.objects.filter(verdict="same").exists()
