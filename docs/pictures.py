"""Take the README's pictures from the running demonstration: `make pictures`, or `python docs/pictures.py [URL]`.

Without a URL the demonstration is played on a home of its own and served for as long as it takes. Needs Chromium and
the parts the tests need. The pictures go to docs/pictures/, each below 150 KB.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from playwright.sync_api import sync_playwright  # noqa: E402
from tests.stories import served  # noqa: E402
from tests.stories.visitors import Door, Visitor  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes
DESK, PHONE = {"width": 1120, "height": 700}, {"width": 390, "height": 780}


def ranked(who: Visitor) -> None:
    """The need of the story, at who was proposed for it."""
    who.go("/matching/need/?q=溶栓绿色通道")
    who.page.locator("main tbody th a").first.click()
    show(who, "main section:has(a[href*='/matching/suggestion/'])")


def reasons(who: Visitor) -> None:
    """Why the expert of the story was proposed, with the link to the evidence."""
    who.go("/matching/suggestion/?q=溶栓绿色通道&stage=chosen")
    who.page.locator("main tbody th a").first.click()
    show(who, "main section:has(a[href*='example.org/works'])")


def ordered(who: Visitor) -> None:
    """A doctor's order, with what another hospital knows already."""
    who.go("/recognition/order/").locator("main section table a").first.click()
    who.page.fill("[name=items]", "丙氨酸氨基转移酶, 胸部CT平扫")
    who.page.locator("main form button").first.click()


def agreement(who: Visitor) -> None:
    who.go("/roster/agreement/?q=急性卒中")
    who.page.locator("main tbody th a").first.click()


def challenge(part: str) -> Any:
    """A part of the first challenge on the milestone board: the panel's table, the money chain."""

    def go(who: Visitor) -> None:
        who.go("/challenges/board/")
        address = who.page.locator("main a[href^='/challenges/challenge/']").first.get_attribute("href") or ""
        who.go(f"{address.rstrip('/').removesuffix('/board')}/{part}/")

    return go


def show(who: Visitor, what: str) -> None:
    """Scroll so that a section stands below the top of the page."""
    found = who.page.locator(what)
    if found.count():
        found.first.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 90)")


def at(path: str) -> Any:
    return lambda who: who.go(path)


# name, who looks, in which language, how large and in which colours, what they open
PICTURES: tuple[tuple[str, str, str, dict[str, Any], Any], ...] = (
    ("home", "stranger", "zh-hans", {}, at("/")),
    ("workbench", "secretariat", "zh-hans", {}, at("/")),
    ("overview", "secretariat", "zh-hans", {}, at("/overview/")),
    ("need", "liaison-people", "zh-hans", {}, ranked),
    ("reasons", "liaison-people", "zh-hans", {}, reasons),
    ("english", "liaison-people", "en", {}, reasons),
    ("dossier", "secretariat", "zh-hans", {}, agreement),
    ("plaque", "stranger", "zh-hans", {}, None),
    ("phone", "liaison-people", "zh-hans", {"viewport": PHONE, "is_mobile": True, "device_scale_factor": 2}, at("/")),
    ("dark", "secretariat", "zh-hans", {"color_scheme": "dark"}, at("/overview/")),
    ("order", "doctor", "zh-hans", {}, ordered),
    ("board", "secretariat", "zh-hans", {}, at("/recognition/board/")),
    ("panel", "secretariat", "zh-hans", {}, challenge("panel")),
    ("money", "secretariat", "zh-hans", {}, challenge("money")),
    ("english-home", "stranger", "en", {}, at("/")),
)


def take(door: Door) -> list[str]:
    """Take every picture; returns a line about each."""
    FOLDER.mkdir(exist_ok=True)
    told = []
    for name, who, language, options, go in PICTURES:
        visitor = door.open(who, language, **({"viewport": DESK} | options))
        # A plaque is checked by its code, which somebody inside reads to us.
        code = "" if go else door.open("secretariat").plaque_code()
        (go or at(f"/v/{code}/"))(visitor)
        visitor.page.wait_for_load_state("networkidle")
        target = FOLDER / f"{name}.png"
        visitor.page.screenshot(path=target, scale="css", animations="disabled")
        target.write_bytes(smaller(target.read_bytes()))
        size = target.stat().st_size
        told.append(f"{target.relative_to(ROOT)}: {size / 1000:.0f} KB" + (" TOO LARGE" if size > LARGEST else ""))
        visitor.context.close()
        door.inside.remove(visitor)
    return told


def smaller(png: bytes) -> bytes:
    """The same picture with its data packed as tightly as zlib can; what is no picture data is left out."""
    place, kept, data = 8, [], b""
    while place < len(png):
        length, kind = int.from_bytes(png[place : place + 4], "big"), png[place + 4 : place + 8]
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            kept.append((kind, png[place + 8 : place + 8 + length]))
        place += 12 + length
    packed = [*kept, (b"IDAT", zlib.compress(zlib.decompress(data), 9)), (b"IEND", b"")]
    chunks = [len(d).to_bytes(4, "big") + k + d + zlib.crc32(k + d).to_bytes(4, "big") for k, d in packed]
    return png[:8] + b"".join(chunks)


def main() -> None:
    found = served.chromium()
    if found is None:
        sys.exit("Chromium is needed to take pictures (apt-get install chromium fonts-noto-cjk).")
    url = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory(prefix="xinglin-pictures-") as folder:
        home, server = Path(folder) / "home", None
        if not url:
            sys.stderr.write("Playing the year ...\n")
            year = served.play(home)
            server = served.Server(year.home, ["demo"])
            server.wait()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
                year = served.Year(home, {}, "", 0, url=url or (server.url if server else ""))
                sys.stdout.write("\n".join(take(Door(browser, year))) + "\n")
                browser.close()
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
