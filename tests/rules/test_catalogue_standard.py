"""The shipped standard items: what a city would list, with the marks the domain brief asks for."""

from importlib import resources

import pytest

from xinglin.exchange.catalogue.rules import standard
from xinglin.exchange.catalogue.words import ItemKind, Sensitivity
from xinglin.exchange.catalogue.words.levels import Category, Group, Specimen

FOLDER = resources.files("xinglin.exchange.catalogue") / "data"


@pytest.fixture(scope="module")
def shipped() -> standard.Standard:
    return standard.read(
        *((FOLDER / f"standard_{name}.csv").read_text("utf-8").splitlines() for name in ("items", "panels"))
    )


def test_there_is_enough_to_begin_with(shipped: standard.Standard) -> None:
    kinds = [row["kind"] for row in shipped.items.values()]
    assert kinds.count(ItemKind.LABORATORY) >= 250 and kinds.count(ItemKind.EXAMINATION) >= 120
    assert len(shipped.panels) >= 15


def test_every_level_and_specimen_is_a_word(shipped: standard.Standard) -> None:
    for row in shipped.items.values():
        Category(row["category"])
        Group(row["group"])
        assert row["kind"] == ItemKind.EXAMINATION or Specimen(row["specimen"])
        assert row["kind"] == ItemKind.LABORATORY or row["body_part"]
        assert max(len(alias) for alias in [*row["aliases"], ""]) <= 80


def _luhn(code: str) -> bool:
    """LOINC's check digit is the mod 10 of the digits before it."""
    digits, check = code.split("-")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(check)


def test_loinc_codes_are_well_formed_and_stand_once(shipped: standard.Standard) -> None:
    codes = [row["loinc"] for row in shipped.items.values() if row["loinc"]]
    assert len(codes) >= 150 and len(codes) == len(set(codes))
    assert [code for code in codes if not _luhn(code)] == []


# The starter of domain 10.1.
@pytest.mark.parametrize(
    ("code", "loinc"),
    [
        ("LAB-INF-HBSAG", "5196-1"), ("LAB-INF-HBSAB", "16935-9"), ("LAB-INF-HBCAB", "13952-7"),
        ("LAB-MOL-HBVDNA", "42595-9"), ("LAB-INF-HCVAB", "13955-0"), ("LAB-MOL-HCVRNA", "11011-4"),
        ("LAB-CHEM-ALT", "1742-6"), ("LAB-CHEM-AST", "1920-8"), ("LAB-CHEM-CREA", "14682-9"),
        ("LAB-CHEM-GLU", "14749-6"), ("LAB-CHEM-HBA1C", "4548-4"), ("LAB-CHEM-K", "2823-3"),
        ("LAB-CHEM-NA", "2951-2"), ("LAB-CHEM-TP", "2885-2"), ("LAB-CHEM-ALB", "1751-7"),
        ("LAB-HEM-WBC", "6690-2"), ("LAB-HEM-HGB", "718-7"), ("LAB-HEM-PLT", "777-3"),
    ],
)  # fmt: skip
def test_the_codes_the_domain_names(shipped: standard.Standard, code: str, loinc: str) -> None:
    assert shipped.items[code]["loinc"] == loinc


def test_what_is_sensitive_repeated_or_never_recognised(shipped: standard.Standard) -> None:
    rows = shipped.items
    for code in ("LAB-INF-HIVAB", "LAB-INF-TPAB", "LAB-MOL-HIVRNA"):
        assert rows[code]["sensitivity"] == Sensitivity.TREATING_ONLY
    for code in ("LAB-INF-HBSAG", "LAB-INF-HCVAB", "LAB-INF-HIVAB", "LAB-INF-TPAB"):
        assert rows[code]["before_operation"]
    for code in ("LAB-GAS-PH", "LAB-GAS-GLUP", "LAB-BB-ABO", "LAB-BB-RHD", "LAB-INFL-PCT", "LAB-INFL-LAC"):
        assert rows[code]["always_repeat"]
    assert {code for code, row in rows.items() if row["category"] == "imaging" and row["large_equipment"]} == {
        code for code in rows if code.startswith(("IMG-CT-", "IMG-MR-"))
    }
    for row in rows.values():
        limits = row["critical_low"] is not None or row["critical_high"] is not None
        assert bool(row["critical_source"]) == limits
        assert not limits or "示例" in row["critical_source"]


def test_the_windows_of_the_published_list(shipped: standard.Standard) -> None:
    published = {"LAB-CHEM-TP": 30, "LAB-CHEM-HBA1C": 60, "LAB-CHEM-K": 7, "LAB-CHEM-TIBC": 7, "LAB-CHEM-DBIL": 30}
    for code, days in published.items():
        assert shipped.windows[code] == (days, "wh")
    assert sum(source == "wh" for _days, source in shipped.windows.values()) == 22
    assert all("示例" in standard.SOURCES[source] for _days, source in shipped.windows.values())
    for code in ("LAB-GAS-PH", "LAB-CARD-CTNI", "LAB-COAG-DD", "IMG-ECG-12L"):
        assert shipped.windows[code][0] == 0
    assert shipped.windows["IMG-DXA-BMD"][0] == 180 and shipped.windows["LAB-INF-HBSAG"][0] == 90


def test_what_changes_between_two_files() -> None:
    old = {"A": {"number": 1, "name": "x", "enabled": True}, "B": {"number": 2, "name": "y", "enabled": True},
           "C": {"number": 3, "name": "z", "enabled": False}}  # fmt: skip
    new = {"A": {"number": 1, "name": "q"}, "C": {"number": 3, "name": "z"}, "D": {"number": 4, "name": "w"}}
    changes = standard.compare(old, new)
    assert (changes.added, changes.changed, changes.disabled, changes.enabled) == (["D"], {"A": ["name"]}, ["B"], ["C"])
    with pytest.raises(ValueError, match="number"):
        standard.compare(old, {"A": {"number": 9, "name": "x"}})


@pytest.mark.parametrize(
    "lines",
    [["code,number", "A,1", "A,2"], ["code,number", "A,1", "B,1"], ["code,number", "A,one"]],
)
def test_a_file_that_contradicts_itself_is_refused(lines: list[str]) -> None:
    columns = ("aliases,sensitivity,before_operation,always_repeat,large_equipment,radiation_usv,wait_days,"
               "critical_low,critical_high,window_days,window_source,molar_mass")  # fmt: skip
    filled = [lines[0] + "," + columns, *(line + "," * (columns.count(",") + 1) for line in lines[1:])]
    with pytest.raises(ValueError):
        standard.read(filled, ["panel,member"])
