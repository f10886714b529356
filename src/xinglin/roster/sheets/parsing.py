"""A table of cells to typed rows: headings found, cells read, every refused cell said with row, column and reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xinglin.roster import codes
from xinglin.roster.names import fold
from xinglin.roster.reasons import Refused
from xinglin.roster.sheets.cells import read_cell, title_rank
from xinglin.roster.sheets.columns import ORGANISATIONS, PEOPLE, SHEETS, Column, Sheet
from xinglin.roster.sheets.reading import Table, read_table, read_tables
from xinglin.roster.sheets.records import OrganisationRow, Parsed, PersonRow, RowRefusal, SheetRefused

# Titles and remarks may stand above the headings; nobody writes more of them.
_HEADING_WITHIN = 12


def parse_file(
    data: bytes, sheet: str, *, today: date | None = None, progress: Callable[[int, int], None] | None = None
) -> Parsed:
    """Read and parse a spreadsheet file. `sheet` is "organisations" or "people".

    Raises `SheetRefused` where the file as a whole cannot be taken; refused rows are in the answer.
    """
    kind = SHEETS[sheet]
    return parse_rows(read_table(data, names=(kind.zh, kind.en)), kind, today=today, progress=progress)


def parse_workbook(
    data: bytes, *, today: date | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Parsed, ...]:
    """Every sheet that lists organisations or people, by its headings; organisations first, for people work there.

    A CSV file is one such sheet. Raises `SheetRefused` where the file cannot be read or no sheet is known.
    """
    known = [(table, kind) for table in read_tables(data) if (kind := sheet_of(table)) is not None]
    if not known:
        # Say what is missing in the words of the refusal that somebody with one sheet would get.
        find_headings(read_table(data, names=(ORGANISATIONS.zh, ORGANISATIONS.en)), ORGANISATIONS)
    known.sort(key=lambda pair: pair[1] is PEOPLE)
    return tuple(parse_rows(table, kind, today=today, progress=progress) for table, kind in known)


def sheet_of(table: Table) -> Sheet | None:
    """Whether a table lists organisations or people: the kind with most known headings whose needed ones are there."""
    fits: list[tuple[int, bool, Sheet]] = []
    for sheet in SHEETS.values():
        try:
            _first, columns, extra = find_headings(table, sheet)
        except SheetRefused:
            continue
        fits.append((len(columns) - len(extra), table.name.strip() in (sheet.zh, sheet.en), sheet))
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def parse_rows(
    table: Table, sheet: Sheet, *, today: date | None = None, progress: Callable[[int, int], None] | None = None
) -> Parsed:
    """Typed rows and refusals of a table. A row with any refused cell gives no record; all its refusals are listed."""
    first, columns, extra = find_headings(table, sheet)
    records: list[OrganisationRow | PersonRow] = []
    refusals: list[RowRefusal] = []
    seen: dict[tuple[str, ...], int] = {}
    faulty = {row for row, _ in table.faults}
    total = 0
    for number, row in enumerate(table.rows[first:], start=first + 1):
        if progress and number % 1000 == 0:
            progress(number, len(table.rows))
        if not any(cell not in ("", None) and str(cell).strip() for cell in row) and number not in faulty:
            continue
        total += 1
        values, wrong = _read_row(table, number, row, columns)
        if not wrong:
            record, wrong = _record(sheet, number, values, today)
            if record is not None:
                wrong = _repeated(record, seen)
            if record is not None and not wrong:
                records.append(record)
        refusals.extend(wrong)
    return Parsed(sheet.key, tuple(records), tuple(refusals), extra, total)  # type: ignore[arg-type]


def find_headings(table: Table, sheet: Sheet) -> tuple[int, dict[int, Column], tuple[str, ...]]:
    """(index of the first data row, column by position, headings nobody asked for).

    The row with most known headings is taken; where it is empty, the row above speaks (headings merged over two
    rows). Raises `SheetRefused` sheet.no_header or sheet.duplicate_header.
    """
    best: tuple[int, dict[int, Column], tuple[str, ...]] = (0, {}, ())
    for index, row in enumerate(table.rows[:_HEADING_WITHIN]):
        above = table.rows[index - 1] if index else []
        known: dict[int, Column] = {}
        unknown: list[str] = []
        for place in range(max(len(row), len(above))):
            text = _heading(row, place)
            column = sheet.by_heading(text) if text else None
            if column is None and not text and (text := _heading(above, place)):
                column = sheet.by_heading(text)
            if column:
                known[place] = column
            elif text:
                unknown.append(text)
        if len(known) > len(best[1]):
            best = (index + 1, known, tuple(unknown))
    first, columns, extra = best
    missing = [c for c in sheet.columns if c.required and c not in columns.values()]
    if sheet is PEOPLE and not {"name_zh", "name_latin"} & {c.key for c in columns.values()}:
        missing.append(PEOPLE.column("name_zh"))
    if missing:
        raise SheetRefused("sheet.no_header", {"missing": "、".join(f"{c.zh} ({c.en})" for c in missing)})
    found = [column.key for column in columns.values()]
    for column in columns.values():
        if found.count(column.key) > 1:
            raise SheetRefused("sheet.duplicate_header", {"found": f"{column.zh} ({column.en})"})
    return first, columns, extra


def _heading(row: list[object], place: int) -> str:
    return str(row[place]).strip()[:80] if place < len(row) and row[place] is not None else ""


def _read_row(
    table: Table, number: int, row: list[object], columns: dict[int, Column]
) -> tuple[dict[str, object], list[RowRefusal]]:
    values: dict[str, object] = {}
    wrong: list[RowRefusal] = []
    faults, width = table.faults, len(row)
    for place, column in columns.items():
        try:
            if faults and (fault := faults.get((number, place))) is not None:
                raise Refused("row.error_value", {"found": fault}) if fault else Refused("row.formula")
            value = read_cell(row[place] if place < width else "", column)
            if value is None:
                if column.required:
                    raise Refused("row.required")
                continue
            values[column.key] = value
        except Refused as refused:
            params = {"column": column.zh, **refused.params}
            wrong.append(RowRefusal(number, column.key, refused.reason_code, params))
    return values, wrong


def _record(
    sheet: Sheet, number: int, values: dict, today: date | None
) -> tuple[OrganisationRow | PersonRow | None, list[RowRefusal]]:
    if sheet is PEOPLE:
        return _person(number, values, today)
    values["level"], values["grade"] = values.pop("grading", ("0", "none"))
    return OrganisationRow(row=number, **values), []


def _person(number: int, values: dict, today: date | None) -> tuple[PersonRow | None, list[RowRefusal]]:
    if "name_zh" not in values and "name_latin" not in values:
        return None, [RowRefusal(number, "name_zh", "row.required", {"column": PEOPLE.column("name_zh").zh})]
    typed, kind = values.pop("document_number", None), values.pop("document_kind", "id_card")
    if typed is not None:
        try:
            document = codes.identity_document(kind, typed, today=today)
        except Refused as refused:
            return None, [RowRefusal(number, "document_number", refused.reason_code, refused.params)]
        values["document"] = document
        if wrong := _contradiction(number, values, document):
            return None, [wrong]
        if document.birth_date:
            values.setdefault("birth_year", document.birth_date.year)
        if document.sex:
            values.setdefault("sex", document.sex)
    if today and (values.get("birth_year") or 0) > today.year:
        params = {
            "column": PEOPLE.column("birth_year").zh,
            "found": values["birth_year"],
            "low": 1850,
            "high": today.year,
        }
        return None, [RowRefusal(number, "birth_year", "row.range", params)]
    values["consent_publish"] = values.get("consent_publish") == "yes"
    if "title_rank" not in values:
        values["title_rank"] = title_rank(str(values.get("title", "")))
    return PersonRow(row=number, **values), []


def _contradiction(number: int, values: dict, document: codes.IdentityDocument) -> RowRefusal | None:
    """Sex and birth year from the number must equal the written ones (domain 3.1)."""
    facts = {"birth_year": document.birth_date.year if document.birth_date else None, "sex": document.sex or None}
    for key, fact in facts.items():
        if fact is not None and key in values and values[key] not in (fact, "0", "9"):
            column = PEOPLE.column(key)
            return RowRefusal(
                number, key, "row.contradiction", {"column": column.zh, "found": values[key], "other": fact}
            )
    return None


def _repeated(record: OrganisationRow | PersonRow, seen: dict[tuple[str, ...], int]) -> list[RowRefusal]:
    keys = _keys(record)
    for column, key in keys:
        if key in seen:
            shown = " ".join(part for part in key[1:] if part)
            shown = codes.mask_number(shown) if key[0] == "document" else shown
            return [RowRefusal(record.row, column, "row.duplicate", {"first": seen[key], "key": shown})]
    for _, key in keys:
        seen[key] = record.row
    return []


def _keys(record: OrganisationRow | PersonRow) -> list[tuple[str, tuple[str, ...]]]:
    """(column, key) pairs under which a second row of the file is the same thing."""
    if isinstance(record, OrganisationRow):
        key = ("name", fold(record.name_zh), record.region, fold(record.parent))
        keys: list[tuple[str, tuple[str, ...]]] = [("name_zh", key)]
        # A branch may carry its parent's code, so only legal persons are told apart by it.
        if record.credit_code and not record.parent:
            keys.append(("credit_code", ("credit", record.credit_code)))
        return keys
    name = fold(record.name_zh or record.name_latin)
    if record.document:
        return [("document_number", ("document", record.document.kind, record.document.match_key))]
    return [
        (
            "name_zh",
            ("person", name, fold(record.organisation), str(record.birth_year or ""), record.phone, record.email),
        )
    ]
