"""A hospital's programs against a running server: a CDS Hooks 2.0 client's whole sequence, as the specification and the
public sandbox send it; and a server killed with -9 while results come in over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from tests.factories.intake import observation, patient
from tests.stories import served

pytestmark = pytest.mark.slow
SANDBOX = "https://sandbox.cds-hooks.example"
REASONS = "urn:xinglin:recognition:reason"


@dataclass
class House:
    """A filled home and its server."""

    home: Path
    port: int
    told: dict[str, str]
    server: served.Server

    @property
    def url(self) -> str:
        return self.server.url

    def again(self) -> None:
        """Another server on the same home, after the last one was killed."""
        self.server.stop()
        self.server = served.Server(self.home, ["serve"], port=self.port, XINGLIN_URL=f"http://127.0.0.1:{self.port}")
        self.server.wait()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, port = tmp_path_factory.mktemp("hospital") / "home", served.free_port()
    more = {"XINGLIN_URL": f"http://127.0.0.1:{port}"}
    environment = served.environment(home, **more)
    environment["PYTHONPATH"] += os.pathsep + str(served.ROOT)
    subprocess.run(
        served.command("migrate"), env=environment, cwd=served.ROOT, check=True, capture_output=True, timeout=300
    )
    made = subprocess.run([sys.executable, "-m", "tests.stories.hospital_home"], env=environment, cwd=served.ROOT,
                          capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    assert made.returncode == 0, made.stderr[-3000:]
    one = House(home, port, json.loads(made.stdout.splitlines()[-1]), served.Server(home, ["serve"], port=port, **more))
    try:
        one.server.wait()
        yield one
    finally:
        one.server.stop()


def hook(house: House, name: str, **context: Any) -> dict[str, Any]:
    """What a client sends: every field of the specification, the ones we do not need among them."""
    return {
        "hook": name, "hookInstance": str(uuid.uuid4()), "fhirServer": "https://his.example/fhir",
        "fhirAuthorization": {"access_token": "some-opaque-fhir-access-token", "token_type": "Bearer",
                              "expires_in": 300, "scope": "user/Patient.read user/Observation.read",
                              "subject": "cds-service4"},
        "context": {"userId": "Practitioner/D77", "patientId": house.told["patient"], "encounterId": "E-8", **context},
        "prefetch": {"patient": {"resourceType": "Patient", "id": house.told["patient"]}},
    }  # fmt: skip


def draft() -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": {
        "resourceType": "ServiceRequest", "id": "glu-1", "status": "draft", "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6", "display": "Glucose"}]},
        "subject": {"reference": "Patient/1"}}}]}  # fmt: skip


def test_a_cds_hooks_clients_sequence(house: House) -> None:
    bearer = {"Authorization": f"Bearer {house.told['hooks']}", "Origin": SANDBOX, "Accept-Language": "en"}
    with httpx.Client(base_url=house.url, timeout=60, trust_env=False) as client:
        # A browser asks first whether it may (CORS); discovery needs no token.
        for address, method in (("/cds-services", "GET"), ("/cds-services/xinglin-order-sign", "POST"),
                                ("/cds-services/xinglin-order-sign/feedback", "POST")):  # fmt: skip
            asked = client.options(address, headers={
                "Origin": SANDBOX, "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization,content-type"})  # fmt: skip
            assert asked.status_code in (200, 204) and asked.headers["Access-Control-Allow-Origin"] in ("*", SANDBOX)
            assert method in asked.headers["Access-Control-Allow-Methods"]
            assert "authorization" in asked.headers["Access-Control-Allow-Headers"].lower()
        found = client.get("/cds-services", headers={"Origin": SANDBOX})
        assert found.status_code == 200 and found.headers["Access-Control-Allow-Origin"] in ("*", SANDBOX)
        services = {one["hook"]: one for one in found.json()["services"]}
        assert set(services) == {"patient-view", "order-select", "order-sign"}
        # Prefetch templates are simple queries of the context's tokens alone.
        assert services["order-sign"]["prefetch"] == {"patient": "Patient/{{context.patientId}}"}
        assert all({"hook", "id", "description"} <= set(one) for one in services.values())

        def call(name: str, **context: Any) -> list[dict[str, Any]]:
            answer = client.post(f"/cds-services/{services[name]['id']}", json=hook(house, name, **context),
                                 headers=bearer)  # fmt: skip
            assert answer.status_code == 200, answer.text
            assert answer.headers["Access-Control-Allow-Origin"] in ("*", SANDBOX)
            return answer.json()["cards"]

        call("patient-view")
        selected = call("order-select", selections=["ServiceRequest/glu-1"], draftOrders=draft())
        (card,) = call("order-sign", draftOrders=draft())
        assert [one["uuid"] for one in selected] == [card["uuid"]]
        # A card as the specification has it.
        assert len(card["summary"]) <= 140 and card["indicator"] in ("info", "warning", "critical")
        assert card["source"]["label"] and card["selectionBehavior"] in ("at-most-one", "any")
        (suggestion,) = card["suggestions"]
        assert suggestion["uuid"] and suggestion["actions"][0]["type"] == "delete"
        assert suggestion["actions"][0]["resourceId"] == "ServiceRequest/glu-1"
        assert all({"code", "system", "display"} <= set(one) for one in card["overrideReasons"])
        assert all(one["type"] in ("absolute", "smart") and one["url"] for one in card["links"])

        def feedback(**said: Any) -> dict[str, Any]:
            one = {"card": card["uuid"], "outcomeTimestamp": "2026-11-22T10:20:05Z", **said}
            answer = client.post("/cds-services/xinglin-order-sign/feedback", json={"feedback": [one]}, headers=bearer)
            assert answer.status_code == 200, answer.text
            return answer.json()["outcomes"][0]

        declined = feedback(outcome="overridden", overrideReason={
            "reason": {"code": "02", "system": REASONS}, "userComment": "示例"})  # fmt: skip
        assert declined["stage"] == "declined"
        taken = feedback(outcome="accepted", acceptedSuggestions=[{"id": suggestion["uuid"]}])
        assert taken["stage"] == "recognised"
        assert call("order-sign", draftOrders=draft()) == []
        # Without a token, with a wrong hook, with no JSON: said as it is, never a fault.
        sign = "/cds-services/xinglin-order-sign"
        assert client.post(sign, json=hook(house, "order-sign")).status_code == 401
        assert client.post(sign, json=hook(house, "patient-view"), headers=bearer).status_code in (400, 422)
        assert client.post(sign, content=b"{", headers=bearer).status_code == 400
        assert client.post("/cds-services/nobody", json={}, headers=bearer).status_code == 404


MANY, SIZE = 24, 12


def bundle(number: int) -> dict[str, Any]:
    who = f"k{number}"
    rows = [patient(who, "林示例"), *(observation(f"{who}-{part}", who) for part in range(SIZE - 1))]
    return {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}} for one in rows]}  # fmt: skip


def test_kill_9_of_the_server_while_results_come_in_loses_nothing_and_doubles_nothing(house: House) -> None:
    answered: dict[int, list[str]] = {}
    tried = [0]
    halted = threading.Event()

    def send() -> None:
        """What a hospital's program does: send, and send again what was not answered."""
        for number in range(MANY):
            while number not in answered and not halted.is_set():
                tried[0] += 1
                try:
                    answer = httpx.post(
                        f"{house.url}/fhir/R4", json=bundle(number), timeout=60, trust_env=False,
                        headers={"Authorization": f"Bearer {house.told['fhir']}",
                                 "Content-Type": "application/fhir+json"},
                    )  # fmt: skip
                except httpx.HTTPError:
                    time.sleep(0.2)
                    continue
                if answer.status_code == 200:
                    answered[number] = [one["response"]["status"][:3] for one in answer.json()["entry"]]
                elif answer.status_code < 500:
                    raise AssertionError(answer.text)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        for round_ in (MANY // 4, MANY // 2):
            deadline = time.monotonic() + 120
            while len(answered) < round_ and sender.is_alive() and time.monotonic() < deadline:
                time.sleep(0.01)
            head = psutil.Process(house.server.process.pid)
            # Its own processes, and not the database they share.
            for one in [head, *(each for each in head.children(recursive=True) if "postgres" not in each.name())]:
                os.kill(one.pid, signal.SIGKILL)
            house.server.process.wait()
            house.again()
        sender.join(240)
    finally:
        halted.set()
        sender.join(70)
    assert len(answered) == MANY and tried[0] >= MANY, (len(answered), tried)
    # Whole or not at all: no bundle was met half there.
    assert all(set(statuses) in ({"200"}, {"201"}) for statuses in answered.values()), answered
    headers = {"Authorization": f"Bearer {house.told['fhir']}"}
    with httpx.Client(base_url=house.url, timeout=60, trust_env=False, headers=headers) as client:
        total = client.get("/fhir/R4/Observation", params={"code": "14749-6", "_summary": "count"}).json()["total"]
        assert total == MANY * (SIZE - 1)
        patients = client.get("/fhir/R4/Patient", params={"_summary": "count"}).json()["total"]
        assert patients == MANY + 1
        again = client.post("/fhir/R4", json=bundle(0)).json()
    assert {one["response"]["status"][:3] for one in again["entry"]} == {"200"}


def test_a_file_laid_into_the_watched_folder_is_taken_in_by_the_running_worker(house: House) -> None:
    """Nobody calls anything: a hospital's system writes a file, and the worker of the running server finds it."""
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in (patient("w1", "周示例"), observation("w1-1", "w1", 7.7, code={
            "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]}))]}  # fmt: skip
    place = house.home / "inbox" / house.told["site"]
    place.mkdir(parents=True, exist_ok=True)
    # Written under a name that says it is not whole, as a careful program does; then one that was cut off.
    (place / "night.json.part").write_text(json.dumps(sent), "utf-8")
    (place / "torn.json").write_text(json.dumps(sent)[:-30], "utf-8")
    (place / "night.json.part").rename(place / "night.json")
    headers = {"Authorization": f"Bearer {house.told['fhir']}"}
    with httpx.Client(base_url=house.url, timeout=60, trust_env=False, headers=headers) as client:

        def found() -> list[float]:
            told = client.get("/fhir/R4/Observation", params={"code": "2823-3"}).json()
            return [one["resource"]["valueQuantity"]["value"] for one in told.get("entry", [])
                    if one["resource"]["resourceType"] == "Observation"]  # fmt: skip

        assert found() == []
        deadline = time.monotonic() + 240
        while {one.name for one in place.iterdir()} != {"taken"} and time.monotonic() < deadline:
            time.sleep(1)
        assert found() == [7.7]
    assert {one.name for one in (place / "taken").iterdir()} == {"night.json", "torn.json"}
