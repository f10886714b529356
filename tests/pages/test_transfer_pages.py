"""The pages of transfer: the board, the sheet with its proofs, the calendar, the report and its file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.factories.transfer import expert_of, hospital, liaison, office, paying, person, row

from xinglin.kernel import clock
from xinglin.kernel.models import LedgerEntry
from xinglin.transfer.actions import distributions, income, ip
from xinglin.transfer.models import Distribution
from xinglin.transfer.words.income import CostKind
from xinglin.transfer.words.ip import IPKind

pytestmark = pytest.mark.django_db
WAN = 1_000_000


@pytest.fixture
def place():
    return hospital("示例第一医院", region="330100")


@pytest.fixture
def clerk(place):
    return liaison(place)


@pytest.fixture
def company():
    return hospital("示例生物公司", kind="enterprise")


@pytest.fixture
def plan(place, clerk, company) -> Distribution:
    one = paying(place, clerk, company, row("示例甲", 6_000), row("示例乙", 4_000))
    income.receive_payment(transfer_id=one.pk, amount_fen=4_200 * WAN, what="示例", by=clerk)
    income.enter_cost(transfer_id=one.pk, cost_kind=CostKind.PATENT, amount_fen=200 * WAN, what="示例", by=clerk)
    income.enter_cost(
        transfer_id=one.pk, cost_kind=CostKind.RESEARCH, amount_fen=77 * WAN, what="示例", fiscal_funded=True, by=clerk
    )
    distributions.determine_income(transfer_id=one.pk, by=clerk)
    distributions.plan_distribution(transfer_id=one.pk, pool_bp=7_000, main_bp=9_500, staff_bp=500,
                                    staff=[distributions.StaffRow("示例丁", 10_000)], by=clerk)  # fmt: skip
    return Distribution.objects.get()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sheet_shows_every_floor_with_its_proof(client: Client, plan, clerk, company, language) -> None:
    client.force_login(clerk)
    client.post("/language/", {"language": language})
    page = client.get(f"/transfer/sheet/{plan.pk}/")
    said = page.content.decode()
    assert page.status_code == 200
    # 4,000 万 net; pool 2,800; the floors of law, Beijing and Zhejiang; the research money not taken off.
    for wanted in ("¥40,000,000", "¥28,000,000", "¥20,000,000", "¥1,400,000", "¥26,600,000", "¥770,000", "示例丁", "浙江省",
                   "北京市", "国发〔2016〕16号"):  # fmt: skip
        assert wanted in said, wanted
    assert (">binding<" in said) is (language == "en")
    assert (">强制<" in said) is (language != "en")
    client.force_login(liaison(company))
    assert client.get(f"/transfer/sheet/{plan.pk}/").status_code == 404
    dossier = client.get(f"/transfer/transfer/{plan.transfer_id}/")
    assert dossier.status_code == 200 and "¥28,000,000" not in dossier.content.decode()


def test_the_sheet_is_reached_from_the_transfer_and_the_board_from_the_menu(client: Client, plan, clerk) -> None:
    client.force_login(clerk)
    assert f"/transfer/sheet/{plan.pk}/" in client.get(f"/transfer/transfer/{plan.transfer_id}/").content.decode()
    home = client.get("/").content.decode()
    for way in ("/transfer/board/", "/transfer/calendar/", "/transfer/report/"):
        assert f'href="{way}"' in home
    board = client.get("/transfer/board/").content.decode()
    assert plan.transfer.number in board and "¥42,000,000" in board
    client.force_login(expert_of(person()))
    assert plan.transfer.number not in client.get("/transfer/board/").content.decode()


def test_the_calendar_has_the_fees_of_ones_own(client: Client, place, clerk) -> None:
    filed = date(clock.today().year - 2, 1, 15)
    right = ip.file_right(kind=IPKind.INVENTION, title="示例发明甲", organisation_id=place.pk, application_number="1",
                          filed_on=filed, by=clerk)  # fmt: skip
    ip.grant_right(
        intellectualproperty_id=right.pk, granted_on=filed + timedelta(days=400), certificate_number="1", by=clerk
    )
    client.force_login(clerk)
    assert "示例发明甲" in client.get("/transfer/calendar/").content.decode()
    client.force_login(liaison(hospital()))
    assert "示例发明甲" not in client.get("/transfer/calendar/").content.decode()


def test_the_report_and_its_file_carry_the_year(client: Client, plan, clerk, place) -> None:
    year = plan.transfer.signed_on.year
    for reader in (clerk, office()):
        client.force_login(reader)
        said = client.get(f"/transfer/report/?year={year}").content.decode()
        assert "示例第一医院" in said and "¥42,000,000" in said
    body = client.get(f"/transfer/report.csv?year={year}").content.decode("utf-8-sig")
    assert "42000000" in body and body.count("\n") == 2
    assert client.get("/transfer/report.xlsx").content[:2] == b"PK"
    assert LedgerEntry.objects.filter(event="kernel.exported", data__what="transfer.report").count() == 2
    client.force_login(liaison(hospital()))
    assert "示例第一医院" not in client.get(f"/transfer/report/?year={year}").content.decode()
    for odd in ("0", "99999", "x", "²026"):
        assert client.get("/transfer/report/", {"year": odd}).status_code == 200
