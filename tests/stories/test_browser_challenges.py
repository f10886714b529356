"""The third story at the browser: a call, a sealed bid with its receipt, a blind copy, the money to the fen."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from tests.stories.visitors import PHONE, Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]


def open_call(who: Visitor) -> str:
    """The address of the call that takes bids now."""
    who.go("/calls/")
    address = who.page.locator("main a[href^='/calls/0']").first.get_attribute("href")
    assert address
    return address


def first_of(who: Visitor, path: str, link: str) -> str:
    who.go(path)
    address = who.page.locator(f"main {link}").first.get_attribute("href")
    assert address
    return address


def test_a_stranger_reads_the_call_on_a_phone(door: Door) -> None:
    for language, countdown in (("zh-hans", "剩余时间"), ("en", "Time left")):
        stranger = door.open("stranger", language, **{"viewport": PHONE, "color_scheme": "dark"})
        stranger.go(open_call(stranger))
        assert countdown in stranger.text(), stranger.text()[:400]
        assert stranger.too_wide() == 0
        assert not stranger.offers("do"), "a stranger may read, ask for nothing and change nothing"


def test_a_bid_is_sealed_and_nobody_else_learns_of_it(door: Door, tmp_path: Path) -> None:
    canary = secrets.token_hex(12)
    bidder = door.open("bidder-company3")
    key = open_call(bidder).rstrip("/").split("/")[-1]
    plan = tmp_path / "技术方案.txt"
    plan.write_text(f"示例方案 {canary}", encoding="utf-8")
    bidder.go(f"/bids/new/{key}/")
    bidder.page.set_input_files("main [type=file]", str(plan))
    bidder.fill(
        title=f"示例 {canary}", summary="居家监测与干预。", route=f"分阶段验证，{canary}。", price_fen="1200000", months="6",
        members__0__name="示例负责人", members__0__institution="示例生物医药有限公司", members__0__part="leader",
        plan__0__content="完成方案", plan__0__due_months="6", plan__0__share_percent="100",
        legal_representative="示例法人", credit_commitment=True, no_conflict=True,
    )  # fmt: skip
    with bidder.page.expect_navigation():
        bidder.page.locator("main form .send button").last.click()
    assert "/receipt/" in bidder.page.url, bidder.page.locator(
        "main .box.bad, main .bad, main .refusal"
    ).all_inner_texts()
    with bidder.page.expect_download() as saved:
        bidder.page.locator("main a[href$='receipt.json']").first.click()
    receipt = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert re.fullmatch("[0-9a-f]{64}", receipt["sealed_sha256"]) and canary not in json.dumps(receipt)
    own = re.search(r"/bids/(\w+)/receipt/", bidder.page.url)
    assert own
    bidder.go("/bids/")
    assert receipt["number"] in bidder.text()

    for name in ("secretariat", "authority", "system", "audit", "liaison-demander", "bidder-school0"):
        other = door.open(name)
        other.go(f"/search/?q={canary}")
        assert canary not in other.text().replace(f"“{canary}”", "")
        if name in ("secretariat", "authority", "liaison-demander", "bidder-school0"):
            other.go("/challenges/bid/")
            assert receipt["number"] not in other.text(), f"{name} learns who bids"
        other.refused(f"/bids/{own[1]}/receipt/", 404)
        other.refused(f"/challenges/bid/{own[1]}/", 404)
    bidder.go(f"/challenges/bid/{own[1]}/")
    bidder.verb("withdraw", _sure=True)
    assert "已撤回" in bidder.text()


def test_a_reviewer_reads_copies_without_names(door: Door) -> None:
    """Whoever of the panel has not signed confirms, reads and finds no name of a team."""
    office = door.open("secretariat")
    office.go("/challenges/review/?stage=assigned")
    codes = office.page.locator("main tbody th a").all_inner_texts()
    assert codes, "the demonstration leaves reviews to be done"
    for number in range(12):
        judge = door.open(f"panel{number}")
        judge.go("/challenges/review/?stage=assigned&mine=1")
        if judge.page.locator("main tbody th a").count():
            break
    else:
        raise AssertionError("nobody of the panel is asked")
    judge.page.locator("main tbody th a").first.click()
    key = judge.page.url.rstrip("/").split("/")[-1]
    judge.go(f"/challenges/review/{key}/room/")
    assert "示例教授子" not in judge.text()
    judge.page.locator("main a[href*='/do/confirm']").first.click()
    judge.fill(no_conflict=True)
    judge.send()
    judge.go(f"/challenges/review/{key}/room/")
    read = judge.text()
    assert "模型先行" in read or "梳理现有流程" in read, read[:500]
    for name in ("示例教授子", "示例研究员丑", "示例医科大学", "示例生物系统研究院"):
        assert name not in judge.page.content()
    judge.refused("/challenges/bid/", 200, 403, 404)
    assert "示例医科大学" not in judge.text()


def test_the_money_is_shown_to_the_fen(door: Door) -> None:
    for language in ("zh-hans", "en"):
        office = door.open("secretariat", language)
        money = first_of(office, "/challenges/board/", "a[href^='/challenges/challenge/']").rstrip("/")
        office.go(re.sub(r"/(board|money)$", "", money) + "/money/")
        assert office.page.locator("main .box.good").count() == 1, "the book balances"
        assert office.page.locator("main svg").count() >= 1
        office.go("/transfer/board/")
        office.page.locator("main a[href^='/transfer/transfer/0']:has-text('肝癌')").first.click()
        office.page.locator("main a[href^='/transfer/sheet/']").first.click()
        text = office.text()
        assert "4,000,000" in text and "2,800,000" in text and "1,960,000" in text, text[:800]


def test_what_came_too_late_is_on_the_ledger_alone(door: Door) -> None:
    office = door.open("secretariat")
    office.go("/challenges/challenge/?q=肝癌")
    office.page.locator("main tbody th a").first.click()
    assert "逾期" in office.text() and "已拒收" in office.text()
    assert "中药复方" not in office.page.content()
