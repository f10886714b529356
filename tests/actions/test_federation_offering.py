"""Another city's result is recognised or declined like one of our own: reminded, kept, counted, taken back."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.factories import catalogue, consent
from tests.factories.cities import city, honest, marked, observation, peer
from tests.factories.fhir import NOON, Cities, ordering, result

from xinglin.exchange.catalogue.models import Item
from xinglin.exchange.catalogue.queries import snapshot
from xinglin.exchange.federation import asking
from xinglin.exchange.federation.models import Peer
from xinglin.exchange.recognition.actions import counting, decisions
from xinglin.exchange.recognition.actions.orders import find_invalid
from xinglin.exchange.recognition.models import Decision, ForeignResult, SavingEntry
from xinglin.exchange.recognition.queries import board
from xinglin.exchange.recognition.queries.decisions import result_of, site_name
from xinglin.kernel import permits
from xinglin.kernel.models import LedgerEntry
from xinglin.portal.cds import desk

GLUCOSE, POTASSIUM = 1, 2
LOINC = {GLUCOSE: "14749-6", POTASSIUM: "2823-3"}
GUANGDONG = marked("440000")


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cities]:
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    with ordering() as made:
        yield made


def hook(world: Cities, *items: int) -> dict[str, Any]:
    drafts = [{"resource": {
        "resourceType": "ServiceRequest", "id": f"d{item}", "status": "draft", "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": LOINC[item]}]}}} for item in items]  # fmt: skip
    return {
        "hook": "order-sign", "hookInstance": str(uuid.uuid4()),
        "context": {"patientId": world.mine.local_id, "encounterId": "E1", "userId": "Practitioner/D1",
                    "draftOrders": {"resourceType": "Bundle", "entry": drafts}},
    }  # fmt: skip


def cards(world: Cities, *items: int) -> list[dict[str, Any]]:
    asking.forget()
    return desk.serve(desk.SIGN, hook(world, *(items or (GLUCOSE,))), world.one.account)["cards"]


def feedback(world: Cities, card: dict[str, Any], code: str = "") -> dict[str, Any]:
    one: dict[str, Any] = {"card": card["uuid"], "outcome": "overridden" if code else "accepted"}
    if code:
        one["overrideReason"] = {"reason": {"code": code, "system": desk.REASON_SYSTEM}, "patientInformed": True}
    return desk.feedback({"feedback": [one]}, world.one.account)["outcomes"][0]


def saved() -> int:
    return sum(SavingEntry.objects.values_list("amount_fen", flat=True))


def test_a_citys_result_is_recognised_and_booked_as_a_city_pair_and_taken_back(world: Cities) -> None:
    with city(honest(observation(extension=GUANGDONG))) as there:
        one = peer(there)
        (card,) = cards(world)
        assert card["indicator"] == "critical" and card["overrideReasons"] and card["suggestions"][0]["isRecommended"]
        assert "5.5" in card["summary"] and "示例东莞医院 (示例东莞)" in card["summary"]
        (again,) = cards(world)
        assert again["uuid"] == card["uuid"] and Decision.objects.count() == 1
        assert feedback(world, card)["stage"] == "recognised"
        assert cards(world) == [], "what this doctor has handled is not shown again"
    kept, row = ForeignResult.objects.get(), Decision.objects.get()
    assert (kept.peer, kept.city, kept.hospital, float(kept.number or 0)) == (one.pk, "441900", "示例东莞医院", 5.5)
    assert (row.result, row.results, row.cross, row.standing, row.scope) == (
        -kept.pk,
        [-kept.pk],
        True,
        "must",
        "440000",
    )
    assert row.grant == "" and site_name(row.source_site) == "示例东莞"
    value = result_of(row)
    assert value and (str(value), value.made_by) == ("5.5 mmol/L", "示例东莞医院 (示例东莞)")
    entry = SavingEntry.objects.get()
    price = catalogue.ITEMS[0][7]
    assert (entry.amount_fen, entry.region, entry.source_region) == (price, "440100", "441900") and price > 0
    span = board.Span(NOON.date().replace(day=1), NOON.date().replace(day=1))
    pair = board.pairs(span)[world.first.number, row.source_site]
    assert (pair.recognised, pair.saved_fen) == (1, price)
    assert board.crossing(span)[1].recognised == 1
    before = board.total(span)
    counting.recount()
    assert board.total(span) == before, "counting by differences lost nothing"
    decisions.withdraw_recognition(decision_id=row.pk, doctor="D1", by=world.one.account)
    assert saved() == 0 and SavingEntry.objects.count() == 2
    assert LedgerEntry.objects.filter(event="recognition.city_kept").exists()


def test_it_is_declined_with_a_coded_reason_and_that_is_taken_back(world: Cities) -> None:
    with city(honest(observation(extension=GUANGDONG))) as there:
        peer(there)
        (card,) = cards(world)
        told = feedback(world, card, "02")
        assert told["stage"] == "declined"
        row = Decision.objects.get()
        assert (row.reason, row.cross) == ("02", True) and row.informed_at is not None and saved() == 0
        decisions.withdraw_decline(decision_id=row.pk, doctor="D1", by=world.one.account)
        assert [one["uuid"] for one in cards(world)] == [card["uuid"]]
        assert feedback(world, card)["stage"] == "recognised" and saved() > 0


def test_our_own_hospitals_result_comes_first_and_the_citys_is_for_reading(world: Cities) -> None:
    result(world.theirs, GLUCOSE, days=2)
    catalogue.grant(world.second, Item.objects.get(number=GLUCOSE), "440000")
    snapshot.forget()
    with city(honest(observation(extension=GUANGDONG))) as there:
        peer(there)
        found = cards(world)
    assert Decision.objects.get().source_site == world.second.number and ForeignResult.objects.count() == 0
    assert [bool(one.get("overrideReasons")) for one in found] == [True, False]


@pytest.mark.parametrize("later", [
    [observation(value=7.7, extension=GUANGDONG)],
    [observation(status="entered-in-error")],
    [],
    [observation(id="o-corrected", value=7.7, extension=GUANGDONG)],
], ids=["changed", "void", "gone", "corrected"])  # fmt: skip
def test_what_the_city_corrects_or_voids_is_noticed_at_the_next_question(world: Cities, later: list[Any]) -> None:
    told = [observation(extension=GUANGDONG)]
    with city(lambda method, path: honest(*told)(method, path)) as there:
        peer(there)
        (card,) = cards(world)
        feedback(world, card)
        assert saved() > 0
        told[:] = later
        cards(world)
    first = ForeignResult.objects.order_by("pk")[0]
    assert first.fallen_at is not None and find_invalid(by=permits.the_program()) == (1, 1)
    row = Decision.objects.get(result=-first.pk)
    assert row.invalid_at is not None and row.stage == "recognised" and saved() == 0
    assert [one.kind for one in SavingEntry.objects.order_by("turn")] == ["saved", "invalid"]


def test_a_city_that_is_away_or_gives_a_page_takes_nothing_back(world: Cities) -> None:
    told: list[Any] = [honest(observation(extension=GUANGDONG))]
    with city(lambda method, path: told[0](method, path)) as there:
        peer(there)
        (card,) = cards(world)
        feedback(world, card)

        def page(method: str, path: str) -> Any:
            found = honest()(method, path)
            return found if "/Patient" in path else {**found, "link": [{"relation": "next", "url": f"{there}/more"}]}

        for other in (page, lambda *_: b"{", lambda *_: honest()("GET", "/Observation")):
            told[0] = other
            cards(world)
    assert ForeignResult.objects.get().fallen_at is None and saved() > 0


def test_the_short_call_and_the_order_page_offer_it_too(world: Cities) -> None:
    with city(honest(observation(extension=GUANGDONG))) as there, city(honest(), status=503) as broken:
        peer(there)
        peer(broken, name="示例佛山")
        asking.forget()
        doctor = consent.doctor(world.first)
        client = Client()
        client.force_login(doctor, backend="django.contrib.auth.backends.ModelBackend")
        typed = {"patient": world.mine.local_id, "visit": "E2", "items": LOINC[GLUCOSE], "occasion": "ordinary"}
        page = client.post("/recognition/order/", typed)
        assert page.status_code == 200 and "示例东莞医院 (示例东莞)" in page.content.decode()
        row = Decision.objects.get()
        done = client.post("/recognition/order/", {**typed, "card": str(row.key), "outcome": "accepted"})
        assert done.status_code == 200
        row.refresh_from_db()
        assert row.stage == "recognised" and saved() > 0
        shown = client.get(f"/recognition/decision/{row.pk}/")
        assert shown.status_code == 200 and "示例东莞医院 (示例东莞)" in shown.content.decode()
        from tests.factories import portal

        secret = portal.token(world.one.account, "recognition.ask")
        answer = Client().post(
            "/api/v1/recognition/ask",
            json.dumps({"patient": world.mine.local_id, "items": [LOINC[GLUCOSE]], "visit": "E3", "doctor": "D9"}),
            content_type="application/json", headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        told = answer.json()
        assert answer.status_code == 200 and told["missing_cities"] == ["示例佛山"], told
        (line,) = told["items"]
        assert (line["standing"], line["made_by"]) == ("must", "示例东莞医院 (示例东莞)") and line["decision"]


def test_a_panel_told_in_parts_by_a_city_stands_on_all_of_them(world: Cities) -> None:
    panel, members = catalogue.PANEL
    held = {number: Item.objects.get(number=number) for number in members}
    told = [observation(one.loinc, 4.0, id=f"p{number}", extension=GUANGDONG, valueQuantity={
        "value": 4.0, "unit": one.unit}) for number, one in held.items()]  # fmt: skip
    LOINC[panel] = Item.objects.get(number=panel).loinc or ""
    sent = hook(world, panel)
    sent["context"]["draftOrders"]["entry"][0]["resource"]["code"] = {
        "coding": [{"system": "urn:xinglin:item", "code": Item.objects.get(number=panel).code}]
    }
    with city(honest(*told)) as there:
        peer(there)
        asking.forget()
        found = desk.serve(desk.SIGN, sent, world.one.account)["cards"]
    row = Decision.objects.get()
    assert row.item == panel and sorted(row.results) == sorted(-one.pk for one in ForeignResult.objects.all())
    assert len(row.results) == len(members) and row.whole and found[0]["suggestions"]
    assert Peer.objects.count() == 1
