"""Units as laboratories write them, in UCUM, and converted exactly where the factor is exact. Pure.

`normal` turns a spelling into UCUM ("10^9/L", "X10*9/L", "×10⁹/L" are `10*9/L`); `factor` gives the decimal factor
between two units of one dimension, or None. Mass and amount of substance (mg/dL and mmol/L) are different dimensions:
only an item that declares its molar mass lets them meet. What the small reader here does not know is asked of the
UCUM library once and remembered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from importlib import import_module
from typing import Any

EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
# Results are stored to nine places.
PLACES = Decimal("0.000000001")
MOST = Decimal(10) ** 15

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_WHOLE = {
    "iu/l": "[IU]/L", "iu/ml": "[IU]/mL", "miu/l": "m[IU]/L", "miu/ml": "m[IU]/mL", "uiu/ml": "u[IU]/mL",
    "kiu/l": "k[IU]/L", "ku/l": "kU/L", "mcu/ml": "u[IU]/mL", "miu/dl": "m[IU]/dL",
    "units/l": "U/L", "unit/l": "U/L", "u/l": "U/L", "u/ml": "U/mL", "ku/ml": "kU/mL", "mu/l": "mU/L", "mu/ml": "mU/mL",
    "k/ul": "10*3/uL", "m/ul": "10*6/uL", "k/cumm": "10*3/uL", "thousand/mm3": "10*3/uL", "million/mm3": "10*6/uL",
    "k/mm3": "10*3/uL", "m/mm3": "10*6/uL", "thou/ul": "10*3/uL", "mil/ul": "10*6/uL", "million/ul": "10*6/uL",
    "g/l": "10*9/L", "t/l": "10*12/L", "#/hpf": "/[HPF]", "/hpf": "/[HPF]", "#/lpf": "/[LPF]", "/lpf": "/[LPF]",
    "个/hp": "/[HPF]", "/hp": "/[HPF]", "个/lp": "/[LPF]", "/lp": "/[LPF]", "个/ul": "/uL", "/ul": "/uL",
    "#/mm3": "/uL",
    "mmhg": "mm[Hg]", "mm hg": "mm[Hg]", "sec": "s", "secs": "s", "秒": "s", "min": "min", "分": "min", "hr": "h",
    "ph": "[pH]", "ratio": "1", "": "1", "1": "1", "percent": "%", "％": "%", "cel": "Cel", "°c": "Cel", "℃": "Cel",
    "mm/h": "mm/h", "mm/hr": "mm/h", "mm/1h": "mm/h", "meq/l": "meq/L", "mosm/kg": "mosm/kg", "mosm/l": "mosm/L",
    "mcg/mg cr": "ug/mg", "s/co": "1", "coi": "1", "inr": "1", "cfu/ml": "[CFU]/mL", "copies/ml": "{copies}/mL",
    "copy/ml": "{copies}/mL", "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73m^2": "mL/min/{1.73_m2}",
    "ml/min/1.73 m2": "mL/min/{1.73_m2}", "ml/min/1.73_m2": "mL/min/{1.73_m2}",
    "ml/min/1.73m²": "mL/min/{1.73_m2}", "ml/(min.1.73m2)": "mL/min/{1.73_m2}", "拷贝/ml": "{copies}/mL",
}  # fmt: skip
# Where case decides: g/L is a mass, G/L and T/L are counts (giga, tera per litre).
_CASED = {"g/L": "g/L", "G/L": "10*9/L", "T/L": "10*12/L", "g/l": "g/L", "M": "mol/L", "mM": "mmol/L", "uM": "umol/L"}
_POWER = re.compile(r"^(?:[x×*]\s*)?10\s*(?:\*\*?|\^|e)?\s*([0-9]{1,2})\s*(?:个)?\s*/\s*([a-zμµ]*l)$")
_LITRES = {"l": "L", "ml": "mL", "ul": "uL", "μl": "uL", "µl": "uL", "dl": "dL", "nl": "nL", "pl": "pL", "fl": "fL"}
_ATOM = re.compile(r"^(da|[YZEPTGMkhdcmunpfazy])?(mol|g|L|l|m|s|U|eq|osm|kat|Pa|\[IU\]|\[CFU\]|cal_?|J|V|Hz)$")
_PREFIX = {
    "": 0, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12,
    "f": -15, "a": -18, "z": -21, "y": -24, "P": 15, "E": 18, "Z": 21, "Y": 24,
}  # fmt: skip
_TIMES = {"min": 60, "h": 3600, "d": 86400, "wk": 604800}
_FIXED: dict[str, tuple[Decimal, str]] = {
    "mm[Hg]": (Decimal("133.322387415"), "Pa"), "%": (Decimal("0.01"), ""), "[ppth]": (Decimal("0.001"), ""),
    "[ppm]": (Decimal("0.000001"), ""),
}  # fmt: skip
# Annotations that mean something: a clearance per body surface is not the plain clearance.
_KEPT = frozenset({"{copies}", "{1.73_m2}"})
Parts = tuple[Decimal, tuple[tuple[str, int], ...]]


@lru_cache(maxsize=4096)
def normal(written: str) -> str:
    """The UCUM unit of a spelling; the text itself, trimmed, when it is not known; "1" for none."""
    text = unicodedata.normalize("NFKC", written.translate(_SUPERSCRIPTS)).strip()[:40]
    text = text.replace("μ", "u").replace("µ", "u").replace("×", "x")
    if text in _CASED:
        return _CASED[text]
    small = text.casefold()
    if small in _WHOLE:
        return _WHOLE[small]
    if found := _POWER.match(small.replace(" ", "")):
        return f"10*{int(found[1])}/{_LITRES.get(found[2], 'L')}"
    text = re.sub(r"^mcg(?=/|$)", "ug", text)
    text = re.sub(r"^mcmol(?=/|$)", "umol", text)
    return _recased(text)


def _recased(text: str) -> str:
    """`MMOL/L`, `mmol/l`, `Umol/L`: the case most units are written in, where it gives a unit that can be read."""
    text = re.sub(r"(?<=[/.dcmunpf])l$", "L", text)
    if _parsed(text) is not None:
        return text
    parts = text.split("/")
    found = []
    for part in parts:
        small = part.casefold()
        found.append(_LITRES.get(small) or _SMALL.get(small) or part)
    again = "/".join(found)
    return again if _parsed(again) is not None else text


_SMALL = {
    name.casefold(): name
    for name in ("mmol", "umol", "nmol", "pmol", "mol", "g", "mg", "ug", "ng", "pg", "fg", "kg", "mm", "cm", "h", "d",
                 "min", "s", "U", "mU", "kU", "meq", "mosm")
}  # fmt: skip


@lru_cache(maxsize=4096)
def _parsed(unit: str) -> Parts | None:
    """A unit as a factor and powers of base units, read exactly; None where the small reader does not know it."""
    text = re.sub(r"\{[^{}]*\}", lambda found: found[0] if found[0] in _KEPT else "", unit)
    if text in ("", "1"):
        return Decimal(1), ()
    total, powers, met = Decimal(1), dict[str, int](), set[str]()
    sign = 1
    for piece in re.split(r"([./])(?![^{]*\})", text):
        if piece == "/":
            sign = -1
        elif piece == ".":
            sign = 1
        elif piece:
            part = _atom(piece)
            if part is None:
                return None
            factor, base, power = part
            total = EXACT.multiply(total, factor) if sign > 0 else EXACT.divide(total, factor)
            if base:
                powers[base] = powers.get(base, 0) + sign * power
                met.add(base)
    # What cancels out is no plain number: HbA1c in mmol/mol is not a tenth of per cent, mg/g is no per mille of volume.
    powers |= {f"{base}/{base}": 1 for base in met & {"mol", "g"} if not powers[base]}
    return total, tuple(sorted((base, power) for base, power in powers.items() if power))


def _atom(name: str) -> tuple[Decimal, str, int] | None:
    if name in _FIXED:
        factor, base = _FIXED[name]
        return factor, base, 1
    if name in _TIMES:
        return Decimal(_TIMES[name]), "s", 1
    if name in ("[HPF]", "[LPF]", "[pH]", *_KEPT):
        return Decimal(1), name, 1
    if found := re.fullmatch(r"10[*^](-?\d{1,2})", name):
        return Decimal(1).scaleb(int(found[1])), "", 1
    if re.fullmatch(r"\d{1,6}", name) and int(name):
        return Decimal(int(name)), "", 1
    if found := _ATOM.match(name):
        # Laboratories write U and IU for the same activity (enzymes, hormones).
        base = {"l": "L", "[IU]": "U"}.get(found[2], found[2])
        power = Decimal(1).scaleb(_PREFIX[found[1] or ""])
        return power, base, 1
    return None


@lru_cache(maxsize=4096)
def factor(sent: str, wanted: str) -> Decimal | None:
    """What a value in `sent` is multiplied by to stand in `wanted` (both UCUM); None when they do not meet."""
    if sent == wanted:
        return Decimal(1)
    here, there = _parsed(sent), _parsed(wanted)
    if here is not None and there is not None:
        return EXACT.divide(here[0], there[0]) if here[1] == there[1] else None
    return _asked(sent, wanted)


@lru_cache(maxsize=4096)
def molar_factor(sent: str, wanted: str, molar_mass: Decimal) -> Decimal | None:
    """`factor` across mass and amount, for a substance of `molar_mass` g/mol."""
    here, there = _parsed(sent), _parsed(wanted)
    if here is None or there is None or not molar_mass:
        return None
    powers = dict(here[1])
    into_grams = "mol" in powers
    gone, came = ("mol", "g") if into_grams else ("g", "mol")
    if gone not in powers:
        return None
    powers[came] = powers.get(came, 0) + powers.pop(gone)
    if tuple(sorted((base, power) for base, power in powers.items() if power)) != there[1]:
        return None
    mass = molar_mass if into_grams else EXACT.divide(Decimal(1), molar_mass)
    return EXACT.divide(EXACT.multiply(here[0], mass), there[0])


def converted(value: Decimal, sent: str, wanted: str, molar_mass: Decimal | None = None) -> Decimal | None:
    """The value in `wanted`, to nine places; None when that is not possible without guessing."""
    by = factor(sent, wanted)
    if by is None and molar_mass is not None:
        by = molar_factor(sent, wanted, molar_mass)
    return None if by is None else stored(EXACT.multiply(value, by))


def stored(value: Decimal) -> Decimal | None:
    """A value as the column holds it: nine places, below 10^15; None when it does not fit."""
    if not value.is_finite() or abs(value.adjusted()) > 40 or abs(value) >= MOST:
        return None
    return value.quantize(PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)


def _asked(sent: str, wanted: str) -> Decimal | None:
    """The UCUM library's answer for units the small reader does not know; None when it does not know them either."""
    library = _library()
    if library is None or len(sent) > 40 or len(wanted) > 40 or any(mark in sent + wanted for mark in _KEPT):
        return None
    try:
        zero, one = (library.Quantity(number, library.from_ucum(sent)).to(library.from_ucum(wanted)).magnitude
                     for number in (0, 1))  # fmt: skip
    except Exception:
        return None
    # Scales that do not start at the same zero (degrees) are not a factor.
    return None if abs(zero) > 1e-12 else EXACT.create_decimal(repr(float(one)))


@lru_cache(maxsize=1)
def _library() -> Any:
    try:
        made: Callable[[], Any] = import_module("ucumvert").PintUcumRegistry
    except ImportError:
        return None
    return made()
