"""Many rows of a CSV delivery as columns: what repeats is read once.

Rows of laboratories say the same few thousand things over and over: this potassium in that unit, between these limits.
Each such combination of cells (a shape) is read by `rows` once; a row then costs no more than looking its shape and
its times up. A row whose shape or times cannot be read is left to `rows` alone, which says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from xinglin.exchange.intake.rules import times
from xinglin.exchange.intake.taking import meaning, rows, storing
from xinglin.exchange.intake.taking.parts import ResultRow
from xinglin.exchange.intake.taking.rows import Line

# The cells that decide what a result says, but not whose it is, when it was, and what it is called.
SAYING = ("status", "report_status", "code_system", "code", "loinc", "item_name", "value", "unit", "low", "high",
          "reference", "flag", "specimen", "method", "instrument")  # fmt: skip
# Combinations and moments remembered at a time.
MOST_SHAPES, MOST_MOMENTS = 60_000, 100_000


@dataclass(slots=True)
class Shape:
    """What rows with the same cells have in common."""

    row: ResultRow
    # (site, system, code, name, unit, specimen) where nobody has said which item it is.
    seen: tuple[int, str, str, str, str, str] | None
    # The digest's text before and after the times; the row's cells as `results.COPIED` orders them.
    before: str
    after: str
    cells: str

    def made(self, patient: int, effective: datetime, reported: datetime, source_id: str, digest: bytes) -> ResultRow:
        """A row of this shape."""
        return replace(
            self.row, patient=patient, effective=effective, reported=reported, source_id=source_id, digest=digest
        )


def shape_of(row: ResultRow, said: Mapping[str, str]) -> Shape:
    """The shape of a row that was read."""
    seen = None
    if not row.item:
        # As the desk shows it: the unit and the specimen as the site writes them.
        seen = (row.site, row.system, row.code, row.name, said.get("unit", "")[:60], said.get("specimen", "")[:60])
    before, after = meaning.said_of(row)
    return Shape(row, seen, before, after, "\t".join(map(storing.cell, (
        row.site, row.item, row.status, row.flags, row.number, row.text, row.unit, row.sent, row.system, row.code,
        row.name, row.reference, row.interpretation, row.method, row.instrument, row.specimen, row.specimen_no,
    ))))  # fmt: skip


@dataclass(slots=True)
class Moment:
    """A time as it is compared, stored and digested."""

    when: datetime
    second: float
    stored: str
    stamp: str


# A cell that says something, but no time.
UNREADABLE = Moment(datetime.max.replace(tzinfo=times.CST), float("inf"), "", "")


def moment_of(when: datetime) -> Moment:
    """A time in the spellings needed."""
    second = when.timestamp()
    return Moment(when, second, when.isoformat(), str(second))


@dataclass(slots=True)
class Reader:
    """Shapes and moments that were read before. Shapes hold as long as the catalogue they were read with."""

    site: int
    codes: meaning.Codes
    # By the names of the columns that say something, then by their cells.
    shapes: dict[tuple[str, ...], dict[tuple[str, ...], Shape | None]] = field(default_factory=dict)
    moments: dict[str, Moment | None] = field(default_factory=dict)

    def holds(self, codes: meaning.Codes) -> bool:
        """Whether codes mean to `codes` what they meant here."""
        mine = self.codes
        return mine.snapshot is codes.snapshot and mine.table(self.site) == codes.table(self.site)

    def shapes_of(self, sheet: Sheet) -> list[Shape | None]:
        """The shape of each row; None where a row says no result that can be taken."""
        named = tuple(name for name in SAYING if name in sheet.columns)
        if not named:
            return [None] * len(sheet)
        if sum(map(len, self.shapes.values())) > MOST_SHAPES:
            self.shapes.clear()
        known = self.shapes.setdefault(named, {})
        keys = list(zip(*(sheet.columns[name] for name in named), strict=True))
        for key in set(keys).difference(known):
            known[key] = self._shape({name: text for name, text in zip(named, key, strict=True) if text})
        return [known[key] for key in keys]

    def _shape(self, said: dict[str, str]) -> Shape | None:
        line = Line(0, said)
        status = rows.status_of(line) if rows.is_measured(said) else ""
        row = rows.measured(line, status, self.site, self.codes) if status else None
        return None if row is None else shape_of(row, said)

    def moments_of(self, sheet: Sheet, name: str) -> list[Moment | None]:
        """The moments of a column: None for an empty cell, UNREADABLE for one that says no time."""
        texts = sheet.column(name)
        known = self.moments
        if len(known) > MOST_MOMENTS:
            known.clear()
        for text in set(texts).difference(known):
            when = times.sheet_moment(text) if text else None
            known[text] = moment_of(when) if when is not None else UNREADABLE if text else None
        return [known[text] for text in texts]


@dataclass
class Sheet:
    """A part of a delivery as columns of stripped cells; rows that do not fit the heading stand in `short`."""

    columns: dict[str, list[str]]
    # Where each row stands in the delivery.
    positions: Sequence[int]
    short: list[Line] = field(default_factory=list)
    # Rows with a letter no column of the database can hold.
    strange: set[int] = field(default_factory=set)
    shapes: list[Shape | None] = field(default_factory=list)
    collected: list[Moment | None] = field(default_factory=list)
    issued: list[Moment | None] = field(default_factory=list)
    reader: Reader | None = None

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def codes(self) -> meaning.Codes:
        """What codes meant when the sheet was read."""
        assert self.reader is not None  # noqa: S101 - sheets are read before they are settled
        return self.reader.codes

    def read(self, reader: Reader) -> Sheet:
        """Look up all that needs no database."""
        self.strange = {
            at for column in self.columns.values() if "\x00" in "".join(column)
            for at, cell in enumerate(column) if "\x00" in cell
        }  # fmt: skip
        self.shapes = reader.shapes_of(self)
        for at in self.strange:
            self.shapes[at] = None
        self.collected, self.issued = (reader.moments_of(self, name) for name in ("specimen_time", "report_time"))
        self.reader = reader
        return self

    def column(self, name: str) -> list[str]:
        """The cells of a field, empty where the part has no such column."""
        return self.columns.get(name) or [""] * len(self)

    def said(self, at: int) -> dict[str, str]:
        """A row as our fields, empty ones left out."""
        return {name: text for name, column in self.columns.items() if (text := column[at])}

    def halves(self) -> tuple[Sheet, Sheet]:
        """The same rows as two sheets, to be read again."""
        middle = (len(self) + 1) // 2
        first, second = (
            Sheet({name: column[some] for name, column in self.columns.items()}, self.positions[some])
            for some in (slice(None, middle), slice(middle, None))
        )
        first.short = self.short
        return first, second
