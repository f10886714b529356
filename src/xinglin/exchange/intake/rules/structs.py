"""What is read of FHIR R4: typed structs that take only the fields the program acts on. Pure.

A resource of another type is read as far as whom it is about. Numbers stay decimal, exactly as they were written.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, cast

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from xinglin.exchange.intake.words.types import R4_TYPES, READ


class Meta(Struct, kw_only=True, rename={"last_updated": "lastUpdated", "version_id": "versionId"}):
    last_updated: str | None = None
    version_id: str | None = None


class Identifier(Struct, kw_only=True):
    system: str | None = None
    value: str | None = None
    use: str | None = None
    type: CodeableConcept | None = None


class Reference(Struct, kw_only=True):
    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Coding(Struct, kw_only=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Struct, kw_only=True):
    coding: list[Coding] = msgspec.field(default_factory=list)
    text: str | None = None


class Period(Struct, kw_only=True):
    start: str | None = None
    end: str | None = None


class Quantity(Struct, kw_only=True):
    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Struct, kw_only=True):
    low: Quantity | None = None
    high: Quantity | None = None
    text: str | None = None


class Ratio(Struct, kw_only=True):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Resource(Struct, kw_only=True, tag_field="resourceType"):
    """What every resource has."""

    id: str | None = None
    meta: Meta | None = None


class HumanName(Struct, kw_only=True):
    text: str | None = None
    family: str | None = None
    given: list[str | None] = msgspec.field(default_factory=list)
    use: str | None = None
    extension: list[dict[str, Any]] = msgspec.field(default_factory=list)


class ContactPoint(Struct, kw_only=True):
    system: str | None = None
    value: str | None = None
    use: str | None = None


class Address(Struct, kw_only=True):
    text: str | None = None
    line: list[str | None] = msgspec.field(default_factory=list)
    city: str | None = None
    district: str | None = None
    state: str | None = None
    postalCode: str | None = None
    country: str | None = None


class Link(Struct, kw_only=True):
    other: Reference | None = None
    type: str | None = None


class Patient(Resource, tag="Patient"):
    identifier: list[Identifier] = msgspec.field(default_factory=list)
    name: list[HumanName] = msgspec.field(default_factory=list)
    telecom: list[ContactPoint] = msgspec.field(default_factory=list)
    gender: str | None = None
    birthDate: str | None = None
    deceasedBoolean: bool | None = None
    deceasedDateTime: str | None = None
    address: list[Address] = msgspec.field(default_factory=list)
    multipleBirthInteger: int | None = None
    extension: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Participant(Struct, kw_only=True):
    individual: Reference | None = None


class Encounter(Resource, tag="Encounter"):
    status: str | None = None
    kind: Coding | None = msgspec.field(name="class", default=None)
    subject: Reference | None = None
    period: Period | None = None
    serviceProvider: Reference | None = None
    partOf: Reference | None = None
    participant: list[Participant] = msgspec.field(default_factory=list)


class Organization(Resource, tag="Organization"):
    identifier: list[Identifier] = msgspec.field(default_factory=list)
    name: str | None = None
    alias: list[str | None] = msgspec.field(default_factory=list)
    type: list[CodeableConcept] = msgspec.field(default_factory=list)
    address: list[Address] = msgspec.field(default_factory=list)
    partOf: Reference | None = None


class Practitioner(Resource, tag="Practitioner"):
    name: list[HumanName] = msgspec.field(default_factory=list)


class PractitionerRole(Resource, tag="PractitionerRole"):
    practitioner: Reference | None = None
    organization: Reference | None = None


class ServiceRequest(Resource, tag="ServiceRequest"):
    status: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    code: CodeableConcept | None = None
    authoredOn: str | None = None
    requester: Reference | None = None


class Collection(Struct, kw_only=True):
    collectedDateTime: str | None = None
    collectedPeriod: Period | None = None


class Specimen(Resource, tag="Specimen"):
    subject: Reference | None = None
    type: CodeableConcept | None = None
    collection: Collection | None = None


class Component(Struct, kw_only=True):
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueSampledData: Raw | UnsetType = UNSET
    valueTime: str | None = None
    valueDateTime: str | None = None
    valuePeriod: Period | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: list[CodeableConcept] = msgspec.field(default_factory=list)
    referenceRange: list[Range] = msgspec.field(default_factory=list)


class Observation(Resource, tag="Observation"):
    # Read only where something refers into it.
    contained: Raw | UnsetType = UNSET
    status: str | None = None
    category: list[CodeableConcept] = msgspec.field(default_factory=list)
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    effectiveInstant: str | None = None
    issued: str | None = None
    performer: list[Reference] = msgspec.field(default_factory=list)
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    device: Reference | None = None
    component: list[Component] = msgspec.field(default_factory=list)
    valueQuantity: Quantity | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueSampledData: Raw | UnsetType = UNSET
    valueTime: str | None = None
    valueDateTime: str | None = None
    valuePeriod: Period | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: list[CodeableConcept] = msgspec.field(default_factory=list)
    referenceRange: list[Range] = msgspec.field(default_factory=list)


class Attachment(Struct, kw_only=True):
    url: str | None = None
    contentType: str | None = None


class Media(Struct, kw_only=True):
    link: Reference | None = None


class DiagnosticReport(Resource, tag="DiagnosticReport"):
    identifier: list[Identifier] = msgspec.field(default_factory=list)
    basedOn: list[Reference] = msgspec.field(default_factory=list)
    status: str | None = None
    category: list[CodeableConcept] = msgspec.field(default_factory=list)
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    performer: list[Reference] = msgspec.field(default_factory=list)
    resultsInterpreter: list[Reference] = msgspec.field(default_factory=list)
    specimen: list[Reference] = msgspec.field(default_factory=list)
    result: list[Reference] = msgspec.field(default_factory=list)
    imagingStudy: list[Reference] = msgspec.field(default_factory=list)
    media: list[Media] = msgspec.field(default_factory=list)
    conclusion: str | None = None
    presentedForm: list[Attachment] = msgspec.field(default_factory=list)


class ImagingStudy(Resource, tag="ImagingStudy"):
    status: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    started: str | None = None


class Kept(Resource):
    """A resource that is kept as it came: read as far as whom it is about."""

    subject: Any = None
    patient: Any = None
    encounter: Any = None
    beneficiary: Any = None


TYPED: dict[str, type[Resource]] = {
    one.__name__: one
    for one in (
        Patient,
        Encounter,
        Organization,
        Practitioner,
        PractitionerRole,
        ServiceRequest,
        Specimen,
        Observation,
        DiagnosticReport,
        ImagingStudy,
    )
}
OTHER: dict[str, type[Resource]] = {
    name: cast("type[Kept]", msgspec.defstruct(name, [], bases=(Kept,), tag=name, kw_only=True, module=__name__))
    for name in sorted(R4_TYPES - set(READ))
}
KIND_OF: dict[type[Resource], str] = {one: name for name, one in {**TYPED, **OTHER}.items()}


class Request(Struct, kw_only=True):
    method: str | None = None
    url: str | None = None


class BundleEntry(Struct, kw_only=True):
    fullUrl: str | None = None
    resource: Raw | UnsetType = UNSET
    request: Request | None = None


class Bundle(Struct, kw_only=True):
    resourceType: str | None = None
    type: str | None = None
    entry: list[BundleEntry] = msgspec.field(default_factory=list)


class Head(Struct, kw_only=True):
    """Enough to say what a thing claims to be."""

    resourceType: str | None = None
    id: str | None = None


_ANY: Any = msgspec.json.Decoder(reduce(or_, [*TYPED.values(), *OTHER.values()]))
read_resource = _ANY.decode
read_bundle = msgspec.json.Decoder(Bundle).decode
read_head = msgspec.json.Decoder(Head).decode


def reference_of(kept: Kept) -> Reference | None:
    """Whom a kept resource is about, where it says so in one of the usual places."""
    for given in (kept.subject, kept.patient, kept.beneficiary):
        if isinstance(given, dict) and isinstance(given.get("reference"), str):
            return Reference(reference=given["reference"])
    return None
