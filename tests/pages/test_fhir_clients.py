"""A FHIR client that is not ours, and bundles as hospitals send them."""

from typing import Any

import pytest
from fhirpy import SyncFHIRClient
from tests.factories.fhir import Cities, cities, program, result

from xinglin.exchange.intake.models import Report, Result
from xinglin.exchange.intake.words import FINAL, VOID


@pytest.mark.django_db(transaction=True)
def test_fhirpy_reads_searches_pages_and_executes(live_server: Any) -> None:
    world = cities()
    for n in range(12):
        result(world.mine, 1 + n % 2, days=n + 1)
    client = SyncFHIRClient(f"{live_server.url}/fhir/R4", authorization=f"Bearer {world.one.secret}")
    patient = client.reference("Patient", str(world.mine.pk)).to_resource()
    assert patient["name"][0]["text"] == "陈示例" and patient["managingOrganization"]["display"] == "示例广州医院"
    search = client.resources("Observation").search(patient=world.mine.pk, code="14749-6")
    assert search.count() == 6
    assert len(search.sort("-date").limit(4).fetch()) == 4
    newest = client.resources("Observation").search(patient=world.mine.pk).sort("-date").first()
    assert newest is not None and newest["valueQuantity"]["value"] == 5.1
    found = client.execute("Patient/$match", "post", data={
        "resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {
            "resourceType": "Patient", "name": [{"text": "陈示例"}],
            "identifier": [{"system": "urn:oid:2.16.156.10011.1.3", "value": "440524188001010014"}]}}]})  # fmt: skip
    assert found["entry"][0]["resource"]["id"] == str(world.mine.pk)
    with pytest.raises(Exception, match=r"OperationOutcome|not-found|exist"):
        client.reference("Patient", str(world.theirs.pk)).to_resource()


@pytest.fixture
def world(db: None) -> Cities:
    return cities()


def observation(value: float = 5.5, status: str = "final", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": "o-1", "status": status, "subject": {"reference": "Patient/p-1"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}]},
        "effectiveDateTime": "2026-10-30T08:00:00+08:00", "issued": "2026-10-30T10:00:00+08:00",
        "valueQuantity": {"value": value, "unit": "mmol/L"}, **more,
    }  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
               for one in resources]  # fmt: skip
    return {"resourceType": "Bundle", "type": "batch", "entry": entries}


PATIENT = {"resourceType": "Patient", "id": "p-1", "name": [{"text": "何示例"}], "gender": "female"}


def test_a_bundle_is_answered_entry_by_entry_and_twice_adds_nothing(world: Cities) -> None:
    sender = program(world.first, "system/*.cruds")
    sent = bundle(PATIENT, observation(), {"resourceType": "Observation", "id": "o-2", "status": "final"})
    for sound in ("201 Created", "200 OK"):
        response = sender.post("", sent)
        assert response.status_code == 200, response.content
        told = response.json()
        assert told["type"] == "batch-response"
        assert [one["response"]["status"] for one in told["entry"]] == [sound, sound, "422"]
        assert told["entry"][2]["response"]["outcome"]["issue"][0]["diagnostics"]
    assert Result.objects.filter(site=world.first.number, status=FINAL).count() == 1
    found = sender.get("Observation?code=14749-6").json()["entry"]
    assert found[0]["resource"]["valueQuantity"] == {
        "value": 5.5, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L",
    }  # fmt: skip


def test_a_single_resource_goes_to_its_own_address(world: Cities) -> None:
    sender = program(world.first, "system/*.cruds")
    assert sender.post("Patient", PATIENT).status_code == 201
    assert sender.post("Observation", observation()).status_code == 201
    assert sender.post("Observation", PATIENT).status_code == 400
    assert sender.post("Observation", observation(status="entered-in-error")).status_code == 200
    assert set(Result.objects.filter(site=world.first.number).values_list("status", flat=True)) == {VOID}
    assert Report.objects.count() == 0


def test_reading_tokens_do_not_write(world: Cities) -> None:
    for scopes in (("system/*.rs",), ("system/Patient.cu",), ("system/*.c",)):
        response = program(world.first, *scopes).post("", bundle(PATIENT, observation()))
        assert response.status_code == 403 and response.json()["resourceType"] == "OperationOutcome"
    assert Result.objects.count() == 0
