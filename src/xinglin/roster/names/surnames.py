"""Surnames: readings as a surname, customary family spellings abroad, and where the surname ends.

The spellings are customary, several per name; they help to find a person and never decide who one is.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from xinglin.roster.names.folding import fold
from xinglin.roster.names.normalise import is_han, is_plain, normalise
from xinglin.roster.reasons import package_rows


@dataclass(frozen=True, slots=True)
class Surname:
    """One surname. Spellings are lower-case and without separators."""

    text: str
    traditional: str
    pinyin: str
    hong_kong: tuple[str, ...]
    macau: tuple[str, ...]
    teochew: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling once, pinyin first."""
        every = (*pinyin_forms(self.pinyin), *self.hong_kong, *self.macau, *self.teochew, *self.other)
        return tuple(dict.fromkeys(every))


def pinyin_forms(syllable: str) -> tuple[str, ...]:
    """The ways a pinyin syllable is typed: lü becomes lv (keyboards), lu (plain) and lyu (passports)."""
    if "ü" not in syllable:
        return (syllable,)
    return tuple(syllable.replace("ü", typed) for typed in ("v", "u", "yu"))


@cache
def surnames() -> dict[str, Surname]:
    """Every listed surname by its folded form."""
    return {fold(row["surname"]): _read(row) for row in package_rows("surnames.csv")}


@cache
def by_spelling() -> dict[str, tuple[Surname, ...]]:
    """Surnames by any of their spellings: `by_spelling()["tan"]` gives 陈, 谭 and 丁."""
    found: dict[str, list[Surname]] = {}
    for surname in surnames().values():
        for spelling in surname.spellings:
            found.setdefault(spelling, []).append(surname)
    return {spelling: tuple(those) for spelling, those in found.items()}


def split_name(name_zh: str) -> tuple[str, str]:
    """(surname, given name) of a Chinese name; ("", name) where no split may be forced (interpunct, other scripts).

    Compound surnames are known from the table and need at least one more character: 欧阳 alone is 欧 + 阳.
    """
    name = normalise(name_zh)
    if not is_plain(name) and not (name and all(is_han(c) or unicodedata.category(c) == "Mn" for c in name)):
        return "", name
    if len(name) > 6:
        return "", name
    for length in (2, 1):
        if len(name) > length and len(fold(name[:length])) == length and fold(name[:length]) in surnames():
            return name[:length], name[length:]
    return name[:1], name[1:]


def latin_letters(text: str) -> str:
    """Only the letters and digits of a romanised text, folded: "O’Brien-Chan" becomes "obrienchan"."""
    return re.sub(r"[^0-9a-z]", "", fold(text))


def _read(row: dict[str, str]) -> Surname:
    def words(column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.sub(r"[^a-z]", "", word) for word in row[column].split()))

    return Surname(
        text=row["surname"],
        traditional=row["traditional"],
        pinyin=row["pinyin"],
        hong_kong=words("hk"),
        macau=words("macau"),
        teochew=words("teochew"),
        other=words("other"),
    )
