"""Bundles sent to the FHIR interface: a transaction whole or not at all, a batch entry by entry, conditions, references."""

import json
from typing import Any

import pytest
from tests.factories import intake
from tests.factories.fhir import Cities, program
from tests.factories.fhir import cities as made_cities

from xinglin.exchange.identity.models import Patient
from xinglin.exchange.intake.models import Delivery, Quarantined, Resource, Result
from xinglin.kernel.models import LedgerEntry

pytestmark = pytest.mark.django_db
Json = dict[str, Any]
CARD = {"system": "urn:oid:2.16.156.10011.1.3", "value": "440524188001010014"}
WRITE = ("system/*.cruds",)


@pytest.fixture
def world() -> Cities:
    return made_cities()


def bundle(*entries: Json, kind: str = "transaction") -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(resource: Json, method: str = "PUT", url: str | None = None, name: str = "", **more: Any) -> Json:
    kind, key = resource["resourceType"], resource.get("id", "")
    made: Json = {"resource": resource, "request": {
        "method": method, "url": url or (f"{kind}/{key}" if method == "PUT" else kind), **more}}  # fmt: skip
    return {"fullUrl": name, **made} if name else made


def unnamed(resource: Json, **more: Any) -> Json:
    return {name: value for name, value in {**resource, **more}.items() if name != "id"}


def send(world: Cities, body: Any, address: str = "", **headers: str) -> tuple[int, Json]:
    answer = program(world.first, *WRITE).post(address, body if isinstance(body, str) else json.dumps(body), **headers)
    return answer.status_code, answer.json()


def places(told: Json) -> dict[str, str]:
    assert told["resourceType"] == "OperationOutcome"
    return {one["expression"][0]: one["details"]["coding"][0]["code"] for one in told["issue"]}


def test_a_sound_transaction_is_kept_whole_and_sent_again_adds_nothing(world: Cities) -> None:
    sent = bundle(entry(intake.patient()), entry(intake.observation()), entry(intake.report()))
    status, told = send(world, sent)
    assert (status, told["type"]) == (200, "transaction-response")
    assert [one["response"]["status"] for one in told["entry"]] == ["201 Created"] * 3
    patient = Patient.objects.get(local_id="p1")
    result = Result.objects.get(source_id="o1")
    assert told["entry"][0]["response"]["location"] == f"Patient/{patient.pk}"
    assert told["entry"][1]["response"]["location"] == f"Observation/{result.pk}"
    reader = program(world.first)
    for one in told["entry"]:
        assert reader.get(one["response"]["location"]).status_code == 200
    status, told = send(world, sent)
    assert [one["response"]["status"] for one in told["entry"]] == ["200 OK"] * 3
    assert Result.objects.count() == 1 and Quarantined.objects.count() == 0


@pytest.mark.parametrize(("spoiled", "code"), [
    (intake.observation("o2", effectiveDateTime="2199-01-01T00:00:00Z"), "intake.result.future"),
    (intake.observation("o2", status="done"), "intake.result.status"),
    (intake.observation("o2", "nobody"), "intake.reference.waiting"),
    (intake.observation("o2", effectiveDateTime=7), "intake.malformed.structure"),
])  # fmt: skip
def test_one_entry_that_would_be_quarantined_and_nothing_of_the_transaction_is_kept(
    world: Cities, spoiled: Json, code: str
) -> None:
    before = Patient.objects.count()
    sent = bundle(entry(intake.patient()), entry(intake.observation()), entry(spoiled), entry(intake.report()))
    status, told = send(world, sent)
    assert status == 422 and places(told) == {"Bundle.entry[2]": code}
    assert told["issue"][0]["diagnostics"]
    for model in (Delivery, Quarantined, Resource, Result):
        assert model.objects.count() == 0, model
    assert Patient.objects.count() == before
    said = LedgerEntry.objects.get(event="intake.whole_refused")
    assert said.data == {"entries": 1, "reasons": {code.removeprefix("intake."): 1}}
    # The same entries in a batch stand for themselves.
    status, told = send(world, {**sent, "type": "batch"})
    assert (status, told["type"]) == (200, "batch-response")
    answered = [one["response"]["status"][:3] for one in told["entry"]]
    assert answered == ["201", "201", "422", "201"]
    assert told["entry"][2]["response"]["outcome"]["issue"][0]["details"]["coding"][0]["code"] == code
    assert (Result.objects.count(), Quarantined.objects.count()) == (1, 1)


def test_every_entry_that_stands_in_the_way_is_named(world: Cities) -> None:
    bad = [intake.observation(f"o{n}", "nobody") for n in (1, 2)]
    status, told = send(world, bundle(entry(intake.patient()), *map(entry, bad)))
    assert status == 422 and set(places(told)) == {"Bundle.entry[1]", "Bundle.entry[2]"}


def test_temporary_names_become_the_records_they_mean_and_numbers_stay_as_written(world: Cities) -> None:
    person, visit = "urn:uuid:7f1a4e6c-0001-4a2b-9c3d-000000000001", "urn:uuid:7f1a4e6c-0002-4a2b-9c3d-000000000002"
    encounter = {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"},
                 "subject": {"reference": person}}  # fmt: skip
    about = unnamed(intake.observation(), subject={"reference": person}, encounter={"reference": visit})
    text = json.dumps(bundle(
        entry(unnamed(intake.patient()), "POST", name=person), entry(encounter, "POST", name=visit),
        entry(about, "POST", name="urn:uuid:7f1a4e6c-0003-4a2b-9c3d-000000000003"),
    )).replace('"value": 5.1', '"value": 5.10')  # fmt: skip
    status, told = send(world, text)
    assert status == 200, told
    result = Result.objects.get()
    assert result.patient == Patient.objects.get(local_id=person.rpartition(":")[2]).pk and result.sent == "5.10 mmol/L"
    kept = Resource.objects.get(kind="Encounter")
    assert (
        kept.body["subject"] == {"reference": f"Patient/{person.rpartition(':')[2]}"} and kept.patient == result.patient
    )


def test_a_temporary_name_nobody_has_refuses_the_transaction(world: Cities) -> None:
    stray = intake.observation(subject={"reference": "urn:uuid:7f1a4e6c-9999-4a2b-9c3d-000000000009"})
    status, told = send(world, bundle(entry(intake.patient()), entry(stray)))
    assert status == 422 and places(told) == {"Bundle.entry[1]": "fhir.reference"}
    assert Resource.objects.count() == 0


def test_one_record_twice_in_a_transaction_is_refused(world: Cities) -> None:
    status, told = send(world, bundle(entry(intake.patient()), entry(intake.patient(name="陈示范"))))
    assert status == 422 and places(told) == {"Bundle.entry[1]": "fhir.overlap"}


def test_conditional_create_finds_the_senders_own_record(world: Cities) -> None:
    condition = f"identifier={CARD['system']}|{CARD['value']}"
    # The hospital has this patient already, under its own number.
    known = world.mine
    name = "urn:uuid:7f1a4e6c-0001-4a2b-9c3d-000000000001"
    person = entry(unnamed(intake.patient(), identifier=[CARD]), "POST", name=name, ifNoneExist=condition)
    about = entry(intake.observation(subject={"reference": name}))
    status, told = send(world, bundle(person, about))
    assert status == 200 and told["entry"][0]["response"] == {"status": "200 OK", "location": f"Patient/{known.pk}"}
    assert Result.objects.get().patient == known.pk
    assert Patient.objects.get(pk=known.pk).name_zh == "陈示例"
    changed = entry(unnamed(intake.patient(name="陈示范"), identifier=[CARD]), "POST", name=name, ifNoneExist=condition)
    assert send(world, bundle(changed))[1]["entry"][0]["response"]["status"] == "200 OK"
    assert Patient.objects.get(pk=known.pk).name_zh == "陈示例"
    # One that nobody knows is made, and found the next time.
    other = {"system": "urn:example:mrn", "value": "M-1"}
    person = entry(unnamed(intake.patient(name="林示范"), identifier=[other]), "POST", name=name,
                   ifNoneExist="identifier=urn:example:mrn|M-1")  # fmt: skip
    before = Patient.objects.count()
    first, second = send(world, bundle(person)), send(world, bundle(person))
    assert [told["entry"][0]["response"]["status"] for _status, told in (first, second)] == ["201 Created", "200 OK"]
    assert Patient.objects.count() == before + 1


def test_conditional_update_writes_the_one_it_finds_and_a_condition_with_several_is_412(world: Cities) -> None:
    where = {"system": "urn:example:ward", "value": "W1"}
    ward = {"resourceType": "Organization", "identifier": [where], "name": "示例病区"}
    url = "Organization?identifier=urn:example:ward|W1"
    assert send(world, bundle(entry(ward, url=url)))[1]["entry"][0]["response"]["status"] == "201 Created"
    assert (
        send(world, bundle(entry({**ward, "name": "示例新病区"}, url=url)))[1]["entry"][0]["response"]["status"]
        == "200 OK"
    )
    assert [one.body["name"] for one in Resource.objects.filter(kind="Organization")] == ["示例新病区"]
    assert send(world, bundle(entry({**ward, "id": "w2"})))[0] == 200
    status, told = send(world, bundle(entry(ward, "POST", ifNoneExist="identifier=urn:example:ward|W1"), kind="batch"))
    response = told["entry"][0]["response"]
    assert status == 200 and response["status"] == "412"
    assert response["outcome"]["issue"][0]["code"] == "multiple-matches"
    answer = program(world.first, *WRITE).post(
        "Organization", json.dumps(ward), **{"If-None-Exist": url.partition("?")[2]}
    )
    assert answer.status_code == 412


def test_conditional_references_lead_to_exactly_one_record(world: Cities) -> None:
    send(world, bundle(entry(intake.patient(world.mine.local_id, identifier=[CARD]))))
    by_card = f"Patient?identifier={CARD['system']}|{CARD['value']}"
    assert send(world, bundle(entry(intake.observation(subject={"reference": by_card}))))[0] == 200
    assert Result.objects.get().patient == world.mine.pk
    stray = intake.observation("o2", subject={"reference": "Patient?identifier=urn:example:mrn|nobody"})
    status, told = send(world, bundle(entry(stray)))
    assert status == 422 and places(told) == {"Bundle.entry[0]": "fhir.reference"}


@pytest.mark.parametrize(("more", "code"), [
    ({"method": "GET"}, "fhir.method"), ({"method": "PATCH"}, "fhir.method"), ({"method": "DELETE"}, "intake.entry.delete"),
    ({"ifMatch": 'W/"1"'}, "fhir.condition"), ({"url": "Patient/other"}, "fhir.body"),
    ({"method": "POST", "ifNoneExist": "name=x"}, "fhir.condition"),
])  # fmt: skip
def test_what_is_not_offered_is_refused_by_name(world: Cities, more: Json, code: str) -> None:
    one = entry(intake.patient())
    one["request"] |= more
    if one["request"]["method"] == "POST":
        one["request"]["url"] = "Patient"
    status, told = send(world, bundle(entry(intake.observation("o9", "p9")), one))
    assert status == 422 and places(told)["Bundle.entry[1]"] == code
    status, told = send(world, bundle(one, entry(intake.patient("p3")), "nonsense", kind="batch"))  # type: ignore[arg-type]
    assert status == 200, told
    statuses = [each["response"]["status"][:3] for each in told["entry"]]
    assert statuses[1:] == ["201", "400"] and statuses[0] in ("400", "405", "422")


def test_single_resources_are_answered_by_what_became_of_them(world: Cities) -> None:
    writer = program(world.first, *WRITE)
    answer = writer.post("Patient", json.dumps(intake.patient()))
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/fhir/R4/Patient/{Patient.objects.get(local_id='p1').pk}")
    assert writer.post("Patient", json.dumps(intake.patient())).status_code == 200
    assert writer.post("Observation", json.dumps(intake.observation("o1", "nobody"))).status_code == 422
    assert writer.post("Patient", json.dumps(intake.patient()), **{"If-Match": 'W/"1"'}).status_code == 400


def test_scopes_ask_for_update_where_an_entry_updates(world: Cities) -> None:
    creates = program(world.first, "system/*.c")
    sent = bundle(entry(intake.patient()))
    assert creates.post("", json.dumps(sent)).status_code == 403
    assert creates.post("", json.dumps(bundle(entry(intake.patient(), "POST")))).status_code == 200
