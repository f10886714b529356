"""Other cities at order time: merged and marked, and whoever is dead, slow or lying delays nobody and is named."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories import cities, consent
from tests.factories.cities import bundle, city, honest, marked, observation, peer
from tests.factories.fhir import NOON, Cities, ordering, program, result

from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.federation import asking
from xinglin.exchange.federation.actions.exports import pass_gate
from xinglin.exchange.federation.actions.health import take_try
from xinglin.exchange.federation.actions.peers import change_contract, enter_peer
from xinglin.exchange.federation.models import ExportedPerson, Peer, PeerHealth
from xinglin.exchange.federation.rules.breaker import REST
from xinglin.exchange.federation.rules.gate import Export
from xinglin.exchange.federation.words import CityState, PeerKind
from xinglin.exchange.recognition.words import Standing
from xinglin.kernel import clock, permits
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.portal.cds import desk

GLUCOSE, POTASSIUM = 1, 2
DEAD = "http://127.0.0.1:9/fhir"


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cities]:
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    with ordering(asks=False) as made:
        yield made


def order(world: Cities, *items: int, budget: float = 3.0) -> asking.Everywhere:
    return asking.answer_everywhere(patient=world.mine.pk, items=items or (GLUCOSE, POTASSIUM), site=world.first.number,
                                    account=world.one.account, budget=budget)  # fmt: skip


def states(found: asking.Everywhere) -> dict[str, CityState]:
    return {one.name: one.state for one in found.cities}


def test_a_city_adds_what_nobody_here_has_and_its_mark_decides(world: Cities) -> None:
    result(world.mine, POTASSIUM, days=2)
    with city(honest(observation(extension=marked("440000")), observation("2823-3", 4.1))) as there:
        peer(there)
        found = order(world)
    assert states(found) == {"示例东莞": CityState.ANSWERED}
    placed = found.elsewhere[GLUCOSE]
    assert placed.answer.cls == Standing.MUST and placed.told.city == "441900"
    assert placed.result.hospital == "示例东莞医院" and float(placed.result.number or 0) == 5.5
    assert found.elsewhere[POTASSIUM].answer.cls == Standing.MAY
    assert found.standing(GLUCOSE) == Standing.MUST and found.missing == []
    entry = LedgerEntry.objects.get(event="federation.city_asked")
    assert entry.data["state"] == "answered" and entry.data["results"] == 2


def test_a_mark_of_that_city_alone_does_not_count_here(world: Cities) -> None:
    with city(honest(observation(extension=marked("441900")))) as there:
        peer(there)
        assert order(world).elsewhere[GLUCOSE].answer.cls == Standing.MAY


def test_old_and_critical_results_never_must(world: Cities) -> None:
    old = observation(
        effectiveDateTime="2026-01-02T08:00:00Z", issued="2026-01-02T09:00:00Z", extension=marked("000000")
    )
    with city(honest(old, observation("2823-3", 7.9, extension=marked("000000")))) as there:
        peer(there)
        found = order(world)
    assert found.elsewhere[GLUCOSE].answer.cls == Standing.HISTORY
    assert found.elsewhere[POTASSIUM].answer.cls == Standing.MAY


def test_dead_slow_dripping_and_lying_cities_delay_nobody_and_are_named(world: Cities) -> None:
    good = honest(observation())
    with (
        city(good) as well, city(good, wait=20) as slow, city(good, drip=0.05) as dripping,
        city(honest(observation(value=1e9))) as absurd, city(honest(observation(subject={"reference": "Patient/1"}))) as other,
        city(lambda *_: b"{not json") as broken, city(lambda *_: b"[" * 5_000_000) as huge,
        city(lambda *_: bundle()) as unknown, city(good, status=503) as failing,
    ):  # fmt: skip
        for name, there in {"好": well, "死": DEAD, "慢": slow, "滴": dripping, "荒": absurd, "错": other, "坏": broken,
                            "大": huge, "无": unknown, "拒": failing}.items():  # fmt: skip
            peer(there, name)
        begun = time.monotonic()
        # Long enough for ten honest conversations on a busy machine, short beside what the slow ones would take.
        found = order(world, GLUCOSE, budget=5)
        spent = time.monotonic() - begun
    assert spent < 7, spent
    assert states(found) == {
        "好": CityState.ANSWERED, "死": CityState.AWAY, "慢": CityState.LATE, "滴": CityState.LATE,
        "荒": CityState.UNTRUSTED, "错": CityState.UNTRUSTED, "坏": CityState.UNTRUSTED, "大": CityState.UNTRUSTED,
        "无": CityState.NOTHING, "拒": CityState.REFUSED,
    }  # fmt: skip
    assert found.elsewhere[GLUCOSE].told.name == "好"
    assert {one.name for one in found.missing} == {"死", "慢", "滴", "荒", "错", "坏", "大", "拒"}
    assert next(one for one in found.cities if one.name == "荒").why is not None


def test_a_city_that_keeps_failing_is_left_alone_for_a_while(world: Cities) -> None:
    peer(DEAD)
    assert [order(world, GLUCOSE).cities[0].state for _ in range(4)] == [CityState.AWAY] * 3 + [CityState.RESTING]
    assert LedgerEntry.objects.filter(event="federation.city_rests").count() == 1
    # What one process learned holds for every other: nothing of it is kept in memory.
    asking.forget()
    assert order(world, GLUCOSE).cities[0].state == CityState.RESTING
    with clock.at(NOON + REST):
        assert take_try(peer_id=Peer.objects.get().pk, by=world.one.account)
        assert order(world, GLUCOSE).cities[0].state == CityState.RESTING, "the one try is taken"
    with clock.at(NOON + 2 * REST):
        assert order(world, GLUCOSE).cities[0].state == CityState.AWAY
        assert order(world, GLUCOSE).cities[0].state == CityState.RESTING
    with city(honest(observation())) as there, clock.at(NOON + 4 * REST):
        Peer.objects.update(endpoint=there)
        assert [order(world, GLUCOSE).cities[0].state for _ in range(2)] == [CityState.ANSWERED] * 2
        assert PeerHealth.objects.get().failures == 0
    assert LedgerEntry.objects.filter(event="federation.city_recovered").count() == 1


def test_a_plain_fhir_server_is_asked_by_document_and_its_marks_are_not_believed(world: Cities) -> None:
    seen: list[str] = []

    def say(_method: str, path: str) -> Any:
        seen.append(path)
        return bundle(cities.patient()) if "/Patient" in path else bundle(observation(extension=marked("000000")))

    with city(say) as there:
        peer(there, kind=PeerKind.FHIR)
        found = order(world, GLUCOSE)
    assert found.elsewhere[GLUCOSE].answer.cls == Standing.MAY
    assert seen[0].startswith("/fhir/Patient?identifier=urn%3Aoid%3A") and "/fhir/Observation?" in seen[1]


def test_nobody_is_asked_about_somebody_the_asker_may_not_see(world: Cities) -> None:
    asked: list[str] = []
    with city(lambda _m, path: asked.append(path) or bundle()) as there:
        peer(there)
        found = asking.answer_everywhere(patient=world.lonely.pk, items=[GLUCOSE], site=world.second.number,
                                         account=world.other.account)  # fmt: skip
    assert found.cities == [] and asked == []


def test_hong_kong_is_asked_only_through_the_gate(world: Cities) -> None:
    asked: list[str] = []

    def say(_method: str, path: str) -> Any:
        asked.append(path)
        return bundle(cities.patient()) if "/Patient" in path else bundle(observation())

    with city(say) as there:
        one = peer(there, "示例香港", "810000")
        found = order(world, GLUCOSE)
        assert states(found) == {"示例香港": CityState.GATED} and asked == []
        assert LedgerEntry.objects.filter(event="federation.export_refused").count() == 1
        change_contract(peer_id=one.pk, contract_number="示例-1", contract_is_gba=True, filing_number="示例-2",
                        impact_assessment="示例-3", by=bonds_system())  # fmt: skip
        assert order(world, GLUCOSE).cities[0].state == CityState.GATED, "no consent yet"
        consent.consent(world.mine.person_id, world.first, Purpose.CROSS_BORDER)
        assert order(world, GLUCOSE).cities[0].state == CityState.ANSWERED and asked
        assert order(world, GLUCOSE).cities[0].state == CityState.ANSWERED
    assert ExportedPerson.objects.count() == 1, "a person counts once a year"
    assert LedgerEntry.objects.filter(event="federation.exported").first().data["route"] == "gba_contract"


def bonds_system() -> Any:
    from tests.factories import bonds

    return bonds.account(Role.SYSTEM_ADMIN)


def test_a_reader_in_hong_kong_passes_the_gate_or_is_told_nothing(world: Cities) -> None:
    abroad = consent.site("示例香港医院", "810000")
    reader = program(abroad)
    value = result(world.mine, GLUCOSE)
    consent.consent(world.mine.person_id, abroad, Purpose.CROSS_BORDER)
    consent.visit(world.mine.person_id, abroad)
    address = f"Observation/{value.pk}"
    denied = reader.get(address)
    assert (
        denied.status_code == 422
        and json.loads(denied.content)["issue"][0]["details"]["coding"][0]["code"] == "federation.export"
    )
    assert reader.get(f"Observation?patient={world.mine.pk}").status_code == 422
    assert LedgerEntry.objects.filter(event="federation.export_refused").count() == 2
    enter_peer(name="示例香港", city="810000", endpoint="https://hk.example/fhir", contract_number="示例-1",
               contract_is_gba=True, filing_number="示例-2", impact_assessment="示例-3", by=bonds_system())  # fmt: skip
    assert reader.get(address).status_code == 200
    assert ExportedPerson.objects.count() == 1


def test_the_gate_counts_persons_of_a_year_and_stops_at_the_ceiling(world: Cities) -> None:
    ExportedPerson.objects.bulk_create(
        ExportedPerson(year=2026, data_class="sensitive", person=10_000_000 + n, recipient="示例") for n in range(9_998)
    )
    export = Export("440100", "示例", "810000", "recognition", ("results",), 1, 0, consent=True, contract_number="1",
                    filing_number="2", contract_is_gba=True, impact_assessment="3")  # fmt: skip
    assert pass_gate(persons=[world.mine.person_id], export=export, by=world.one.account).allowed
    assert pass_gate(persons=[world.mine.person_id], export=export, by=world.one.account).allowed, "counted already"
    assert not pass_gate(persons=[world.lonely.person_id], export=export, by=world.one.account).allowed
    assert ExportedPerson.objects.count() == 9_999


def test_secrets_lie_encrypted_and_addresses_are_checked(world: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    one = peer(DEAD, access_secret="示例密钥")
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_secret FROM federation_peer WHERE id = %s", [one.pk])
        assert cursor.fetchone()[0].startswith("x1.")
    assert Peer.objects.get(pk=one.pk).access_secret == "示例密钥"
    monkeypatch.delenv("XINGLIN_WEBHOOK_PRIVATE")
    for wrong in ({"endpoint": "http://a.example"}, {"city": "44"}, {"client_id": "x"}):
        with pytest.raises(Refusal):
            enter_peer(
                **{"name": "示例", "city": "441900", "endpoint": "https://127.0.0.1/fhir", **wrong}, by=bonds_system()
            )


def test_an_order_that_is_signed_shows_other_cities_and_who_is_missing(world: Cities) -> None:
    """The hook itself: cards of their own, with the city's name; the order is answered in time although one is slow."""
    permits.grant(account=world.one.account, role=Role.DOCTOR,
                  scope=("organisation", world.first.organisation_id), by=permits.the_program())  # fmt: skip
    sent = {
        "hook": "order-sign", "hookInstance": "5f1d6f0e-7a6c-4b5e-9d53-2f1f0c7d1a11",
        "context": {
            "patientId": world.mine.local_id, "encounterId": "E1", "userId": "Practitioner/D1",
            "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": {
                "resourceType": "ServiceRequest", "id": "d1", "status": "draft", "intent": "order",
                "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}]},
            }}]},
        },
    }  # fmt: skip
    with city(honest(observation(extension=marked("440000")))) as there, city(honest(observation()), wait=20) as slow:
        peer(there)
        peer(slow, name="示例佛山")
        asking.forget()
        begun = time.monotonic()
        cards = desk.serve(desk.SIGN, sent, world.one.account)["cards"]
        assert time.monotonic() - begun < 10
    told = [card for card in cards if "示例东莞" in card["summary"]]
    assert len(told) == 1 and "5.5" in told[0]["summary"] and told[0]["indicator"] == "critical", cards
    assert any("示例佛山" in card["summary"] for card in cards), cards


def test_without_an_open_city_nobody_is_asked_about_cities(world: Cities, django_assert_num_queries: Any) -> None:
    asking.forget()
    here = order(world).here
    with django_assert_num_queries(0):
        found = asking.add_cities(here=here, patient=world.mine.pk, items=[GLUCOSE], site=world.first.number,
                                  account=world.one.account)  # fmt: skip
    assert found.cities == []
