"""What kind of quantity a unit measures, however a laboratory writes it; enough to compare two lists. Pure.

Converting values is intake's business (UCUM); here it only matters whether two units can be of the same item.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MOL = r"(?:[munpfk]?mol|[mu]?eq)"
_MASS = r"(?:[munpfk]?g)"
_UNITS = r"(?:[muk]?[ia]?u)"
_VOLUME = r"(?:[mudnf]?l)"
_RULES: tuple[tuple[str, str], ...] = (
    (rf"{_MOL}/{_VOLUME}", "substance"),
    (rf"{_MASS}/{_VOLUME}", "mass"),
    (rf"{_UNITS}/{_VOLUME}", "activity"),
    (rf"{_UNITS}/{_MASS}", "activity per mass"),
    (rf"{_MOL}/24h", "substance a day"),
    (rf"{_MASS}/24h", "mass a day"),
    (rf"{_MASS}/{_MOL}|{_MASS}/{_MASS}", "mass ratio"),
    (r"(?:copies|iu)/ml", "copies"),
    (r"(?:x?10[e^*]?\d+|[kmg])?/(?:ul|l|ml|nl|mm3|cumm)", "count"),
    (r"/hpf|/hp|/lp|/lpf", "per field"),
    (r"%|l/l|v/v", "fraction"),
    (r"s|sec|秒", "time"),
    (r"fl", "volume"),
    (r"pg", "mass of a cell"),
    (r"mmhg|kpa", "pressure"),
    (r"mm/h|mm/1h|mm/hr", "rate"),
    (r"mos[mo]?(?:l|m)?/(?:kg|l)(?:h2o)?|mosm/kg", "osmolality"),
    (r"s/co|coi|index|s/n|cutoff|ratio", "index"),
    (r"ph|1|r|比值", "one"),
    (r"ml/min(?:/.*)?", "clearance"),
)
# Different ways to give one quantity; "substance" and "mass" need a molar mass to go over.
_ALIKE = {
    frozenset(pair) for pair in (("fraction", "one"), ("index", "one"), ("activity", "copies"), ("substance", "mass"))
}


@lru_cache(maxsize=4_096)
def dimension(unit: str) -> str:
    """The kind of quantity of a unit as written ("X10E9/L" and "10*9/L" are counts); "" where it cannot be told."""
    text = unicodedata.normalize("NFKC", unit).casefold().strip()
    text = re.sub(r"\{[^}]*\}", "", text)
    text = re.sub(r"[\[\]()\s×.]", lambda sign: "x" if sign[0] == "×" else "", text)
    text = text.replace("μ", "u").replace("µ", "u").replace("毫摩尔", "mmol").replace("升", "l").replace("24hr", "24h")
    text = text.replace("gm/", "g/").replace("u/l37", "u/l")
    for pattern, kind in _RULES:
        if re.fullmatch(pattern, text):
            return kind
    return ""


def comparable(one: str, other: str) -> bool | None:
    """Whether two units can be of one item: True, False, or None where one of them cannot be told."""
    first, second = dimension(one), dimension(other)
    if not first or not second:
        return None
    return first == second or frozenset((first, second)) in _ALIKE


def same_kind(one: str, other: str) -> bool:
    """Whether both units are known and of exactly one kind of quantity, so that values differ by a factor alone."""
    return bool(dimension(one)) and dimension(one) == dimension(other)
