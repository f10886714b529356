"""Company, authority and stranger at the browser; the phone; impatient fingers; what happens without JavaScript."""

from __future__ import annotations

import re
import secrets

import pytest
from tests.stories.visitors import PHONE, Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]
LANGUAGES = ("zh-hans", "en")


def links(who: Visitor, start: str) -> list[str]:
    """Addresses of this house on the page, in order, each once."""
    found = who.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    return list(dict.fromkeys(one.split("#")[0] for one in found if one.startswith(start)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_puts_an_offer(door: Door, language: str) -> None:
    company, office = door.open("company", language), door.open("secretariat", language)
    title = f"影像质控服务（示例 {language}）"
    company.go("/roster/organisation/?mine=1")
    place = company.page.locator("main tbody th a").first.inner_text()
    company.begin(
        "/matching/offer/new/draft/", title=title, body="低剂量CT影像质控与随访提醒（示例）。", kind="technology",
        organisation_id=place, specialties="32.02", confidentiality="published",
    )  # fmt: skip
    offer = company.page.url
    company.verb("submit")
    assert not company.offers("do/open"), "a company does not open its own offer"
    office.go(offer)
    office.verb("open")
    stranger = door.open("stranger", language)
    stranger.go(offer)
    assert title in stranger.text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_authority_sees_and_cannot_act(door: Door, language: str) -> None:
    authority = door.open("authority", language)
    authority.go("/overview/")
    figures = authority.page.locator("main dd a").all()
    assert len(figures) >= 8
    address = authority.page.locator("main a[href*='figure=experts_elsewhere']").get_attribute("href")
    assert "125" in authority.page.locator("main a[href*='figure=experts_elsewhere']").inner_text()
    authority.go(address or "")
    assert authority.page.locator("main tbody tr").count() > 10
    for kind in ("roster/organisation", "roster/agreement", "matching/need", "matching/docking"):
        authority.go(f"/{kind}/")
        assert not authority.offers("new"), f"{kind}: the authority may begin nothing"
        first = authority.page.locator("main tbody th a").first
        if first.count():
            key = (first.get_attribute("href") or "").rstrip("/").split("/")[-1]
            authority.go(f"/{kind}/{key}/")
            assert not authority.offers("do"), f"{kind}: the authority may do nothing"
    authority.refused("/matching/need/new/draft/", 403)
    authority.refused("/roster/organisation/new/propose/", 403)


def test_a_stranger_reads_the_public_portal_only(door: Door) -> None:
    stranger = door.open("stranger")
    stranger.go("/")
    public = links(stranger, "/")
    assert any("/matching/need/" in one for one in public)
    stranger.go("/matching/need/")
    need = stranger.page.locator("main tbody th a").first
    need.click()
    assert stranger.page.locator("h1").inner_text().strip()
    stranger.go("/overview/")
    assert "/accounts/login/" in stranger.page.url
    stranger.refused("/matching/need/no-such-need/", 404)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_stranger_verifies_a_plaque_by_its_code(door: Door, scripts: bool) -> None:
    """By scanning it, and by typing it in; a code that nobody gave out is said to be none."""
    office = door.open("secretariat")
    code = office.plaque_code()
    stranger = door.open("stranger", java_script_enabled=scripts)
    stranger.go(f"/v/{code}/")
    scanned = stranger.text()
    stranger.go("/verify/")
    stranger.page.fill("form.check [name=code]", f"{code[:5].lower()}-{code[5:]}")
    with stranger.page.expect_navigation():
        stranger.page.locator("form.check button").click()
    assert stranger.text() == scanned and stranger.page.locator(".answer.good").count() == 1
    stranger.refused("/v/AAAAA22222/", 404)
    assert stranger.page.locator(".answer.bad").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_phone(door: Door, language: str) -> None:
    """Every kind of page at 360 pixels, as secretariat and as stranger: nothing scrolls sideways."""
    faults = []
    for name, pages in (("stranger", PUBLIC), ("secretariat", INSIDE)):
        who = door.open(name, language, viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)
        for path in pages:
            who.go(path)
            if by := who.too_wide():
                faults.append(f"{name} {path}: {by} px")
            first = who.page.locator("main tbody th a").first
            if path.count("/") == 3 and first.count():
                who.go(first.get_attribute("href") or "/")
                if by := who.too_wide():
                    faults.append(f"{name} {who.page.url}: {by} px")
    assert not faults, faults


PUBLIC = (
    "/",
    "/public/",
    "/members/",
    "/experts/",
    "/lists/",
    "/verify/",
    "/ledger/roots/",
    "/matching/need/",
    "/roster/organisation/",
    "/roster/person/",
    "/search/?q=zs",
    "/accounts/login/",
    "/api/",
)
INSIDE = (
    "/", "/overview/", "/notices/", "/search/?q=zs", "/roster/organisation/", "/roster/person/", "/roster/agreement/",
    "/roster/appointment/", "/roster/plaque/", "/matching/need/", "/matching/suggestion/", "/matching/docking/",
    "/roster/organisation/new/propose/", "/matching/need/new/draft/", "/roster/agreement/new/draft/",
)  # fmt: skip


def test_a_double_click_makes_one_record(door: Door) -> None:
    office = door.open("secretariat")
    office.go("/roster/organisation/new/propose/")
    name = f"双击医院（示例 {secrets.token_hex(3)}）"
    office.fill(name_zh=name, kind="hospital")
    with office.page.expect_navigation():
        office.button().dblclick()
    office.page.wait_for_load_state()
    office.go(f"/roster/organisation/?q={name}")
    assert office.page.locator("main tbody tr").count() == 1


def test_going_back_and_sending_again_makes_one_record(door: Door) -> None:
    for scripts in (True, False):
        office = door.open("secretariat", java_script_enabled=scripts)
        name = f"后退医院（示例 {secrets.token_hex(3)}）"
        office.go("/roster/organisation/new/propose/")
        office.fill(name_zh=name, kind="hospital")
        office.send()
        first = office.page.url
        office.page.go_back()
        office.fill(name_zh=name, kind="hospital")
        office.send()
        office.go(f"/roster/organisation/?q={name}")
        assert office.page.locator("main tbody tr").count() == 1, (scripts, first)


def test_a_refused_form_keeps_what_was_typed_and_says_where(door: Door) -> None:
    liaison = door.open("liaison-people")
    liaison.expected.append("/new/draft/")
    liaison.go("/matching/need/new/draft/")
    liaison.fill(organisation_id="没有这家医院", title="留住我（示例）", body="留住这段话（示例）", kind="clinical")
    with liaison.page.expect_navigation():
        liaison.button().click()
    assert liaison.page.locator("[name=title]").input_value() == "留住我（示例）"
    assert "留住这段话" in liaison.page.locator("[name=body]").input_value()
    error = liaison.page.locator("#f-organisation_id-error")
    assert error.inner_text().strip()
    assert "f-organisation_id-error" in (
        liaison.page.locator("#f-organisation_id").get_attribute("aria-describedby") or ""
    )


def test_the_language_is_one_click_away_and_stays(door: Door) -> None:
    stranger = door.open("stranger")
    stranger.go("/")
    assert stranger.page.locator("html").get_attribute("lang") == "zh-Hans"
    with stranger.page.expect_navigation():
        stranger.page.locator("button[name=language]").first.click()
    stranger.go("/matching/need/")
    assert stranger.page.locator("html").get_attribute("lang") == "en"


CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{4,}")
# Names, codes and addresses are in no language.
NO_WORDS = ("xinglin", "pipl", "excel", "http", "json", "openapi", "example")


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_labels_and_buttons_speak_the_language(door: Door, language: str) -> None:
    """What the house itself says on its pages: no English heading in Chinese, no Chinese button in English."""
    office = door.open("secretariat", language)
    wrong: list[str] = []
    for path in INSIDE:
        office.go(path)
        said = office.page.eval_on_selector_all(
            "nav a, thead th, main h2, main dt, label, legend, main .btn, .hint",
            "all => all.map(e => e.innerText.trim()).filter(t => t)",
        )
        for text in dict.fromkeys(said):
            plain = text.lower()
            if (
                language == "en"
                and CHINESE.search(text)
                and not any(w in text for w in ("示例", "中文", "12万", "广东省"))
            ):
                wrong.append(f"{path}: {text[:60]}")
            if (
                language != "en"
                and ENGLISH.search(text)
                and not CHINESE.search(text)
                and not any(w in plain for w in NO_WORDS)
            ):
                wrong.append(f"{path}: {text[:60]}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))
