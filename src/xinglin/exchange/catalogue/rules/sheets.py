"""Lists as spreadsheets: local codes, marks, windows, prices. Headings in both languages. Pure.

What each heading may be called is a table here; what each cell may hold is what the row's type asks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from xinglin.exchange.catalogue.words import Basis, ListKind
from xinglin.kernel.asks import Ask, Count, Day, Fen, Line, asks_of_row, coerce_all
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal

MOST_ROWS = 20_000


@dataclass(frozen=True)
class CodeRow:
    """A code of a site's own list."""

    code: Annotated[str, Ask("line", longest=80)]
    name: Annotated[str, Ask("line", longest=200)] = ""
    unit: Annotated[str, Ask("line", longest=40)] = ""
    specimen: Annotated[str, Ask("line", longest=60)] = ""
    system: Annotated[str, Ask("line", longest=120)] = ""
    count: Count = 0


@dataclass(frozen=True)
class MarkRow:
    """An HR mark of a site."""

    organisation: Line
    item: Line
    scope: Annotated[str, Ask("line", longest=26)]
    programme: Annotated[str, Ask("line", longest=160)]
    valid_from: Day
    valid_to: Day
    result: Annotated[str, Ask("line", longest=80)] = "合格"
    evaluated_until: Day | None = None


@dataclass(frozen=True)
class WindowRow:
    """How long results of an item count."""

    item: Line
    window_days: Annotated[int, Ask("count", least=0, most=3650)]
    region: Annotated[str, Ask("line", longest=26)] = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    basis: Basis | None = None
    source: Annotated[str, Ask("line", longest=200)] = ""


@dataclass(frozen=True)
class PriceRow:
    """What an item costs."""

    item: Line
    price: Fen
    region: Annotated[str, Ask("line", longest=6)] = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    price_list: Annotated[str, Ask("line", longest=120)] = ""


ROWS: dict[ListKind, type] = {
    ListKind.CODES: CodeRow,
    ListKind.MARKS: MarkRow,
    ListKind.WINDOWS: WindowRow,
    ListKind.PRICES: PriceRow,
}
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("code", "local code", "short name", "abbreviation", "编码", "代码", "项目编码", "项目代码",
        "本地编码", "缩写", "简称", "itemid"),
    "name": ("name", "item name", "name zh", "label zh machine", "名称", "项目名称", "中文名称", "本地名称",
        "检验项目"),
    "unit": ("unit", "units", "单位", "计量单位"),
    "specimen": ("specimen", "sample", "fluid zh", "标本", "样本", "标本类型", "样本类型"),
    "system": ("system", "code system", "编码系统", "系统"),
    "count": ("count", "results", "数量", "结果数"),
    "organisation": ("organisation", "organization", "hospital", "site", "机构", "医疗机构", "医院",
        "机构名称", "医院名称"),
    "item": ("item", "item code", "item zh", "standard item", "项目", "标准项目", "标准编码", "互认项目",
        "项目中文名称"),
    "scope": ("scope", "mark", "范围", "互认范围", "hr范围", "互认标识"),
    "programme": ("programme", "program", "quality programme", "质评计划", "室间质评", "质评项目", "质评"),
    "result": ("result", "结果", "质评结果"),
    "valid_from": ("valid from", "from", "in force from", "生效日期", "起始日期", "有效期起", "执行日期"),
    "valid_to": ("valid to", "until", "in force until", "失效日期", "截止日期", "有效期止", "有效期至"),
    "evaluated_until": ("evaluated until", "质评有效期至", "质评有效期"),
    "window_days": ("window days", "days", "互认时限", "时限", "参考时限", "天数"),
    "region": ("region", "地区", "地区代码", "行政区划"),
    "basis": ("basis", "counted from", "起算", "起算时点"),
    "source": ("source", "来源", "依据"),
    "price": ("price", "yuan", "价格", "单价", "收费", "价格 元"),
    "price_list": ("price list", "价目表", "价格文件", "来源文件"),
}  # fmt: skip
# In lists of items, "项目编码" heads the item; in a site's own list, its code.
_ITEM_TOO = frozenset({"code", "name"})


@dataclass(frozen=True)
class Refused:
    """A row (counted from 1, the headings included) that was not taken, and why."""

    row: int
    reason: Phrase


def heading(text: object) -> str:
    """One form of a heading: case, width, underscores, stars and what stands in brackets are gone."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    plain = re.sub(r"\(.*?\)|[*_:]", " ", plain)
    return " ".join(plain.split())


def columns_of(kind: ListKind, headings: Sequence[object]) -> dict[str, int]:
    """Which column holds what; a Refusal names the first needed heading that is missing."""
    wanted = asks_of_row(ROWS[kind])
    found: dict[str, int] = {}
    for place, text in enumerate(headings):
        form = heading(text)
        for name, ways in HEADINGS.items():
            if form not in ways:
                continue
            meant = name if name in wanted else "item" if name in _ITEM_TOO and "item" in wanted else ""
            if meant and meant not in found:
                found[meant] = place
    missing = [name for name, ask in wanted.items() if not ask.optional and name not in found]
    if missing:
        raise Refusal(
            "catalogue.heading",
            say("The heading “{heading}” is missing.", heading=HEADINGS[missing[0]][0]),
            say("Name the columns in Chinese or English as the manual lists them (docs/how-to/map-local-items.md)."),
            field="file",
        )
    return found


def rows_of(kind: ListKind, table: Sequence[Sequence[object]]) -> Iterator[tuple[int, Any]]:
    """(row from 1, the typed row or a Refused) of each row below the headings; empty rows are passed over."""
    columns = columns_of(kind, table[0])
    if len(table) - 1 > MOST_ROWS:
        raise Refusal(
            "catalogue.many_rows",
            say("The list has {rows} rows; at most {most} are taken at once.", rows=len(table) - 1, most=MOST_ROWS),
            say("Send it in parts."),
            field="file",
        )
    asks = asks_of_row(ROWS[kind])
    for number, cells in enumerate(table[1:], start=2):
        raw = {name: _cell(cells[place]) for name, place in columns.items() if place < len(cells)}
        raw = {name: value for name, value in raw.items() if value != ""}
        if not raw:
            continue
        try:
            yield number, ROWS[kind](**coerce_all(asks, raw, "yuan"))
        except FieldRefusals as refusals:
            yield number, Refused(number, _said(refusals.fields))


def _cell(value: object) -> Any:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value
    return str(value).strip() if not isinstance(value, Decimal) else value


def _said(fields: Mapping[str, Refusal]) -> Phrase:
    name, first = next(iter(fields.items()))
    return say("{column}: {reason}", column=HEADINGS.get(name, (name,))[0], reason=first.sentence)


def by_name(names: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A way from what lists call items to their numbers: only names that mean one item lead anywhere."""
    found: dict[str, int | None] = {}
    for name, number in names:
        found[name] = number if found.get(name, number) == number else None
    return {name: number for name, number in found.items() if number is not None}
