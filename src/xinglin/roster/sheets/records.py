"""What a parsed spreadsheet consists of: typed rows and refused cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from xinglin.roster import reasons
from xinglin.roster.codes import IdentityDocument
from xinglin.roster.reasons import Refused


class SheetRefused(Refused):
    """A file that cannot be read as a whole."""


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """One cell (or row) that cannot be taken. `row` is the number the spreadsheet shows; `column` the column's key."""

    row: int
    column: str
    reason_code: str
    params: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: str = "en") -> str:
        """What is wrong, in a language."""
        return reasons.sentence(self.reason_code, self.params, lang)

    def next_step(self, lang: str = "en") -> str:
        """What to do next, in a language."""
        return reasons.next_step(self.reason_code, self.params, lang)

    def as_dict(self) -> dict[str, object]:
        """For JSON: row, column, reason_code, params and the sentences in both languages."""
        return {
            "row": self.row,
            "column": self.column,
            "reason_code": self.reason_code,
            "params": self.params,
            "zh": self.sentence("zh"),
            "en": self.sentence("en"),
            "next_zh": self.next_step("zh"),
            "next_en": self.next_step("en"),
        }


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation as a spreadsheet gives it; values are those of roster.words, codes are checked and compact."""

    row: int
    name_zh: str
    kind: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    level: str = "0"
    grade: str = "none"
    ownership: str = ""
    credit_code: str = ""
    parent: str = ""
    medical_code: str = ""
    insurance_code: str = ""
    region: str = ""
    address: str = ""
    website: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a spreadsheet gives it. `document` is checked; `practice_region` may be a country code (SG)."""

    row: int
    name_zh: str = ""
    name_latin: str = ""
    aliases: tuple[str, ...] = ()
    sex: str = "0"
    birth_year: int | None = None
    native_region: str = ""
    practice_region: str = ""
    organisation: str = ""
    department: str = ""
    position: str = ""
    title: str = ""
    title_rank: str = "none"
    specialties: tuple[str, ...] = ()
    licence_number: str = ""
    licence_until: date | None = None
    document: IdentityDocument | None = None
    phone: str = ""
    email: str = ""
    website: str = ""
    load_limit: int | None = None
    consent_publish: bool = False
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The answer of `parse_rows`: good rows, refused cells, columns nobody asked for, rows that held nothing."""

    sheet: str
    records: tuple[OrganisationRow, ...] | tuple[PersonRow, ...]
    refusals: tuple[RowRefusal, ...]
    extra_columns: tuple[str, ...] = ()
    rows: int = 0

    @property
    def refused_rows(self) -> int:
        """How many rows have at least one refusal."""
        return len({refusal.row for refusal in self.refusals})
