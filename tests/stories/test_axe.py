"""Accessibility, judged by axe in a real browser: every kind of page, light, dark and on a phone, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.stories.visitors import DESK, PHONE, Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]

# (who looks, language, size, colours): every page in the three looks, the languages taking turns.
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("zh-hans", {"viewport": DESK, "color_scheme": "light"}),
    ("en", {"viewport": DESK, "color_scheme": "dark"}),
    ("en", {"viewport": PHONE, "color_scheme": "light", "is_mobile": True}),
    ("zh-hans", {"viewport": PHONE, "color_scheme": "dark", "is_mobile": True}),
)
# fmt: off
STRANGER = (
    "/", "/public/", "/members/", "/experts/", "/lists/", "/verify/", "/ledger/roots/", "/items/",
    "/privacy/", "/accessibility/", "/matching/need/", "/matching/need/?q=nothing-fits-this", "/roster/organisation/",
    "/search/?q=zs", "/search/?q=", "/accounts/login/", "/accounts/password/reset/", "/api/",
)
INSIDE = (
    "/", "/overview/", "/notices/", "/search/?q=%E5%8D%92%E4%B8%AD", "/roster/organisation/", "/roster/agreement/",
    "/matching/need/", "/matching/suggestion/", "/roster/organisation/new/propose/", "/matching/need/new/draft/",
    "/roster/agreement/new/draft/", "/accounts/me/", "/accounts/me/tokens/", "/accounts/me/outlets/",
    "/accounts/me/reads/", "/accounts/me/sign-ins/", "/accounts/invitations/", "/accounts/2fa/",
    "/accounts/password/change/",
)
ADMINISTRATORS = {
    "system": ("/administration/system/", "/administration/system/work/", "/administration/system/programs/"),
    "security": ("/administration/security/", "/administration/security/tokens/"),
    "audit": ("/administration/audit/", "/administration/audit/seals/"),
}
RESULTS = {
    "doctor": ("/", "/recognition/order/", "/recognition/board/", "/recognition/decision/", "/patients/"),
    "steward": ("/mappings/", "/identity/review/", "/intake/quarantined/", "/catalogue/item/"),
    "laboratory": ("/intake/delivery/", "/catalogue/itemmapping/"),
    "resident": ("/resident/",),
}
# fmt: on
FIRST_OF = (
    "roster/organisation",
    "roster/person",
    "roster/agreement",
    "roster/plaque",
    "matching/need",
    "matching/suggestion",
    "matching/docking",
)  # fmt: skip
OPTIONS = {"resultTypes": ["violations"]}


class Judge:
    """Runs axe on page after page and remembers what it found."""

    def __init__(self, look: str) -> None:
        self.axe, self.look, self.found, self.pages = Axe(), look, [], 0

    def page(self, who: Visitor, name: str) -> None:
        self.pages += 1
        result = self.axe.run(who.page, options=OPTIONS)
        for one in result.response["violations"]:
            nodes = "; ".join(
                " ".join(map(str, node["target"])) + " " + node["html"][:160] for node in one["nodes"][:3]
            )
            summary = one["nodes"][0].get("failureSummary", "")[:200].replace("\n", " ")
            self.found.append(f"[{self.look}] {who.name} {name}: {one['id']} ({one['impact']}) {summary} | {nodes}")


@pytest.mark.parametrize(
    "look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]['color_scheme']}-{look[1]['viewport']['width']}"
)
def test_no_violation_on_any_page(door: Door, look: tuple[str, dict[str, Any]]) -> None:
    language, options = look
    judge = Judge(f"{language} {options['color_scheme']} {options['viewport']['width']}")
    stranger = door.open("stranger", language, **options)
    for path in STRANGER:
        stranger.go(path)
        judge.page(stranger, path)
    for path in ("/experts/", "/lists/"):
        stranger.go(path)
        stranger.page.locator(f"main a[href^='{path}']:not([href*='?']):not([href='{path}'])").first.click()
        judge.page(stranger, f"{path}one/")
    stranger.go(f"/v/{door.open('secretariat').plaque_code()}/")
    judge.page(stranger, "a plaque that hangs")
    for path in ("/v/AAAAA22222/", "/no/such/page/", "/matching/need/no-such-id/"):
        stranger.refused(path, 404)
        judge.page(stranger, path)
    office = door.open("secretariat", language, **options)
    for path in INSIDE:
        office.go(path)
        judge.page(office, path)
    for kind in FIRST_OF:
        office.go(f"/{kind}/")
        office.page.locator("main tbody th a").first.click()
        judge.page(office, f"/{kind}/one/")
    refused_states(judge, office)
    others(judge, door, language, options)
    assert not judge.found, f"{len(judge.found)} on {judge.pages} pages\n" + "\n".join(judge.found[:60])


def refused_states(judge: Judge, office: Visitor) -> None:
    """A form with faults, a step that needs to be confirmed, a page somebody may not open."""
    office.expected += ["/new/", "/do/"]
    office.go("/matching/need/new/draft/")
    office.page.eval_on_selector_all("[required]", "all => all.forEach(e => e.removeAttribute('required'))")
    office.fill(organisation_id="示例")
    with office.page.expect_navigation():
        office.button().click()
    judge.page(office, "a refused form")
    office.go("/matching/need/?stage=open")
    office.page.locator("main tbody th a").first.click()
    office.page.locator("main a[href$='/do/close/']").first.click()
    judge.page(office, "a step that needs to be confirmed")


def others(judge: Judge, door: Door, language: str, options: dict[str, Any]) -> None:
    """The first pages of the other roles, and what they are refused."""
    for name in ("liaison-people", "stroke-expert", "company", "authority"):
        who = door.open(name, language, **options)
        who.go("/")
        judge.page(who, "/")
    for name, paths in (ADMINISTRATORS | RESULTS).items():
        admin = door.open(name, language, **options)
        for path in paths:
            admin.go(path)
            judge.page(admin, path)
    who.refused("/matching/need/new/draft/", 403)
    judge.page(who, "refused by right")
