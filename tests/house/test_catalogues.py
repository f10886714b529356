"""Every sentence of the code has a Chinese one, with the same facts in it."""

import re
from pathlib import Path

import pytest

from xinglin.portal import catalogues


@pytest.fixture(scope="module")
def known() -> dict[str | tuple[str, str], str]:
    return catalogues.translated()


def test_every_sentence_is_translated() -> None:
    assert catalogues.missing() == {}


def test_translations_carry_the_same_facts(known: dict[str | tuple[str, str], str]) -> None:
    places = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    for msgid, said in known.items():
        plural = msgid if isinstance(msgid, str) else msgid[1]
        assert {a or b for a, b in places.findall(said)} == {a or b for a, b in places.findall(plural)}, msgid


def test_compiling_twice_changes_nothing(tmp_path: Path) -> None:
    catalogues.compile_stale()
    assert catalogues.compile_stale() == []
