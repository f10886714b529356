"""A roster file as rows in the order they are taken, and its cells as they came. Free of Django's database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from xinglin.kernel.collecting import undisturbed
from xinglin.roster import sheets
from xinglin.roster.finding import import_key_of
from xinglin.roster.sheets import OrganisationRow, Parsed, PersonRow, RowRefusal
from xinglin.roster.words.imports import RosterSheet

Keyed = tuple[OrganisationRow | PersonRow, str]


@dataclass(frozen=True)
class Roster:
    """A read file: good rows as they are taken (legal persons, branches, people), and what was refused."""

    rows: tuple[OrganisationRow | PersonRow, ...]
    refusals: tuple[tuple[str, RowRefusal], ...]
    total: int
    extra: tuple[str, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The import key of each of `rows`, "" for organisations."""
        return tuple(import_key_of(row) if isinstance(row, PersonRow) else "" for row in self.rows)

    def part(self, start: int, size: int) -> tuple[Keyed, ...]:
        """Rows from a place on, each with its import key."""
        return tuple(zip(self.rows[start : start + size], self.keys[start : start + size], strict=True))

    @property
    def refused_rows(self) -> int:
        return len({(sheet, one.row) for sheet, one in self.refusals})


def read_roster(content: bytes, sheet: RosterSheet = RosterSheet.AUTO, *, day: date) -> Roster:
    """Read a file on a day (nobody was born after it). Raises SheetRefused when it cannot be taken as a whole."""
    with undisturbed():
        return _read(content, sheet, day)


def _read(content: bytes, sheet: RosterSheet, day: date) -> Roster:
    if sheet == RosterSheet.AUTO:
        parsed: Sequence[Parsed] = sheets.parse_workbook(content, today=day)
    else:
        parsed = [sheets.parse_file(content, str(sheet), today=day)]
    rows = [row for one in parsed for row in one.records]
    # Branches after legal persons, so that a parent further down the file is on record already; otherwise as written.
    rows.sort(key=lambda row: 2 if isinstance(row, PersonRow) else 1 if row.parent else 0)
    return Roster(
        tuple(rows), tuple((one.sheet, refusal) for one in parsed for refusal in one.refusals),
        sum(one.rows for one in parsed), tuple(dict.fromkeys(name for one in parsed for name in one.extra_columns)),
    )  # fmt: skip


def source_rows(
    content: bytes, sheet: RosterSheet, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Any]]:
    """The cells of some rows as they stand in a file, by (sheet, row)."""
    found: dict[tuple[str, int], list[Any]] = {}
    if sheet == RosterSheet.AUTO:
        tables = [(sheets.sheet_of(table), table) for table in sheets.read_tables(content)]
    else:
        kind = sheets.SHEETS[str(sheet)]
        tables = [(kind, sheets.read_table(content, names=(kind.zh, kind.en)))]
    for kind, table in tables:
        if kind is None:
            continue
        for number, row in enumerate(table.rows, start=1):
            if (kind.key, number) in wanted:
                found.setdefault((kind.key, number), list(row))
    return found
