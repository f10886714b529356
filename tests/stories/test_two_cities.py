"""Two instances on one machine: one asks the other at order time; then the other is stopped, killed, and answers again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.factories import consent
from tests.factories.cities import peer
from tests.factories.fhir import cities
from tests.stories.neighbour import Second, second_city, workers

from xinglin.exchange.federation import asking
from xinglin.exchange.federation.gateways import cities as gateway
from xinglin.exchange.federation.words import CityState
from xinglin.exchange.recognition.words import Standing

pytestmark = pytest.mark.slow


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    with second_city(tmp_path) as city:
        yield city


@pytest.mark.django_db(transaction=True)
def test_an_order_finds_the_other_citys_result_and_survives_its_death(
    second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    asking.forget()
    gateway.forget()
    world = cities()
    consent.visit(world.mine.person_id, world.first, by_doctor="D1")
    there = second.server.url
    peer(f"{there}/fhir/R4", client_id=second.client, grant_address=f"{there}/fhir/token",
         access_secret=f"kid:{second.keys.kid}\n{second.keys.pem}")  # fmt: skip

    def order(budget: float) -> asking.Everywhere:
        return asking.answer_everywhere(
            patient=world.mine.pk, items=[1], site=world.first.number, account=world.one.account, doctor="D1",
            visit="V-示例-1", budget=budget,
        )  # fmt: skip

    found = order(20)
    assert [one.state for one in found.cities] == [CityState.ANSWERED], found.cities
    placed = found.elsewhere[1]
    assert placed.answer.cls == Standing.MUST and float(placed.result.number or 0) == 6.3
    assert placed.result.hospital == "示例东莞医院" and placed.told.city == "441900"

    # Stopped in the middle of everything: it accepts and never answers.
    frozen = workers(second.server)
    for one in frozen:
        one.suspend()
    begun = time.monotonic()
    late = order(1.0)
    assert time.monotonic() - begun < 4 and late.missing and late.elsewhere == {}
    for one in frozen:
        one.resume()
    assert [one.state for one in order(20).cities] == [CityState.ANSWERED]

    second.server.stop()
    begun = time.monotonic()
    gone = order(1.0)
    assert time.monotonic() - begun < 4
    assert gone.cities[0].state in (CityState.AWAY, CityState.LATE) and gone.missing
