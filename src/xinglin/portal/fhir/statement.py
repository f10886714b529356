"""What this server can do, as a CapabilityStatement: made from the same tables the service reads."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from xinglin import __version__
from xinglin.exchange.intake.queries.records import CONDITIONED
from xinglin.portal.fhir.entry import base

# Resource -> (search parameters with their types, interactions, operations).
READ = ("read", "search-type")
PATIENT_REFERENCE = {"patient": "reference", "patient.identifier": "token"}
RESOURCES: dict[str, tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]] = {
    "Patient": ({"identifier": "token"}, (*READ, "vread"), ("match", "everything")),
    "Observation": (
        {**PATIENT_REFERENCE, "subject": "reference", "code": "token", "date": "date", "status": "token",
         "category": "token", "performer": "reference"}, (*READ, "vread"), ("lastn",)),
    "DiagnosticReport": (
        {**PATIENT_REFERENCE, "subject": "reference", "identifier": "token", "date": "date", "issued": "date",
         "status": "token", "category": "token", "performer": "reference"}, (*READ, "vread", "history-instance"), ()),
    "Encounter": (PATIENT_REFERENCE, READ, ()),
    "ServiceRequest": (PATIENT_REFERENCE, READ, ()),
    "Specimen": (PATIENT_REFERENCE, READ, ()),
    "ImagingStudy": (PATIENT_REFERENCE, READ, ()),
    "Practitioner": ({}, READ, ()),
    "Organization": ({"identifier": "token", "name": "string"}, READ, ()),
    "Consent": ({"patient": "reference", "patient.identifier": "token", "status": "token"}, READ, ()),
    "AuditEvent": ({"patient": "reference", "patient.identifier": "token", "date": "date"}, READ, ()),
    "ConceptMap": ({"url": "uri"}, READ, ()),
    "CodeSystem": ({"url": "uri"}, READ, ()),
}  # fmt: skip
INCLUDES = {
    "Observation": ("Observation:patient", "Observation:subject"),
    "DiagnosticReport": ("DiagnosticReport:result", "DiagnosticReport:patient", "DiagnosticReport:subject"),
}
SORTS = {"Observation": ("date",), "DiagnosticReport": ("date",)}
DEFINITIONS = "http://hl7.org/fhir/OperationDefinition/"


def statement() -> dict[str, Any]:
    """The statement; the same for everybody."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": {"name": "Xinglin", "version": __version__},
        "implementation": {"description": "杏林 Xinglin", "url": base()},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [{
            "mode": "server",
            "documentation": "A search without a patient covers the asking hospital's own results. With a patient it "
                             "covers every hospital, as far as consent, a treating relation or the person allows.",
            "security": _security(),
            "resource": [_resource(kind) for kind in RESOURCES],
            "interaction": [{"code": "transaction"}, {"code": "batch"}],
        }],
    }  # fmt: skip


def _security() -> dict[str, Any]:
    return {
        "service": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR",
        }]}],
        "extension": [{
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            "extension": [{"url": "token", "valueUri": f"{settings.SITE_URL}/fhir/token"}],
        }],
    }  # fmt: skip


def _resource(kind: str) -> dict[str, Any]:
    parameters, interactions, operations = RESOURCES[kind]
    told: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": one} for one in interactions],
        "versioning": "versioned" if "vread" in interactions else "no-version",
        "readHistory": "history-instance" in interactions,
        "searchParam": [
            {"name": name, "type": form} for name, form in
            {"_id": "token", "_lastUpdated": "date", **parameters}.items() if "." not in name
        ],
    }  # fmt: skip
    if kind in CONDITIONED:
        told |= {"conditionalCreate": True, "conditionalUpdate": True}
    if kind in INCLUDES:
        told["searchInclude"] = list(INCLUDES[kind])
    if operations:
        told["operation"] = [
            {"name": one, "definition": f"{DEFINITIONS}{kind}-{one}"} for one in operations
        ]  # fmt: skip
    return told
