"""People at a browser: they read pages, follow links, fill in forms; what the browser complains about is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from tests.stories.served import Year

DESK, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 780}
LISTEN = """document.addEventListener('securitypolicyviolation', function (e) {
  console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber); });"""


@dataclass
class Visitor:
    """One person with a browser window of their own."""

    name: str
    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    # Addresses that are meant to answer with an error: the browser logs every one on its console.
    expected: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the portal. A page that fails is a fault; refusals are asked for with `refused`."""
        response = self.page.goto(self.url + path if path.startswith("/") else path)
        assert response is not None
        assert response.status < 400, f"{self.name}: {path} answered {response.status}"
        return self.page

    def refused(self, path: str, *statuses: int) -> Page:
        """Open an address that is meant to be refused, with a sentence."""
        self.expected.append(path)
        response = self.page.goto(self.url + path)
        assert response is not None
        assert response.status in statuses, f"{self.name}: {path} answered {response.status}"
        assert self.page.locator("h1").inner_text().strip()
        return self.page

    def offers(self, verb: str) -> bool:
        """Whether the page of a dossier, or a list, offers this verb."""
        return self.page.locator(f"main a[href*='/{verb}/']").count() > 0

    def verb(self, name: str, **answers: Any) -> Page:
        """On a dossier's page: open the form of a verb, fill it in, send it."""
        self.page.locator(f"main a[href$='/do/{name}/']").first.click()
        self.page.wait_for_url(re.compile(f"/do/{name}/"))
        self.fill(**answers)
        return self.send()

    def begin(self, path: str, **answers: Any) -> Page:
        """Open the form that begins a dossier, fill it in, send it."""
        self.go(path)
        self.fill(**answers)
        return self.send()

    def fill(self, **answers: Any) -> None:
        """Fill in a form by the names of its fields; `__` stands for the dot in a table's cell."""
        for name, value in answers.items():
            self._fill(name.replace("__", "."), value)

    def _fill(self, name: str, value: Any) -> None:
        form = self.page.locator("main form[method=post]").last
        found = form.locator(f"[name='{name}']")
        assert found.count(), f"{self.name}: the form at {self.page.url} has no field {name}"
        kind = found.first.get_attribute("type") or found.first.evaluate("e => e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                box = form.locator(f"[name='{name}'][value='{one}']") if one is not True else found
                box.check()
        elif kind == "select":
            found.select_option(str(value))
        else:
            found.fill(str(value))

    def send(self) -> Page:
        """Send the form; it must be accepted."""
        before = self.page.url
        with self.page.expect_navigation():
            self.button().click()
        if "/do/" in self.page.url or "/new/" in self.page.url:
            told = self.page.locator(".bad, .box.warn, .refusal, main").first.inner_text()
            raise AssertionError(f"{self.name}: {before} was not accepted: {told[:600]}")
        return self.page

    def button(self) -> Locator:
        return self.page.locator("form[data-once] .send button").last

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def plaque_code(self) -> str:
        """The public code of the first plaque that hangs, as its dossier shows it. Read by who works in Chinese."""
        self.go("/roster/plaque/?stage=granted")
        self.page.locator("main tbody th a").first.click()
        facts = self.page.locator("main dl.facts > div")
        found = facts.filter(has_text=re.compile("^(查验码|Code)")).locator("dd").first.inner_text()
        return re.sub(r"[^0-9A-Z]", "", found)

    def too_wide(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


class Door:
    """Lets people in: signs each role in once, then opens windows for it in any language, size and colour."""

    def __init__(self, browser: Browser, year: Year) -> None:
        self.browser, self.year = browser, year
        self._states: dict[str, Any] = {}
        self.inside: list[Visitor] = []

    def open(self, name: str, language: str = "zh-hans", **options: Any) -> Visitor:
        """A window of `name` ("stranger" for nobody in particular)."""
        chosen = {"viewport": DESK, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
        if name != "stranger":
            chosen["storage_state"] = self._state(name)
        context = self.browser.new_context(**chosen)
        context.add_cookies([{"name": "xinglin_language", "value": language, "url": self.year.url}])
        return self._watch(name, context, scripts=options.get("java_script_enabled", True))

    def _watch(self, name: str, context: BrowserContext, *, scripts: bool = True) -> Visitor:
        # A busy machine is no reason to fail.
        context.set_default_timeout(120_000)
        if scripts:
            context.add_init_script(LISTEN)
        visitor = Visitor(name, context, context.new_page(), self.year.url)

        def note(message: Any) -> None:
            if message.type in ("error", "warning"):
                place = str((message.location or {}).get("url", ""))
                if not any(one in place for one in [*visitor.expected, "/favicon.ico"]):
                    visitor.complaints.append(f"{name} at {place}: {message.text}")

        context.on("console", note)
        context.on("weberror", lambda error: visitor.complaints.append(f"{name}: {error.error}"))
        self.inside.append(visitor)
        return visitor

    def _state(self, name: str) -> Any:
        if name not in self._states:
            context = self.browser.new_context(locale="zh-CN")
            visitor = self._watch(name, context)
            sign_in(visitor, name, self.year.password)
            self._states[name] = context.storage_state()
            assert not visitor.complaints, visitor.complaints
            self.inside.remove(visitor)
            context.close()
        return self._states[name]

    def close(self) -> list[str]:
        """Show everybody out; returns what their browsers complained about."""
        found = [complaint for visitor in self.inside for complaint in visitor.complaints]
        for visitor in self.inside:
            visitor.context.close()
        self.inside.clear()
        return found


def sign_in(visitor: Visitor, name: str, password: str) -> None:
    """Through the sign-in page, as people do."""
    page = visitor.go("/accounts/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    assert "/accounts/login" not in page.url, page.locator("body").inner_text()[:400]
