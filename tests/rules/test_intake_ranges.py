"""Reference ranges as they are written, and in the unit a value is kept in."""

from decimal import Decimal as D
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.intake.rules import structs, values
from xinglin.exchange.intake.rules.ranges import NO_RANGE, Range, factor_of, in_stored_unit, read_range


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.9-6.1", Range(D("3.9"), D("6.1"))),
        ("3.9 ~ 6.1 mmol/L", Range(D("3.9"), D("6.1"))),
        ("0.5--1.2", Range(D("0.5"), D("1.2"))),
        ("≤5.2", Range(high=D("5.2"))),
        ("<0.04", Range(high=D("0.04"))),
        ("大于60", Range(low=D("60"))),
        ("阴性", NO_RANGE),
        ("", NO_RANGE),
        ("9-3", NO_RANGE),
    ],
)
def test_reading(text: str, found: Range) -> None:
    assert read_range(text) == found


def test_in_the_stored_unit() -> None:
    # 99 mg/dL of glucose are 5.5 mmol/L: the range goes the same way as the value.
    found = in_stored_unit("70-110", stored=D("5.5"), sent="99 mg/dL")
    assert found.low is not None and found.high is not None
    assert round(found.low, 2) == D("3.89") and round(found.high, 2) == D("6.11")
    assert in_stored_unit("70-110", stored=D("5.5"), sent="0") == NO_RANGE
    assert in_stored_unit("70-110", stored=None, sent="99") == NO_RANGE


@given(st.text(max_size=60), st.text(max_size=30))
def test_never_raises_and_stays_in_order(text: str, sent: str) -> None:
    found = in_stored_unit(text, stored=D("5.5"), sent=sent)
    assert found.low is None or found.high is None or found.low <= found.high
    factor_of(D(0), sent)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [((3.5, "mmol/L"), (5.3, "mmol/L"), "3.5–5.3 mmol/L"), ((60, "mg/dL"), (1, "g/L"), "60 mg/dL–1 g/L"),
     ((9, "U/L"), None, "≥ 9 U/L"), (None, (50, "U/L"), "≤ 50 U/L")],
)  # fmt: skip
def test_a_range_is_told_as_a_report_prints_it(low: Any, high: Any, text: str) -> None:
    limit = {side: {"value": pair[0], "unit": pair[1]} for side, pair in (("low", low), ("high", high)) if pair}
    sent = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "valueQuantity": {"value": 4, "unit": "U/L"}, "referenceRange": [limit]}  # fmt: skip
    [value] = values.measured(msgspec.convert(sent, structs.Observation)).values
    assert value.reference == text
    assert (read_range(text) == NO_RANGE) == ("mg" in text)
