"""Every sentence of the code has a Chinese one, with the same facts in it."""

import re
from pathlib import Path

import pytest

from xinglin.portal import catalogues

# Wings that are still being written; a wing leaves this list when its catalogue is complete, and may not come back.
WAITING = {"cli"}


@pytest.fixture(scope="module")
def known() -> dict[str | tuple[str, str], str]:
    return catalogues.translated()


def test_every_sentence_is_translated() -> None:
    gaps = catalogues.missing()
    assert {wing: said for wing, said in gaps.items() if wing not in WAITING} == {}
    assert set(gaps) >= WAITING, "a wing whose catalogue is complete leaves the list of those waited for"


def test_translations_carry_the_same_facts(known: dict[str | tuple[str, str], str]) -> None:
    places = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    for msgid, said in known.items():
        plural = msgid if isinstance(msgid, str) else msgid[1]
        assert {a or b for a, b in places.findall(said)} == {a or b for a, b in places.findall(plural)}, msgid


def test_compiling_twice_changes_nothing(tmp_path: Path) -> None:
    catalogues.compile_stale()
    assert catalogues.compile_stale() == []
