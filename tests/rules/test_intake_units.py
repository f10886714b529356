"""Units as laboratories write them become UCUM, and convert exactly or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.intake.rules import units

SPELLINGS = {
    "10*9/L": ("10^9/L", "x10^9/L", "X10*9/L", "×10⁹/L", "10E9/L", "10 9/L", "G/L"),
    "mmol/L": ("mmol/l", "MMOL/L", "mmol/L"),
    "umol/L": ("μmol/L", "µmol/L", "umol/l", "mcmol/L"),
    "g/L": ("g/l", "g/L"),
    "[IU]/L": ("IU/L", "iu/l"),
    "mL/min/{1.73_m2}": ("ml/min/1.73m2", "mL/min/1.73m²"),
    "1": ("", "ratio"),
    "10*3/uL": ("K/uL", "k/cumm"),
}


@pytest.mark.parametrize(("ucum", "written"), [(u, w) for u, all_of in SPELLINGS.items() for w in all_of])
def test_spellings(ucum: str, written: str) -> None:
    assert units.normal(written) == ucum


FACTORS = [
    ("10*3/uL", "10*9/L", "1"), ("mg/dL", "g/L", "0.01"), ("g/dL", "g/L", "10"), ("ug/L", "ng/mL", "1"),
    ("u[IU]/mL", "m[IU]/L", "1"), ("L/L", "%", "100"), ("mm[Hg]", "kPa", "0.133322387415"), ("[IU]/L", "U/L", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "wanted", "by"), FACTORS)
def test_factors_are_exact(sent: str, wanted: str, by: str) -> None:
    assert units.factor(sent, wanted) == Decimal(by)


# Mass and amount; HbA1c by IFCC and by NGSP; clearances with and without body surface; degrees.
@pytest.mark.parametrize(
    ("sent", "wanted"),
    [("mg/dL", "mmol/L"), ("mmol/mol", "%"), ("mL/min/{1.73_m2}", "mL/min"), ("mg/g", "%"), ("Cel", "[degF]")],
)
def test_what_would_be_a_guess_is_none(sent: str, wanted: str) -> None:
    assert units.factor(sent, wanted) is None


def test_a_declared_molar_mass_lets_mass_and_amount_meet() -> None:
    glucose = Decimal("180.156")
    assert units.converted(Decimal("90.078"), "mg/dL", "mmol/L", glucose) == Decimal("5.000000000")
    assert units.converted(Decimal(5), "mmol/L", "mg/dL", glucose) == Decimal("90.078000000")


@given(st.text(max_size=50))
def test_any_text_is_a_unit_or_itself(text: str) -> None:
    once = units.normal(text)
    assert units.factor(once, once) == 1


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_what_is_stored_fits_the_column(value: Decimal) -> None:
    found = units.stored(value)
    assert found is None or (abs(found) < 10**15 and found.as_tuple().exponent == -9)
