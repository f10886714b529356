"""The pages of transfer: the board, the sheet with its proofs, the calendar, the report and its file."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.factories.transfer import (
    account,
    expert_of,
    hospital,
    liaison,
    office,
    paper,
    paying,
    person,
    registered,
    row,
)

from xinglin.kernel import clock, configuration
from xinglin.kernel.models import DocumentVersion, LedgerEntry
from xinglin.kernel.words import Role
from xinglin.transfer.actions import contracts, distributions, income, ip, transfers
from xinglin.transfer.models import Distribution, Valuation
from xinglin.transfer.rules import sharing
from xinglin.transfer.rules.contracts import mandatory
from xinglin.transfer.words.income import CostKind
from xinglin.transfer.words.ip import IPKind
from xinglin.transfer.words.transfers import ContractKind, Pricing, Relation, Way

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


LAWS = {
    "zh-hans": (
        "《促进科技成果转化法》第四十四、四十五条", "国发〔2016〕16号", "《北京市促进科技成果转化条例》第十二条",
        "《浙江省促进科技成果转化条例》第三十七、三十九条",
    ),
    "en": (
        "Law on Promoting the Transformation of Scientific and Technological Achievements, arts 44 and 45",
        "State Council document Guofa [2016] No. 16",
        "Beijing regulation on promoting the transformation of achievements, art. 12",
        "Zhejiang regulation on promoting the transformation of achievements, arts 37 and 39",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LAWS)
def test_the_sheet_shows_every_floor_with_its_proof(client: Client, plan, clerk, company, language) -> None:
    client.force_login(clerk)
    client.post("/language/", {"language": language})
    page = client.get(f"/transfer/sheet/{plan.pk}/")
    said = page.content.decode()
    assert page.status_code == 200
    # 4,000 万 net; pool 2,800; the floors of law, Beijing and Zhejiang; the research money not taken off.
    for wanted in ("¥40,000,000", "¥28,000,000", "¥20,000,000", "¥1,400,000", "¥26,600,000", "¥770,000", "示例丁", *LAWS[language]):  # fmt: skip
        assert wanted in said, wanted
    assert not any(law in said for other in LAWS if other != language for law in LAWS[other])
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


def dated_rules() -> list[configuration.Rule]:
    return [rule for rule in configuration.RULES.values() if rule.key.startswith("transfer.")]


def test_every_source_of_a_rule_reads_well_in_both_languages() -> None:
    """Shipped sources are English sentences with a Chinese one; no half of the one in the other."""
    assert len(dated_rules()) > 8
    for source in {rule.source for rule in dated_rules()} | {
        sharing.OWN_RIGHT,
        *(one["name"] for one in sharing.FLOORS),
    }:
        with translation.override("zh-hans"):
            chinese = translation.gettext(source)
        assert chinese != source and not re.search(r"[一-鿿]", source), source
        assert not re.search(r"\barts?\b|No\.", chinese), chinese


def test_the_page_of_the_rules_says_the_laws_in_chinese(client: Client) -> None:
    client.force_login(account(Role.SYSTEM_ADMIN))
    said = client.get("/administration/system/").content.decode()
    assert "《浙江省促进科技成果转化条例》第三十七、三十九条" in said and "Zhejiang" not in said


def test_a_valuation_on_paper_is_entered_with_its_report(client: Client, place, clerk, company) -> None:
    one = transfers.put_forward(achievement_id=registered(place, clerk).pk, way=Way.LICENCE, by=clerk)
    client.force_login(clerk)
    address = f"/transfer/transfer/{one.pk}/do/value/"
    assert f'href="{address}"' in client.get(f"/transfer/transfer/{one.pk}/").content.decode()
    given = {
        "report_number": "示例评报字 2026-01", "appraiser": "示例资产评估公司", "valued_on": clock.today().isoformat(),
        "value_fen": "41000000", "version": one.version,
    }  # fmt: skip
    wrong = client.post(address, {**given, "valued_on": (clock.today() + timedelta(days=1)).isoformat(),
                                  "valuation_report": sent("评估报告.txt")})  # fmt: skip
    assert wrong.status_code == 422 and not Valuation.objects.exists()
    assert client.post(address, {**given, "valuation_report": sent("评估报告.txt")}).status_code == 303
    found = Valuation.objects.get()
    assert (found.value_fen, found.document.file_name) == (4_100_000_000, "评估报告.txt")
    # Entered again under its number, it puts the earlier entry right; the ledger has both.
    transfers.enter_valuation(
        transfer_id=one.pk, report_number=given["report_number"], appraiser="示例资产评估公司", valued_on=clock.today(),
        value_fen=4_200_000_000, valuation_report=paper(), by=clerk,
    )  # fmt: skip
    page = client.get(f"/transfer/transfer/{one.pk}/").content.decode()
    assert '<td class="nw">¥42,000,000</td>' in page and "¥41,000,000" not in page and "示例资产评估公司" in page
    assert LedgerEntry.objects.filter(event="transfer.valued", subject_id=one.pk).count() == 2
    client.force_login(liaison(company))
    assert client.get(address).status_code == 404


def test_minutes_valuations_and_drafts_stay_with_the_unit_while_the_notice_runs(
    client: Client, place, clerk, company
) -> None:
    one = transfers.put_forward(achievement_id=registered(place, clerk, levels=1).pk, way=Way.LICENCE, by=clerk)
    transfers.enter_valuation(
        transfer_id=one.pk, report_number="示例评报字 1", appraiser="示例评估公司", valued_on=clock.today(),
        value_fen=9_100 * WAN, valuation_report=paper("评估报告.txt"), by=clerk,
    )  # fmt: skip
    transfers.evaluate_transfer(transfer_id=one.pk, ip_check="示例", by=clerk)
    transfers.decide_transfer(transfer_id=one.pk, decided_on=clock.today(), attendees=5, minutes=paper("院办纪要.txt"),
                              way=Way.LICENCE, buyer_id=company.pk, by=clerk)  # fmt: skip
    transfers.price_transfer(transfer_id=one.pk, pricing=Pricing.AGREEMENT, price_fen=9_000 * WAN, by=clerk)
    transfers.announce_transfer(transfer_id=one.pk, relation=Relation.NONE, relation_statement="示例", by=clerk)
    rows = [contracts.ClauseRow(clause, "示例：逐项约定。") for clause in mandatory(ContractKind.LICENCE)]
    contracts.draft_contract(transfer_id=one.pk, contract_kind=ContractKind.LICENCE, clauses=rows, by=clerk)
    kept = list(DocumentVersion.objects.filter(document__subject_id=one.pk))
    assert len(kept) == 3
    # Its office reads all; the transferee and the rest of the alliance read the notice, and none of them.
    for reader, code in ((clerk, 200), (office(), 200), (liaison(company), 404), (liaison(hospital()), 404)):
        client.force_login(reader)
        page = client.get(f"/transfer/transfer/{one.pk}/")
        assert page.status_code == 200 and ("院办纪要.txt</a>" in page.content.decode()) is (code == 200)
        assert ("示例：逐项约定。" in page.content.decode()) is (code == 200)
        assert ("¥91,000,000" in page.content.decode()) is (code == 200)
        assert {client.get(f"/documents/{version.pk}/").status_code for version in kept} == {code}


def sent(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "示例报告".encode(), "text/plain")
