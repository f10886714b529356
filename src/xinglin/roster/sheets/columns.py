"""The columns of the roster's spreadsheets: what a heading may be called and what a cell may hold, in both languages.

The tables are data/columns.csv and data/column_choices.csv.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xinglin.roster.codes import DOCUMENT_KINDS
from xinglin.roster.names import fold
from xinglin.roster.reasons import package_rows


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: how it is kept, how it is shown, what else people write."""

    value: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column. `kind` names the reader in cells.py; `limit` is the longest text kept, in characters."""

    key: str
    zh: str
    en: str
    kind: str = "text"
    required: bool = False
    limit: int = 120
    choices: tuple[Choice, ...] = ()
    also: tuple[str, ...] = ()
    note_zh: str = ""
    note_en: str = ""
    example: str = ""

    def title(self, lang: str) -> str:
        """The heading in one language, required ones marked with *."""
        return (self.zh if lang.startswith("zh") else self.en) + ("*" if self.required else "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of spreadsheet: its name and columns."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column with this key; KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def by_heading(self, heading: str) -> Column | None:
        """The column a heading means: either language, an alias, with or without *, brackets and spaces."""
        wanted = heading_form(heading)
        for column in self.columns:
            if wanted in {heading_form(name) for name in (column.key, column.zh, column.en, *column.also)}:
                return column
        # A heading in both languages: 姓名 Name, 姓名/Name.
        for column in self.columns:
            if wanted == heading_form(column.zh + column.en):
                return column
        return None


def heading_form(text: str) -> str:
    """A heading without remarks in brackets, stars, spaces and letter case."""
    return fold(re.sub(r"[（(\[【].*?[)）\]】]", "", str(text)).replace("_", " "))


def _documents() -> tuple[Choice, ...]:
    also = {"id_card": ("身份证", "ID"), "hm_permit": ("回乡证", "港澳通行证"), "tw_permit": ("台胞证",)}
    return tuple(Choice(kind.code, kind.zh, kind.en, also.get(kind.code, ())) for kind in DOCUMENT_KINDS.values())


def _choices() -> dict[str, tuple[Choice, ...]]:
    sets: dict[str, tuple[Choice, ...]] = {"": (), "document": _documents()}
    for row in package_rows("column_choices.csv"):
        choice = Choice(row["value"], row["zh"], row["en"], _split(row["also"]))
        sets[row["set"]] = (*sets.get(row["set"], ()), choice)
    return sets


def _columns(sheet: str) -> tuple[Column, ...]:
    choices = _choices()
    return tuple(
        Column(
            key=row["key"],
            zh=row["zh"],
            en=row["en"],
            kind=row["kind"],
            required=row["required"] == "yes",
            limit=int(row["limit"]),
            choices=choices[row["choices"]],
            also=_split(row["also"]),
            note_zh=row["note_zh"],
            note_en=row["note_en"],
            example=row["example"],
        )
        for row in package_rows("columns.csv")
        if row["sheet"] == sheet
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


ORGANISATIONS = Sheet("organisations", "机构", "Organisations", _columns("organisations"))
PEOPLE = Sheet("people", "人员", "People", _columns("people"))
SHEETS = {sheet.key: sheet for sheet in (ORGANISATIONS, PEOPLE)}
