"""What an Observation or a row says, as values a result can hold. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.rules import times, units
from xinglin.exchange.intake.rules.structs import CodeableConcept, Component, Observation, Quantity, Range
from xinglin.exchange.intake.words import ABNORMAL, FINAL, PRELIMINARY, VOID

LOINC = "http://loinc.org"
# Observation.status and the word of a CSV row, as a result is stored.
STATUSES = {
    "registered": PRELIMINARY, "preliminary": PRELIMINARY, "partial": PRELIMINARY, "unknown": PRELIMINARY,
    "final": FINAL, "amended": FINAL, "corrected": FINAL, "appended": FINAL,
    "cancelled": VOID, "entered-in-error": VOID,
}  # fmt: skip
# Between two versions with the same times, the later stage of a report's life is the later version.
RANK = {
    "registered": 0, "unknown": 0, "partial": 1, "preliminary": 1, "final": 2, "appended": 3, "amended": 3,
    "corrected": 3, "cancelled": 4, "entered-in-error": 4,
}  # fmt: skip
# Categories whose observations are results in the sense of the rule (domain 2.1, art. 2); vital signs and surveys not.
RESULT_CATEGORIES = frozenset({"laboratory", "LAB", "HM", "CH", "MB", "SR", "IMM", "BLB", "GE", "CG", "TX", "VR",
                               "MCB", "MYC", "PAR"})  # fmt: skip
IMAGING_CATEGORIES = frozenset({"imaging", "RAD", "CT", "CUS", "CTH", "EC", "EN", "NMR", "NMS", "NRS", "OUS", "RUS",
                                "RX", "US", "VUS", "XRC", "PF", "PHR"})  # fmt: skip
_ABNORMAL = frozenset({"H", "L", "HH", "LL", "HU", "LU", "A", "AA", "HX", "LX", "POS", "R", "↑", "↓", "异常", "阳性"})
_POSITIVE = frozenset({"positive", "阳性", "(+)", "+", "pos", "detected", "reactive"})
_UCUM = ("http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8")
# Digits a value may have; more are an attack or an error.
MOST_DIGITS = 30


@dataclass(slots=True)
class Value:
    """One measured thing: its code as the site writes it, its value as sent, its range and interpretation."""

    suffix: str
    system: str
    code: str
    name: str
    number: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    text: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    reference: str = ""
    interpretation: str = ""


@dataclass(slots=True)
class Measured:
    """An Observation read: its values (none where it has none), its times and its stored status."""

    status: int
    rank: int
    effective: datetime | None
    reported: datetime | None
    values: list[Value] = field(default_factory=list)
    method: str = ""
    instrument: str = ""


class BadNumber(ValueError):
    """A number nobody measured."""


def count_of(resource: Any) -> int:
    """How many results a resource that was taken in stands for."""
    if not isinstance(resource, Observation) or not is_result(resource):
        return 0
    return len(measured(resource).values)


def categories(concepts: list[CodeableConcept]) -> set[str]:
    return {coding.code for concept in concepts for coding in concept.coding if coding.code}


def is_result(observation: Observation) -> bool:
    """Whether it is a laboratory result; where no category is given, everything that is measured is."""
    found = categories(observation.category)
    return bool(found & RESULT_CATEGORIES) if found else True


def coded(concept: CodeableConcept | None) -> tuple[str, str, str]:
    """(system, code, name): the sender's own code first, since that is what a mapping was confirmed for; then LOINC."""
    if concept is None:
        return "", "", ""
    best = None
    for coding in concept.coding:
        if coding.code and (best is None or (best.system == LOINC and coding.system != LOINC)):
            best = coding
    name = concept.text or (best.display if best is not None else "") or ""
    if best is None:
        return "", name[:80], name[:200]
    return (best.system or "")[:120], (best.code or "")[:80], (name or best.code or "")[:200]


def loinc_of(concept: CodeableConcept | None) -> str:
    """The LOINC code among a concept's codings, or ""."""
    if concept is not None:
        for coding in concept.coding:
            if coding.system == LOINC and coding.code:
                return coding.code
    return ""


def measured(one: Observation) -> Measured:
    """Read an Observation. Raises BadNumber for numbers nobody measured."""
    period = one.effectivePeriod
    effective = one.effectiveDateTime or one.effectiveInstant or (period and (period.start or period.end))
    status = one.status or ""
    found = Measured(
        status=STATUSES.get(status, -1), rank=RANK.get(status, 0), effective=times.moment(effective or None),
        reported=times.moment(one.issued), method=coded(one.method)[2][:80],
        instrument=(one.device.display or "")[:80] if one.device is not None else "",
    )  # fmt: skip
    whole = _value(one, one.code, "")
    if whole is not None:
        found.values.append(whole)
    for number, component in enumerate(one.component, 1):
        part = _value(component, component.code, f".{number}")
        if part is not None:
            found.values.append(part)
    return found


def _value(one: Observation | Component, code: CodeableConcept | None, suffix: str) -> Value | None:
    """The value of an observation or component; None where it has none (absent, or only its components have)."""
    number, comparator, unit, text = None, "", "", ""
    quantity = one.valueQuantity
    if quantity is not None:
        if quantity.value is None:
            return None
        number, comparator, unit = checked(quantity.value), quantity.comparator or "", unit_of(quantity)
    elif one.valueInteger is not None:
        number = checked(Decimal(one.valueInteger))
    elif one.valueCodeableConcept is not None:
        concept = one.valueCodeableConcept
        text = concept.text or next((c.display or c.code or "" for c in concept.coding), "")
    elif one.valueString is not None:
        text = one.valueString
    elif one.valueBoolean is not None:
        text = "true" if one.valueBoolean else "false"
    else:
        text = _rarer(one)
        if not text:
            return None
    system, name_code, name = coded(code)
    value = Value(suffix, system, name_code, name, number, comparator[:2], unit, text.strip()[:400])
    if one.referenceRange:
        _range(value, one.referenceRange[0])
    if one.interpretation:
        value.interpretation = next((c.code for c in one.interpretation[0].coding if c.code), "")[:8]
    return value


def _rarer(one: Observation | Component) -> str:
    """Times, ranges and ratios as text."""
    if one.valueRange is not None:
        return " – ".join(_told(part) for part in (one.valueRange.low, one.valueRange.high))
    if one.valueRatio is not None:
        return " : ".join(_told(part) for part in (one.valueRatio.numerator, one.valueRatio.denominator))
    if one.valuePeriod is not None:
        return f"{one.valuePeriod.start or ''} – {one.valuePeriod.end or ''}"
    return one.valueTime or one.valueDateTime or ""


def _told(quantity: Quantity | None) -> str:
    if quantity is None or quantity.value is None:
        return ""
    return f"{quantity.comparator or ''}{plain(checked(quantity.value))} {unit_of(quantity)}".strip()


def unit_of(quantity: Quantity) -> str:
    """The unit code where it is UCUM, what is printed otherwise."""
    ucum = quantity.system is None or quantity.system.startswith(_UCUM)
    return ((quantity.code if ucum else None) or quantity.unit or quantity.code or "")[:60]


def checked(number: Decimal) -> Decimal:
    """The number, if somebody can have measured it. Raises BadNumber."""
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS or len(str(number)) > 60:
        raise BadNumber(str(number)[:40])
    return number


def plain(number: Decimal) -> str:
    """Digits without an exponent: what a person wrote."""
    return format(number, "f")


def _range(value: Value, one: Range) -> None:
    low, high = one.low, one.high
    if low is not None and low.value is not None:
        value.low = _in_unit(low, value)
    if high is not None and high.value is not None:
        value.high = _in_unit(high, value)
    first, last = _told(low), _told(high)
    if low is not None and high is not None and (unit := unit_of(low)) == unit_of(high):
        first = first.removesuffix(unit).rstrip()
    value.reference = (one.text or span(first, last))[:120]


def span(low: str, high: str) -> str:
    """A range as a report prints it; one that is open on a side says so."""
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def _in_unit(limit: Quantity, value: Value) -> Decimal | None:
    if limit.value is None:
        return None
    number, unit = checked(limit.value), unit_of(limit)
    if not unit or unit == value.unit:
        return number
    return units.converted(number, units.normal(unit), units.normal(value.unit))


def is_abnormal(value: Value) -> bool:
    """By the laboratory's own interpretation where it gives one, by its range otherwise; positive where it is text."""
    if value.interpretation:
        return value.interpretation.strip().upper() in _ABNORMAL
    if value.number is None:
        return value.text.strip().casefold() in _POSITIVE
    below = value.low is not None and value.number < value.low
    return below or (value.high is not None and value.number > value.high)


def flags_of(value: Value) -> int:
    return ABNORMAL if is_abnormal(value) else 0


# Two atoms of nitrogen: a laboratory that gives urea as its nitrogen (BUN) means this mass per mole of urea.
UREA, UREA_NITROGEN = "LAB-CHEM-UREA", Decimal("28.014")
_NITROGEN = ("bun", "nitrogen", "尿素氮")


def molar_mass(value: Value, item: ItemFacts) -> Decimal | None:
    """Grams per mole by which this value of an item goes from mass to amount; None where that is not done.

    Urea given as a mass is urea itself or its nitrogen, which is told by the laboratory's own name for it.
    """
    if item.code == UREA and any(word in f"{value.code} {value.name}".casefold() for word in _NITROGEN):
        return UREA_NITROGEN
    return item.molar_mass
