"""The generated pages of the manual are up to date, and every setting that is read is in them."""

import re
from pathlib import Path

import pytest

from xinglin.cli import reference
from xinglin.kernel.environment import VARIABLES

ROOT = Path(__file__).parents[2]
# Between our own processes; nobody sets them by hand.
INTERNAL = {"XINGLIN_PARENT"}


@pytest.mark.parametrize("name", reference.PAGES)
def test_page_is_up_to_date(name: str) -> None:
    found = ROOT / "docs" / "reference" / name
    assert found.is_file(), f"{name} is missing: run `make docs`"
    assert found.read_text(encoding="utf-8") == reference.page(name), f"{name} is out of date: run `make docs`"


def test_every_setting_that_is_read_is_listed() -> None:
    listed = {variable.name for variable in VARIABLES}
    read: dict[str, str] = {}
    for source in (ROOT / "src").rglob("*.py"):
        for name in re.findall(r"\bXINGLIN_[A-Z_]+[A-Z]\b", source.read_text(encoding="utf-8")):
            read.setdefault(name, str(source.relative_to(ROOT)))
    unlisted = {name: where for name, where in read.items() if name not in listed | INTERNAL}
    assert unlisted == {}
