"""The FHIR interface: what is written is FHIR, what may not be seen does not exist, and every look is on record."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from fhir.resources.R4B import get_fhir_model_class
from tests.factories import consent
from tests.factories.fhir import NOON, Cities, cities, patient, program, report, result

from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.intake.models import Resource
from xinglin.exchange.intake.words import SENSITIVE, SUPERSEDED, VOID
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.words import Role
from xinglin.portal.fhir.statement import RESOURCES


@pytest.fixture
def world(db: None) -> Cities:
    return cities()


def told(response: Any, status: int = 200) -> dict:
    assert response.status_code == status, response.content[:600]
    body = json.loads(response.content)
    get_fhir_model_class(body["resourceType"]).model_validate(body)
    return body


def found(response: Any) -> list[dict]:
    return [one["resource"] for one in told(response).get("entry", [])]


def views() -> list[dict]:
    return list(LedgerEntry.objects.filter(event="consent.viewed").order_by("pk").values_list("data", flat=True))


def test_the_statement_is_open_and_names_everything_that_can_be_read(db: None) -> None:
    body = told(Client().get("/fhir/R4/metadata"))
    assert {one["type"] for one in body["rest"][0]["resource"]} == set(RESOURCES)
    assert body["fhirVersion"] == "4.0.1"


@pytest.mark.parametrize("kind", RESOURCES)
def test_without_a_token_nothing_is_told(world: Cities, kind: str) -> None:
    for address in (f"/fhir/R4/{kind}", f"/fhir/R4/{kind}/1"):
        response = Client().get(address)
        body = told(response, 401)
        assert body["resourceType"] == "OperationOutcome" and body["issue"][0]["code"] == "login"
        assert "Bearer" in response.headers["WWW-Authenticate"]


def test_a_hospital_reads_its_own_patient_in_full_and_anothers_not_at_all(world: Cities) -> None:
    own = told(world.one.get(f"Patient/{world.mine.pk}"))
    assert own["identifier"][1]["value"] == "440524188001010014"
    assert told(world.one.get(f"Patient/{world.theirs.pk}"), 404)["issue"][0]["code"] == "not-found"
    assert told(world.other.get(f"Patient/{world.lonely.pk}"), 404)
    assert told(world.one.get("Patient/99999999"), 404) == told(world.one.get(f"Patient/{world.theirs.pk}"), 404)


def test_consent_opens_the_other_hospitals_record_with_its_numbers_masked(world: Cities) -> None:
    consent.consent(world.mine.person_id, world.first)
    body = told(world.one.get(f"Patient/{world.theirs.pk}"))
    assert body["identifier"][1]["value"] == "4405**********0014"
    assert body["link"][0]["other"]["reference"] == f"Patient/{world.mine.pk}"


def test_results_of_a_person_cross_hospitals_only_with_a_ground(world: Cities) -> None:
    here, there = result(world.mine, 1), result(world.theirs, 1)
    search = f"Observation?patient={world.mine.pk}"
    assert [one["id"] for one in found(world.one.get(search))] == [str(here.pk)]
    consent.visit(world.mine.person_id, world.first)
    assert {one["id"] for one in found(world.one.get(search))} == {str(here.pk), str(there.pk)}
    # The other hospital has no visit of its own.
    assert [one["id"] for one in found(world.other.get(f"Observation?patient={world.theirs.pk}"))] == [str(there.pk)]


def test_a_search_without_a_patient_never_leaves_the_hospital(world: Cities) -> None:
    here = result(world.mine, 1)
    result(world.theirs, 1)
    consent.consent(world.mine.person_id, "*")
    assert [one["id"] for one in found(world.one.get("Observation?code=14749-6"))] == [str(here.pk)]
    assert {one["managingOrganization"]["display"] for one in found(world.one.get("Patient"))} == {"示例广州医院"}


def test_naming_a_patient_one_may_not_see_does_not_show_ones_own_instead(world: Cities) -> None:
    result(world.mine, 1)
    assert found(world.other.get(f"Observation?patient={world.lonely.pk}")) == []
    assert found(world.one.get("Observation?patient.identifier=urn:oid:2.16.156.10011.1.3|440524188001010099")) == []


def test_sensitive_results_are_for_the_treating_doctor_alone(world: Cities) -> None:
    paper = report(world.theirs)
    hidden = result(world.theirs, 10, None, text="阳性", flags=SENSITIVE, report=paper.pk)
    consent.visit(world.mine.person_id, world.first, by_doctor="D7")
    search = f"Observation?patient={world.mine.pk}"
    assert found(world.one.get(search)) == []
    assert told(world.one.get(f"Observation/{hidden.pk}"), 404)
    assert told(world.one.get(f"DiagnosticReport/{paper.pk}"), 404)
    shown = found(world.one.get(search, **{"X-Practitioner": "D7"}))
    assert [one["id"] for one in shown] == [str(hidden.pk)]
    assert told(world.one.get(f"DiagnosticReport/{paper.pk}", **{"X-Practitioner": "D7"}))


def test_every_look_is_written_down_and_can_be_read_back(world: Cities) -> None:
    result(world.mine, 1)
    result(world.mine, 2)
    found(world.one.get(f"Observation?patient={world.mine.pk}"))
    assert views() == [
        {"what": "FHIR Observation", "purpose": "treatment", "ground": "own_hospital", "count": 2,
         "site": world.first.number}
    ]  # fmt: skip
    events = found(world.one.get(f"AuditEvent?patient={world.mine.pk}"))
    assert events[0]["entity"][0]["description"] == "FHIR Observation"
    assert told(world.one.get(f"AuditEvent/{events[0]['id']}"))
    # The other hospital's auditors have no business with it, nor has its program.
    assert found(world.other.get(f"AuditEvent?patient={world.theirs.pk}")) == []


def test_an_etag_spares_the_second_reading(world: Cities) -> None:
    one = result(world.mine, 1)
    first = world.one.get(f"Observation/{one.pk}")
    again = world.one.get(f"Observation/{one.pk}", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b"" and len(views()) == 1
    version = told(first)["meta"]["versionId"]
    assert told(world.one.get(f"Observation/{one.pk}/_history/{version}"))
    assert told(world.one.get(f"Observation/{one.pk}/_history/other"), 404)


def test_pages_are_joined_by_links_that_only_their_reader_can_follow(world: Cities) -> None:
    made = [result(world.mine, 1 + n % 3, days=n + 1).pk for n in range(23)]
    seen, address = [], f"Observation?patient={world.mine.pk}&_count=5"
    while address:
        body = told(world.one.get(address))
        assert body["total"] == 23
        seen += [int(one["resource"]["id"]) for one in body["entry"]]
        following = [link["url"] for link in body["link"] if link["relation"] == "next"]
        address = following[0].partition("/fhir/R4/")[2] if following else ""
        if following:
            # Nothing that was asked for stands in the address, the patient least of all.
            assert "440524" not in following[0]
            assert list(QueryDict(following[0].partition("?")[2])) == ["_cursor"]
            assert told(world.other.get(address), 400)
    assert seen == made
    assert told(world.one.get("Observation?_cursor=x"), 400)


def test_dates_codes_and_states_narrow(world: Cities) -> None:
    first, second, third = result(world.mine, 1, days=1), result(world.mine, 2, days=20), result(world.mine, 1, days=40)
    gone = result(world.mine, 1, days=2, status=VOID)
    result(world.mine, 1, days=3, status=SUPERSEDED)

    def ids(query: str) -> set[int]:
        return {int(one["id"]) for one in found(world.one.get(f"Observation?patient={world.mine.pk}&{query}"))}

    assert ids("") == {first.pk, second.pk, third.pk, gone.pk}
    assert ids("status=final") == {first.pk, second.pk, third.pk}
    assert ids("code=14749-6") == {first.pk, third.pk, gone.pk}
    assert ids("code=http://loinc.org|2823-3") == {second.pk}
    assert ids("code=LAB-CHEM-K,LAB-CHEM-GLU&status=final") == {first.pk, second.pk, third.pk}
    assert ids("code=https://lis.example|C2") == {second.pk}
    assert ids("date=ge2026-10-15") == {first.pk, gone.pk}
    assert ids("date=2026-10") == {first.pk, second.pk, gone.pk}
    assert ids("date=lt2026-10-01") == {third.pk}
    assert ids("date=ge2026-10-01&date=le2026-10-20") == {second.pk}
    assert ids("_lastUpdated=ge2026-10-31") == {first.pk}
    assert ids("_since=2026-10-31T00:00:00Z") == {first.pk}
    assert ids("category=laboratory&_sort=date&status=final") == {first.pk, second.pk, third.pk}
    assert told(world.one.get(f"Observation?patient={world.mine.pk}&_summary=count")) == {
        "resourceType": "Bundle", "type": "searchset", "total": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", ["kode=1", "date=gestern", "_sort=value", "_count=many", "_include=X:y", "date=2026-13"]
)
def test_what_is_not_understood_is_refused_not_ignored(world: Cities, query: str) -> None:
    body = told(world.one.get(f"Observation?patient={world.mine.pk}&{query}"), 400)
    assert body["issue"][0]["expression"]


def test_unknown_parameters_are_passed_over_when_asked(world: Cities) -> None:
    assert found(world.one.get("Observation?kode=1", Prefer="handling=lenient")) == []


def test_reports_keep_their_id_through_corrections(world: Cities) -> None:
    first = report(world.mine, "R-7", current=False)
    second = report(world.mine, "R-7", 2, status="corrected", conclusion="示例结论")
    value = result(world.mine, 1, report=second.pk)
    body = told(world.one.get(f"DiagnosticReport/{second.pk}"))
    assert body["id"] == str(first.pk) and body["meta"]["versionId"] == "2" and body["status"] == "corrected"
    assert body["result"] == [{"reference": f"Observation/{value.pk}"}]
    assert told(world.one.get(f"DiagnosticReport/{first.pk}/_history/1"))["status"] == "final"
    history = told(world.one.get(f"DiagnosticReport/{first.pk}/_history"))
    assert [one["resource"]["meta"]["versionId"] for one in history["entry"]] == ["2", "1"]
    page = told(world.one.get(f"DiagnosticReport?patient={world.mine.pk}&_include=DiagnosticReport:result"))
    assert [one["search"]["mode"] for one in page["entry"]] == ["match", "include"] and page["total"] == 1


def test_lastn_gives_the_newest_of_each_item(world: Cities) -> None:
    result(world.mine, 1, days=9)
    newest, other = result(world.mine, 1, days=1), result(world.theirs, 2, days=3)
    consent.visit(world.mine.person_id, world.first)
    bodies = found(world.one.get(f"Observation/$lastn?patient={world.mine.pk}"))
    assert {int(one["id"]) for one in bodies} == {newest.pk, other.pk}
    assert len(found(world.one.get(f"Observation/$lastn?patient={world.mine.pk}&max=2"))) == 3
    assert told(world.one.get("Observation/$lastn"), 400)


def test_everything_is_paged_and_keeps_to_consent(world: Cities) -> None:
    for n in range(4):
        result(world.mine, 1, days=n + 1)
        result(world.theirs, 2, days=n + 1)
    paper = report(world.mine)
    body = told(world.one.get(f"Patient/{world.mine.pk}/$everything"))
    assert body["total"] == 6 and {one["resource"]["resourceType"] for one in body["entry"]} == {
        "Patient", "DiagnosticReport", "Observation",
    }  # fmt: skip
    assert str(paper.pk) in {one["resource"]["id"] for one in body["entry"]}
    consent.visit(world.mine.person_id, world.first)
    first = told(world.one.get(f"Patient/{world.mine.pk}/$everything?_count=7"))
    assert first["total"] == 11 and len(first["entry"]) == 7
    second = told(world.one.get(first["link"][1]["url"].partition("/fhir/R4/")[2]))
    assert len(second["entry"]) == 4 and len(second["link"]) == 1


def test_match_grades_by_the_index_and_tells_only_what_may_be_seen(world: Cities) -> None:
    asked = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "resource", "resource": {
                "resourceType": "Patient", "name": [{"text": "陈示例"}], "gender": "male",
                "identifier": [{"system": "urn:oid:2.16.156.10011.1.3", "value": "440524188001010014"}]}},
            {"name": "onlyCertainMatches", "valueBoolean": True},
        ],
    }  # fmt: skip
    body = told(world.one.post("Patient/$match", asked))
    assert [one["resource"]["id"] for one in body["entry"]] == [str(world.mine.pk)]
    assert body["entry"][0]["search"]["extension"][0]["valueCode"] == "certain"
    assert body["entry"][0]["search"]["score"] >= 0.99
    consent.visit(world.mine.person_id, world.first)
    assert len(told(world.one.post("Patient/$match", asked))["entry"]) == 2
    assert told(world.one.post("Patient/$match", {"resourceType": "Observation"}), 400)
    assert told(world.one.post("Patient/$match", "nonsense"), 400)


def test_scopes_decide_kind_and_deed(world: Cities) -> None:
    narrow = program(world.first, "system/Observation.rs")
    result(world.mine, 1)
    assert found(narrow.get(f"Observation?patient={world.mine.pk}"))
    assert told(narrow.get(f"Patient/{world.mine.pk}"), 403)["issue"][0]["code"] == "forbidden"
    assert told(narrow.get(f"Observation?patient={world.mine.pk}&_include=Observation:patient"), 403)
    assert told(narrow.post("", {"resourceType": "Bundle", "type": "batch", "entry": [{}]}), 403)
    only_search = program(world.first, "system/Patient.s")
    assert told(only_search.get("Patient")) and told(only_search.get(f"Patient/{world.mine.pk}"), 403)
    older = program(world.first, "system/Patient.read")
    assert told(older.get(f"Patient/{world.mine.pk}"))
    assert told(program(world.first, "read", "write").get("Patient"), 403)


def test_a_session_reads_and_never_writes(world: Cities) -> None:
    doctor = consent.doctor(world.first)
    client = Client()
    client.force_login(doctor, backend="django.contrib.auth.backends.ModelBackend")
    assert told(client.get(f"/fhir/R4/Patient/{world.mine.pk}"))
    assert told(client.post("/fhir/R4/Patient/$match", "{}", content_type="application/fhir+json"), 401)


def test_residents_read_themselves_and_nobody_else(world: Cities) -> None:
    from tests.factories import bonds

    resident = bonds.account(Role.RESIDENT, ("person", str(world.mine.person_id)))
    client = Client()
    client.force_login(resident, backend="django.contrib.auth.backends.ModelBackend")
    hidden = result(world.theirs, 10, None, text="阴性", flags=SENSITIVE)
    assert told(client.get(f"/fhir/R4/Observation/{hidden.pk}"))
    assert told(client.get(f"/fhir/R4/Patient/{world.lonely.pk}"), 404)
    consent.consent(world.mine.person_id, world.second)
    given = found(client.get(f"/fhir/R4/Consent?patient={world.mine.pk}"))
    assert len(given) == 1 and told(client.get(f"/fhir/R4/Consent/{given[0]['id']}"))
    assert found(client.get(f"/fhir/R4/AuditEvent?patient={world.mine.pk}"))


def test_other_resources_come_back_as_they_were_sent_under_our_ids(world: Cities) -> None:
    body = {"resourceType": "Encounter", "id": "V1", "status": "finished", "class": {"code": "AMB"},
            "subject": {"reference": "Patient/L1"}, "participant": [{"individual": {"reference": "Practitioner/9"}}]}  # fmt: skip
    kept = Resource.objects.create(site=world.first.number, kind="Encounter", source_id="V1", patient=world.mine.pk,
                                   body=body, digest=b"1" * 16)  # fmt: skip
    shown = told(world.one.get(f"Encounter/{kept.pk}"))
    assert shown["subject"] == {"reference": f"Patient/{world.mine.pk}"}
    assert shown["participant"][0]["individual"] == {"identifier": {"value": "Practitioner/9"}}
    assert told(world.other.get(f"Encounter/{kept.pk}"), 404)
    assert [one["id"] for one in found(world.one.get(f"Encounter?patient={world.mine.pk}"))] == [str(kept.pk)]


def test_codes_and_hospitals_are_open_to_every_token(world: Cities) -> None:
    assert len(found(world.one.get("Organization"))) >= 2
    assert told(world.one.get(f"Organization/{world.second.organisation_id}"))["name"] == "示例佛山医院"
    items = told(world.one.get("CodeSystem/items"))
    assert {"LAB-CHEM-GLU"} <= {one["code"] for one in items["concept"]}
    assert told(world.one.get(f"ConceptMap/{world.first.number}")) and found(world.one.get("ConceptMap"))


def test_purposes_and_hospitals_are_named_by_headers(world: Cities) -> None:
    consent.consent(world.mine.person_id, world.first, Purpose.CONSULTATION)
    search = f"Patient/{world.theirs.pk}"
    assert told(world.one.get(search), 404)
    assert told(world.one.get(search, **{"X-Purpose-Of-Use": "COC"}))
    assert told(world.one.get(search, **{"X-Purpose-Of-Use": "FUN"}), 400)
    assert told(world.one.get(search, **{"X-Organization": world.second.organisation_id}), 403)


def test_addresses_that_are_none_are_refused_in_fhir(world: Cities) -> None:
    for address in ("Medication/1", "Medication", "Patient/1/x/y", "Patient/$merge", "Nothing/$x"):
        assert told(world.one.get(address), world.one.get(address).status_code)["resourceType"] == "OperationOutcome"
        assert world.one.get(address).status_code in (404, 405)
    assert told(world.one.get("Patient/%00"), 404)
    assert told(world.one.get("Observation/" + "9" * 40), 404)


def test_a_patient_is_found_by_document_or_the_hospitals_own_number(world: Cities) -> None:
    ours = f"Patient?identifier=urn:xinglin:site:{world.first.number}|{world.mine.local_id}"
    assert [one["id"] for one in found(world.one.get(ours))] == [str(world.mine.pk)]
    by_card = found(world.one.get("Patient?identifier=urn:oid:2.16.156.10011.1.3|440524188001010014"))
    assert [one["id"] for one in by_card] == [str(world.mine.pk)]
    assert [one["id"] for one in found(world.one.get("Patient?identifier=440524188001010014"))] == [str(world.mine.pk)]
    assert found(world.one.get(f"Patient?_id={world.mine.pk},{world.theirs.pk}"))[0]["id"] == str(world.mine.pk)
    assert NOON and patient(world.first)
