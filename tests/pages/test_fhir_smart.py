"""SMART backend services: who gets a token, for how long, for what; and that one hospital's token is one hospital's."""

import json
import time
from typing import Any

import jwt
import pytest
from django.test import Client as Browser
from tests.factories import bonds, smart
from tests.factories.fhir import Cities, cities, report, result
from tests.factories.smart import Keys, ask, assertion

from xinglin.exchange.federation.actions.clients import change_keys, register_client, revoke_client
from xinglin.kernel.models import ApiToken, LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.portal.fhir.statement import RESOURCES


@pytest.fixture
def world(db: None) -> Cities:
    return cities()


def get(token: str, address: str) -> Any:
    return Browser().get(f"/fhir/R4/{address}", headers={"Authorization": f"Bearer {token}"})


def test_the_configuration_names_the_endpoint(db: None) -> None:
    told = Browser().get("/.well-known/smart-configuration").json()
    assert told["token_endpoint"].endswith("/fhir/token")
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert Browser().get("/fhir/R4/.well-known/smart-configuration").json() == told


@pytest.mark.parametrize("kind", ["ES384", "RS384"])
def test_a_signed_assertion_opens_the_door_for_five_minutes(world: Cities, kind: str) -> None:
    keys = Keys.make(kind)
    one = smart.client(world.first, keys)
    response = ask(assertion(one, keys))
    told = response.json()
    assert response.status_code == 200 and told["expires_in"] == 300 and told["scope"] == "system/*.rs"
    assert response.headers["Cache-Control"] == "no-store"
    assert get(told["access_token"], f"Patient/{world.mine.pk}").status_code == 200
    assert get(told["access_token"], f"Patient/{world.theirs.pk}").status_code == 404
    assert LedgerEntry.objects.filter(event="federation.token_given", subject_id=one.pk).count() == 1
    ApiToken.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert get(told["access_token"], f"Patient/{world.mine.pk}").status_code == 401


def test_an_assertion_is_used_once(world: Cities) -> None:
    keys = Keys.make()
    one = smart.client(world.first, keys)
    text = assertion(one, keys)
    assert ask(text).status_code == 200
    again = ask(text)
    assert again.status_code == 401 and again.json()["error"] == "invalid_client"


# Worked out when tests are collected, which may be an hour before they run.
BAD: dict[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - 60},
    "too long": {"exp": int(time.time()) + 86_400},
    "no end": {"exp": None},
    "another address": {"aud": "https://elsewhere.example/token"},
    "another issuer": {"iss": "somebody"},
    "no number": {"jti": ""},
    "a short number": {"jti": "x"},
    "in the future": {"nbf": int(time.time()) + 86_400},
}


@pytest.mark.parametrize("what", BAD)
def test_bad_claims_are_refused_in_oauth_and_on_record(world: Cities, what: str) -> None:
    keys = Keys.make()
    one = smart.client(world.first, keys)
    claims = {name: value for name, value in BAD[what].items()}
    response = ask(assertion(one, keys, **claims) if None not in claims.values() else _without(one, keys, "exp"))
    assert response.status_code == 401 and response.json()["error"] == "invalid_client"
    assert response.json()["error_description"]
    assert LedgerEntry.objects.filter(event="federation.token_refused").count() == 1
    assert not ApiToken.objects.filter(name="SMART").exists()


def _without(one: Any, keys: Keys, name: str) -> str:
    claims = jwt.decode(assertion(one, keys), options={"verify_signature": False})
    del claims[name]
    return jwt.encode(claims, keys.private, algorithm=keys.kind, headers={"kid": keys.kid})


def test_forged_signatures_unsigned_tokens_and_shared_secrets_are_refused(world: Cities) -> None:
    keys, other = Keys.make(), Keys.make()
    one = smart.client(world.first, keys)
    forged = Keys(other.kind, other.private, keys.kid)
    assert ask(assertion(one, forged)).status_code == 401
    assert ask(assertion(one, other)).status_code == 401
    claims = jwt.decode(assertion(one, keys), options={"verify_signature": False})
    assert ask(jwt.encode(claims, "", algorithm="none", headers={"kid": keys.kid})).status_code == 401
    public = json.loads(keys.jwks())["keys"][0]["x"] * 3
    assert ask(jwt.encode(claims, public, algorithm="HS256", headers={"kid": keys.kid})).status_code == 401
    for text in ("", "nonsense", "a.b.c", "\x00"):
        assert ask(text).status_code == 401
    assert ask(assertion(one, keys), grant_type="password").json()["error"] == "unsupported_grant_type"
    assert ask(assertion(one, keys), client_assertion_type="x").json()["error"] == "invalid_request"


def test_scopes_are_cut_to_what_was_registered(world: Cities) -> None:
    keys = Keys.make()
    one = smart.client(world.first, keys, "system/Observation.rs", "system/Patient.r")
    assert ask(assertion(one, keys), "system/Observation.cruds").json()["scope"] == "system/Observation.rs"
    assert ask(assertion(one, keys), "system/Patient.read system/Observation.s").json()["scope"] == (
        "system/Patient.r system/Observation.s"
    )
    for scope in ("system/Consent.rs", "system/*.rs", "patient/Observation.rs", "openid", ""):
        response = ask(assertion(one, keys), scope)
        assert response.status_code == 400 and response.json()["error"] == "invalid_scope"


def test_nobody_comes_in_before_admission_or_after_revocation(world: Cities) -> None:
    keys = Keys.make()
    waiting = smart.client(world.first, keys, admitted=False)
    assert ask(assertion(waiting, keys)).status_code == 401
    one = smart.client(world.first, keys)
    token = ask(assertion(one, keys)).json()["access_token"]
    revoke_client(client_id=one.pk, reason="示例", by=bonds.account(Role.SECURITY_ADMIN))
    assert get(token, f"Patient/{world.mine.pk}").status_code == 401
    assert ask(assertion(one, keys)).status_code == 401


def test_new_keys_end_the_old_ones(world: Cities) -> None:
    keys, new = Keys.make(), Keys.make("RS384")
    one = smart.client(world.first, keys)
    change_keys(client_id=one.pk, jwks=new.jwks(), by=bonds.account(Role.SYSTEM_ADMIN))
    assert ask(assertion(one, keys)).status_code == 401
    assert ask(assertion(one, new)).status_code == 200


def test_published_keys_are_read_from_their_address(world: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys.make()
    one = register_client(organisation_id=world.first.organisation_id, name="示例", scopes=["system/*.rs"],
                          jwks_address="https://h1.example/jwks", by=bonds.account(Role.SYSTEM_ADMIN))  # fmt: skip
    smart.admit_client(client_id=one.pk, by=bonds.account(Role.SECURITY_ADMIN))
    monkeypatch.setattr("xinglin.portal.fhir.smart.published", lambda address, kid: json.loads(keys.jwks()))
    assert ask(assertion(one, keys)).status_code == 200
    monkeypatch.setattr("xinglin.portal.fhir.smart.published", lambda address, kid: {"keys": "none"})
    assert ask(assertion(one, keys)).status_code == 401


@pytest.mark.parametrize("wrong", [
    {"jwks": "{}"}, {"jwks": "x"}, {"scopes": ["everything"]}, {}, {"jwks": "{}", "jwks_address": "https://a.example"},
    {"jwks_address": "http://a.example"}, {"jwks": '{"keys": [{"kty": "oct", "k": "x", "kid": "1"}]}'},
    {"jwks": '{"keys": [{"kty": "EC", "d": "x", "kid": "1"}]}'},
])  # fmt: skip
def test_registrations_that_cannot_be_right_are_refused(world: Cities, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        register_client(organisation_id=world.first.organisation_id, name="示例",
                        **{"scopes": ["system/*.rs"], **wrong}, by=bonds.account(Role.SYSTEM_ADMIN))  # fmt: skip


def test_only_the_administrations_register_and_admit(world: Cities) -> None:
    keys = Keys.make()
    for role in (Role.SECURITY_ADMIN, Role.SECRETARIAT, Role.LIAISON):
        with pytest.raises(Refusal):
            register_client(organisation_id=world.first.organisation_id, name="示例", scopes=["system/*.rs"],
                            jwks=keys.jwks(), by=bonds.account(role))  # fmt: skip
    one = smart.client(world.first, keys, admitted=False)
    with pytest.raises(Refusal):
        smart.admit_client(client_id=one.pk, by=bonds.account(Role.SYSTEM_ADMIN))


# Every route and operation: what a token of another hospital is told of a patient it has no ground for.
OPERATIONS = (
    ("Patient/{patient}", 404), ("Patient/{patient}/_history/{version}", 404), ("Patient/{patient}/$everything", 404),
    ("Patient?_id={patient}", 0), ("Patient?identifier=urn:oid:2.16.156.10011.1.3|440524188001010014", -1), ("Patient", -1),
    ("Observation/{result}", 404), ("Observation/{result}/_history/x", 404), ("Observation?patient={patient}", 0),
    ("Observation?subject=Patient/{patient}", 0), ("Observation?_id={result}", 0), ("Observation", -1),
    ("Observation/$lastn?patient={patient}", 0), ("Observation?patient={patient}&_include=Observation:patient", 0),
    ("DiagnosticReport/{report}", 404), ("DiagnosticReport/{report}/_history/1", 404),
    ("DiagnosticReport/{report}/_history", 404), ("DiagnosticReport?patient={patient}", 0),
    ("DiagnosticReport?identifier={number}", 0),
    ("DiagnosticReport?patient={patient}&_include=DiagnosticReport:result", 0), ("DiagnosticReport", -1),
    ("Encounter/{encounter}", 404), ("Encounter?patient={patient}", 0), ("Encounter", -1),
    ("ServiceRequest?patient={patient}", 0), ("Specimen?patient={patient}", 0), ("ImagingStudy?patient={patient}", 0),
    ("Practitioner", -1), ("Consent?patient={patient}", 0), ("Consent/{consent}", 404),
    ("AuditEvent?patient={patient}", 0), ("AuditEvent/{event}", 404), ("AuditEvent", -1),
)  # fmt: skip


@pytest.mark.parametrize(("address", "expected"), OPERATIONS, ids=[one for one, _ in OPERATIONS])
def test_a_token_never_reaches_another_hospitals_patient_without_a_ground(
    world: Cities, address: str, expected: int
) -> None:
    """0: an empty bundle; -1: a bundle in which nothing of the other hospital's occurs."""
    from tests.factories import consent

    from xinglin.exchange.intake.models import Resource

    lonely, paper = world.lonely, report(world.lonely, "示例-9")
    value = result(lonely, 1, report=paper.pk)
    kept = Resource.objects.create(site=world.first.number, kind="Encounter", source_id="V1", patient=lonely.pk,
                                   body={"resourceType": "Encounter", "status": "finished"}, digest=b"1" * 16)  # fmt: skip
    given = consent.consent(lonely.person_id, world.first)
    world.one.get(f"Patient/{lonely.pk}")
    event = LedgerEntry.objects.filter(event="consent.viewed").get()
    keys = Keys.make()
    stranger = smart.client(world.second, keys)
    token = ask(assertion(stranger, keys)).json()["access_token"]
    response = get(token, address.format(
        patient=lonely.pk, result=value.pk, report=paper.pk, number="示例-9", encounter=kept.pk, consent=given.pk,
        event=event.pk, version=int(lonely.updated_at.timestamp() * 1000),
    ))  # fmt: skip
    assert response.status_code == (expected or 200 if expected > 0 else 200), response.content
    if expected == 0:
        assert "entry" not in response.json()
    if expected == -1:
        seen = {
            f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in response.json().get("entry", [])
        }
        assert not seen & {f"Patient/{lonely.pk}", f"Patient/{world.mine.pk}", f"Observation/{value.pk}",
                           f"DiagnosticReport/{paper.pk}", f"Encounter/{kept.pk}", f"AuditEvent/{event.pk}"}  # fmt: skip


def test_the_table_of_operations_covers_every_kind() -> None:
    told = {address.split("/")[0].split("?")[0] for address, _ in OPERATIONS}
    assert set(RESOURCES) - told == {"Organization", "ConceptMap", "CodeSystem"}, "public kinds alone may be missing"
