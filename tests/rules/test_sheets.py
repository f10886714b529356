"""Rosters as spreadsheets: read whole, refused by cell, and never run. Hostile files are in test_sheets_hostile.py."""

import csv
import io
import os
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from xinglin.roster.reasons import catalogue
from xinglin.roster.sheets import (
    SHEETS,
    Parsed,
    SheetRefused,
    parse_file,
    plain_cell,
    safe_cell,
    title_rank,
    write_rows,
    write_template,
)
from xinglin.roster.sheets.cells import grading

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data"))
TODAY = date(2026, 11, 22)
NOON = datetime(1968, 3, 5, 12)  # noqa: DTZ001  spreadsheets know no time zones
PEOPLE = ["姓名", "性别", "出生年份", "籍贯", "工作单位", "职称", "专业", "手机", "邮箱", "证件号码"]


def workbook(*rows: list) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def people(*rows: list, headings: list | None = None) -> Parsed:
    return parse_file(workbook(headings or PEOPLE, *rows), "people", today=TODAY)


@pytest.mark.parametrize("sheet", sorted(SHEETS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_reads_back(sheet: str, lang: str) -> None:
    out = io.BytesIO()
    write_template(out, sheet, lang)
    parsed = parse_file(out.getvalue(), sheet, today=TODAY)
    assert (len(parsed.records), parsed.refusals, parsed.extra_columns) == (1, (), ())
    page = load_workbook(out).active
    assert "示例" in "".join(str(cell.value) for cell in page[2])
    assert all(cell.comment and " / " in cell.comment.text for cell in page[1])
    assert page.data_validations.dataValidation


def test_a_row_becomes_a_typed_record() -> None:
    row = [
        "陳示例",
        "男",
        "1949年12月",
        "广东潮州",
        "示例医院",
        "副主任医师",
        "心内科、骨科",
        13800000000,
        "A@Example.org",
        "",
    ]
    person = people(row).records[0]
    assert person.row == 2
    assert person.name_zh == "陳示例"
    assert (person.sex, person.birth_year, person.native_region) == ("1", 1949, "445100")
    assert (person.title_rank, person.specialties) == ("associate", ("03.04", "04.03"))
    assert (person.phone, person.email) == ("13800000000", "a@example.org")


def test_every_refused_cell_is_said_with_row_column_and_both_languages() -> None:
    parsed = people(
        ["", "", "", "", "", "", "", "", "", ""],
        ["陈一", "男", "1960", "广东潮州", "示例", "", "心内科", "", "", ""],
        ["<script>", "雄", "3000", "乌有乡", "x", "", "食堂", "abc", "a@b", "123"],
        ["", "男", "", "", "示例", "", "", "", "", ""],
    )
    assert len(parsed.records) == 1
    assert parsed.rows == 3
    assert parsed.refused_rows == 2
    codes = {(r.row, r.column): r.reason_code for r in parsed.refusals}
    assert codes == {
        (4, "name_zh"): "name.markup",
        (4, "sex"): "row.choice",
        (4, "birth_year"): "row.range",
        (4, "native_region"): "region.unknown",
        (4, "specialties"): "specialty.unknown",
        (4, "phone"): "row.phone",
        (4, "email"): "row.email",
        (5, "name_zh"): "row.required",
    }
    for refusal in parsed.refusals:
        said = refusal.as_dict()
        assert said["zh"] and said["en"] and said["next_zh"] and said["next_en"]
        assert "{" not in f"{said['zh']}{said['en']}", said


@pytest.mark.parametrize(
    ("cell", "year"),
    [("1968", 1968), (1968, 1968), ("1968-03", 1968), ("1968年3月", 1968), ("1968.3.5", 1968), ("19680305", 1968),
     (date(1968, 3, 5), 1968), (NOON, 1968),
     ("1968/03/05 00:00:00", 1968), (24902, 1968)],
)  # fmt: skip
def test_years_in_many_forms(cell: object, year: int) -> None:
    assert people(["陈一", "", cell, *[""] * 7]).records[0].birth_year == year


@pytest.mark.parametrize("cell", ["1968-13-01", "1968年2月30日", "sometime", "19680231"])
def test_dates_that_do_not_exist(cell: str) -> None:
    assert people(["陈一", "", cell, *[""] * 7]).refusals[0].reason_code == "row.date"


def test_an_identity_number_agrees_with_what_is_written() -> None:
    number = "11010519491231002X"
    good = people(["陈一", "女", 1949, *[""] * 6, number]).records[0]
    assert good.document and good.document.checked
    derived = people(["陈一", "", "", *[""] * 6, number]).records[0]
    assert (derived.sex, derived.birth_year) == ("2", 1949)
    assert people(["陈一", "男", 1949, *[""] * 6, number]).refusals[0].reason_code == "row.contradiction"
    assert people(["陈一", "女", 1950, *[""] * 6, number]).refusals[0].column == "birth_year"
    assert people(["陈一", "女", 1949, *[""] * 6, number[:-1] + "1"]).refusals[0].reason_code == "code.check_digit"


def test_a_long_code_kept_as_a_number_has_lost_its_end() -> None:
    refusal = people(["陈一", *[""] * 8, 440524188001010014]).refusals[0]
    assert (refusal.column, refusal.reason_code) == ("document_number", "row.number_precision")


def test_headings_with_a_title_above_merged_and_unknown_columns() -> None:
    parsed = parse_file(
        workbook(
            ["示例市专家名单（2026年）"],
            ["序号", "姓名", "基本情况", "", "联系方式", "星座"],
            ["", "", "性别", "工作单位", "手机", ""],
            [1, "陈一", "男", "示例医院", "13800000000", "双鱼"],
        ),
        "people",
    )
    person = parsed.records[0]
    assert (person.row, person.name_zh, person.organisation, person.phone) == (4, "陈一", "示例医院", "13800000000")
    assert set(parsed.extra_columns) >= {"序号", "星座"}


def test_missing_and_doubled_headings() -> None:
    with pytest.raises(SheetRefused) as refused:
        parse_file(workbook(["机构名称"], ["示例"]), "organisations")
    assert refused.value.reason_code == "sheet.no_header"
    assert "机构类型" in refused.value.sentence("zh")
    with pytest.raises(SheetRefused) as refused:
        parse_file(workbook(["姓名", "姓名"], ["陈一", "陈二"]), "people")
    assert refused.value.reason_code == "sheet.duplicate_header"


def test_rows_repeated_in_one_file() -> None:
    row = ["陈一", "", 1960, "", "示例医院", *[""] * 5]
    parsed = people(row, ["陳一", *row[1:]], ["陈一", "", 1961, "", "示例医院", *[""] * 5])
    assert len(parsed.records) == 2
    assert [(r.row, r.reason_code, r.params["first"]) for r in parsed.refusals] == [(3, "row.duplicate", 2)]


def test_a_branch_may_carry_its_parents_code_but_two_legal_persons_may_not() -> None:
    headings = ["机构名称", "机构类型", "统一社会信用代码", "上级单位"]
    code = "12330000470051726F"
    parsed = parse_file(
        workbook(
            headings,
            ["示例市中心医院", "医院", code, ""],
            ["示例市中心医院龙翔路分院", "医院", code, "示例市中心医院"],
            ["另一家示例医院", "医院", code, ""],
        ),
        "organisations",
    )
    assert [r.name_zh for r in parsed.records] == ["示例市中心医院", "示例市中心医院龙翔路分院"]
    assert parsed.refusals[0].column == "credit_code"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_in_the_encodings_of_the_trade(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["姓名", "单位"]) + "\r\n" + delimiter.join(["𰻝示例", '"示例\n医院"']) + "\r\n"
    person = parse_file(text.encode(encoding), "people").records[0]
    assert (person.name_zh, person.organisation) == ("𰻝示例", "示例医院")


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "=cmd|' /C calc'!A0", "'=x", "''+"]
)
def test_exports_never_run(text: str) -> None:
    safe = safe_cell(text)
    assert isinstance(safe, str) and safe.startswith("'")
    assert plain_cell(safe) == text
    out = io.BytesIO()
    write_rows(out, "people", [{"name_zh": "陈一", "profile": text}])
    cell = next(c for c in load_workbook(out).active[2] if c.value and "'" in str(c.value))
    assert cell.data_type == "s"


@given(st.text(max_size=20))
def test_safe_cells_lose_nothing_that_can_be_stored(text: str) -> None:
    safe = safe_cell(text)
    assert isinstance(safe, str)
    assert not safe.startswith(tuple("=+-@\t\r\n"))
    if all(c >= " " or c in "\t\r\n" for c in text) and not {"\ufffe", "\uffff"} & set(text):
        assert plain_cell(safe) == text


def test_numbers_and_dates_stay_what_they_are() -> None:
    assert [safe_cell(v) for v in (-3, 2.5, TODAY, None, True)] == [-3, 2.5, TODAY, None, True]


def test_what_is_written_is_read_back_the_same() -> None:
    first = people(
        [
            "陈一",
            "男",
            1960,
            "广东潮州湘桥",
            "示例医院",
            "主任医师",
            "心内科、中医内科、临床体液、血液专业",
            "+85223456789",
            "",
            "",
        ],
        ["", "", "", "", "", "", "", "", "", ""],
    )
    assert first.refusals and first.refusals[0].column == "specialties"
    codes = "03.04、50.01、30.01、X.01"
    first = people(["陈一", "男", 1960, "湘桥", "示例医院", "主任医师", codes, "+85223456789", "", "G123456"],
                   headings=[*PEOPLE[:-1], "简介"])  # fmt: skip
    for lang in ("zh", "en"):
        out = io.BytesIO()
        assert write_rows(out, "people", first.records, lang) == 1
        assert parse_file(out.getvalue(), "people").records == first.records


@pytest.mark.parametrize(
    ("written", "kept"),
    [("三级甲等", ("3", "a")), ("三甲", ("3", "a")), ("3A", ("3", "a")), ("二级", ("2", "none")),
     ("三级特等", ("3", "special")),
     ("二级乙等医院", ("2", "b")), ("未定级", ("0", "none")), ("一级未定等", ("1", "none"))],
)  # fmt: skip
def test_grades(written: str, kept: tuple[str, str]) -> None:
    assert grading(written) == kept


@pytest.mark.parametrize(
    ("title", "rank"),
    [("主任医师", "senior"), ("副主任医师", "associate"), ("主治医师", "middle"), ("住院医师", "junior"),
     ("教授", "senior"), ("副教授", "associate"),
     ("研究员", "senior"), ("助理研究员", "middle"), ("主管护师", "middle"),
     ("正高级工程师", "senior"),
     ("Associate Professor", "associate"), ("Professor", "senior"), ("董事长", "none"), ("", "none")],
)  # fmt: skip
def test_ranks_of_titles(title: str, rank: str) -> None:
    assert title_rank(title) == rank


CELL = st.one_of(
    st.text(max_size=12).map(lambda text: "".join(c for c in text if " " <= c < "\ud800")),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1)),
    st.none(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, min_size=10, max_size=10), max_size=5))
def test_any_cells_give_records_or_reasons(rows: list[list]) -> None:
    parsed = people(["陈示例", *[""] * 9], *rows)
    assert len(parsed.records) + parsed.refused_rows == parsed.rows
    assert {refusal.reason_code for refusal in parsed.refusals} <= set(catalogue())


def test_real_hospitals_are_taken_or_refused_with_a_reason() -> None:
    path = SHARED / "terminology/cn_fever_clinic_hospitals_2020.csv"
    if not path.exists():
        pytest.skip("the shared hospitals are not here (XINGLIN_SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [[r["name"], "医院", r["city_code"], r["address"]] for r in csv.DictReader(lines)]
    parsed = parse_file(workbook(["机构名称", "机构类型", "所在地", "地址"], *rows), "organisations")
    assert parsed.rows > 2_000
    assert len(parsed.records) + parsed.refused_rows == parsed.rows
    assert len(parsed.records) > 0.9 * parsed.rows, [r.as_dict() for r in parsed.refusals[:20]]
