"""Names compared across scripts: folding is for comparison only and never overwrites what was typed.

`fold` brings traditional, simplified, Japanese and variant forms, letter case, accents and separators to one form.
`compare` says how far two names agree; where they agree only through a character that has several origins
(后/後, 范/範, 钟/鐘/鍾), the answer is "ask a person". Source: domain 3.4; tables: OpenCC and data/name_variants.csv.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from xinglin.roster.names.normalise import INTERPUNCT, is_han, is_plain, normalise
from xinglin.roster.reasons import package_rows

# One simplified character, several traditional ones, named by domain 3.4; OpenCC's own list is added to it.
_NAMED_HAZARDS = "后余范钟郁沈谷丑云万叶于干曲里发松岳征钱姜党游升"


class Agreement(StrEnum):
    """How far two names agree."""

    IDENTICAL = "identical"
    VARIANT = "variant"
    HAZARD = "hazard"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of `compare`: the agreement and the pairs of characters that made it less than identical."""

    agreement: Agreement
    pairs: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """One form for every way of writing a name, for comparison and search keys only. Idempotent, never raises."""
    if is_plain(text):
        return text.translate(fold_table())
    text = unicodedata.normalize("NFKC", normalise(text)).translate(fold_table()).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if is_han(c) or unicodedata.category(c)[0] in "LN")
    return unicodedata.normalize("NFKC", text).translate(fold_table())


def compare(left: str, right: str) -> Comparison:
    """Whether two names may be one: identical as kept, a variant spelling, doubtful (hazard), or different."""
    a, b = normalise(left), normalise(right)
    if a == b:
        return Comparison(Agreement.IDENTICAL)
    if fold(a) != fold(b):
        return Comparison(Agreement.DIFFERENT)
    a, b = (_letters(side) for side in (a, b))
    pairs = tuple((x, y) for x, y in zip(a, b, strict=False) if x != y) if len(a) == len(b) else ()
    doubtful = tuple(pair for pair in pairs if _is_doubtful(*pair))
    if doubtful:
        return Comparison(Agreement.HAZARD, doubtful)
    return Comparison(Agreement.VARIANT, pairs)


def _letters(text: str) -> str:
    return "".join(c for c in text if c != INTERPUNCT and (is_han(c) or unicodedata.category(c)[0] in "LN")).casefold()


def _is_doubtful(left: str, right: str) -> bool:
    kinds = {_variant_kinds().get(left), _variant_kinds().get(right)}
    if "hazard" in kinds or "variant" in kinds:
        return "hazard" in kinds
    return fold(left) in hazards()


@cache
def fold_table() -> dict[int, str]:
    """Character to comparison form: OpenCC traditional to simplified, Japanese forms, then our own variants."""
    table = {traditional: values[0] for traditional, values in _opencc("TSCharacters.txt")}
    for traditional, values in _opencc("JPVariants.txt"):
        for japanese in values:
            # A Japanese form that is itself ordinary simplified Chinese (芸, 予) is another character here.
            if not _in_gb2312(japanese):
                table.setdefault(japanese, traditional)
    for row in _variants():
        if row["kind"] != "distinct":
            table.setdefault(row["variant"], row["base"])
    return {ord(char): _follow(char, table) for char in table if _follow(char, table) != char}


def _follow(char: str, table: dict[str, str]) -> str:
    seen = {char}
    while (after := table.get(char, char)) not in seen:
        seen.add(after)
        char = after
    return char


@cache
def hazards() -> frozenset[str]:
    """Folded characters with more than one origin: equal after folding is then no proof of equality."""
    several = {simple for simple, values in _opencc("STCharacters.txt") if len(values) > 1}
    named = set(_NAMED_HAZARDS)
    return frozenset(fold_table().get(ord(char), char) for char in several | named)


@cache
def _variant_kinds() -> dict[str, str]:
    return {row["variant"]: row["kind"] for row in _variants()}


@cache
def _variants() -> list[dict[str, str]]:
    return package_rows("name_variants.csv")


def _opencc(name: str) -> list[tuple[str, list[str]]]:
    text = files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return [(left, right.split()) for left, right in rows if len(left) == 1]


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
