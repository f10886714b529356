"""A second Xinglin in processes of its own whose answers go wrong: other units, other people, nonsense, far too much, and
killed in the middle of an order. An order is answered in its time with what is known here, and says who is missing."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories import consent
from tests.factories.cities import peer
from tests.factories.fhir import Cities, cities, result
from tests.stories.neighbour import Line, Second, line_to, second_city, workers

from xinglin.exchange.catalogue.models import CatalogueState, Item
from xinglin.exchange.catalogue.queries import snapshot
from xinglin.exchange.federation import asking
from xinglin.exchange.federation.gateways import cities as gateway
from xinglin.exchange.federation.models import PeerHealth
from xinglin.exchange.federation.words import CityState
from xinglin.exchange.recognition.words import Standing

pytestmark = pytest.mark.slow
GLUCOSE, POTASSIUM = 1, 2
BUDGET = 3.0


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    with second_city(tmp_path) as city:
        yield city


class Doctor:
    """Orders glucose, of which only the other city has a result, and potassium, which is known here."""

    def __init__(self, second: Second, line: Line) -> None:
        self.world: Cities = cities()
        Item.objects.filter(number=GLUCOSE).update(molar_mass="180.156", molar_source="示例")
        CatalogueState.move_on()
        snapshot.forget()
        consent.visit(self.world.mine.person_id, self.world.first, by_doctor="D1")
        result(self.world.theirs, POTASSIUM, 4.1, days=-20)
        peer(f"{line.url}/fhir/R4", client_id=second.client, grant_address=f"{second.server.url}/fhir/token",
             access_secret=f"kid:{second.keys.kid}\n{second.keys.pem}")  # fmt: skip

    def order(self, budget: float = BUDGET) -> asking.Everywhere:
        PeerHealth.objects.all().delete()
        asking.forget()
        begun = time.monotonic()
        found = asking.answer_everywhere(
            patient=self.world.mine.pk, items=[GLUCOSE, POTASSIUM], site=self.world.first.number,
            account=self.world.one.account, doctor="D1", visit="V-示例-1", budget=budget,
        )  # fmt: skip
        assert time.monotonic() - begun < budget + 3
        return found

    def without(self, *states: CityState, budget: float = BUDGET) -> asking.Everywhere:
        """An order in which the city takes no part, whatever it said: what is known here is there, and it is missed."""
        found = self.order(budget)
        assert [one.state for one in found.cities if one.state in states], found.cities
        assert found.elsewhere == {} and [one.name for one in found.missing] == ["示例东莞"]
        assert [one.cls for one in found.here.items] == [Standing.NONE, Standing.MAY]
        return found


def observations(change: Any) -> Any:
    """What becomes of an answer about results; everything else passes."""
    return lambda path, body: change(body) if "/Observation" in path else body


def nested(body: bytes) -> bytes:
    return b"[" * 200_000 + b"]" * 200_000


def many(body: bytes) -> bytes:
    """The honest answer, its entries repeated beyond what anybody has."""
    told = json.loads(body)
    told["entry"] *= 600
    return json.dumps(told).encode()


def padded(body: bytes) -> bytes:
    """The honest answer with six megabytes of blanks inside: valid JSON still."""
    return body.replace(b"{", b"{" + b" " * 6_000_000, 1)


LIES = {
    "somebody else's results": lambda body: re.sub(rb'("reference": ?"Patient/)[^"]+', rb"\g<1>999999", body),
    "somebody of another sex": lambda body: body.replace(b'"male"', b'"female"'),
    "an absurd value": lambda body: body.replace(b"6.3", b"6.3e9"),
    "a value that is no number": lambda body: body.replace(b"6.3", b'"NaN"'),
    "made in the future": lambda body: re.sub(rb'"(effectiveDateTime|issued)": ?"20[0-9]{2}', rb'"\1":"2099', body),
    "not JSON": lambda body: b"<html>" + body,
    "cut off": lambda body: body[: len(body) // 2],
    "no Bundle": lambda body: json.dumps(json.loads(body)["entry"][0]["resource"]).encode(),
    "brackets": nested, "too many entries": many, "too many bytes": padded,
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_lies_garbage_and_too_much_of_a_real_city(second: Second, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    gateway.forget()
    with line_to(second) as line:
        doctor = Doctor(second, line)
        found = doctor.order(20)
        assert [one.state for one in found.cities] == [CityState.ANSWERED], found.cities
        assert found.elsewhere[GLUCOSE].answer.cls == Standing.MUST and not found.elsewhere[GLUCOSE].result.told_as

        for name, lie in LIES.items():
            heard: list[tuple[bytes, bytes]] = []

            def told(body: bytes, lie: Any = lie, heard: Any = heard) -> bytes:
                heard.append((body, lie(body)))
                return heard[-1][1]

            line.change = observations(told)
            doctor.without(CityState.UNTRUSTED, budget=20)
            assert heard and heard[0][0] != heard[0][1], f"{name}: nothing was changed"
        line.change = None

        # Its own data in another unit: the same amount, marked as converted. One that does not convert has no value.
        second.change(unit="mg/dL", number="113.5")
        placed = doctor.order(20).elsewhere[GLUCOSE]
        assert abs(float(placed.result.number or 0) - 6.3) < 0.01 and placed.result.unit == "mmol/L"
        assert placed.result.told_as == "113.5 mg/dL" and placed.answer.cls == Standing.MUST
        second.change(unit="kg", number="6.3")
        placed = doctor.order(20).elsewhere[GLUCOSE]
        assert placed.result.number is None and placed.answer.cls == Standing.HISTORY
        # Of another specimen than ours demands.
        second.change(unit="mmol/L", specimen="尿液")
        assert doctor.order(20).elsewhere[GLUCOSE].answer.cls == Standing.HISTORY
        second.change(specimen="血清")
        assert doctor.order(20).elsewhere[GLUCOSE].answer.cls == Standing.MUST
        second.change(unit="mmol/L", number="63000000000")
        doctor.without(CityState.UNTRUSTED, budget=20)
        second.change(number="6.3", effective_at="2098-01-01T00:00:00Z", reported_at="2098-01-01T01:00:00Z")
        assert doctor.order(20).elsewhere == {}


@pytest.mark.django_db(transaction=True)
def test_a_city_killed_in_the_middle_of_an_order(second: Second, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    gateway.forget()
    with line_to(second) as line:
        doctor = Doctor(second, line)
        assert GLUCOSE in doctor.order(20).elsewhere
        killed: list[int] = []

        def kill(path: str) -> None:
            """It has said who the patient is there, and dies over what it knows of them."""
            if "/Observation" in path and not killed:
                for one in workers(second.server):
                    killed.append(one.pid)
                    one.send_signal(signal.SIGKILL)

        line.before = kill
        doctor.without(CityState.AWAY, CityState.LATE)
        assert killed, "nobody was killed"
        doctor.without(CityState.AWAY, CityState.LATE)
        second.server.stop()
        second.start()
        assert GLUCOSE in doctor.order(20).elsewhere
