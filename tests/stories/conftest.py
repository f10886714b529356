"""What the stories share: the played year, its server, and a browser. Each is made once, when first asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.stories import served


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest) -> served.Year:
    """The demonstration's year, played by `xinglin demo --check` on a home of its own.

    XINGLIN_TEST_YEAR names a home that was played already: for trying one test again without playing again.
    """
    if ready := os.environ.get("XINGLIN_TEST_YEAR"):
        return served.Year(Path(ready), {}, "", 0)
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Two workers would play into one home at once, and the stories would meet each other's figures.
        groups = {item.nodeid.rpartition("@")[2] for item in request.session.items if "played" in item.fixturenames}
        assert groups == {"year"}, f"what shares the played year must stay on one worker, and xdist groups say {groups}"
    return served.play(Path(os.environ["XINGLIN_TEST_HOME"]) / "year")


@pytest.fixture(scope="session")
def year(played: served.Year) -> Iterator[served.Year]:
    """The played year, served by `xinglin demo`. A year that stopped half-way fails every test that would walk in it."""
    assert played.code == 0, played.told[-3000:]
    server = served.Server(played.home, ["demo"])
    try:
        server.wait()
        played.url, played.log = server.url, server.log
        played.password = served.password_of(played.home)
        yield played
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser_here() -> Iterator[Any]:
    """The system's Chromium, started once."""
    found = served.chromium()
    if found is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium fonts-noto-cjk)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _door(browser_here: Any, year: served.Year) -> Any:
    from tests.stories.visitors import Door

    return Door(browser_here, year)


@pytest.fixture
def door(_door: Any) -> Iterator[Any]:
    """Opens browser windows for people of the demonstration. No page may complain on the console."""
    yield _door
    complaints = _door.close()
    assert not complaints, "\n".join(complaints)
