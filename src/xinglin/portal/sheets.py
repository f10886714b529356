"""Tables as files: CSV and Excel that a spreadsheet shows and never executes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from xinglin.kernel import clock
from xinglin.portal.speaking import NOTHING, spoken

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A cell that begins like this is run as a formula by spreadsheets (OWASP: CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f￾￿]")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = _ILLEGAL.sub("", text)
    return "'" + text if text.startswith(RISKY) else text


def cell(value: Any) -> Any:
    """A value as a cell: numbers and days as such, everything else as safe text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return spoken(value)
    if type(value) in (int, float, Decimal):
        return value
    if isinstance(value, datetime):
        return value.astimezone(clock.ZONE).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    text = spoken(value)
    return "" if text == NOTHING else safe(text)


def written(form: str, heading: Sequence[Any], rows: Iterable[Sequence[Any]]) -> tuple[bytes, int]:
    """(the file, how many rows it has)."""
    lines = ([cell(value) for value in row] for row in rows)
    titles = [cell(value) for value in heading]
    return _xlsx(titles, lines) if form == "xlsx" else _csv(titles, lines)


def _csv(titles: list[Any], lines: Iterable[list[Any]]) -> tuple[bytes, int]:
    text, count = io.StringIO(), 0
    writer = csv.writer(text)
    writer.writerow(titles)
    for count, line in enumerate(lines, start=1):  # noqa: B007 - the count is the result
        writer.writerow(value.isoformat(" ", "minutes") if isinstance(value, datetime) else value for value in line)
    # The mark tells Excel that the file is UTF-8; without it Chinese is garbled there.
    return b"\xef\xbb\xbf" + text.getvalue().encode(), count


def _xlsx(titles: list[Any], lines: Iterable[list[Any]]) -> tuple[bytes, int]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    count = 0
    sheet.append([_text(sheet, value) for value in titles])
    for count, line in enumerate(lines, start=1):  # noqa: B007 - the count is the result
        sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in line])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue(), count


def _text(sheet: Any, value: Any) -> Any:
    made = WriteOnlyCell(sheet, value=value)
    made.data_type = "s"
    return made


def response(body: bytes, form: str, name: str) -> HttpResponse:
    """The file as a download."""
    answer = HttpResponse(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.{form}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
