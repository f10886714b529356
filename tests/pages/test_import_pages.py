"""A roster through the pages: upload, dry run, refused rows as a file, import, export, the duplicates desk."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.factories import rosters

from xinglin.kernel import jobs, permits
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.actions import people
from xinglin.roster.models import Duplicate, ExportRun, ImportRun, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    one = Account.objects.create_user("mishu", "mishu@example.org", None, display_name="示例秘书")
    permits.grant(account=one, role=Role.SECRETARIAT, by=permits.the_program())
    client = Client(headers={"accept-language": "en"})
    client.cookies["xinglin_language"] = "en"
    client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_roster_is_uploaded_checked_imported_and_its_refused_rows_fetched(office: Client) -> None:
    page = office.get("/roster/importrun/")
    assert b"/roster/template/zh.xlsx" in page.content
    template = load_workbook(io.BytesIO(office.get("/roster/template/en.xlsx").content))
    assert template.sheetnames == ["Organisations", "People"]
    content = rosters.people(
        ("陈示例", "", "", "", "", "", "", "13800000001", "", ""), ("=1", "", "昨天", "", "", "", "", "", "", "")
    )
    sent = {"file": SimpleUploadedFile("示例.xlsx", content), "sheet": "auto", "_token": "a" * 32}
    answer = office.post("/roster/importrun/new/upload/", sent)
    assert answer.status_code == 303, answer.content.decode()[:4000]
    run = ImportRun.objects.get()
    page = office.get(answer["Location"]).content.decode()
    assert "Would be created" in page and "出生年份 Birth year" in page and not Person.objects.exists()
    refused = load_workbook(io.BytesIO(office.get(f"/roster/importrun/{run.pk}/refused.xlsx").content)).active
    rows = [[cell.value for cell in row] for row in refused.iter_rows()]
    assert rows[0][:4] == ["Sheet", "Row", "Column", "Reason"] and [row[1] for row in rows[1:]] == [3, 3]
    assert all(cell.data_type != "f" for row in refused.iter_rows() for cell in row)
    assert office.post(f"/roster/importrun/{run.pk}/do/begin/", {"_token": "b" * 32}).status_code == 303
    jobs.work_off()
    assert Person.objects.get().name_zh == "陈示例"
    assert "Rows taken so far" in office.get(f"/roster/importrun/{run.pk}/").content.decode()


def test_a_broken_file_is_a_sentence_at_the_field(office: Client) -> None:
    sent = {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7"), "sheet": "auto", "_token": "c" * 32}
    answer = office.post("/roster/importrun/new/upload/", sent)
    assert answer.status_code in (409, 422) and "not a spreadsheet" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_export_is_fetched_by_the_one_who_asked(office: Client) -> None:
    sent = {"sheet": "both", "form": "xlsx", "language": "zh", "_token": "d" * 32}
    answer = office.post("/roster/exportrun/new/export/", sent)
    assert answer.status_code == 303
    run = ExportRun.objects.get()
    assert f"/roster/exportrun/{run.pk}/file" in office.get(answer["Location"]).content.decode()
    assert load_workbook(io.BytesIO(office.get(f"/roster/exportrun/{run.pk}/file").content)).sheetnames == [
        "机构",
        "人员",
    ]


def test_the_desk_shows_both_records_and_the_reasons(office: Client) -> None:
    by = Account.objects.get(username="mishu")
    for _ in range(2):
        people.propose_person(name_zh="陈示例", birth_year=1968, phone="13800000001", by=by)
    pair = Duplicate.objects.get()
    page = office.get(f"/roster/duplicate/{pair.pk}/").content.decode()
    assert "The telephone numbers are equal" in page and "Both records side by side" in page
    assert "陈示例" in office.get("/roster/duplicate/?q=陈示例").content.decode()
    sent = {"keep": "first", "because": "示例", "_token": "e" * 32, "_seen": pair.version}
    assert office.post(f"/roster/duplicate/{pair.pk}/do/link/", sent).status_code == 303
    assert sorted(Person.objects.values_list("stage", flat=True)) == ["closed", "proposed"]
