"""Spreadsheets written: templates with notes in both languages and lists to choose from, and exports that never run."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from xinglin.roster import regions, specialties
from xinglin.roster.sheets.columns import SHEETS, Column, Sheet
from xinglin.roster.sheets.records import OrganisationRow, PersonRow
from xinglin.roster.sheets.safety import MAX_ROWS, safe_cell

_BOLD = Font(bold=True)
_NEEDED = PatternFill("solid", fgColor="FFF2CC")
_OPTIONAL = PatternFill("solid", fgColor="E7EEF7")
_GRADES = {"special": "特等", "a": "甲等", "b": "乙等", "c": "丙等", "none": ""}
_LEVELS = {"3": "三级", "2": "二级", "1": "一级", "0": "未定级"}


def write_template(target: Path | str | IO[bytes], sheet: str, lang: str = "zh", *, example: bool = True) -> None:
    """An empty .xlsx to fill in: headings in `lang`, notes in both languages, lists to choose from, one example row.

    `sheet` is "organisations", "people", or "both" for a workbook with a sheet of each. The example row is marked 示例
    and has to be overwritten or removed.
    """
    book = Workbook(write_only=True)
    for key in (sheet,) if sheet in SHEETS else tuple(SHEETS):
        page = _page(book, SHEETS[key], lang)
        if example:
            page.append([safe_cell(column.example) for column in SHEETS[key].columns])
    book.save(target)


def write_rows(
    target: Path | str | IO[bytes],
    sheet: str,
    rows: Iterable[Mapping[str, object] | OrganisationRow | PersonRow],
    lang: str = "zh",
) -> int:
    """Write rows (records, or mappings by column key) as an .xlsx that `parse_file` reads back; the number written.

    Choices, regions and specialties are written in words. Nothing a spreadsheet would execute is left executable.
    """
    return write_book(target, {sheet: rows}, lang)


def write_book(
    target: Path | str | IO[bytes],
    sheets: Mapping[str, Iterable[Mapping[str, object] | OrganisationRow | PersonRow]],
    lang: str = "zh",
    *,
    leave_out: frozenset[str] = frozenset(),
    tick: Callable[[int], None] = lambda _count: None,
) -> int:
    """Write several sheets into one .xlsx that `parse_workbook` reads back; returns the number of rows.

    Columns whose key is in `leave_out` are not written at all. `tick` hears the count every thousand rows.
    """
    book = Workbook(write_only=True)
    count = 0
    for key, rows in sheets.items():
        kind = _without(SHEETS[key], leave_out)
        page = _page(book, kind, lang)
        for row in rows:
            page.append([safe_cell(_shown(_value(row, column), column, lang)) for column in kind.columns])
            count += 1
            if count % 1000 == 0:
                tick(count)
    book.save(target)
    return count


def write_csv(
    target: IO[str],
    sheet: str,
    rows: Iterable[Mapping[str, object] | OrganisationRow | PersonRow],
    lang: str = "zh",
    *,
    leave_out: frozenset[str] = frozenset(),
    tick: Callable[[int], None] = lambda _count: None,
) -> int:
    """Write one sheet as CSV; the same safe cells as in a workbook. Open `target` with encoding utf-8-sig for Excel."""
    kind = _without(SHEETS[sheet], leave_out)
    writer = csv.writer(target)
    writer.writerow([safe_cell(column.title(lang)) for column in kind.columns])
    count = 0
    for row in rows:
        writer.writerow([safe_cell(_shown(_value(row, column), column, lang)) for column in kind.columns])
        count += 1
        if count % 1000 == 0:
            tick(count)
    return count


def write_refused(
    target: Path | str | IO[bytes], refused: Iterable[tuple[str, int, str, str, Sequence[object]]], lang: str
) -> int:
    """A sheet of refused rows to correct: sheet, row, column, reason, then the row's cells as they came.

    Nothing in it runs; headings in `lang`. Returns the number of rows.
    """
    chinese = lang.startswith("zh")
    book = Workbook(write_only=True)
    page = book.create_sheet("未接受的行" if chinese else "Refused rows")
    page.freeze_panes = "A2"
    for letter, width in zip("ABCD", (14, 8, 20, 60), strict=True):
        page.column_dimensions[letter].width = width
    heading = ("Sheet", "Row", "Column", "Reason", "The row as it came")
    heading = ("表", "行", "栏目", "原因", "原行内容") if chinese else heading
    page.append([_bold(page, text) for text in heading])
    count = 0
    for sheet, row, column, reason, cells in refused:
        page.append([safe_cell(value) for value in (sheet, row, column, reason, *map(_as_it_came, cells))])
        count += 1
    book.save(target)
    return count


def _as_it_came(cell: object) -> object:
    """A read cell as it can be written again; text that was a guarded formula stays guarded."""
    return cell if isinstance(cell, (str, int, float, bool, date)) or cell is None else str(cell)


def _bold(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.font, cell.fill = _BOLD, _OPTIONAL
    return cell


def _without(sheet: Sheet, leave_out: frozenset[str]) -> Sheet:
    return Sheet(sheet.key, sheet.zh, sheet.en, tuple(c for c in sheet.columns if c.key not in leave_out))


def _page(book: Workbook, sheet: Sheet, lang: str) -> Any:
    page = book.create_sheet(sheet.zh if lang.startswith("zh") else sheet.en)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = 24 if column.kind in ("name", "text", "credit_code", "document") else 16
        if column.choices:
            page.data_validations.append(_choices(column, letter, lang))
    page.append([_heading(page, column, lang) for column in sheet.columns])
    return page


def _heading(page: Any, column: Column, lang: str) -> Any:
    cell = WriteOnlyCell(page, value=column.title(lang))
    cell.font, cell.fill = _BOLD, _NEEDED if column.required else _OPTIONAL
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    note = "\n".join(filter(None, (f"{column.zh} / {column.en}", column.note_zh, column.note_en)))
    cell.comment = Comment(note, "Xinglin", width=320, height=120)
    return cell


def _choices(column: Column, letter: str, lang: str) -> DataValidation:
    words = [choice.zh if lang.startswith("zh") else choice.en.replace(",", "") for choice in column.choices]
    listed = ",".join(words)
    # Excel keeps at most 255 characters in a list of its own; longer ones become advice in the note.
    rule = DataValidation(type="list", formula1=f'"{listed}"' if len(listed) <= 250 else None, allow_blank=True)
    if rule.formula1 is None:
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="60", allow_blank=True)
    rule.add(f"{letter}2:{letter}{MAX_ROWS}")
    rule.showErrorMessage = False
    return rule


def _value(row: object, column: Column) -> object:
    if isinstance(row, Mapping):
        if column.key == "grading" and "grading" not in row:
            return row.get("level", ""), row.get("grade", "")
        return row.get(column.key, "")
    if column.key == "grading":
        return getattr(row, "level", ""), getattr(row, "grade", "")
    if column.key in ("document_kind", "document_number"):
        document = getattr(row, "document", None)
        return (document.kind if column.key == "document_kind" else document.number) if document else ""
    return getattr(row, column.key, "")


def _shown(value: object, column: Column, lang: str) -> object:
    """A kept value in the words people read."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if column.kind == "grading":
        level, grade = value if isinstance(value, tuple) else (str(value), "none")
        return (_LEVELS.get(level, "") + _GRADES.get(grade, "")) if level else ""
    if column.kind == "choice":
        kept = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        found = next((choice for choice in column.choices if choice.value == kept), None)
        return str(value) if found is None else found.zh if lang.startswith("zh") else found.en
    if column.kind in ("region", "place"):
        place = regions.region(str(value))
        return str(value) if place is None else regions.full_name(str(value))
    if column.kind == "specialties" and isinstance(value, (tuple, list)):
        return "、".join(_specialty(code) for code in value)
    if isinstance(value, (tuple, list)):
        return "、".join(map(str, value))
    return value


@cache
def _specialty(code: str) -> str:
    found = specialties.specialty(code)
    # A name that needs its parent to be understood, or holds a separator, is written as its code.
    if not found or "、" in found.label or specialties.find_specialties(found.label) != (found,):
        return code
    return found.label
