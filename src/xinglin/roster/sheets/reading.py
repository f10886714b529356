"""Bytes of a spreadsheet file to a plain table of cells. Every file is judged by safety.py first."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

import python_calamine

from xinglin.roster.sheets.records import SheetRefused
from xinglin.roster.sheets.safety import MAX_COLUMNS, MAX_ROWS, guard

Cell = object
_ENCODINGS = ("utf-8-sig", "gb18030", "big5hkscs")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]+)(\d+)["'][^>]*>(?:(?!</(?:\w+:)?c>).)*?"""
    rb"""<(?:\w+:)?v>([^<]{0,40})</(?:\w+:)?v>""",
    re.DOTALL,
)
_EMPTY_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*\br=["']([A-Z]+)(\d+)["'][^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as rows of cells (text, numbers, dates, truth values, "" for nothing); the first row is row 1.

    `faults` are cells that look empty but are not: (row from 1, column from 0) to the spreadsheet error (#DIV/0!), or
    to "" for a formula without a stored value.
    """

    name: str
    rows: list[list[Cell]]
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def read_table(data: bytes, *, names: tuple[str, ...] = ()) -> Table:
    """The first sheet whose name is among `names`, else the first with content; `SheetRefused` if it cannot be read."""
    kind = guard(data)
    table = _read_csv(data) if kind == "csv" else _read_workbook(data, names, kind)[0]
    _judge(table)
    return table


def read_tables(data: bytes) -> list[Table]:
    """Every sheet with content, in the order of the workbook; `SheetRefused` if the file cannot be read."""
    kind = guard(data)
    tables = [_read_csv(data)] if kind == "csv" else _read_workbook(data, (), kind, every=True)
    for table in tables:
        _judge(table)
    return tables


def _judge(table: Table) -> None:
    if not any(any(cell not in ("", None) for cell in row) for row in table.rows):
        raise SheetRefused("sheet.empty")
    if len(table.rows) > MAX_ROWS:
        raise SheetRefused("sheet.too_many_rows", {"limit": MAX_ROWS})
    widest = max(map(len, table.rows))
    if widest > MAX_COLUMNS:
        raise SheetRefused("sheet.too_many_columns", {"found": widest, "limit": MAX_COLUMNS})


def _read_workbook(data: bytes, names: tuple[str, ...], kind: str, *, every: bool = False) -> list[Table]:
    """The first sheet with content (those called one of `names` first), or every sheet with content."""
    found: list[tuple[str, list[list[Cell]]]] = []
    title = ""
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        wanted = [name for name in book.sheet_names if name.strip() in names]
        for title in (*wanted, *(name for name in book.sheet_names if name not in wanted)):
            rows: list[list[Cell]] = [
                list(row) for row in book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            ]
            if rows:
                found.append((title, rows))
                if not every:
                    break
    except python_calamine.PasswordError as error:
        raise SheetRefused("sheet.encrypted") from error
    except (python_calamine.CalamineError, OSError, ValueError, KeyError) as error:
        raise SheetRefused("sheet.broken", {"found": type(error).__name__}) from error
    except BaseException as error:
        # The reader is written in Rust: what it did not foresee arrives as a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetRefused("sheet.broken", {"found": "reader"}) from None
    tables = []
    for name, cells in found or [(title, [])]:
        faults = _faults(data, name) if kind == "xlsx" else {}
        # Rows that hold nothing but such cells are no rows to the reader.
        cells.extend([] for _ in range(max((row for row, _ in faults), default=0) - len(cells)))
        tables.append(Table(name, cells, faults))
    return tables


def _read_csv(data: bytes) -> Table:
    text = _decode(data)
    sample = text[:8192].splitlines()[:5]
    delimiter = max(",\t;", key=lambda sign: sum(line.count(sign) for line in sample))
    try:
        rows: list[list[Cell]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(list(row))
            if len(rows) > MAX_ROWS:
                raise SheetRefused("sheet.too_many_rows", {"limit": MAX_ROWS})
    except csv.Error as error:
        raise SheetRefused("sheet.broken", {"found": str(error)}) from error
    return Table("CSV", rows)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in data:
        raise SheetRefused("sheet.not_a_spreadsheet", {"found": "binary"})
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("sheet.encoding")


def _faults(data: bytes, title: str) -> dict[tuple[int, int], str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = _sheet_path(archive, title)
        xml = archive.read(path) if path in archive.namelist() else b""
    faults: dict[tuple[int, int], str] = {}
    if (b"<f" in xml or b":f" in xml) and _FORMULA.search(xml):
        faults.update(((int(found[2]), _column_number(found[1])), "") for found in _EMPTY_FORMULA.finditer(xml))
    if (b't="e"' in xml or b"t='e'" in xml) and _ERROR.search(xml):
        for found in _ERROR_CELL.finditer(xml):
            faults[int(found[2]), _column_number(found[1])] = found[3].decode("utf-8", "replace") or "#ERROR"
    return {place: fault for place, fault in faults.items() if place[0] <= MAX_ROWS}


def _sheet_path(archive: zipfile.ZipFile, title: str) -> str:
    """The file inside the archive that holds the sheet of this name."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  no entities: see safety.py
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (ElementTree.ParseError, KeyError):
        return ""
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == title:
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            target = targets.get(key, "")
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return ""


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
