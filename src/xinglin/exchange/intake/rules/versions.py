"""Which version of FHIR a resource speaks: DSTU2 and STU3 are recognised by what R4 changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xinglin.exchange.intake.words.types import DSTU2_ONLY, STU3_ONLY

DSTU2, STU3 = "version.dstu2", "version.stu3"
# What R4 requires to be an object or a list and an earlier version wrote as text, or the other way round.
_SIGNS: tuple[tuple[str, str, type, str], ...] = (
    ("Encounter", "class", str, DSTU2),
    ("Encounter", "reason", list, STU3),
    ("Encounter", "indication", list, DSTU2),
    ("Condition", "clinicalStatus", str, STU3),
    ("Condition", "verificationStatus", str, STU3),
    ("Condition", "dateRecorded", str, DSTU2),
    ("Condition", "assertedDate", str, STU3),
    ("AllergyIntolerance", "clinicalStatus", str, STU3),
    ("AllergyIntolerance", "substance", dict, DSTU2),
    ("Observation", "category", dict, DSTU2),
    ("Observation", "interpretation", dict, STU3),
    ("Observation", "comments", str, DSTU2),
    ("Observation", "comment", str, STU3),
    ("Observation", "related", list, STU3),
    ("Observation", "context", dict, STU3),
    ("DiagnosticReport", "category", dict, STU3),
    ("DiagnosticReport", "codedDiagnosis", list, STU3),
    ("DiagnosticReport", "context", dict, STU3),
    ("DiagnosticReport", "image", list, STU3),
    ("Immunization", "wasNotGiven", bool, DSTU2),
    ("Immunization", "notGiven", bool, STU3),
    ("Immunization", "reported", bool, DSTU2),
    ("Procedure", "notPerformed", bool, DSTU2),
    ("Procedure", "notDone", bool, STU3),
    ("Procedure", "context", dict, STU3),
    ("CarePlan", "context", dict, STU3),
    ("CarePlan", "participant", list, DSTU2),
    ("Goal", "description", str, DSTU2),
    ("Goal", "status", str, STU3),
    ("Patient", "animal", dict, STU3),
    ("Patient", "careProvider", list, DSTU2),
    ("MedicationRequest", "context", dict, STU3),
    ("MedicationDispense", "notDone", bool, STU3),
    ("Claim", "organization", dict, STU3),
    ("Claim", "information", list, STU3),
    ("Claim", "type", list, DSTU2),
    ("ExplanationOfBenefit", "information", list, STU3),
    ("ImagingStudy", "uid", str, STU3),
    ("ImagingStudy", "accession", dict, STU3),
    ("List", "code", str, DSTU2),
    ("Medication", "product", dict, DSTU2),
    ("Medication", "isBrand", bool, STU3),
    ("RiskAssessment", "context", dict, STU3),
)
_BY_TYPE: dict[str, list[tuple[str, type, str]]] = {}
for _kind, _field, _type, _version in _SIGNS:
    _BY_TYPE.setdefault(_kind, []).append((_field, _type, _version))
_LATER_WINS = {"": 0, STU3: 1, DSTU2: 2}
# A field that R4 has in the same resource: the sign is none.
_NOT_IF = {("Goal", "status"): "lifecycleStatus"}


def old_version(resource: Mapping[str, Any]) -> str:
    """DSTU2 or STU3 when the resource shows a sign of it, else "". The oldest sign decides."""
    kind = resource.get("resourceType")
    if kind in DSTU2_ONLY:
        return DSTU2
    if kind in STU3_ONLY:
        return STU3
    found = ""
    for name, shape, version in _BY_TYPE.get(str(kind), ()):
        if isinstance(resource.get(name), shape) and _NOT_IF.get((str(kind), name), "") not in resource:
            found = max(found, version, key=_LATER_WINS.__getitem__)
    profiles = (resource.get("meta") or {}).get("profile") if isinstance(resource.get("meta"), dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        if isinstance(profile, str) and profile.startswith("http://hl7.org/fhir/") and "|" in profile:
            number = profile.rpartition("|")[2]
            if number.startswith(("1.0", "3.0")):
                found = max(found, DSTU2 if number.startswith("1.0") else STU3, key=_LATER_WINS.__getitem__)
    return found


def old_bundle(resources: Iterable[Mapping[str, Any]]) -> str:
    """The version of a whole bundle: one system wrote it, so its oldest entry speaks for all."""
    return max((old_version(one) for one in resources), key=_LATER_WINS.__getitem__, default="")


# Cheap to look for in the bytes of a resource; only a hit is read again to be sure.
SUSPICIOUS: dict[str, tuple[bytes, ...]] = {
    kind: tuple(f'"{name}"'.encode() for name, _shape, _version in signs) for kind, signs in _BY_TYPE.items()
}
