"""The milestone board and the money chain: who sees them, what stands there, and that the picture adds up."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories.bonds import liaison
from tests.factories.challenge_running import accept, fail, milestone, pay, started, world
from tests.factories.portal import BACKEND

from xinglin.challenges.actions import running
from xinglin.challenges.models import MoneyPurse
from xinglin.challenges.words.challenges import AwardMode
from xinglin.portal import pictures
from xinglin.portal.pictures import Flow, Node

PRICE = 100_000_01
pytestmark = pytest.mark.django_db


def browser(account, language: str = "en") -> Client:
    client = Client()
    client.cookies["xinglin_language"] = language
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def race():
    here = world(3, mode=AwardMode.RACE, most_fen=4 * PRICE)
    lanes = started(here)
    for one in lanes[:2]:
        accept(here, milestone(one, 1))
    pay(here, milestone(lanes[0], 1))
    fail(here, milestone(lanes[2], 1))
    running.eliminate_lane(contract_id=lanes[2].pk, reason="示例：未达门槛", by=here.office)
    return here


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_board_and_chain_tell_what_stands_where(race, language: str) -> None:
    office = browser(race.office, language)
    page = office.get("/challenges/board/")
    text = page.content.decode()
    assert page.status_code == 200
    assert ("Accepted, not paid yet" if language == "en" else "已验收待付款") in text
    address = f"/challenges/challenge/{race.challenge.pk}/"
    dossier = office.get(address).content.decode()
    assert f"{address}board/" in dossier and f"{address}money/" in dossier
    assert office.get(f"{address}board/").status_code == 200
    chain = office.get(f"{address}money/")
    text = chain.content.decode()
    assert chain.status_code == 200 and "<svg" in text and 'style="' not in text
    assert ("The book balances" if language == "en" else "账目平衡") in text
    whole = sum(one.put_in_fen for one in MoneyPurse.objects.all())
    assert f"¥{whole // 100:,}" in text


def test_a_team_sees_its_own_money_and_a_stranger_nothing(race) -> None:
    address = f"/challenges/challenge/{race.challenge.pk}/money/"
    first = browser(race.bidders[0]).get(address).content.decode()
    assert str(race.bids[0].organisation) in first
    assert str(race.bids[1].organisation) not in first
    assert browser(race.demander).get(address).status_code == 200
    assert browser(liaison(race.bids[0].organisation.__class__.objects.create(
        name_zh="示例旁人医院", kind="hospital", stage="active"
    ))).get(address).status_code == 404  # fmt: skip
    assert Client().get(address).status_code == 302


def test_overdue_alone(race) -> None:
    from datetime import timedelta

    from xinglin.kernel.clock import at, today

    assert "示例：验证完成" not in browser(race.office).get("/challenges/board/?late=1").content.decode()
    with at(today() + timedelta(days=200)):
        assert "示例：验证完成" in browser(race.office).get("/challenges/board/?late=1").content.decode()


def test_the_bands_of_the_picture_are_as_thick_as_the_money() -> None:
    nodes = [Node("a", 0, "A", "3"), Node("b", 1, "<B>", "2"), Node("c", 1, "C", "1"), Node("none", 1, "N", "0")]
    drawn = pictures.sankey(nodes, [Flow("a", "b", 200, "A → B"), Flow("a", "c", 100, "A → C")], "T")
    tall = {float(one) for one in re.findall(r'height="([\d.]+)" class="t5"', drawn)}
    biggest, *others = sorted(tall, reverse=True)
    assert biggest == pytest.approx(sum(others), abs=0.2)
    assert "&lt;B&gt;" in drawn and "N</text>" not in drawn
    assert pictures.sankey(nodes, [], "T") == ""
