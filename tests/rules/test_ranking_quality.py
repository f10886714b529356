"""Ranking on data made by others, where it is there. Wide bounds: these catch a break, they tune nothing."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data")).resolve()

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="XINGLIN_SHARED_DATA names no folder")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_SHARED_DATA", str(SHARED))


@pytest.mark.slow
def test_the_gold_standard_is_ranked_better_than_by_plain_words() -> None:
    from bench.rank import gold_standard

    figures = gold_standard()
    assert figures is not None
    assert figures["xinglin"]["loss"] <= 0.25
    assert figures["xinglin"]["loss"] < figures["sklearn TF-IDF"]["loss"]


@pytest.mark.slow
def test_chinese_questions_find_their_department() -> None:
    from bench.rank import departments

    figures = departments()
    assert figures is not None
    assert figures["accuracy"] > 0.85
