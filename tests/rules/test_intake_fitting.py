"""Whether a result was made the way its item demands (domain 2.6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factories.recognition import POTASSIUM, snapshot

from xinglin.exchange.intake.rules.fitting import unfit
from xinglin.exchange.intake.words import UNFIT

ITEM = replace(snapshot().items[POTASSIUM], specimen="serum", method="化学发光")


@pytest.mark.parametrize(("method", "specimen", "found"), [
    ("", "", 0), ("化学发光", "", 0), ("电化学发光法", "", 0), ("胶体金", "", UNFIT), ("", "血清", 0), ("", "静脉血", 0),
    ("", "尿液", UNFIT), ("", "serum", 0), ("", "urine", UNFIT), ("", "？", 0), ("化学发光法", "尿", UNFIT),
])  # fmt: skip
def test_unfit(method: str, specimen: str, found: int) -> None:
    assert unfit(ITEM, method=method, specimen=specimen) == found


def test_silence_fits() -> None:
    assert unfit(None, method="胶体金") == 0
    assert unfit(replace(ITEM, method="", specimen=""), method="胶体金", specimen="尿液") == 0
