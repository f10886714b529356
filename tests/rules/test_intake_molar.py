"""Mass and amount of substance meet by the catalogue's molar masses: which are right, and give the known conversions."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest

from xinglin.exchange.catalogue.rules import standard
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.rules.values import Value
from xinglin.exchange.intake.taking import meaning
from xinglin.exchange.intake.words import FINAL, UNCONVERTED

# IUPAC standard atomic weights (2021), abridged.
WEIGHTS = {
    "H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "P": "30.974", "S": "32.06", "I": "126.904",
    "Co": "58.933", "Fe": "55.845", "Cu": "63.546", "Zn": "65.38", "Ca": "40.078", "Mg": "24.305", "Li": "6.94",
}  # fmt: skip
DATA = files("xinglin.exchange.catalogue") / "data"
SHIPPED = standard.read(
    (DATA / "standard_items.csv").read_text("utf-8").splitlines(),
    (DATA / "standard_panels.csv").read_text("utf-8").splitlines(),
).items
MASSES = {code: row for code, row in SHIPPED.items() if row["molar_mass"] is not None}


def item(code: str) -> ItemFacts:
    row = SHIPPED[code]
    return ItemFacts(row["number"], code, row["name_zh"], row["name_en"], row["kind"], row["category"], row["group"],
                     unit=row["unit"], molar_mass=row["molar_mass"])  # fmt: skip


@pytest.mark.parametrize("code", MASSES)
def test_every_molar_mass_is_that_of_its_formula_and_says_its_source(code: str) -> None:
    formula, _, source = MASSES[code]["molar_source"].partition(";")
    mass = sum(Decimal(WEIGHTS[atom]) * int(many or 1) for atom, many in re.findall(r"([A-Z][a-z]?)(\d*)", formula))
    assert abs(mass - MASSES[code]["molar_mass"]) / mass < Decimal("0.0002"), (formula, mass)
    assert "IUPAC" in source and "mol" in MASSES[code]["unit"]


def test_what_has_no_molar_mass_has_no_source() -> None:
    assert len(MASSES) >= 35
    assert all(not row["molar_source"] for code, row in SHIPPED.items() if code not in MASSES)


# Values and conversions as clinical chemistry prints them (AMA Manual of Style, SI conversion).
KNOWN = [
    ("LAB-CHEM-GLU", "100", "mg/dL", "5.55"), ("LAB-CHEM-TC", "200", "mg/dL", "5.17"),
    ("LAB-CHEM-HDLC", "40", "mg/dL", "1.03"), ("LAB-CHEM-TG", "150", "mg/dL", "1.69"),
    ("LAB-CHEM-CREA", "1", "mg/dL", "88.4"), ("LAB-CHEM-UREA", "30", "mg/dL", "5.00"),
    ("LAB-CHEM-UA", "6", "mg/dL", "356.9"), ("LAB-CHEM-TBIL", "1", "mg/dL", "17.1"),
    ("LAB-CHEM-CA", "10", "mg/dL", "2.50"), ("LAB-CHEM-MG", "2", "mg/dL", "0.823"),
    ("LAB-CHEM-P", "3.5", "mg/dL", "1.13"), ("LAB-CHEM-FE", "100", "ug/dL", "17.9"),
    ("LAB-CHEM-HCY", "1.35", "mg/L", "9.99"), ("LAB-INFL-LAC", "9", "mg/dL", "0.999"),
    ("LAB-THY-TT4", "8", "ug/dL", "103"), ("LAB-THY-FT4", "1.2", "ng/dL", "15.4"),
    ("LAB-THY-FT3", "3", "pg/mL", "4.61"), ("LAB-THY-TT3", "1.2", "ng/mL", "1.84"),
    ("LAB-HOR-E2", "100", "pg/mL", "367"), ("LAB-HOR-PROG", "1", "ng/mL", "3.18"),
    ("LAB-HOR-TESTO", "500", "ng/dL", "17.3"), ("LAB-HOR-COR", "10", "ug/dL", "276"),
    ("LAB-HOR-VITD", "30", "ng/mL", "74.9"), ("LAB-HOR-B12", "400", "pg/mL", "295"),
    ("LAB-HOR-FOL", "5", "ng/mL", "11.3"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "number", "unit", "wanted"), KNOWN)
def test_known_conversions(code: str, number: str, unit: str, wanted: str) -> None:
    row = meaning.row_of(Value("", "", "x", "", Decimal(number), "", unit), 1, item(code), status=FINAL, rank=2)
    digits = max(0, -int(Decimal(wanted).as_tuple().exponent))
    assert row.number is not None and round(row.number, digits) == Decimal(wanted)
    assert (row.unit, row.sent) == (item(code).unit, f"{number} {unit}") and not row.flags & UNCONVERTED


@pytest.mark.parametrize("name", ["BUN", "Urea nitrogen", "尿素氮"])
def test_urea_given_as_its_nitrogen_is_not_taken_for_urea(name: str) -> None:
    row = meaning.row_of(Value("", "", "x", name, Decimal(14), "", "mg/dL"), 1, item("LAB-CHEM-UREA"), status=FINAL,
                         rank=2)  # fmt: skip
    assert row.number is not None and round(row.number, 2) == Decimal("5.00")


def test_without_a_molar_mass_nothing_is_guessed() -> None:
    row = meaning.row_of(
        Value("", "", "x", "", Decimal(14), "", "mg/dL"), 1, item("LAB-CHEM-TBA"), status=FINAL, rank=2
    )
    assert row.number is None and row.text == "14 mg/dL" and row.flags & UNCONVERTED
