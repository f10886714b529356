"""Files made to hurt: each is refused with a sentence, quickly, and nothing is read from it."""

import io
import struct
import time
import zipfile

import pytest
from openpyxl import Workbook

from xinglin.roster.sheets import SheetRefused, parse_file

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def ordinary() -> bytes:
    book = Workbook()
    book.active.append(["姓名", "工作单位", "职务"])
    book.active.append(["陈一", "示例医院", "院长"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(rows: str | bytes, *, name: str = "xl/worksheets/sheet1.xml", raw: bool = False) -> bytes:
    """An ordinary workbook whose sheet is replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ordinary())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == name:
                content = rows if raw else SHEET.format(rows=rows).encode()
            new.writestr(entry.filename, content)
    return out.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def refusal(data: bytes, sheet: str = "people") -> str:
    began = time.monotonic()
    with pytest.raises(SheetRefused) as refused:
        parse_file(data, sheet)
    assert time.monotonic() - began < 20
    assert "{" not in refused.value.sentence("zh") + refused.value.next_step("en")
    return refused.value.reason_code


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "sheet.empty"),
        (b"   \r\n", "sheet.empty"),
        (b"%PDF-1.7 ...", "sheet.not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "sheet.not_a_spreadsheet"),
        (b"MZ\x90\x00", "sheet.not_a_spreadsheet"),
        (b"\x01\x02\x00\x03" * 50, "sheet.not_a_spreadsheet"),
        (b"<html><table></table></html>", "sheet.not_a_spreadsheet"),
        (b"\x80\x81\xff\xff\xff", "sheet.encoding"),
        (b"PK\x03\x04" + b"\x00" * 40, "sheet.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "sheet.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sheet.encrypted"),
        (b"a,b,c\n1,2,3\n", "sheet.no_header"),
        (b"," * 200 + b"\nx" + b"," * 200, "sheet.too_many_columns"),
    ],
)  # fmt: skip
def test_what_is_no_roster(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_file_cut_short(keep: float) -> None:
    data = ordinary()
    assert refusal(data[: int(len(data) * keep)]) == "sheet.broken"


@pytest.mark.parametrize("place", range(0, 4000, 160))
def test_a_flipped_byte_never_crashes(place: int) -> None:
    data = bytearray(ordinary())
    place %= len(data)
    data[place] ^= 0xFF
    try:
        parse_file(bytes(data), "people")
    except SheetRefused as refused:
        assert refused.sentence("zh")


def test_a_zip_that_is_another_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(out.getvalue()) == "sheet.not_a_spreadsheet"


def test_a_bomb() -> None:
    bomb = with_sheet(b" " * (401 * 1024 * 1024), raw=True)
    assert len(bomb) < 1_000_000
    assert refusal(bomb) == "sheet.bomb"


def test_a_bomb_that_lies_about_its_size() -> None:
    bomb = bytearray(with_sheet(b" " * (401 * 1024 * 1024), raw=True))
    place = 0
    # Every size in the central directory is set to one kilobyte.
    while (place := bomb.find(b"PK\x01\x02", place)) >= 0:
        bomb[place + 24 : place + 28] = struct.pack("<I", 1024)
        place += 4
    assert refusal(bytes(bomb)) == "sheet.bomb"


def test_one_cell_in_the_farthest_corner() -> None:
    head = f'<row r="1">{cell("A1", "姓名")}</row>'
    assert refusal(with_sheet(head + f'<row r="1048576">{cell("A1048576", "x")}</row>')) == "sheet.too_many_rows"
    assert refusal(with_sheet(head + f'<row r="2">{cell("XFD2", "x")}</row>')) == "sheet.too_many_columns"


def test_coloured_but_empty_rows_far_below_are_no_rows() -> None:
    rows = f'<row r="1">{cell("A1", "姓名")}</row><row r="2">{cell("A2", "陈一")}</row>'
    assert len(parse_file(with_sheet(rows + '<row r="1048576"><c r="A1048576" s="0"/></row>'), "people").records) == 1


def test_entities_are_not_expanded() -> None:
    xml = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SHEET.format(rows="")
    assert refusal(with_sheet(xml.encode(), raw=True)) == "sheet.broken"
    assert (
        refusal(with_sheet(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', name="xl/workbook.xml", raw=True))
        == "sheet.broken"
    )


def test_an_encrypted_zip_entry() -> None:
    data = bytearray(ordinary())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)) == "sheet.encrypted"


def test_formulas_without_a_value_are_refused_by_cell_and_those_with_one_are_read() -> None:
    rows = (
        f'<row r="1">{cell("A1", "姓名")}{cell("B1", "工作单位")}</row>'
        f'<row r="2">{cell("A2", "陈一")}<c r="B2"><f>HYPERLINK("http://x")</f></c></row>'
        f'<row r="3">{cell("A3", "陈二")}<c r="B3" t="str"><f>A1</f><v>示例医院</v></c></row>'
        f'<row r="4">{cell("A4", "陈三")}<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        f'<row r="5"><c r="A5"><f>A2</f><v></v></c></row>'
    )
    parsed = parse_file(with_sheet(rows), "people")
    assert [(r.name_zh, r.organisation) for r in parsed.records] == [("陈二", "示例医院")]
    codes = [(r.row, r.column, r.reason_code) for r in parsed.refusals]
    assert codes == [
        (2, "organisation", "row.formula"),
        (4, "organisation", "row.error_value"),
        (5, "name_zh", "row.formula"),
    ]


def test_a_book_full_of_formulas() -> None:
    book = Workbook()
    book.active.append(["姓名", "工作单位"])
    for row in range(2, 500):
        book.active.append([f"=CONCAT(B{row})", "=cmd|' /C calc'!A0"])
    out = io.BytesIO()
    book.save(out)
    parsed = parse_file(out.getvalue(), "people")
    assert not parsed.records
    assert {r.reason_code for r in parsed.refusals} == {"row.formula"}
    assert parsed.refused_rows == 498


def test_script_tags_control_characters_and_endless_cells_are_refused_by_cell() -> None:
    text = (
        "姓名,工作单位,职务,简介\n陈一,<script>x</script>,x,y\n陈二,示例,\x1b[2J,y\n陈三,示例,院长,"
        + "长" * 9000
        + "\n"
        + "陈" * 61
        + ",,,\n"
    )
    parsed = parse_file(text.encode(), "people")
    assert [(r.row, r.column, r.reason_code) for r in parsed.refusals] == [
        (2, "organisation", "name.markup"),
        (3, "position", "row.control"),
        (4, "profile", "row.too_long"),
        (5, "name_zh", "name.too_long"),
    ]
