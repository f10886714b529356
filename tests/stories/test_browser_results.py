"""The second story at the browser: a doctor orders what was done already; the resident sees who looked."""

from __future__ import annotations

import re
import secrets

import pytest
from tests.stories.visitors import PHONE, Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]


def order(doctor: Visitor, items: str, visit: str) -> None:
    """Sign an order for the demonstration's resident at the order screen."""
    page = doctor.go("/recognition/order/")
    page.fill("[name=patient]", "B-42")
    page.fill("[name=visit]", visit)
    page.fill("[name=items]", items)
    with page.expect_navigation():
        page.locator("main form button").first.click()


def saved(reader: Visitor) -> int:
    """What the board says was saved, in fen."""
    text = reader.go("/recognition/board/").locator("main dl.kpi dd").first.inner_text()
    return round(float(re.sub(r"[^0-9.]", "", text)) * 100)


def test_recognised_declined_and_taken_back(door: Door) -> None:
    """Each with its reason; the money on the board moves with it, and back."""
    doctor, office = door.open("doctor"), door.open("secretariat")
    before, visit = saved(office), f"V-{secrets.token_hex(4)}"
    order(doctor, "LAB-CHEM-ALT LAB-CHEM-GLU", visit)
    cards = doctor.page.locator("main section.card", has=doctor.page.locator("[name=card]"))
    assert cards.count() == 2, doctor.text()
    assert "41 U/L" in doctor.text() and "HR" in doctor.text()
    with doctor.page.expect_navigation():
        cards.filter(has_text="丙氨酸").locator("button[value=accepted]").click()
    assert saved(office) == before + 600
    order(doctor, "LAB-CHEM-ALT LAB-CHEM-GLU", visit)
    card = doctor.page.locator("main section.card", has=doctor.page.locator("[name=card]"))
    assert card.count() == 1, "what this doctor decided is not asked again"
    card.locator("[name=reason]").select_option("02")
    card.locator("[name=informed]").check()
    with doctor.page.expect_navigation():
        card.locator("button[value=overridden]").click()
    order(doctor, "LAB-CHEM-ALT LAB-CHEM-GLU", visit)
    doctor.page.locator("main a[href*='/recognition/decision/']", has_text="丙氨酸").click()
    doctor.verb("withdraw_recognition", _sure=True)
    assert saved(office) == before


def test_images_are_opened_before_they_are_recognised(door: Door) -> None:
    doctor = door.open("doctor", "en", **{"viewport": PHONE, "color_scheme": "dark"})
    order(doctor, "IMG-CT-CHEST-P", f"V-{secrets.token_hex(4)}")
    assert doctor.too_wide() == 0
    card = doctor.page.locator("main section.card", has=doctor.page.locator("[name=card]"))
    with doctor.page.expect_navigation():
        card.locator("button[value=accepted]").click()
    assert "image" in doctor.text().lower(), "the refusal says what to do first"


def test_the_resident_sees_who_looked_and_strangers_see_nothing(door: Door) -> None:
    resident = door.open("resident", "zh-hans", **{"viewport": PHONE})
    resident.go("/resident/")
    assert "丙氨酸氨基转移酶" in resident.text() and "示例县人民医院" in resident.text()
    assert resident.too_wide() == 0
    own = resident.page.locator("main a[href*='/seen/']").first.get_attribute("href")
    assert own
    resident.go(own)
    assert "门诊医师" in resident.text() or "示例区中心卫生院" in resident.text()
    person = re.search(r"/resident/(\d+)/", own)
    assert person
    for name in ("liaison-people", "company", "authority"):
        door.open(name).refused(f"/patients/{person[1]}/", 403, 404)
        door.open(name).refused(f"/resident/{person[1]}/", 403, 404)
    stranger = door.open("stranger")
    stranger.go(own)
    assert "/accounts/login/" in stranger.page.url


def test_the_desks_open_for_those_who_work_there(door: Door) -> None:
    for name, paths in DESKS.items():
        who = door.open(name)
        for path in paths:
            who.go(path)
            assert who.page.locator("h1").inner_text().strip()
    company = door.open("company")
    company.refused("/mappings/", 403, 404)
    company.go("/identity/review/")
    assert company.page.locator("main tbody tr").count() == 0


DESKS = {
    "steward": ("/", "/mappings/", "/identity/review/", "/intake/quarantined/", "/catalogue/scopegrant/"),
    "laboratory": ("/", "/mappings/", "/intake/delivery/", "/intake/quarantined/"),
    "audit": ("/consent/breakglass/",),
}
