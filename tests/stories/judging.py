"""axe in a real browser: one page at a time, each loaded once and judged in two looks of its language."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from tests.stories.visitors import DESK, PHONE, Visitor

# Each page in both languages, at both sizes, in both colours. Loading a page costs more than looking at it again.
LOOKS: dict[str, tuple[tuple[dict[str, int], str], ...]] = {
    "zh-hans": ((DESK, "light"), (PHONE, "dark")),
    "en": ((DESK, "dark"), (PHONE, "light")),
}
# What an A4 page holds between its margins at 96 dots an inch, upright and across.
PAPER = {"width": 680, "height": 980}, {"width": 1017, "height": 680}
# What would be cut off on paper, and what can be clicked but not on paper.
ON_PAPER = """() => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()).filter(one =>
    one.getBoundingClientRect().right > innerWidth + 1 || one.matches("button, .btn, .top, .side, .send, .tabs")
  ).slice(0, 3).map(one => one.outerHTML.slice(0, 160))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}


class Judge:
    """Runs axe on page after page, measures each on a phone and on paper, and remembers what it found."""

    def __init__(self, language: str) -> None:
        self.language, self.found, self.pages = language, list[str](), 0

    def page(self, page: Page, name: str) -> None:
        """Judge the page as it stands now, in each look of the language."""
        self.pages += 1
        page.evaluate(AXE_SCRIPT)
        for size, colours in LOOKS[self.language]:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            # A colour that is still on its way would be judged half-way.
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # type: ignore[arg-type]
            found = page.evaluate("options => axe.run(options).then(told => told.violations)", ONLY_VIOLATIONS)
            place = f"[{self.language} {colours} {size['width']}] {name}"
            self.found += [_told(one, place) for one in found]
            if by := page.evaluate(TOO_WIDE):
                self.found.append(f"{place}: {by} pixels too wide")
        self._paper(page, name)

    def _paper(self, page: Page, name: str) -> None:
        """The page as it is printed, from a screen in the dark."""
        page.set_viewport_size(PAPER[bool(page.locator("main table.across").count())])  # type: ignore[arg-type]
        page.emulate_media(media="print", color_scheme="dark")
        self.found += [f"[{self.language} paper] {name}: {one}" for one in page.evaluate(ON_PAPER)]
        page.emulate_media(media="screen")

    def walk(self, who: Visitor, start: str, *links: str) -> str:
        """Judge `start` and every page behind: each is what the first link in `main` that fits leads to. Returns the
        address of the last one."""
        address = start
        who.go(start)
        self.page(who.page, f"{who.name} {start}")
        for link in links:
            found = who.page.locator(f"main {link}")
            assert found.count(), f"{who.name}: nothing at {address} leads to {link}"
            address = found.first.get_attribute("href") or ""
            who.go(address)
            self.page(who.page, f"{who.name} {start} → {link}")
        return address

    def verdict(self) -> str:
        """What was found, "" for nothing."""
        return f"{len(self.found)} on {self.pages} pages\n" + "\n".join(self.found[:60]) if self.found else ""


def _told(one: dict[str, Any], place: str) -> str:
    nodes = "; ".join(" ".join(map(str, node["target"])) + " " + node["html"][:160] for node in one["nodes"][:3])
    summary = one["nodes"][0].get("failureSummary", "")[:200].replace("\n", " ")
    return f"{place}: {one['id']} ({one['impact']}) {summary} | {nodes}"
