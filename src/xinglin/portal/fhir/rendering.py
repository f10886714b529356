"""Rows as FHIR R4. What is written here is checked against somebody else's reading of the standard in the tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.consent.words import ConsentStage, Ground, Purpose
from xinglin.exchange.federation.queries.clinical import Reader
from xinglin.exchange.intake.words import CRITICAL, FINAL, PRELIMINARY, VOID, ReportStatus
from xinglin.kernel import permits
from xinglin.kernel.clock import ZONE
from xinglin.kernel.privacy import mask
from xinglin.kernel.words import Role

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
TERMS = "http://terminology.hl7.org/CodeSystem"
ID_CARD = "urn:oid:2.16.156.10011.1.3"
DOCUMENT = "urn:xinglin:document:"
GENDER = {1: "male", 2: "female", 9: "other"}
RESULT_STATUS = {PRELIMINARY: "preliminary", FINAL: "final", VOID: "entered-in-error"}
REPORT_STATUS = {
    ReportStatus.PRELIMINARY: "preliminary", ReportStatus.FINAL: "final", ReportStatus.CORRECTED: "corrected",
    ReportStatus.VOID: "entered-in-error",
}  # fmt: skip
# HL7 v3 codes of interpretation that are passed on as codes; anything else is said as text.
INTERPRETATIONS = frozenset(
    ["N", "H", "L", "HH", "LL", "A", "AA", "POS", "NEG", "IND", "R", "S", "I", "U", "D", "B", "W", "<", ">"]
)
PURPOSE_OF_USE = {
    Purpose.TREATMENT: "TREAT", Purpose.RECOGNITION: "TREAT", Purpose.CONSULTATION: "COC", Purpose.RESEARCH: "HRESCH",
    Purpose.CROSS_BORDER: "TREAT",
}  # fmt: skip
Resource = dict[str, Any]


def own_system(name: str) -> str:
    """The address of a code system or extension of ours."""
    return f"{settings.SITE_URL}/fhir/{name}"


def moment(at: datetime) -> str:
    """A moment with our zone."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def version_of(at: datetime) -> str:
    """A version from a moment of change."""
    return str(int(at.astimezone(UTC).timestamp() * 1000))


def coding(system: str, code: str, display: str = "") -> Resource:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(*codings: Resource, text: str = "") -> Resource:
    return ({"coding": list(codings)} if codings else {}) | ({"text": text} if text else {})


def organisation_reference(site: int) -> Resource:
    """A hospital as a reference with its name."""
    found = current().sites.get(site)
    if found is None:
        return {"display": f"#{site}"}
    return {"reference": f"Organization/{found.organisation_id}", "display": found.name}


def patient(one: Any, who: Reader, linked: Iterable[Any] = ()) -> Resource:
    """A record. Numbers of documents and the address are whole for the hospital that wrote them; masked for others."""
    own = one.site == who.site or str(one.person_id) in _stands_for(who)
    told: Resource = {
        "resourceType": "Patient",
        "id": str(one.pk),
        "meta": {"versionId": version_of(one.updated_at), "lastUpdated": moment(one.updated_at)},
        "identifier": [{"use": "usual", "system": f"urn:xinglin:site:{one.site}", "value": one.local_id}],
        "active": True,
    }
    for document in one.documents.all():
        system = ID_CARD if document.kind == "id_card" else DOCUMENT + document.kind
        number = document.number if own else mask(document.number)
        told["identifier"].append({"use": "official", "system": system, "value": number})
    names = [{"use": "official", "text": one.name_zh}] if one.name_zh else []
    names += [{"use": "usual" if names else "official", "text": one.name_en}] if one.name_en else []
    told |= {"name": names} if names else {}
    told["gender"] = GENDER.get(one.sex, "unknown")
    told |= {"birthDate": one.birth_date.isoformat()} if one.birth_date else {}
    told |= {"deceasedBoolean": True} if one.deceased else {}
    if own and one.phone:
        told["telecom"] = [{"system": "phone", "value": one.phone}]
    if one.region or (own and one.address):
        told["address"] = [{key: value for key, value in
                            (("text", one.address if own else ""), ("district", one.region)) if value}]  # fmt: skip
    told |= {"multipleBirthInteger": one.birth_order} if one.birth_order else {}
    told["managingOrganization"] = organisation_reference(one.site)
    others = [other for other in linked if other.pk != one.pk]
    if others:
        told["link"] = [{"other": {"reference": f"Patient/{other.pk}"}, "type": "seealso"} for other in others]
    return told


def _stands_for(who: Reader) -> list[str]:
    return permits.scope_ids(who.account, "person", Role.RESIDENT)


def codes_of(item: int, *local: str) -> list[Resource]:
    """An item's codings: ours, LOINC, and what the hospital wrote (system, code, name)."""
    codings = []
    facts = current().items.get(item)
    if facts is not None:
        codings.append(coding(own_system("CodeSystem/items"), facts.code, facts.name_zh))
        if facts.loinc:
            codings.append(coding(LOINC, facts.loinc))
    if local and local[1] and local[0] != LOINC:
        codings.append(coding(local[0] or "urn:xinglin:local", local[1], local[2]))
    elif local and local[1] and not any(one["system"] == LOINC and one["code"] == local[1] for one in codings):
        codings.append(coding(LOINC, local[1]))
    return codings


def observation(one: Any) -> Resource:
    """A result. The HR marks that count for it stand in an extension, by scope and grant."""
    facts = current().items.get(one.item)
    category = "imaging" if facts is not None and facts.kind == "examination" else "laboratory"
    version = bytes(one.digest).hex()[:32] or "1"
    told: Resource = {
        "resourceType": "Observation",
        "id": str(one.pk),
        "meta": {"versionId": version, "lastUpdated": moment(one.reported_at)},
        "identifier": [{"system": f"urn:xinglin:site:{one.site}", "value": one.source_id}],
        "status": RESULT_STATUS.get(one.status, "unknown"),
        "category": [concept(coding(f"{TERMS}/observation-category", category))],
        "code": concept(
            *codes_of(one.item, one.local_system, one.local_code, one.local_name),
            text=one.local_name or (facts.name_zh if facts else one.local_code),
        ),
        "subject": {"reference": f"Patient/{one.patient}"},
        "effectiveDateTime": moment(one.effective_at),
        "issued": moment(one.reported_at),
        "performer": [organisation_reference(one.site)],
    }
    marks = marks_of(one.item, one.site, one.effective_at)
    told |= {"extension": marks} if marks else {}
    told |= value_of(one)
    codes = [] if not one.interpretation else (
        [concept(coding(f"{TERMS}/v3-ObservationInterpretation", one.interpretation))]
        if one.interpretation in INTERPRETATIONS else [concept(text=one.interpretation)]
    )  # fmt: skip
    if not codes and one.flags & CRITICAL:
        codes = [concept(coding(f"{TERMS}/v3-ObservationInterpretation", "AA"))]
    told |= {"interpretation": codes} if codes else {}
    told |= {"referenceRange": [{"text": one.reference}]} if one.reference else {}
    told |= {"method": {"text": one.method}} if one.method else {}
    told |= {"specimen": {"display": one.specimen}} if one.specimen else {}
    told |= {"device": {"display": one.instrument}} if one.instrument else {}
    return told


def value_of(one: Any) -> Resource:
    """The value: a quantity in UCUM, text, or the words in which it was sent."""
    if one.number is not None:
        number = float(one.number)
        quantity: Resource = {"value": int(number) if number.is_integer() else number}
        if one.unit:
            quantity |= {"unit": one.unit, "system": UCUM, "code": one.unit}
        return {"valueQuantity": quantity}
    if one.text or one.sent:
        return {"valueString": one.text or one.sent}
    return {"dataAbsentReason": concept(coding(f"{TERMS}/data-absent-reason", "unknown"))}


def marks_of(item: int, site: int, at: datetime) -> list[Resource]:
    """The HR marks that counted when the specimen was taken or the examination done."""
    day: date = at.astimezone(ZONE).date()
    return [
        {
            "url": own_system("StructureDefinition/hr-mark"),
            "extension": [{"url": "scope", "valueString": mark.scope}, {"url": "grant", "valueString": mark.id}],
        }
        for mark in current().marks.get((item, site), ())
        if mark.holds(day)
    ]


def report(one: Any, ident: int, results: Sequence[Any]) -> Resource:
    """A report with its results; `ident` is the id all its versions have."""
    imaging = one.kind in ("examination", "imaging", "PACS") or bool(one.image_url)
    told: Resource = {
        "resourceType": "DiagnosticReport",
        "id": str(ident),
        "meta": {"versionId": str(one.version), "lastUpdated": moment(one.received_at)},
        "identifier": [{"system": f"urn:xinglin:site:{one.site}:report", "value": one.report_no}],
        "status": REPORT_STATUS.get(ReportStatus(one.status), "unknown"),
        "category": [concept(coding(f"{TERMS}/v2-0074", "RAD" if imaging else "LAB"))],
        "code": {"text": one.title or one.report_no},
        "subject": {"reference": f"Patient/{one.patient}"},
        "performer": [organisation_reference(one.site)],
    }
    told |= {"effectiveDateTime": moment(one.effective_at)} if one.effective_at else {}
    told |= {"issued": moment(one.reported_at)} if one.reported_at else {}
    told |= {"result": [{"reference": f"Observation/{row.pk}"} for row in results]} if results else {}
    told |= {"resultsInterpreter": [{"display": one.doctor}]} if one.doctor else {}
    told |= {"conclusion": one.conclusion} if one.conclusion else {}
    if one.image_url:
        told["presentedForm"] = [{"contentType": "text/html", "url": one.image_url}]
    return told


def as_sent(one: Any) -> Resource:
    """A resource as its hospital sent it, under our id. What it points to by the hospital's ids is named only."""
    told = _unlinked(dict(one.body))
    told |= {"resourceType": one.kind, "id": str(one.pk)}
    told["meta"] = {"versionId": str(one.version), "lastUpdated": moment(one.updated_at)}
    if one.patient:
        place = "patient" if one.kind in ("Consent", "Immunization", "AllergyIntolerance") else "subject"
        told[place] = {"reference": f"Patient/{one.patient}"}
    told.pop("text", None)
    return told


def _unlinked(value: Any) -> Any:
    """The same, with every relative reference turned into a name: its target has another id here."""
    if isinstance(value, list):
        return [_unlinked(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _unlinked(one) for key, one in value.items()}
    pointer = found.get("reference")
    if isinstance(pointer, str) and not pointer.startswith(("#", "http://", "https://", "urn:")):
        del found["reference"]
        found.setdefault("identifier", {"value": pointer})
    return found


def organisation(site: Any) -> Resource:
    """A hospital of the exchange."""
    return {
        "resourceType": "Organization",
        "id": site.organisation_id,
        "identifier": [{"system": "urn:xinglin:site", "value": str(site.number)}],
        "active": True,
        "type": [concept(coding(f"{TERMS}/organization-type", "prov"))],
        "name": site.name,
        **({"address": [{"district": site.region, "country": "CN"}]} if site.region else {}),
    }


def consent(one: Any, patient_id: int) -> Resource:
    """A consent, as who gave it let whom look for what."""
    status = {ConsentStage.GIVEN: "active", ConsentStage.WITHDRAWN: "inactive"}.get(ConsentStage(one.stage), "inactive")
    period = {"start": moment(one.valid_from)} | ({"end": moment(one.valid_to)} if one.valid_to else {})
    everybody = one.recipient == "*"
    actor = {"display": "*"} if everybody else {"reference": f"Organization/{one.recipient}"}
    return {
        "resourceType": "Consent",
        "id": one.pk,
        "meta": {"versionId": str(one.version)},
        "status": status,
        "scope": concept(coding(f"{TERMS}/consentscope", "patient-privacy")),
        "category": [concept(coding(LOINC, "59284-0"))],
        "patient": {"reference": f"Patient/{patient_id}"},
        "dateTime": moment(one.created_at),
        "policyRule": concept(coding(f"{TERMS}/v3-ActCode", "OPTIN")),
        "provision": {
            "type": "permit",
            "period": period,
            "actor": [{"role": concept(coding(f"{TERMS}/v3-ParticipationType", "IRCP")), "reference": actor}],
            "purpose": [coding(f"{TERMS}/v3-ActReason", PURPOSE_OF_USE[Purpose(one.purpose)])],
        },
    }


def audit_event(one: Any) -> Resource:
    """A look at somebody's results, as the ledger holds it."""
    purpose = str(one.data.get("purpose", ""))
    reasons = [coding(f"{TERMS}/v3-ActReason", PURPOSE_OF_USE[Purpose(purpose)])] if purpose in set(Purpose) else []
    ground = str(one.data.get("ground", ""))
    site = current().sites.get(int(one.data.get("site") or 0))
    told: Resource = {
        "resourceType": "AuditEvent",
        "id": str(one.pk),
        "meta": {"versionId": "1", "lastUpdated": moment(one.happened_at)},
        "type": coding(f"{TERMS}/audit-event-type", "rest", "RESTful Operation"),
        "action": "R",
        "recorded": moment(one.happened_at),
        "outcome": "0",
        "agent": [{
            "who": {"identifier": {"system": "urn:xinglin:account", "value": one.actor_id}, "display": one.actor_name},
            "requestor": True,
            **({"purposeOfUse": [concept(one_reason) for one_reason in reasons]} if reasons else {}),
        }],
        "source": {"observer": {"display": site.name} if site else {"display": "Xinglin"}},
        "entity": [{
            "what": {"identifier": {"system": "urn:xinglin:person", "value": one.subject_id}},
            "type": coding(f"{TERMS}/audit-entity-type", "1", "Person"),
            "description": str(one.data.get("what", "")),
            "detail": [{"type": "count", "valueString": str(one.data.get("count", 0))}],
        }],
    }  # fmt: skip
    if ground:
        label = Ground(ground).label.msgid if ground in set(Ground) else ground
        told["outcomeDesc"] = label
        told["entity"][0]["detail"].append({"type": "ground", "valueString": ground})
    return told


def items_system(*, with_concepts: bool = True) -> Resource:
    """The standard items as a code system."""
    snapshot = current()
    told: Resource = {
        "resourceType": "CodeSystem", "id": "items", "meta": {"versionId": str(snapshot.version + 1)},
        "url": own_system("CodeSystem/items"), "version": str(snapshot.version), "name": "XinglinItems",
        "title": "互认项目 Recognition items", "status": "active", "content": "complete", "caseSensitive": True,
        "count": len(snapshot.items),
    }  # fmt: skip
    if with_concepts:
        told["concept"] = [
            {"code": one.code, "display": one.name_zh, "designation": [{"language": "en", "value": one.name_en}]}
            for one in sorted(snapshot.items.values(), key=lambda one: one.number)
        ]
    return told


def concept_map(site: Any, table: dict[tuple[str, str], int]) -> Resource:
    """A hospital's own codes and the standard items they were confirmed to mean."""
    groups: dict[str, list[Resource]] = {}
    items = current().items
    for (system, code), number in sorted(table.items()):
        if number in items:
            groups.setdefault(system, []).append({
                "code": code, "target": [{"code": items[number].code, "display": items[number].name_zh,
                                          "equivalence": "equivalent"}],
            })  # fmt: skip
    return {
        "resourceType": "ConceptMap", "id": str(site.number), "url": own_system(f"ConceptMap/{site.number}"),
        "name": f"Site{site.number}", "title": site.name, "status": "active",
        "group": [{"source": system or "urn:xinglin:local", "target": own_system("CodeSystem/items"), "element": rows}
                  for system, rows in groups.items()],
    }  # fmt: skip
