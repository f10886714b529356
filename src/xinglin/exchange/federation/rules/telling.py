"""What another city tells, read with distrust: one wrong patient or absurd value spoils all of it. Pure.

One contradiction and nothing of the answer is used: a server that is wrong once cannot be trusted with the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.federation.words import CityState
from xinglin.exchange.intake.rules import units
from xinglin.exchange.intake.rules.fitting import LONGEST, unfit
from xinglin.exchange.intake.rules.values import Value, molar_mass
from xinglin.exchange.intake.words import UNCONVERTED
from xinglin.exchange.recognition.rules.foreign import CityResult
from xinglin.kernel.phrases import Phrase, say
from xinglin.roster.names.folding import fold

LOINC = "http://loinc.org"
ITEMS, MARK = "/fhir/CodeSystem/items", "/fhir/StructureDefinition/hr-mark"
MOST = 500
# A clock may be wrong by this much; a value beyond the critical limits by this factor is no measurement.
AHEAD, FACTOR, LARGEST = timedelta(minutes=10), 50, 1e7
STATUSES = {"final", "amended", "corrected"}
COMPARATORS = ("<", "<=", ">", ">=")


class Untrusted(Exception):
    """The answer contradicts what was asked or itself."""

    def __init__(self, reason: Phrase):
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """Whom we ask about: what the city's patient must agree with."""

    names: frozenset[str]
    birth_date: date | None
    sex: int
    documents: frozenset[str]


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; of anything else none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def entries(told: Any, kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(entry, resource) of a searchset. Raises Untrusted for anything that is none, or more than fits."""
    if not isinstance(told, dict) or told.get("resourceType") != "Bundle":
        raise Untrusted(say("The answer is not a FHIR Bundle."))
    rows = told.get("entry", [])
    if not isinstance(rows, list) or len(rows) > MOST:
        raise Untrusted(say("The answer has more than {most} entries, or no list of them.", most=MOST))
    found = []
    for one in rows:
        resource = one.get("resource") if isinstance(one, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise Untrusted(say("An entry of the answer holds no resource."))
        if resource["resourceType"] == kind:
            found.append((one, resource))
    return found


def patients_in(told: Any, asked: Asked, *, linked: bool = False) -> dict[str, dict[str, Any]]:
    """The city's records of the person, by id. Raises Untrusted when one is somebody else. `linked`: the city has
    linked these records itself; their names and documents may differ, birth and sex may not."""
    found = {}
    for _entry, resource in entries(told, "Patient"):
        key = resource.get("id")
        if not isinstance(key, str) or not key or len(key) > 64:
            raise Untrusted(say("A patient of the answer has no id."))
        check_patient(resource, asked, linked=linked)
        found[key] = resource
    return found


def check_patient(resource: Mapping[str, Any], asked: Asked, *, linked: bool = False) -> None:
    """Raise Untrusted unless a Patient can be the one asked about: whatever both say must agree."""
    born = resource.get("birthDate")
    if isinstance(born, str) and asked.birth_date and born != asked.birth_date.isoformat()[: len(born)]:
        raise Untrusted(say("The answer is about somebody born on another day."))
    sex = {"male": 1, "female": 2}.get(str(resource.get("gender")), 0)
    if sex and asked.sex in (1, 2) and sex != asked.sex:
        raise Untrusted(say("The answer is about somebody of another sex."))
    if linked:
        return
    numbers = {_plain(one.get("value")) for one in objects(resource.get("identifier"))}
    whole = {one for one in numbers if one and "*" not in one}
    names = {plain_name(str(one.get("text") or _joined(one))) for one in objects(resource.get("name"))} - {""}
    same = bool(whole & asked.documents) or any(_masks(one, asked.documents) for one in numbers if "*" in one)
    if not same and not (names & asked.names):
        raise Untrusted(say("The answer is about somebody else."))


def _joined(name: Mapping[str, Any]) -> str:
    given = name.get("given")
    return (
        str(name.get("family") or "") + "".join(str(one) for one in given if isinstance(given, list)) if given else ""
    )


def _masks(masked: str, documents: frozenset[str]) -> bool:
    return any(
        len(one) == len(masked) and all(m in ("*", c) for m, c in zip(masked, one, strict=True)) for one in documents
    )


def plain_name(text: str) -> str:
    """A name as it is compared: without spaces, simplified, capitals."""
    return fold(_plain(text))


def _plain(value: Any) -> str:
    return "".join(str(value or "").split()).upper()


def results_in(
    told: Any, *, patients: Mapping[str, Any], by_loinc: Mapping[str, int], by_code: Mapping[str, int],
    items: Mapping[int, ItemFacts], wanted: frozenset[int], now: datetime, born: date | None,
) -> list[CityResult]:  # fmt: skip
    """The results of the items asked for. Raises Untrusted for the first thing that cannot be true."""
    found = []
    for _entry, resource in entries(told, "Observation"):
        subject = resource.get("subject")
        pointer = str(subject.get("reference", "")) if isinstance(subject, dict) else ""
        if pointer.rpartition("/")[2] not in patients:
            raise Untrusted(say("A result of the answer belongs to another patient."))
        if resource.get("status") not in STATUSES:
            continue
        item = _item(resource, by_loinc, by_code)
        if item in wanted:
            found.append(_result(resource, items[item], now, born))
    return found


def _item(resource: Mapping[str, Any], by_loinc: Mapping[str, int], by_code: Mapping[str, int]) -> int:
    code = resource.get("code")
    codings = objects(code.get("coding")) if isinstance(code, dict) else []
    for one in codings:
        system, text = str(one.get("system", "")), str(one.get("code", ""))
        number = by_loinc.get(text) if system == LOINC else by_code.get(text) if system.endswith(ITEMS) else None
        if number:
            return number
    return 0


def _result(resource: Mapping[str, Any], item: ItemFacts, now: datetime, born: date | None) -> CityResult:
    taken, issued = _moment(resource.get("effectiveDateTime")), _moment(resource.get("issued"))
    issued = issued or taken
    if taken is None or issued is None:
        raise Untrusted(say("A result of the answer does not say when it was taken."))
    if taken > now + AHEAD or issued > now + AHEAD or issued < taken - AHEAD:
        raise Untrusted(say("A result of the answer is from the future, or was issued before it was taken."))
    if born is not None and taken.date() < born:
        raise Untrusted(say("A result of the answer is older than the patient."))
    number, unit, told_as = _quantity(resource, item)
    said = [coding for one in objects(resource.get("interpretation")) for coding in objects(one.get("coding"))]
    codes = {str(coding.get("code")) for coding in said}
    low, high = item.critical_low, item.critical_high
    beyond = number is not None and ((low is not None and number <= low) or (high is not None and number >= high))
    text = resource.get("valueString")
    text = text[:200] if isinstance(text, str) else ""
    if bound := _bound(resource):
        # "<0.05" is no number to compare with; it is shown as the city told it.
        number, text, unit, told_as = None, bound, "", ""
    performers = objects(resource.get("performer"))
    return CityResult(
        str(resource.get("id", ""))[:64], item.number, taken, issued, number, text, unit,
        str(performers[0].get("display", ""))[:120] if performers else "", bool(beyond or codes & {"HH", "LL", "AA"}),
        _scopes(resource), told_as, _odd(resource, item) | (UNCONVERTED if number is None and unit else 0),
    )  # fmt: skip


def _odd(resource: Mapping[str, Any], item: ItemFacts) -> int:
    """UNFIT where the city says another method or specimen than our item's, as intake judges our own hospitals."""
    method, specimen = resource.get("method"), resource.get("specimen")
    said = [method, *objects(method.get("coding"))] if isinstance(method, dict) else []
    made = next((str(text) for one in said for text in (one.get("text"), one.get("display")) if text), "")
    drawn = str(specimen.get("display") or "") if isinstance(specimen, dict) else ""
    return unfit(item, method=made[:80], specimen=drawn[:LONGEST])


def _quantity(resource: Mapping[str, Any], item: ItemFacts) -> tuple[Decimal | None, str, str]:
    """The value in the item's unit, its unit, and how it was told where that was another unit. A value that does not
    convert (UCUM, and the item's molar mass) is none: shown by its hospital, not compared here."""
    quantity = resource.get("valueQuantity")
    if not isinstance(quantity, dict):
        return None, "", ""
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Untrusted(say("A value of the answer is not a number."))
    unit = str(quantity.get("code") or quantity.get("unit") or "")[:30]
    number, told_as = Decimal(str(value)), ""
    if item.unit and unit and unit.casefold() != item.unit.casefold():
        mass = molar_mass(_named(resource, number, unit), item)
        other = units.converted(number, units.normal(unit), units.normal(item.unit), mass)
        if other is None:
            return None, unit, ""
        number, unit, told_as = other, item.unit, f"{str(value)[:20]} {unit}"
    bound = float(item.critical_high or 0) * FACTOR or LARGEST
    if abs(number) > max(bound, 100.0) or (number < 0 and item.critical_low is not None and item.critical_low >= 0):
        told = told_as or f"{str(value)[:20]} {unit}"
        raise Untrusted(say("A value of the answer is absurd: {value} of {item}.", value=told, item=item.name_zh))
    return number, unit or item.unit, told_as


def _bound(resource: Mapping[str, Any]) -> str:
    """A value told only as above or below a number, in the city's words; empty for a number itself."""
    quantity = resource.get("valueQuantity")
    mark = quantity.get("comparator") if isinstance(quantity, dict) else None
    if not isinstance(quantity, dict) or mark is None:
        return ""
    if mark not in COMPARATORS:
        raise Untrusted(say("A value of the answer is not a number."))
    unit = quantity.get("unit") or quantity.get("code") or ""
    return f"{mark}{str(quantity.get('value'))[:20]} {str(unit)[:30]}".strip()


def _named(resource: Mapping[str, Any], number: Decimal, unit: str) -> Value:
    """The result as intake names one, for what its name says of the amount (urea, or its nitrogen)."""
    code = resource.get("code")
    codings = objects(code.get("coding")) if isinstance(code, dict) else []
    first = codings[0] if codings else {}
    name = f"{code.get('text') or ''} {first.get('display') or ''}" if isinstance(code, dict) else ""
    return Value("", str(first.get("system") or ""), str(first.get("code") or ""), name[:200], number, unit=unit)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    # Without a zone nobody knows when it was.
    return found.astimezone(UTC) if found.tzinfo else None


def _scopes(resource: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    for one in objects(resource.get("extension")):
        if str(one.get("url", "")).endswith(MARK):
            found += [str(part.get("valueString", ""))[:26] for part in objects(one.get("extension"))
                      if part.get("url") == "scope"]  # fmt: skip
    return tuple(dict.fromkeys(one for one in found if one))


def state_after(kind: str) -> CityState:
    """How a failed question is told."""
    return {
        "late": CityState.LATE, "refused": CityState.REFUSED, "large": CityState.UNTRUSTED,
        "malformed": CityState.UNTRUSTED,
    }.get(kind, CityState.AWAY)  # fmt: skip
