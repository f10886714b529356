"""Bad days of a roster: broken files, bombs, formulas, a kill in the middle, a full disk, two imports at once."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from openpyxl import Workbook, load_workbook
from tests.factories import rosters

from xinglin.kernel import home, jobs, ledger, permits
from xinglin.kernel.asks import Upload
from xinglin.kernel.embedded import EmbeddedDatabase
from xinglin.kernel.models import Account, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import exports, imports
from xinglin.roster.models import ImportRun, Organisation, Person, RosterFile
from xinglin.roster.words.imports import ImportStage

SOURCE = Path(__file__).parents[2] / "src"
WAIT = 120


def secretary() -> Account:
    one = Account.objects.create_user("mishu", "mishu@example.org", None, display_name="示例秘书")
    permits.grant(account=one, role=Role.SECRETARIAT, by=permits.the_program())
    return one


def bomb() -> bytes:
    """A workbook whose one sheet would take 600 MB unpacked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(600):
                sheet.write(b" " * 1024 * 1024)
    return target.getvalue()


BAD_FILES = {
    "sheet.broken": lambda: b"PK\x03\x04 and nothing that follows",
    "sheet.encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9,
    "sheet.bomb": bomb,
    "sheet.not_a_spreadsheet": lambda: b"%PDF-1.7 a letter",
    "sheet.empty": lambda: rosters.workbook(人员=[]),
    "sheet.no_header": lambda: rosters.workbook(其他=[("a", "b"), ("1", "2")]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", BAD_FILES)
def test_a_file_that_cannot_be_read_is_a_sentence_and_leaves_nothing(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        imports.upload_roster(file=Upload("示例.xlsx", BAD_FILES[code]()), by=secretary())
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert refused.value.next_step is not None
    assert not RosterFile.objects.exists() and not ImportRun.objects.exists()


def run(content: bytes, by: Account) -> ImportRun:
    found = imports.upload_roster(file=Upload("示例.xlsx", content), by=by)
    imports.begin_import(importrun_id=found.pk, by=by)
    jobs.work_off()
    found.refresh_from_db()
    return found


@pytest.mark.django_db
def test_formulas_are_refused_and_nothing_that_leaves_is_one() -> None:
    by = secretary()
    book = Workbook()
    page = book.active
    page.title = "人员"
    page.append(["姓名", "职称", "简介", "手机"])
    page.append(["=1+1", "主任医师", "", "13800000001"])
    page.append(["陈示例", '\'=HYPERLINK("http://example.org")', "'+86 示例", "13800000002"])
    page.append(["李示例", "@SUM(1)", "-2 示例", "13800000003"])
    target = io.BytesIO()
    book.save(target)
    found = run(target.getvalue(), by)
    assert found.created == 2 and list(found.refusals.values_list("row", "column", "code")) == [
        (2, "name_zh", "row.formula")
    ]
    _name, body = exports.fetch_export(exportrun_id=exports.export_roster(by=by).pk, by=by)
    for sheet in load_workbook(io.BytesIO(body)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and not str(cell.value or "").startswith(("=", "+", "-", "@"))


NAMES = ["𠮷野示例", "买买提·示例·阿不都热依木", "O'Brien-示例", "示" * 60, "㛃示例", "Müller 示例"]


@pytest.mark.django_db
def test_names_with_rare_characters_interpuncts_and_sixty_signs_come_and_go_whole() -> None:
    by = secretary()
    rows = [(name, "", "", "", "", "", "", f"1380000{n:04d}", "", "") for n, name in enumerate(NAMES)]
    tags = ("<script>alert(1)</script>", "", "", "", "", "", "", "13900000000", "", "")
    long = ("示" * 61, "", "", "", "", "", "", "13900000001", "", "")
    found = run(rosters.people(*rows, tags, long), by)
    assert set(Person.objects.values_list("name_zh", flat=True)) == set(NAMES)
    assert sorted(found.refusals.values_list("row", "code")) == [(8, "name.markup"), (9, "name.too_long")]
    assert run(rosters.people(*rows), by).unchanged == len(NAMES)
    _name, body = exports.fetch_export(exportrun_id=exports.export_roster(by=by).pk, by=by)
    page = load_workbook(io.BytesIO(body))["人员"]
    assert {row[0] for row in page.iter_rows(min_row=2, values_only=True)} == set(NAMES)


@pytest.mark.django_db
def test_a_full_disk_refuses_in_a_sentence_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "free_bytes", lambda _path=None: 1_000)
    by = secretary()
    with pytest.raises(Refusal) as refused:
        imports.upload_roster(file=Upload("示例.xlsx", rosters.many_people(3)), by=by)
    assert refused.value.code == "disk_full"
    assert not RosterFile.objects.exists() and not Notice.objects.filter(account=by).exists()


@pytest.mark.django_db
def test_a_disk_that_fills_in_the_middle_of_a_part_takes_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    by = secretary()
    found = imports.upload_roster(file=Upload("示例.xlsx", rosters.many_people(30)), by=by)
    imports.begin_import(importrun_id=found.pk, by=by)
    plain = imports.Register.write

    def full(self: Any, placed: Any, **more: Any) -> None:
        plain(self, placed, **more)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(imports.Register, "write", full)
    jobs.work_off()
    found.refresh_from_db()
    assert (found.stage, found.taken, Person.objects.count()) == (ImportStage.IMPORTING, 0, 0)
    assert not Notice.objects.filter(event="roster.import_finished").exists()
    monkeypatch.setattr(imports.Register, "write", plain)
    jobs.Job.objects.filter(pk=found.job_id).update(due_at=found.created_at)
    jobs.work_off()
    found.refresh_from_db()
    assert (found.stage, found.created, Person.objects.count()) == (ImportStage.DONE, 30, 30)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_one_set_of_records() -> None:
    by = secretary()
    content = rosters.many_people(120)
    runs = [imports.upload_roster(file=Upload("示例.xlsx", content), by=by) for _ in range(2)]
    for one in runs:
        imports.begin_import(importrun_id=one.pk, by=by)

    def work(job_id: str) -> None:
        try:
            jobs.run_by_id(job_id)
        finally:
            connection.close()

    started = [threading.Thread(target=work, args=(ImportRun.objects.get(pk=one.pk).job_id,)) for one in runs]
    for one in started:
        one.start()
    for one in started:
        one.join(WAIT)
    done = list(ImportRun.objects.all())
    assert {one.stage for one in done} == {ImportStage.DONE}
    assert sorted((one.created, one.unchanged) for one in done) == [(0, 120), (120, 0)]
    assert Person.objects.count() == 120 and Organisation.objects.count() == 20


class Operator:
    """Types commands at a home of their own."""

    def __init__(self, place: Path) -> None:
        self.home = place
        self.environment = os.environ | {
            "XINGLIN_HOME": str(place), "XINGLIN_DATABASE_UNSAFE": "1", "XINGLIN_DATABASE_URL": "",
            "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8", "DJANGO_SETTINGS_MODULE": "xinglin.portal.settings",
        }  # fmt: skip

    def starts(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *words]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def types(self, *words: str) -> tuple[int, str, str]:
        process = self.starts("-m", "xinglin.cli.main", *words)
        out, err = process.communicate(timeout=WAIT)
        return process.returncode, out, err

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(EmbeddedDatabase(self.home, unsafe=True).url(), autocommit=True) as link:
            cursor = link.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    one = Operator(tmp_path / "home")
    keeper = one.starts("-c", "from xinglin.kernel import database; database.ensure_running(); print('up', flush=True);"
                              "import time; time.sleep(900)")  # fmt: skip
    # It holds the database while commands come and go, as a server would.
    assert keeper.stdout is not None
    assert "up" in keeper.stdout.readline()
    yield one
    keeper.kill()
    keeper.communicate(timeout=WAIT)


GO_ON = (
    "import django; django.setup()\n"
    "from xinglin.kernel import jobs\n"
    "jobs.Job.objects.filter(state='running').update(heard_at='2026-01-01T00:00:00+08:00')\n"
    "jobs.take_up_abandoned()\n"
    "[jobs.run_by_id(key) for key in jobs.Job.objects.exclude(state='done').values_list('pk', flat=True)]\n"
)


@pytest.mark.slow
def test_kill_9_in_the_middle_of_an_import_loses_nothing_and_doubles_nothing(
    operator: Operator, tmp_path: Path
) -> None:
    code, _out, err = operator.types("migrate")
    assert code == 0, err
    file = tmp_path / "示例.xlsx"
    file.write_bytes(rosters.many_people(12_000))
    importing = operator.starts("-m", "xinglin.cli.main", "roster", "import", str(file), "--json")
    end = time.monotonic() + WAIT
    taken = 0
    while not taken and time.monotonic() < end:
        rows = operator.sql("SELECT taken FROM roster_importrun")
        taken = rows[0][0] if rows else 0
        time.sleep(0.02)
    importing.send_signal(signal.SIGKILL)
    importing.communicate(timeout=WAIT)
    stage, taken, created = operator.sql("SELECT stage, taken, created FROM roster_importrun")[0]
    assert stage == "importing" and 0 < taken < 12_000
    # What was counted is there, and nothing of the part that was cut off.
    assert operator.sql("SELECT count(*) FROM roster_person") == [(created,)] == [(taken,)]
    going_on = operator.starts("-c", GO_ON)
    _out, err = going_on.communicate(timeout=WAIT)
    assert going_on.returncode == 0, err
    assert operator.sql("SELECT stage, taken, created, unchanged FROM roster_importrun") == [
        ("done", 12_000, 12_000, 0)
    ]
    assert operator.sql("SELECT count(*), count(DISTINCT phone_hash) FROM roster_person") == [(12_000, 12_000)]
    entries = (
        "SELECT count(*), count(DISTINCT subject_id) FROM kernel_ledgerentry WHERE event = 'roster.person_imported'"
    )
    assert operator.sql(entries) == [(12_000, 12_000)]
    code, out, err = operator.types("roster", "import", str(file), "--json")
    assert code == 0, err
    assert json.loads(out) == {"rows": 12_000, "created": 0, "updated": 0, "unchanged": 12_000, "refused": []}


@pytest.mark.slow
def test_the_command_line_answers_as_it_is_described(operator: Operator, tmp_path: Path) -> None:
    assert operator.types("migrate")[0] == 0
    file = tmp_path / "示例.xlsx"
    file.write_bytes(rosters.workbook(
        人员=[rosters.PEOPLE, ("陈示例", "男", 1968, "示例医院", "", "", "", "13800000001", "", ""),
              ("李示例", "", "昨天", "", "", "", "", "", "", "")],
        机构=[rosters.ORGANISATIONS, ("示例医院", "医院", "", "", "广东潮州", "")],
    ))  # fmt: skip
    code, out, _err = operator.types("roster", "import", str(file), "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0 and (told["rows"], told["created"]) == (3, 2)
    assert operator.sql("SELECT count(*) FROM roster_person") == [(0,)]
    code, out, _err = operator.types("roster", "import", str(file), "--json")
    told = json.loads(out)
    assert code == 0 and set(told) == {"rows", "created", "updated", "unchanged", "refused"}
    assert (told["created"], told["updated"], told["unchanged"]) == (2, 0, 0)
    assert [(one["row"], one["column"]) for one in told["refused"]] == [(3, "birth_year")]
    assert set(told["refused"][0]) == {"row", "column", "reason"} and "Birth year" in told["refused"][0]["reason"]
    back = tmp_path / "back.xlsx"
    assert operator.types("roster", "export", str(back), "--personal", "--purpose", "示例")[0] == 0
    code, out, _err = operator.types("roster", "import", str(back), "--json")
    assert json.loads(out) == {"rows": 2, "created": 0, "updated": 0, "unchanged": 2, "refused": []}
    (tmp_path / "letter.xlsx").write_bytes(b"%PDF-1.7")
    code, out, err = operator.types("roster", "import", str(tmp_path / "letter.xlsx"), "--json")
    assert code == 1 and out == "" and "not a spreadsheet" in err
    assert operator.types("roster", "import")[0] == 2


@pytest.mark.django_db
def test_the_ledger_of_an_import_verifies() -> None:
    run(rosters.many_people(10), secretary())
    while ledger.seal() is not None:
        pass
    assert ledger.verify().sound
