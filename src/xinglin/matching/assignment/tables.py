"""Reading CSV tables of millions of rows without a loop over rows; refusals name the row and the column.

A regular table (no quotes, no blank or ragged line) is taken apart with array arithmetic on its bytes. Anything else
goes through the csv module row by row, which also finds the words for what is wrong. Rows count from 1, the header.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .problem import BadProblem, Floats, Ints

Bytes = npt.NDArray[np.uint8]
# Longer fields than this are read by the slow path.
WIDEST = 256


class BadTable(BadProblem):
    """A table cannot be read. Says which file, row and column, in both languages."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(f"{name}：{zh}", f"{name}: {en}")


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names: the distinct ones in order of appearance, and for each row which one it is."""

    distinct: list[str]
    index: Ints


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name; `rows` gives the file's row number of each record; `encoding` as found."""

    names: dict[str, Names]
    numbers: dict[str, Floats]
    rows: Ints
    encoding: str
    header: tuple[str, ...]


def read_table(
    data: bytes, name: str, text: tuple[str, ...], number: tuple[str, ...] = (), *, other: bool = False
) -> Table:
    """Read the columns `text` (never empty) and `number` (finite) of a CSV; with `other`, all further columns as text.

    UTF-8 with or without a byte order mark is expected; GB18030 (what Chinese Excel writes) is understood.
    Raises `BadTable`.
    """
    content, encoding = _utf8(data, name)
    header_line = content.split(b"\n", 1)[0].decode("utf-8")
    if not content.strip():
        raise BadTable(name, "文件是空的；第 1 行应为表头。", "the file is empty; row 1 must be the header.")
    header = tuple(cell.strip().strip('"').strip() for cell in header_line.split(","))
    _check_header(header, name, (*text, *number))
    wanted = (*text, *(cell for cell in header if other and cell and cell not in text and cell not in number))
    table = None if b'"' in content else _fast(content, header, wanted, number, text, encoding)
    return table or _slow(content, name, header, wanted, number, text, encoding)


def _utf8(data: bytes, name: str) -> tuple[bytes, str]:
    """The content as UTF-8 with plain line ends and one at the end, and the encoding it came in."""
    encoding = "utf-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise BadTable(
            name,
            "第 1 行起不是文本 CSV（UTF-16 或二进制文件）；请另存为 UTF-8 的 CSV。",
            "from row 1 on this is not a text CSV (UTF-16 or a binary file); save it as CSV in UTF-8.",
        )
    if data.startswith(b"\xef\xbb\xbf"):
        data, encoding = data[3:], "utf-8-sig"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            data, encoding = data.decode("gb18030").encode("utf-8"), "gb18030"
        except UnicodeDecodeError:
            row = data[: error.start].count(b"\n") + 1
            raise BadTable(
                name,
                f"第 {row} 行不是 UTF-8，也不是 GB18030；请另存为 UTF-8 的 CSV。",
                f"row {row} is neither UTF-8 nor GB18030; save it as CSV in UTF-8.",
            ) from None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return (data if data.endswith(b"\n") else data + b"\n"), encoding


def _check_header(header: tuple[str, ...], name: str, required: tuple[str, ...]) -> None:
    for column in required:
        if column not in header:
            found = ", ".join(header) or "-"
            raise BadTable(
                name,
                f"第 1 行（表头）缺少“{column}”列；读到的是：{found}。",
                f'row 1 (the header) has no column "{column}"; it reads: {found}.',
            )
        if header.count(column) > 1:
            raise BadTable(
                name, f"第 1 行（表头）有两个“{column}”列。", f'row 1 (the header) has the column "{column}" twice.'
            )


def _fast(
    content: bytes,
    header: tuple[str, ...],
    text: tuple[str, ...],
    number: tuple[str, ...],
    filled: tuple[str, ...],
    encoding: str,
) -> Table | None:
    """The table by array arithmetic, or None when it is not regular enough (or something is wrong with it)."""
    raw = np.frombuffer(content, dtype=np.uint8)
    at = np.flatnonzero((raw == 44) | (raw == 10))
    width = len(header)
    if at.size % width or at.size <= width:
        return None
    grid = at.reshape(-1, width)
    ends = raw[grid]
    if (ends[:, -1] != 10).any() or (ends[:, :-1] != 44).any():
        return None
    starts = np.concatenate([[0], at[:-1] + 1]).reshape(-1, width)[1:]
    stops = grid[1:]
    names: dict[str, Names] = {}
    numbers: dict[str, Floats] = {}
    for column in (*text, *number):
        place = header.index(column)
        begin, end = _stripped(raw, starts[:, place].copy(), stops[:, place].copy())
        longest = int((end - begin).max())
        if longest > WIDEST or ((end <= begin).any() and (column in filled or column in number)):
            return None
        if column in text:
            found = _factorised(raw, begin, end)
            if found is None:
                return None
            names[column] = found
        elif (values := _floats(raw, begin, end)) is not None:
            numbers[column] = values
        else:
            return None
    return Table(names, numbers, np.arange(2, len(stops) + 2), encoding, header)


def _stripped(raw: Bytes, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Borders of the fields without spaces and tabs around them."""
    while True:
        blank = (begin < end) & np.isin(raw[np.minimum(begin, raw.size - 1)], (32, 9))
        if not blank.any():
            break
        begin += blank
    while True:
        blank = (begin < end) & np.isin(raw[end - 1], (32, 9))
        if not blank.any():
            return begin, end
        end -= blank


def _factorised(raw: Bytes, begin: Ints, end: Ints) -> Names | None:
    """Distinct names by a 64-bit mix of their bytes; equality is then checked byte by byte."""
    length = end - begin
    mixed = length.astype(np.uint64)
    last = raw.size - 1
    for offset in range(int(length.max())):
        byte = np.where(offset < length, raw[np.minimum(begin + offset, last)], 0).astype(np.uint64)
        mixed = (mixed ^ byte) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    same = first[inverse]
    if (length != length[same]).any():
        return None
    for offset in range(int(length.max())):
        inside = offset < length
        here, there = np.minimum(begin + offset, last), np.minimum(begin[same] + offset, last)
        if (inside & (raw[here] != raw[there])).any():
            return None
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    content = raw.tobytes()
    distinct = [content[begin[at] : end[at]].decode("utf-8") for at in first[order]]
    return Names(distinct, rank[inverse].astype(np.int64))


def _floats(raw: Bytes, begin: Ints, end: Ints) -> Floats | None:
    """The numbers of a column, or None when one is not a finite plain decimal."""
    length = end - begin
    longest = int(length.max())
    if longest > 40:
        return None
    cells = np.zeros((len(begin), longest), dtype=np.uint8)
    last = raw.size - 1
    for offset in range(longest):
        cells[:, offset] = np.where(offset < length, raw[np.minimum(begin + offset, last)], 0)
    # Digits, sign, point and exponent only: no "nan", no "1_000".
    if not np.isin(np.unique(cells), np.frombuffer(b"\x000123456789+-.eE", dtype=np.uint8)).all():
        return None
    try:
        values = cells.view(f"S{longest}").ravel().astype(np.float64)
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _slow(
    content: bytes,
    name: str,
    header: tuple[str, ...],
    text: tuple[str, ...],
    number: tuple[str, ...],
    filled: tuple[str, ...],
    encoding: str,
) -> Table:
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    place = {column: header.index(column) for column in (*text, *number)}
    found: dict[str, list[str]] = {column: [] for column in text}
    values: dict[str, list[float]] = {column: [] for column in number}
    rows: list[int] = []
    try:
        next(reader)
        row = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _slow_row(cells, row, name, header, place, found, values, filled)
                rows.append(row)
            row = reader.line_num + 1
    except (csv.Error, StopIteration):
        at = reader.line_num
        raise BadTable(name, f"第 {at} 行不是合格的 CSV。", f"row {at} is not valid CSV.") from None
    if not rows:
        raise BadTable(name, "只有表头，第 2 行起没有数据。", "there is a header but no data from row 2 on.")
    names = {column: _names(cells) for column, cells in found.items()}
    return Table(names, {k: np.array(v, dtype=np.float64) for k, v in values.items()}, np.array(rows), encoding, header)


def _slow_row(
    cells: list[str],
    row: int,
    name: str,
    header: tuple[str, ...],
    place: dict[str, int],
    found: dict[str, list[str]],
    values: dict[str, list[float]],
    filled: tuple[str, ...],
) -> None:
    if len(cells) != len(header):
        raise BadTable(
            name,
            f"第 {row} 行有 {len(cells)} 列，表头有 {len(header)} 列。",
            f"row {row} has {len(cells)} columns, the header has {len(header)}.",
        )
    for column, column_values in found.items():
        cell = cells[place[column]].strip(" \t")
        if not cell and column in filled:
            raise BadTable(name, f"第 {row} 行“{column}”列是空的。", f'row {row}, column "{column}" is empty.')
        column_values.append(cell)
    for column, numbers in values.items():
        cell = cells[place[column]].strip(" \t")
        try:
            number = float(cell) if cell.isascii() and "_" not in cell else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            shown = cell if len(cell) <= 40 else cell[:40] + "…"
            raise BadTable(
                name,
                f"第 {row} 行“{column}”列不是有限的数：“{shown}”。",
                f'row {row}, column "{column}" is not a finite number: "{shown}".',
            )
        numbers.append(number)


def _names(cells: list[str]) -> Names:
    at: dict[str, int] = {}
    index = np.array([at.setdefault(cell, len(at)) for cell in cells], dtype=np.int64)
    return Names(list(at), index)


def refuse_duplicates(table: Table, name: str, columns: tuple[str, ...]) -> None:
    """Raise `BadTable` when two rows agree in all `columns`, naming both rows."""
    key = np.zeros(len(table.rows), dtype=np.int64)
    for column in columns:
        key = key * (len(table.names[column].distinct) + 1) + table.names[column].index
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    if not again.size:
        return
    second = int(order[again + 1].min())
    first = int(np.flatnonzero(key == key[second])[0])
    what = ", ".join(table.names[column].distinct[int(table.names[column].index[second])] for column in columns)
    joined = ",".join(columns)
    raise BadTable(
        name,
        f"第 {table.rows[second]} 行与第 {table.rows[first]} 行的“{joined}”列重复：{what}。",
        f'row {table.rows[second]} repeats row {table.rows[first]} in column "{joined}": {what}.',
    )
