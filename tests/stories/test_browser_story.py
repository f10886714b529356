"""From a hospital's need to a signed agreement, clicked through in Chromium by everybody who has a part in it."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.stories.visitors import Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]

BODY = (
    "我院神经内科急性缺血性卒中静脉溶栓绿色通道时间节点不稳定，希望邀请有卒中绿道建设和质控经验的专家，"
    "每月来院指导一次，并帮助县级医院布点。"
)
NOW = datetime.now(ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


def need_is_opened(liaison: Visitor, office: Visitor, title: str) -> str:
    """A hospital writes its need down and submits it; the secretariat opens it. Returns the need's address."""
    liaison.begin(
        "/matching/need/new/draft/", organisation_id="潮州市人民医院", title=title, body=BODY, kind="clinical",
        specialties="03.03", department="神经内科", wanted_by=(TODAY + timedelta(days=90)).isoformat(),
        confidentiality="published",
    )  # fmt: skip
    assert title in liaison.text()
    need = liaison.page.url
    liaison.verb("submit")
    office.go("/")
    office.page.locator("main a", has_text=title).first.click()
    assert office.page.url == need
    office.verb("open")
    return need


def expert_is_chosen(liaison: Visitor, need: str, expert: str) -> str:
    """The experts are ranked, the reasons read, their evidence checked, one is chosen. Returns the docking."""
    liaison.go(need)
    liaison.verb("rank", top=10)
    liaison.page.locator("main a[href*='/matching/suggestion/']", has_text=expert).first.click()
    reasons = liaison.page.locator("main section", has=liaison.page.locator("a[href*='example.org/works']"))
    assert reasons.count(), liaison.text()
    assert "%" in reasons.first.inner_text() or "+" in reasons.first.inner_text()
    liaison.verb("choose", invitation="诚邀您指导我院卒中绿色通道建设。")
    assert "/matching/docking/" in liaison.page.url
    return liaison.page.url


def talks_are_held(liaison: Visitor, expert: Visitor, docking: str) -> None:
    """The expert finds the invitation on their first page and accepts; a meeting is recorded; they agree."""
    expert.go("/")
    expert.page.locator("main a[href*='/matching/docking/']").first.click()
    expert.go(docking)
    expert.verb("accept")
    liaison.go(docking)
    if liaison.offers("do/accept"):
        liaison.verb("accept")
    liaison.verb(
        "record_meeting", held_at=f"{NOW:%Y-%m-%dT%H:%M}", way="online", minutes="商定每月来院一次，由医院起草协议。"
    )
    liaison.verb("conclude", outcome="agreement")


def agreement_is_signed(liaison: Visitor, office: Visitor, docking: str, title: str) -> str:
    """Drafted from the docking, consented to by both sides, signed by both."""
    liaison.go(docking)
    liaison.verb("draft_agreement", title=title, starts=TODAY.isoformat())
    agreement = liaison.page.url
    assert "/roster/agreement/" in agreement
    liaison.verb("consult")
    liaison.verb("agree")
    office.go(agreement)
    other = office.page.locator("main section table tbody tr").nth(1).locator("td").first.inner_text()
    office.verb("record_consent", organisation_id=other, paper="同意函（示例）")
    for party in ("潮州市人民医院", other):
        office.verb("name_signatory", organisation_id=party, signatory_name="法定代表人（示例）",
                    signatory_position="法定代表人")  # fmt: skip
    office.verb("open_signing")
    liaison.go(agreement)
    liaison.verb("sign", signed_on=TODAY.isoformat())
    office.go(agreement)
    office.verb("record_signature", organisation_id=other, signed_on=TODAY.isoformat(), paper="纸质签署件（示例）")
    return agreement


def figure(who: Visitor, name: str) -> int:
    """A figure of the overview. It is counted anew every half minute."""
    who.go("/overview/")
    return int(re.sub(r"\D", "", who.page.locator(f"main dd a[href*='figure={name}']").inner_text()))


def figure_moved(who: Visitor, name: str, wanted: int) -> bool:
    """Whether a figure reaches a number within a minute."""
    deadline = time.monotonic() + 60
    while (found := figure(who, name)) != wanted and time.monotonic() < deadline:
        who.page.wait_for_timeout(3000)
    return found == wanted


@pytest.mark.parametrize("way", ["zh", "en", "no-scripts"])
def test_from_need_to_signed_agreement(door: Door, way: str) -> None:
    language = "en" if way == "en" else "zh-hans"
    options: dict[str, Any] = {"java_script_enabled": False} if way == "no-scripts" else {}
    liaison, office = (door.open(name, language, **options) for name in ("liaison-people", "secretariat"))
    expert = door.open("stroke-expert", language, **options)
    expert.go("/roster/person/?mine=1")
    name = expert.page.locator("main tbody th a").first.inner_text()
    title = f"卒中绿道质控（示例 {way}）"
    before = figure(office, "agreements_in_force")
    need = need_is_opened(liaison, office, title)
    # Published, it is on the public portal, and says nothing of who wrote it beyond the hospital.
    stranger = door.open("stranger", language, **options)
    stranger.go("/matching/need/?sort=-changed")
    stranger.go(need)
    assert title in stranger.text()
    docking = expert_is_chosen(liaison, need, name)
    talks_are_held(liaison, expert, docking)
    agreement = agreement_is_signed(liaison, office, docking, title + "合作协议")
    liaison.go(need)
    liaison.verb("meet")
    # The figure has moved, and opens the record that moved it.
    if way == "zh":
        assert figure_moved(office, "agreements_in_force", before + 1)
    office.go("/roster/agreement/?figure=agreements_in_force&sort=-changed")
    assert office.page.locator(f"main a[href='{agreement.removeprefix(office.url)}']").count() == 1
    # A need that is met is no longer published; of the talks a stranger never saw anything.
    for place in (need, docking, agreement):
        path = place.removeprefix(stranger.url)
        stranger.expected.append(path)
        answer = stranger.page.goto(place)
        assert answer is not None
        assert answer.status == 404 or "/accounts/login/" in stranger.page.url, path
