"""Accessibility, judged by axe in a real browser: every kind of page, light, dark and on a phone, in both languages."""

from __future__ import annotations

import secrets

import pytest
from tests.stories.judging import LOOKS, Judge
from tests.stories.test_browser_results import order
from tests.stories.visitors import Door, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("year")]

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
# The third story: who looks, where they begin, and the links they follow from there; every page on the way is judged.
ROW, CALL = "tbody th a", "a[href^='/calls/0']"
WALKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("stranger", "/calls/", (CALL,)),
    ("stranger", "/calls/?standing=awarded", (CALL,)),
    ("stranger", "/calls/?standing=all&q=nothing-fits-this", ()),
    ("stranger", "/calls/?standing=all", ("a[href^='/calls/lists/']",)),
    ("stranger", "/bids/verify/", ()),
    ("bidder-company3", "/bids/", ("a[href^='/bids/new/']",)),
    ("bidder-school0", "/bids/", ("a[href$='/receipt/']",)),
    ("bidder-school0", "/challenges/bid/", (ROW,)),
    ("authority", "/bids/keys/", ("a[href^='/bids/opening/']", "a[href^='/bids/holders/']")),
    ("authority", "/bids/keys/", ("tr:last-child a[href^='/bids/opening/']", "a[href^='/bids/record/']")),
    ("liaison-demander", "/challenges/challenge/", ("a[href*='/new/']",)),
    ("secretariat", "/challenges/challenge/?q=肝癌", (ROW, "a[href$='/panel/']")),
    ("secretariat", "/challenges/board/", ("a[href^='/challenges/challenge/']", "a[href$='/money/']")),
    *(("secretariat", f"/challenges/{noun}/", (ROW,)) for noun in (
        "contract", "milestone", "tranche", "review", "flag", "blindcopy", "negotiation", "objection", "appraisal",
        "callquestion")),
    ("secretariat", "/challenges/changerequest/", ()),
    ("secretariat", "/transfer/board/", ("a[href^='/transfer/transfer/0']:has-text('肝癌')", "a[href^='/transfer/sheet/']")),
    ("secretariat", "/transfer/calendar/", ()),
    ("secretariat", "/transfer/report/", ()),
    ("secretariat", "/transfer/achievement/", (ROW,)),
    ("secretariat", "/transfer/objection/", ()),
    *(("secretariat", f"/transfer/{noun}/", ("a[href*='/new/']",)) for noun in (
        "intellectualproperty", "grantcall", "deal", "jointproject")),
)  # fmt: skip


@pytest.mark.parametrize("language", LOOKS)
def test_no_violation_on_any_page(door: Door, language: str) -> None:
    judge = Judge(language)
    stranger = door.open("stranger", language)
    for path in STRANGER:
        judge.walk(stranger, path)
    for path in ("/experts/", "/lists/"):
        judge.walk(stranger, path, f"a[href^='{path}']:not([href*='?']):not([href='{path}'])")
    judge.walk(stranger, f"/v/{door.open('secretariat').plaque_code()}/")
    for path in ("/v/AAAAA22222/", "/no/such/page/", "/matching/need/no-such-id/"):
        stranger.refused(path, 404)
        judge.page(stranger.page, path)
    office = door.open("secretariat", language)
    for path in INSIDE:
        judge.walk(office, path)
    for kind in FIRST_OF:
        office.go(f"/{kind}/")
        judge.walk(office, office.page.locator(f"main {ROW}").first.get_attribute("href") or "")
    refused_states(judge, office)
    others(judge, door, language)
    assert not judge.found, judge.verdict()


def refused_states(judge: Judge, office: Visitor) -> None:
    """A form with faults, a step that needs to be confirmed, a page somebody may not open."""
    office.expected += ["/new/", "/do/"]
    office.go("/matching/need/new/draft/")
    office.page.eval_on_selector_all("[required]", "all => all.forEach(e => e.removeAttribute('required'))")
    office.fill(organisation_id="示例")
    with office.page.expect_navigation():
        office.button().click()
    judge.page(office.page, "a refused form")
    judge.walk(office, "/matching/need/?stage=open", ROW, "a[href$='/do/close/']")


def others(judge: Judge, door: Door, language: str) -> None:
    """The first pages of the other roles, and what they are refused."""
    for name in ("liaison-people", "stroke-expert", "company", "authority"):
        who = door.open(name, language)
        judge.walk(who, "/")
    for name, paths in (ADMINISTRATORS | RESULTS).items():
        admin = door.open(name, language)
        for path in paths:
            judge.walk(admin, path)
    who.refused("/matching/need/new/draft/", 403)
    judge.page(who.page, "refused by right")


@pytest.mark.parametrize("language", LOOKS)
def test_no_violation_from_the_call_to_the_income(door: Door, language: str) -> None:
    judge, people = Judge(language), dict[str, Visitor]()
    for name, start, links in WALKS:
        if name not in people:
            people[name] = door.open(name, language)
        judge.walk(people[name], start, *links)
    assert not judge.found, judge.verdict()


@pytest.mark.parametrize("language", LOOKS)
def test_no_violation_behind_a_form(door: Door, language: str) -> None:
    """What only an answer shows: an order with its cards, a refused bid, a receipt that was checked."""
    judge = Judge(language)
    doctor = door.open("doctor", language)
    order(doctor, "LAB-CHEM-ALT LAB-CHEM-GLU IMG-CT-CHEST-P no-such-item", f"V-{secrets.token_hex(4)}")
    assert doctor.page.locator("[name=reason]").count(), "there is something to decide"
    judge.page(doctor.page, "an order with earlier results")

    bidder = door.open("bidder-company3", language)
    bidder.expected.append("/bids/new/")
    judge.walk(bidder, "/bids/", "a[href^='/bids/new/']")
    bidder.page.eval_on_selector_all("[required]", "all => all.forEach(e => e.removeAttribute('required'))")
    with bidder.page.expect_navigation():
        bidder.button().click()
    assert bidder.page.locator("main .err").count()
    judge.page(bidder.page, "a refused bid")

    winner, stranger = door.open("bidder-school0", language), door.open("stranger", language)
    judge.walk(winner, "/bids/", "a[href$='/receipt/']")
    receipt = winner.context.request.get(winner.page.url.rstrip("/") + ".json").text()
    stranger.go("/bids/verify/")
    stranger.page.fill("[name=text]", receipt)
    with stranger.page.expect_navigation():
        stranger.page.locator("main form button").last.click()
    assert stranger.page.locator("#h-proof").count()
    judge.page(stranger.page, "a receipt that was checked")
    assert not judge.found, judge.verdict()


@pytest.mark.parametrize("language", LOOKS)
def test_no_violation_in_a_blind_room(door: Door, language: str) -> None:
    """Before a reviewer says that there is no conflict, and with the copies and the scores in it."""
    judge, wanted = Judge(language), {"assigned", "signed"}
    for number in range(12):
        reviewer = door.open(f"panel{number}", language)
        for stage in sorted(wanted):
            reviewer.go(f"/challenges/review/?stage={stage}&mine=1")
            if reviewer.page.locator(f"main {ROW}").count():
                judge.walk(reviewer, f"/challenges/review/?stage={stage}&mine=1", ROW, "a[href$='/room/']")
                wanted.discard(stage)
        if not wanted:
            break
    assert not wanted, f"nobody of the panel has a review that is {wanted}"
    assert not judge.found, judge.verdict()
