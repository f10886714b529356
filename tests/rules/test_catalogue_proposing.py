"""Proposals for local codes: names, abbreviations, units and specimens agree, or a person is asked."""

import csv
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.catalogue.rules import standard
from xinglin.exchange.catalogue.rules.dimensions import comparable, dimension
from xinglin.exchange.catalogue.rules.proposing import SURE, LocalCode, Proposer, form, propose_all
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.kernel.environment import read

FOLDER = resources.files("xinglin.exchange.catalogue") / "data"
SHARED = Path(read("XINGLIN_SHARED_DATA"))
if not SHARED.is_absolute():
    SHARED = Path(__file__).parents[2] / SHARED
TERMS = SHARED / "terminology"
needs_data = pytest.mark.skipif(not TERMS.is_dir(), reason="the shared sample data is not here (XINGLIN_SHARED_DATA)")


def _items() -> list[ItemFacts]:
    files = ((FOLDER / f"standard_{name}.csv").read_text("utf-8").splitlines() for name in ("items", "panels"))
    rows = standard.read(*files).items.values()
    known = ItemFacts.__dataclass_fields__
    return [ItemFacts(**{k: tuple(v) if k == "aliases" else v for k, v in row.items() if k in known}) for row in rows]


ITEMS = _items()
CODES = {item.number: item.code for item in ITEMS}
PROPOSER = Proposer(ITEMS)


def _code(number: int | None) -> str:
    return CODES[number] if number is not None else ""


@pytest.mark.parametrize(
    ("code", "name", "unit", "specimen", "item", "sure"),
    [
        ("ALT", "丙氨酸氨基转移酶", "U/L", "血清", "LAB-CHEM-ALT", True),
        ("0301", "谷丙转氨酶(ALT)", "IU/L", "", "LAB-CHEM-ALT", True),
        ("0301", "穀丙轉氨酶", "U/L", "", "LAB-CHEM-ALT", False),
        ("X1", "Alanine aminotransferase", "U/L", "serum", "LAB-CHEM-ALT", True),
        ("GLU", "葡萄糖", "mmol/L", "尿", "", False),
        ("GLU", "葡萄糖", "mg/dL", "血清", "LAB-CHEM-GLU", True),
        ("GLU", "葡萄糖", "%", "血清", "", False),
        ("PCT", "血小板压积", "%", "全血", "LAB-HEM-PLTCT", True),
        ("PCT", "降钙素原", "ng/mL", "血清", "LAB-INFL-PCT", True),
        ("TG", "甲状腺球蛋白", "ng/mL", "", "LAB-THY-TG", True),
        ("TG", "甘油三酯", "mmol/L", "", "LAB-CHEM-TG", True),
        ("UCRE", "肌酐", "umol/L", "", "", False),
        ("B-HCG", "人绒毛膜促性腺激素-β亚基", "mIU/mL", "", "", False),
        ("NEUT", "中性粒细胞", "", "", "", False),
        ("XX", "血浆血红蛋白", "mg/L", "", "", False),
        ("51237", "印度卢比（PT）", "", "血", "", False),
        ("HBsAb", "乙肝表面抗原定性", "S/CO", "血清", "", False),
        ("", "", "", "", "", False),
    ],
)  # fmt: skip
def test_what_is_proposed(code: str, name: str, unit: str, specimen: str, item: str, sure: bool) -> None:
    found = PROPOSER.propose(LocalCode("", code, name, unit, specimen))
    assert (_code(found.item), found.sure) == (item, sure), [str(reason) for reason in found.reasons]
    assert found.reasons


def test_a_contradiction_is_said_and_names_nothing() -> None:
    found = PROPOSER.propose(LocalCode("", "HBsAb", "乙肝表面抗原定性", "S/CO"))
    assert found.doubtful and found.item is None and not found.sure
    assert {_code(number) for number, _score in found.others} == {"LAB-INF-HBSAG", "LAB-INF-HBSAB"}


def test_loinc_codes_speak_for_themselves() -> None:
    assert _code(PROPOSER.propose(LocalCode("http://loinc.org", "1742-6")).item) == "LAB-CHEM-ALT"
    assert PROPOSER.propose(LocalCode("http://loinc.org", "99999-9", "丙氨酸氨基转移酶")).item is None


def test_one_name_under_two_codes_is_never_sure() -> None:
    pair = [LocalCode("", "A1", "丙氨酸氨基转移酶(ALT)", "U/L"), LocalCode("", "A2", "丙氨酸氨基转移酶(ALT)", "U/L")]
    assert [one.sure for one in propose_all(ITEMS, pair)] == [False, False]
    assert propose_all(ITEMS, pair[:1])[0].sure


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("X10E9/L", "10*9/L", True), ("×10^12/L", "10*12/L", True), ("μmol/L", "umol/L", True), ("IU/L", "U/L", True),
        ("mg/dL", "mmol/L", True), ("%", "10*9/L", False), ("S", "s", True), ("g/L", "U/L", False), ("?", "g/L", None),
        ("ng/ml", "ug/L", True), ("mg/L{FEU}", "mg/L", True), ("mIU/mL", "m[IU]/mL", True), ("S/CO", "m[IU]/mL", False),
    ],
)  # fmt: skip
def test_units_of_one_kind(one: str, other: str, answer: bool | None) -> None:
    assert comparable(one, other) is answer


def test_every_unit_of_the_catalogue_is_understood() -> None:
    assert sorted({item.unit for item in ITEMS if item.unit and not dimension(item.unit)}) == []


@given(st.text(max_size=40), st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_nothing_typed_breaks_it_and_what_is_sure_has_two_reasons(
    code: str, name: str, unit: str, specimen: str
) -> None:
    found = PROPOSER.propose(LocalCode("", code, name, unit, specimen))
    assert 0 <= found.score <= 1000 and found.reasons
    assert not found.sure or (found.score >= SURE and len(found.reasons) >= 2 and found.item is not None)


@given(st.sampled_from(ITEMS), st.sampled_from(ITEMS))
def test_the_name_of_one_with_the_abbreviation_of_another_is_never_proposed(one: ItemFacts, other: ItemFacts) -> None:
    short = other.code.rpartition("-")[2]
    both = {form(alias) for alias in (*one.aliases, one.name_zh, one.name_en, one.code.rpartition("-")[2])}
    if one.number == other.number or form(short) in both:
        return
    found = PROPOSER.propose(LocalCode("", short, one.name_zh, one.unit))
    assert found.doubtful and found.item is None


@given(st.sampled_from(ITEMS))
def test_every_item_is_found_by_its_own_name_and_unit(item: ItemFacts) -> None:
    found = PROPOSER.propose(LocalCode("", "9001", item.name_zh, item.unit))
    assert found.item == item.number or found.item is None
    assert found.item == item.number or any(number == item.number for number, _score in found.others)


def _rows(name: str) -> list[dict[str, str]]:
    with (TERMS / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@needs_data
def test_the_laboratory_sheet_with_a_mislabelled_item() -> None:
    rows = _rows("lab_sheet_items_zh.csv")
    codes = [LocalCode("", row["short_name"], row["name_zh"], row["unit"], "血") for row in rows]
    found = dict(zip((row["short_name"] for row in rows), propose_all(ITEMS, codes), strict=True))
    trap = found["HBsAb"]
    assert trap.item is None and trap.doubtful
    # The rightly labelled one carries the same name: proposed, but never together with others.
    assert _code(found["HbsAg"].item) == "LAB-INF-HBSAG" and not found["HbsAg"].sure
    right = {"ALT": "LAB-CHEM-ALT", "G": "LAB-CHEM-GLB", "tFe": "LAB-CHEM-TIBC", "Fe": "LAB-CHEM-FE", "SF": "LAB-CHEM-FER",
             "PCT": "LAB-HEM-PLTCT", "INR": "LAB-COAG-INR", "HBcAb": "LAB-INF-HBCAB", "抗TP": "LAB-INF-TPAB"}  # fmt: skip
    assert {name: _code(found[name].item) for name in right} == right
    assert all(found[name].item is None for name in ("EPO", "TRF%", "HBvprs1", "RDW"))
    assert sum(one.item is not None for one in found.values()) >= 58


@needs_data
def test_machine_translations_are_never_sure() -> None:
    rows = _rows("mimic_labitems_zh_machine_translated.csv")
    codes = [LocalCode("", row["itemid"], row["label_zh_machine"], "", row["fluid_zh"]) for row in rows]
    found = propose_all(ITEMS, codes)
    english = {form(item.name_en): item.number for item in ITEMS} | {
        form(alias): item.number for item in ITEMS for alias in item.aliases if alias.isascii()
    }
    sure = [(row["label_en"], row["label_zh_machine"]) for row, one in zip(rows, found, strict=True) if one.sure]
    assert sure == []
    for row, one in zip(rows, found, strict=True):
        if "INR" in row["label_en"] or row["fluid_en"] in ("Joint Fluid", "Pleural", "Ascites", "Bone Marrow"):
            assert one.item is None, row
        # Where the English label names an item of ours outright, a proposal never names another.
        known = english.get(form(row["label_en"]))
        if one.item is not None and known is not None and row["fluid_en"] == "Blood":
            assert one.item == known, row
    assert sum(one.item is not None for one in found) < len(found) / 5


# What the English names mean in the catalogue, written by hand; the proposals are made from the Chinese name and the
# abbreviation alone. "" where the catalogue has no such item.
TRUTH = {
    "Acid Phosphatase, Total": "CHEM-ACP", "Albumin": "CHEM-ALB", "Alkaline Phosphatase": "CHEM-ALP",
    "Alpha-1-Antitrypsin": "CHEM-AAT", "HBDH": "CHEM-HBDH", "ALT (ALAT/GPT)": "CHEM-ALT", "Amylase": "CHEM-AMY",
    "Apolipoprotein A-I": "CHEM-APOA1", "Apolipoprotein B": "CHEM-APOB", "AST (ASAT/GOT)": "CHEM-AST",
    "Bilirubin, Direct/BC (DBIL)": "CHEM-DBIL", "Bilirubin, Total/TBIL": "CHEM-TBIL", "Calcium": "CHEM-CA",
    "Carbamazepine (Tegretol)": "TDM-CBZ", "Ceruloplasmin": "CHEM-CER", "Chloride": "CHEM-CL",
    "Cholesterol, HDL": "CHEM-HDLC", "Cholesterol, LDL": "CHEM-LDLC", "Cholesterol, Total": "CHEM-TC",
    "Cholinesterase": "CHEM-CHE", "CK-MB Isoenzyme": "CARD-CKMBA", "CO2 (Carbon Dioxide)": "CHEM-CO2",
    "C3 (Complement)": "IMM-C3", "C4 (Complement)": "IMM-C4", "Copper": "CHEM-CU", "Cortisol": "HOR-COR",
    "CK (Creatine Kinase)": "CHEM-CK", "Ferritin": "CHEM-FER", "GGT (Gamma Glutamyltransferase)": "CHEM-GGT",
    "Globulin": "CHEM-GLB", "Glucose": "CHEM-GLU", "Haptoglobin": "CHEM-HP", "IgA": "IMM-IGA", "IgG": "IMM-IGG",
    "IgM": "IMM-IGM", "Iron": "CHEM-FE", "TIBC (Total Iron Binding Capacity)": "CHEM-TIBC",
    "UIBC (Unsaturated Iron Binding Capacity)": "CHEM-UIBC", "Lactic Acid": "INFL-LAC",
    "LD (Lactate Dehydrogenase)": "CHEM-LDH", "Lipase": "CHEM-LIP", "Lithium": "CHEM-LI", "Magnesium": "CHEM-MG",
    "Osmolality": "CHEM-OSM", "Phenobarbital": "TDM-PB", "Phenytoin (Dilantin)": "TDM-PHT", "Phosphorus": "CHEM-P",
    "Potassium": "CHEM-K", "Prealbumin": "CHEM-PA", "Protein, Total, Serum": "CHEM-TP", "Sodium": "CHEM-NA",
    "T3, Total": "THY-TT3", "T4, Free": "THY-FT4", "T4, Total": "THY-TT4", "Theophylline": "TDM-THEO",
    "Transferrin": "CHEM-TRF", "Triglycerides": "CHEM-TG", "TSH": "THY-TSH", "Urea": "CHEM-UREA",
    "Urea Nitrogen": "CHEM-UREA", "Uric Acid": "CHEM-UA", "Valproic Acid (Depakene)": "TDM-VPA",
    "Vitamin B12": "HOR-B12", "Zinc": "CHEM-ZN", "BNP (Brain Natriuretic Peptide)": "CARD-BNP",
    "CRP (C-Reactive Protein)": "INFL-CRP", "Homocysteine": "CHEM-HCY", "Myoglobin": "CARD-MYO",
    "NT-proBNP (N-terminal pro-Brain Natriuretic Peptide)": "CARD-NTPROBNP", "Troponin-I": "CARD-CTNI",
    "Troponin-T": "CARD-CTNT", "Lipoprotein (a)": "CHEM-LPA", "Ammonia": "INFL-NH3",
    "Microalbumin/Urine Albumin": "URIN-UMALB", "Specific Gravity": "URIN-USG",
    "Activated Partial Thromboplastin Time (APTT)": "COAG-APTT", "Antithrombin III": "COAG-AT3",
    "Fibrinogen": "COAG-FIB", "Prothrombin Time (PT) ISI<= 1.4": "COAG-PT", "Thrombin Time": "COAG-TT",
    "D-dimer": "COAG-DD", "Gran % (Neutrophil %)": "HEM-NEUTP", "HCT (Hematocrit)": "HEM-HCT",
    "HGB (Hemoglobin, Total)": "HEM-HGB", "Lymph %": "HEM-LYMP", "MCH": "HEM-MCH", "MCHC": "HEM-MCHC",
    "MCV": "HEM-MCV", "MPV (Mean Platelet Volume)": "HEM-MPV", "Mono %": "HEM-MONOP", "Platelet": "HEM-PLT",
    "RDW": "HEM-RDWCV", "RBC": "HEM-RBC", "WBC": "HEM-WBC", "Sedimentation Rate (ESR)": "INFL-ESR",
    "25-Hydroxy Vitamin D, Total": "HOR-VITD", "Aldosterone": "HOR-ALDO", "AFP": "TUM-AFP",
    "CEA (Carcinoembryonic Antigen)": "TUM-CEA", "Cyclosporine": "TDM-CSA", "Estradiol, E2": "HOR-E2",
    "Folate": "HOR-FOL", "Fructosamine": "CHEM-FRUC", "FSH": "HOR-FSH", "hCG": "HOR-BHCG", "hGH": "HOR-GH",
    "IgE": "IMM-IGE", "Insulin": "CHEM-INS", "LH": "HOR-LH", "Progesterone": "HOR-PROG", "Prolactin": "HOR-PRL",
    "PSA, Total": "TUM-TPSA", "PSA, Free": "TUM-FPSA", "T3, Free": "THY-FT3", "Testosterone": "HOR-TESTO",
    "Insulin-like Growth Factor 1 (IGF-1, Somatomedin C)": "HOR-IGF1", "Thyroglobulin": "THY-TG",
    "Vancomycin": "TDM-VAN", "ACTH": "HOR-ACTH", "C-Peptide": "CHEM-CPEP", "Calcitonin": "THY-CT",
    "PTH, Intact": "THY-PTH", "Beta-2-Microglobulin": "CHEM-B2MG", "CA 19-9": "TUM-CA199", "CA 72-4": "TUM-CA724",
    "CA 125": "TUM-CA125", "CA 50": "TUM-CA50", "Cyfra 21-1": "TUM-CYFRA",
    "Human epididymis protein 4 (HE4)": "TUM-HE4", "ProGRP (Progastrin-Releasing Peptide)": "TUM-PROGRP",
    "Squamous Cell Carcinoma (SCC)": "TUM-SCC", "NSE (Neuron-Specific Enolase)": "TUM-NSE",
    "Alpha-1-Acid Glycoprotein": "CHEM-AAG", "Anti-Cyclic Citrullinated Peptide (Anti-CCP)": "IMM-CCP",
    "Antistreptolysin-O (ASO)": "IMM-ASO", "Kappa Light Chain, Total": "IMM-KAP",
    "Lambda Light Chain, Total": "IMM-LAM", "Retinol Binding Protein": "CHEM-RBP", "Rheumatoid Factor": "IMM-RF",
    "Hemoglobin A1c": "CHEM-HBA1C", "pCO2": "GAS-PCO2", "pO2": "GAS-PO2", "pH": "GAS-PH",
    "Hemoglobin (Occult Blood)": "URIN-UBLD", "Ketones": "URIN-UKET", "Leukocytes": "URIN-ULEU",
    "Nitrite": "URIN-UNIT", "Urobilinogen": "URIN-UURO", "Protein-Total": "URIN-UPRO",
}  # fmt: skip
# Rows whose English and Chinese names are of different things; what is proposed follows the Chinese one.
MISLABELLED = {("CA 15-3", "CA 15-3"): "TUM-CA153", ("Glucagon", "胰高血糖素"): "", ("CREA", "肌酐"): "CHEM-CREA",
               ("UCRE", "肌酐"): "URIN-UCREA", ("DGXN", "地高辛"): "TDM-DIG",
               ("Anti-TPO", "抗甲状腺过氧化物酶抗体"): "THY-TPOAB", ("Anti-Tg", "抗甲状腺球蛋白抗体"): "THY-TGAB",
               ("PROT", "蛋白（总）"): "CHEM-TP", ("CA", "钙（离子）"): "CHEM-ICA", ("hCG", "妊娠 (hCG)"): "URIN-UHCG"}  # fmt: skip


def measure() -> tuple[float, float, int, list[tuple[str, str, str, str]]]:
    """(precision, recall, rows, what was proposed wrongly) over the distinct rows of the quality-control list."""
    rows = {(row["abbr"], row["name_zh"]): row["name_en"] for row in _rows("lab_qc_analytes_zh_en.csv")}
    right = wrong = there = 0
    errors = []
    for (abbr, zh), english in rows.items():
        meant = MISLABELLED.get((abbr, zh), TRUTH.get(english, ""))
        found = _code(PROPOSER.propose(LocalCode("", abbr, zh)).item).removeprefix("LAB-")
        there += bool(meant)
        if found and found == meant:
            right += 1
        elif found:
            wrong += 1
            errors.append((abbr, zh, found, meant))
    return right / (right + wrong), right / there, len(rows), errors


@needs_data
def test_how_good_the_proposals_are() -> None:
    precision, recall, rows, errors = measure()
    assert rows > 200
    assert precision >= 0.98, errors
    assert recall >= 0.8, (precision, recall)
