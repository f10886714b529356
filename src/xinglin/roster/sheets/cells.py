"""One cell to one value: readers by the kind of a column. Each returns the value or raises `CellRefused`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from xinglin.roster import codes, regions, specialties
from xinglin.roster.names import clean_name
from xinglin.roster.reasons import Refused
from xinglin.roster.sheets.columns import Choice, Column, heading_form
from xinglin.roster.sheets.safety import plain_cell

_EXCEL_EPOCH = date(1899, 12, 30)
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?)?月?")
_NOTHING = frozenset({"", "-", "—", "--", "——", "/", "无", "暂无", "n/a", "N/A", "null", "NULL", "None", "不详"})
_GRADING = re.compile(
    r"(?:LEVEL)?([一二三123])级?(?:([特甲乙丙ABC])等?|未定等|未评等|合格)?(?:医院|综合医院|专科医院)?"
)
_TAG = re.compile(r"<\s*/?\s*(script|iframe|img|svg|object|style|a|b|div)\b[^>]*>?|javascript:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Titles in the order they are tried: 副主任医师 contains 主任医师, 助理研究员 contains 研究员.
_RANKS = (
    ("senior", re.compile(r"院士|academician|正高")),
    ("middle", re.compile(r"助理研究员|assistant professor")),
    ("associate", re.compile(r"副(主任|教授|研究员)|associate|高级(工程|实验|经济|会计)师")),
    ("senior", re.compile(r"主任(医|药|护|技|中|检|康)|教授|研究员|professor|chief")),
    ("middle", re.compile(r"主治|主管(药|护|技|检|中|康)|讲师|工程师|attending|lecturer")),
    ("junior", re.compile(r"医师|护师|药师|技师|护士|药士|技士|助教|住院|resident")),
)
_LEVELS = {"三": "3", "二": "2", "一": "1", "3": "3", "2": "2", "1": "1"}
_GRADES = {"特": "special", "甲": "a", "乙": "b", "丙": "c", "A": "a", "B": "b", "C": "c"}


class CellRefused(Refused):
    """A cell that cannot be taken; the row number and column are added by the parser."""


def cell_text(cell: object, column: Column) -> str:
    """A cell as text: numbers without .0, dates as 2026-11-22, apostrophe guards removed, whitespace trimmed."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return _plain_text(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        return _number_text(cell, column)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return _plain_text(str(cell))


def read_cell(cell: object, column: Column) -> object:
    """The typed value of a cell, None where it is empty. Raises a `Refused` without the column's name."""
    if cell == "" or cell is None:
        return None
    text = cell if isinstance(cell, str) else cell_text(cell, column)
    # The same few words stand in most columns of most rows.
    return _remembered(text, column) if len(text) <= 60 else _read(_plain_text(text), column)


@lru_cache(maxsize=100_000)
def _remembered(text: str, column: Column) -> object:
    return _read(_plain_text(text), column)


def _read(text: str, column: Column) -> object:
    if text in _NOTHING:
        return None
    # Half as much again is allowed here: separators and spaces are still in the text.
    if column.kind not in ("choice", "date", "year") and len(text) > column.limit * 1.5 + 20:
        raise CellRefused("row.too_long", {"length": len(text), "limit": column.limit})
    value = _READERS[column.kind](text, column)
    if isinstance(value, str) and len(value) > column.limit:
        raise CellRefused("row.too_long", {"length": len(value), "limit": column.limit})
    return value


def grading(text: str) -> tuple[str, str]:
    """(level, grade) of 三级甲等, 三甲, 2A, 三级特等, 二级, 未定级: values of roster.words."""
    form = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    if form in ("未定级", "未评级", "未定等", "无", "UNRATED", "NONE", "其他", "未评"):
        return "0", "none"
    found = _GRADING.fullmatch(form)
    if not found:
        raise CellRefused("row.choice", {"found": text, "choices": "三级甲等、三级乙等、二级甲等、一级、未定级"})
    return _LEVELS[found[1]], _GRADES.get(found[2] or "", "none")


@lru_cache(maxsize=4_096)
def title_rank(title: str) -> str:
    """The rank that follows from a title: 主任医师 senior, 副主任医师 associate, 主治医师 middle; "none" if unsure."""
    text = title.lower()
    return next((rank for rank, pattern in _RANKS if pattern.search(text)), "none")


def _plain_text(cell: str) -> str:
    text = plain_cell(cell).strip() if cell[:1] == "'" else cell.strip()
    if text[:1] == "#" and text in _ERRORS:
        raise CellRefused("row.error_value", {"found": text})
    if found := _CONTROL.search(text):
        raise CellRefused("row.control", {"codepoint": f"U+{ord(found.group()):04X}"})
    return text


def _number_text(cell: int | float, column: Column) -> str:
    if isinstance(cell, float) and not math.isfinite(cell):
        raise CellRefused("row.error_value", {"found": str(cell)})
    if cell != int(cell):
        return repr(cell)
    # Spreadsheets keep 15 digits: a longer code typed as a number has lost its end already.
    if abs(cell) >= 10**15 and column.kind not in ("text", "integer"):
        raise CellRefused("row.number_precision", {"found": f"{cell:.0f}"})
    return str(int(cell))


def _text(text: str, column: Column) -> str:
    if found := _TAG.search(text):
        raise CellRefused("row.markup", {"found": found.group()[:40]})
    return unicodedata.normalize("NFC", text)


def _name(text: str, column: Column) -> str:
    return clean_name(text, max_length=column.limit).text


def _list(text: str, column: Column) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[、;；,，|\n]+", text) if part.strip()]
    return tuple(dict.fromkeys(clean_name(part, max_length=column.limit).text for part in parts))


def _latin(text: str, column: Column) -> str:
    return clean_name(text, max_length=column.limit).text


def _choice(text: str, column: Column) -> str:
    wanted = heading_form(text) or text
    for choice in column.choices:
        if wanted in _choice_forms(choice):
            return choice.value
    shown = "、".join(choice.zh for choice in column.choices)
    raise CellRefused("row.choice", {"found": text[:40], "choices": shown})


@lru_cache(maxsize=256)
def _choice_forms(choice: Choice) -> frozenset[str]:
    return frozenset(heading_form(form) or form for form in (choice.value, choice.zh, choice.en, *choice.also))


def _grading(text: str, column: Column) -> tuple[str, str]:
    return grading(text)


def _date(text: str, column: Column) -> date:
    found = _parse_date(text)
    if not found:
        raise CellRefused("row.date", {"found": text[:40]})
    return found


def _year(text: str, column: Column) -> int:
    form = unicodedata.normalize("NFKC", text)
    plain = re.fullmatch(r"(\d{4})\s*年?", form)
    month = _DATE.fullmatch(form)
    if plain:
        year = int(plain[1])
    elif month and not month[3] and 1 <= int(month[2]) <= 12:
        year = int(month[1])
    elif found := _parse_date(text):
        year = found.year
    else:
        raise CellRefused("row.date", {"found": text[:40]})
    if not 1850 <= year <= 2100:
        raise CellRefused("row.range", {"found": year, "low": 1850, "high": 2100})
    return year


def _parse_date(text: str) -> date | None:
    form = unicodedata.normalize("NFKC", text).strip()
    form = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "", form)
    try:
        if re.fullmatch(r"\d{8}", form):
            return date(int(form[:4]), int(form[4:6]), int(form[6:]))
        if re.fullmatch(r"\d{5}(\.\d+)?", form):
            return _EXCEL_EPOCH + timedelta(days=int(float(form)))
        if (found := _DATE.fullmatch(form)) and found[3]:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", form):
            return date(int(found[3]), int(found[1]), int(found[2])) if int(found[2]) > 12 else None
    except (ValueError, OverflowError):
        return None
    return None


def _integer(text: str, column: Column) -> int:
    form = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"\d{1,6}", form):
        raise CellRefused("row.integer", {"found": text[:40]})
    if int(form) > 1000:
        raise CellRefused("row.range", {"found": int(form), "low": 0, "high": 1000})
    return int(form)


def _email(text: str, column: Column) -> str:
    form = unicodedata.normalize("NFKC", text).strip().lower()
    if not re.fullmatch(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", form) or ".." in form:
        raise CellRefused("row.email", {"found": text[:60]})
    return form


def _phone(text: str, column: Column) -> str:
    form = re.sub(r"[\s()\-–—.]", "", unicodedata.normalize("NFKC", text))
    form = re.sub(r"^00", "+", form)
    if not re.fullmatch(r"\+?\d{5,15}((转|x|ext)\d{1,6})?", form, re.IGNORECASE):
        raise CellRefused("row.phone", {"found": text[:40]})
    return form


def _url(text: str, column: Column) -> str:
    form = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if not re.fullmatch(r"https?://[^\s<>\"'@]+\.[^\s<>\"'@]+", form, re.IGNORECASE):
        raise CellRefused("row.url", {"found": text[:60]})
    return form


def _region(text: str, column: Column) -> str:
    return regions.parse_place(text).code


def _place(text: str, column: Column) -> str:
    # Hong Kong, Macau and Taiwan have GB/T 2260 codes; other countries their ISO code.
    found = regions.country(text)
    if found and found.alpha2 not in ("CN", "HK", "MO", "TW"):
        return found.alpha2
    return regions.parse_place(text if not found or found.alpha2 == "CN" else found.aliases[0]).code


def _specialties(text: str, column: Column) -> tuple[str, ...]:
    return tuple(s.code for s in specialties.parse_specialties(text))


def _document(text: str, column: Column) -> str:
    return text


_READERS: dict[str, Callable[[str, Column], object]] = {
    "text": _text,
    "name": _name,
    "latin": _latin,
    "list": _list,
    "choice": _choice,
    "grading": _grading,
    "date": _date,
    "year": _year,
    "integer": _integer,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "region": _region,
    "place": _place,
    "specialties": _specialties,
    "credit_code": lambda text, column: codes.credit_code(text).code,
    "medical_code": lambda text, column: codes.medical_institution_code(text).code,
    "insurance_code": lambda text, column: codes.insurance_code(text),
    "practice": lambda text, column: codes.practice_certificate(text),
    "document": _document,
}
