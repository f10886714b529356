"""The region as hospitals would send it: FHIR R4 lines or bundles, or sheets. Text is put together by hand: fast."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from xinglin.exchange.invented.histories import CODES, CORRECTED, FINAL, PRELIMINARY, VOID, Histories
from xinglin.exchange.invented.offered import BY_CODE, PANELS, Exam, Test
from xinglin.exchange.invented.people import Record
from xinglin.exchange.invented.places import Hospital, local_code
from xinglin.exchange.invented.truth import CHINA

LOINC = "http://loinc.org"
# How an identity document is named in a Patient: the object identifier of the resident identity card, and our own.
ID_CARD = "urn:oid:2.16.156.10011.1.3"
DOCUMENT = "urn:xinglin:document:"
MOTHER = "https://xinglin.example/fhir/StructureDefinition/patient-mother"
GENDER = {1: "male", 2: "female", 9: "other"}
STATUS = {FINAL: "final", CORRECTED: "corrected", VOID: "entered-in-error", PRELIMINARY: "preliminary"}


@dataclass(frozen=True)
class Line:
    """One item in one hospital's words."""

    code: str
    name: str
    unit: str
    coding: str
    low: float | None
    high: float | None
    digits: int
    is_exam: bool


def vocabulary(hospital: Hospital) -> list[Line]:
    """Every item as `hospital` writes it, in the order of CODES."""
    made = []
    for place, code in enumerate(CODES):
        one = BY_CODE[code]
        own = local_code(hospital, code, place)
        name, unit, low, high, digits = one.zh, "", None, None, 0
        if isinstance(one, Test):
            name = ((one.zh, *one.names) * 2)[hospital.spelling]
            unit, low, high, digits = one.spellings[hospital.spelling], one.low, one.high, one.digits
        coding = [{"system": hospital.system, "code": own, "display": name}]
        if hospital.loinc:
            coding.append({"system": LOINC, "code": one.loinc})
        made.append(Line(own, name, unit, _json(coding), low, high, digits, isinstance(one, Exam)))
    return made


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stamps(seconds: np.ndarray) -> list[str]:
    """Times as hospitals here write them: seconds, +08:00."""
    return [f"{text}+08:00" for text in np.datetime_as_string((seconds + 28_800).astype("datetime64[s]"))]


class Written:
    """Everything of one region as text; `lives` in columns, records and words of hospitals beside it."""

    def __init__(self, lives: Histories, records: list[Record]):
        self.lives, self.records = lives, records
        self.visit_at, self.effective = stamps(lives.visit_at), stamps(lives.effective_at)
        self.reported, self.corrected = stamps(lives.reported_at), stamps(lives.corrected_at)
        self.reports_of = np.searchsorted(lives.report_visit, np.arange(len(lives.visit_record) + 1))
        self.results_of = np.searchsorted(lives.result_report, np.arange(len(lives.report_visit) + 1))
        self.visits_of = np.searchsorted(lives.visit_record, np.arange(len(records) + 1))
        self.items, self.values = lives.result_item.tolist(), lives.value.tolist()
        self.firsts, self.critical = lives.first.tolist(), lives.critical.tolist()
        self.panels, self.statuses = lives.report_panel.tolist(), lives.report_status.tolist()

    def of_record(self, record: int, hospital: Hospital, words: list[Line]) -> Iterator[tuple[str, str]]:
        """(kind, resource) of one record: the patient, then each visit with its reports and their results."""
        local = self.records[record].local_id
        yield "Patient", patient(self.records[record], hospital)
        for visit in range(self.visits_of[record], self.visits_of[record + 1]):
            yield (
                "Encounter",
                (
                    f'{{"resourceType":"Encounter","id":"V{visit}","status":"finished","class":{{"system":'
                    f'"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}},"subject":{{"reference":'
                    f'"Patient/{local}"}},"period":{{"start":"{self.visit_at[visit]}"}}}}'
                ),
            )
            for report in range(self.reports_of[visit], self.reports_of[visit + 1]):
                status = self.statuses[report]
                if status in (CORRECTED, VOID):
                    yield from self._report(report, visit, local, hospital, words, FINAL, 1)
                    yield from self._report(report, visit, local, hospital, words, status, 2)
                else:
                    yield from self._report(report, visit, local, hospital, words, status, 1)

    def _report(
        self, report: int, visit: int, local: str, hospital: Hospital, words: list[Line], status: int, version: int
    ) -> Iterator[tuple[str, str]]:
        panel, said = PANELS[self.panels[report]], STATUS[status]
        results = range(self.results_of[report], self.results_of[report + 1])
        issued = self.corrected[report] if version > 1 else self.reported[report]
        meta = f'"meta":{{"versionId":"{version}","lastUpdated":"{issued}"}}'
        line = words[self.items[results[0]]]
        if line.is_exam:
            exam = BY_CODE[CODES[self.items[results[0]]]]
            assert isinstance(exam, Exam)  # noqa: S101 - the line says so
            category, coding = "RAD", line.coding
            more = (
                f',"conclusion":"{exam.findings[report % len(exam.findings)]}","presentedForm":[{{"contentType":'
                f'"application/dicom","url":"https://{hospital.key}.example/pacs/R{report}"}}]'
            )
        else:
            category, coding = "LAB", f'[{{"system":"{hospital.system}","code":"{panel.code}"}}]'
            more = ',"result":[' + ",".join(f'{{"reference":"Observation/O{one}"}}' for one in results) + "]"
        yield (
            "DiagnosticReport",
            (
                f'{{"resourceType":"DiagnosticReport","id":"R{report}",{meta},"identifier":[{{"system":'
                f'"https://{hospital.key}.example/report","value":"{hospital.key.upper()}-{report}"}}],"status":"{said}",'
                f'"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"{category}"}}]}}],'
                f'"code":{{"coding":{coding},"text":"{panel.zh}"}},"subject":{{"reference":"Patient/{local}"}},"encounter":'
                f'{{"reference":"Encounter/V{visit}"}},"effectiveDateTime":"{self.effective[report]}","issued":"{issued}"{more}}}'
            ),
        )
        if not line.is_exam:
            values = self.firsts if version == 1 else self.values
            for one in results:
                yield "Observation", self._observation(one, report, local, words, said, meta, issued, values[one])

    def _observation(
        self, one: int, report: int, local: str, words: list[Line], said: str, meta: str, issued: str, value: float
    ) -> str:
        line = words[self.items[one]]
        flag = "HH" if self.critical[one] else "N"
        if line.low is not None and line.high is not None and not self.critical[one]:
            flag = "H" if value > line.high else "L" if value < line.low else "N"
        return (
            f'{{"resourceType":"Observation","id":"O{one}",{meta},"status":"{said}","category":[{{"coding":[{{"system":'
            f'"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}}]}}],"code":{{"coding":'
            f'{line.coding},"text":"{line.name}"}},"subject":{{"reference":"Patient/{local}"}},"effectiveDateTime":'
            f'"{self.effective[report]}","issued":"{issued}","valueQuantity":{{"value":{value:.{line.digits}f},"unit":'
            f'"{line.unit}"}},"interpretation":[{{"coding":[{{"system":'
            f'"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"{flag}"}}]}}],"referenceRange":'
            f'[{{"low":{{"value":{line.low}}},"high":{{"value":{line.high}}}}}]}}'
        )


def patient(record: Record, hospital: Hospital) -> str:
    """A record as a FHIR Patient."""
    numbers: list[dict[str, object]] = [{
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
        "system": f"https://{hospital.key}.example/patient", "value": record.local_id,
    }]  # fmt: skip
    for kind, number in record.documents:
        numbers.append({"system": ID_CARD if kind == "id_card" else DOCUMENT + kind, "value": number})
    told: dict[str, object] = {"resourceType": "Patient", "id": record.local_id, "identifier": numbers}
    names = []
    if record.name_zh:
        names.append({"use": "official", "text": record.name_zh})
    if record.name_en:
        names.append({"use": "usual" if names else "official", "text": record.name_en})
    told["name"] = names
    told["gender"] = GENDER.get(record.sex, "unknown")
    if record.birth_date is not None:
        told["birthDate"] = record.birth_date.isoformat()
    if record.phone:
        told["telecom"] = [{"system": "phone", "value": record.phone}]
    if record.address or record.region:
        told["address"] = [{"text": record.address, "postalCode": "", "state": record.region, "country": "CN"}]
        told["address"] = [{key: value for key, value in told["address"][0].items() if value}]  # type: ignore[index]
    if record.birth_order:
        told["multipleBirthInteger"] = record.birth_order
    if record.mother:
        told["extension"] = [{"url": MOTHER, "valueReference": {"reference": f"Patient/{record.mother}"}}]
    if record.deceased:
        told["deceasedBoolean"] = True
    return _json(told)


def entry(kind: str, resource: str) -> str:
    """A resource as an entry of a transaction bundle."""
    begin = resource.index('"id":"') + 6
    ident = resource[begin : resource.index('"', begin)]
    return f'{{"resource":{resource},"request":{{"method":"PUT","url":"{kind}/{ident}"}}}}'


def moment(seconds: int) -> str:
    """One time, +08:00."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).isoformat()
