"""FHIR and CSV as a hospital sends them, invented; and the organisations that send."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from xinglin.exchange.intake.actions import receive
from xinglin.exchange.intake.models import Delivery
from xinglin.kernel import permits
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.actions.organisations import note_organisation

Json = dict[str, Any]
LAB = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}]


def shared(*parts: str) -> Path:
    """A folder of the data made by others; the test is skipped where it is not."""
    root = Path(os.environ.get("XINGLIN_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    place = root.joinpath(*parts)
    if not place.exists():
        pytest.skip("the shared data is not here (XINGLIN_SHARED_DATA)")
    return place


def hospital(name: str = "示例市第一医院") -> str:
    """An organisation that sends, by its id."""
    return note_organisation(name=name, by=permits.the_program()).pk


def account(organisation: str, role: Role = Role.LABORATORY, name: str = "jianyanke") -> Account:
    """Somebody of the hospital's laboratory."""
    one = Account.objects.create_user(name, f"{name}@example.org", None, display_name="示例检验科")
    permits.grant(account=one, role=role, scope=("organisation", organisation), by=permits.the_program())
    return one


def patient(key: str = "p1", name: str = "陈示例", **more: Any) -> Json:
    return {"resourceType": "Patient", "id": key, "name": [{"text": name}], "gender": "female",
            "birthDate": "1980-03-04", **more}  # fmt: skip


def observation(key: str = "o1", about: str = "p1", value: object = 5.1, **more: Any) -> Json:
    return {
        "resourceType": "Observation", "id": key, "status": "final", "category": LAB,
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6", "display": "Glucose"}]},
        "subject": {"reference": f"Patient/{about}"}, "effectiveDateTime": "2026-03-01T08:00:00+08:00",
        "issued": "2026-03-01T10:00:00+08:00",
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        **more,
    }  # fmt: skip


def report(key: str = "r1", about: str = "p1", results: tuple[str, ...] = ("o1",), **more: Any) -> Json:
    return {
        "resourceType": "DiagnosticReport", "id": key, "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
        "code": {"text": "生化"}, "subject": {"reference": f"Patient/{about}"},
        "effectiveDateTime": "2026-03-01T08:00:00+08:00", "issued": "2026-03-01T10:00:00+08:00",
        "result": [{"reference": f"Observation/{one}"} for one in results], "conclusion": "示例：血糖偏高", **more,
    }  # fmt: skip


def bundle(*resources: Json, kind: str = "transaction") -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{one.get('id', '')}", "resource": one,
                "request": {"method": "PUT", "url": f"{one['resourceType']}/{one.get('id', '')}"}}
               for one in resources]  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}, ensure_ascii=False).encode()


def send(organisation: str, content: bytes, name: str = "示例.json", by: Account | None = None) -> Delivery:
    """Take a delivery in, as the program unless somebody else sends it."""
    return receive.take_in(source=content, organisation_id=organisation, name=name, by=by or permits.the_program())


def counts(row: Delivery) -> tuple[int, int, int]:
    return row.accepted, row.unchanged, row.quarantined
