"""A person's own data as a FHIR R4 Bundle, to take along (PIPL art. 45: copy and portability)."""

from __future__ import annotations

from typing import Any

from xinglin.exchange.consent.queries.people import site_names
from xinglin.exchange.intake.queries.timeline import Paper, Reading, Timeline
from xinglin.exchange.intake.words import FINAL, PRELIMINARY, SUPERSEDED, VOID
from xinglin.kernel import clock

STATUS = {PRELIMINARY: "preliminary", FINAL: "final", SUPERSEDED: "amended", VOID: "entered-in-error"}
REPORT_STATUS = {"preliminary": "preliminary", "final": "final", "corrected": "corrected", "void": "entered-in-error"}
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
NUMBER = "urn:xinglin:item"


def collection(person: int, found: Timeline) -> dict[str, Any]:
    """A collection: the Patient as a number, the hospitals, each report, each result with its bounds."""
    names = site_names()
    subject = {"reference": f"Patient/P{person}"}
    entries: list[dict[str, Any]] = [{"resourceType": "Patient", "id": f"P{person}"}]
    entries += [
        {"resourceType": "Organization", "id": f"site-{number}", "name": names.get(number, "")}
        for number in sorted({one.site for one in found.readings} | {one.site for one in found.papers})
    ]
    entries += [report(one, subject) for one in found.papers]
    for trend in found.trends:
        code = _code(trend)
        entries += [observation(one, code, subject) for one in trend.readings]
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": clock.now().isoformat(timespec="seconds"),
        "entry": [{"fullUrl": f"urn:xinglin:{one['resourceType']}:{one['id']}", "resource": one} for one in entries],
    }  # fmt: skip


def _code(trend: Any) -> dict[str, Any]:
    if trend.item is None:
        return {"text": trend.name}
    coding = [{"system": NUMBER, "code": trend.item.code, "display": trend.item.name_en}]
    if trend.item.loinc:
        coding.insert(0, {"system": LOINC, "code": trend.item.loinc})
    return {"coding": coding, "text": trend.item.name_zh}


def report(one: Paper, subject: dict[str, str]) -> dict[str, Any]:
    """A report's version."""
    made: dict[str, Any] = {
        "resourceType": "DiagnosticReport", "id": f"report-{one.id}", "status": REPORT_STATUS[str(one.status)],
        "identifier": [{"value": one.number}], "code": {"text": one.title or one.number}, "subject": subject,
        "performer": [{"reference": f"Organization/site-{one.site}"}],
    }  # fmt: skip
    if one.at:
        made["effectiveDateTime"] = one.at.isoformat()
    if one.conclusion:
        made["conclusion"] = one.conclusion
    return made


def observation(one: Reading, code: dict[str, Any], subject: dict[str, str]) -> dict[str, Any]:
    """A result, in the catalogue's unit; what the hospital wrote stands in a note."""
    made: dict[str, Any] = {
        "resourceType": "Observation", "id": f"result-{one.id}", "status": STATUS[one.status], "code": code,
        "subject": subject, "performer": [{"reference": f"Organization/site-{one.site}"}],
        "effectiveDateTime": one.at.isoformat(), "issued": one.reported_at.isoformat(),
    }  # fmt: skip
    if one.number is not None:
        made["valueQuantity"] = {"value": float(one.number), "unit": one.unit, "system": UCUM, "code": one.unit}
    elif one.text or one.sent:
        made["valueString"] = one.text or one.sent
    bounds = {
        side: {"value": float(bound), "unit": one.unit}
        for side, bound in (("low", one.bounds.low), ("high", one.bounds.high))
        if bound is not None
    }
    if bounds or one.reference:
        made["referenceRange"] = [{**bounds, **({"text": one.reference} if one.reference else {})}]
    if one.sent:
        made["note"] = [{"text": one.sent}]
    return made
