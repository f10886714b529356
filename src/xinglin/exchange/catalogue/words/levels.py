"""The first two of the three levels of the catalogue (category, group), and what is examined. Pure.

A city may add levels of its own as plain text; the shipped ones are words, so that both languages have them.
"""

from __future__ import annotations

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Word


class Category(Word):
    """The kinds a provincial list is divided in (domain 2.3: 放射, 超声, 核医学, 心脏电生理, 临床检验)."""

    LABORATORY = "laboratory", say("Clinical laboratory")
    IMAGING = "imaging", say("Radiology")
    ULTRASOUND = "ultrasound", say("Ultrasound")
    NUCLEAR = "nuclear", say("Nuclear medicine")
    ELECTROPHYSIOLOGY = "electrophysiology", say("Electrophysiology")
    ENDOSCOPY = "endoscopy", say("Endoscopy and function tests")


class Group(Word):
    """The second level."""

    CHEMISTRY = "chemistry", say("Chemistry")
    GLUCOSE = "glucose", say("Glucose metabolism")
    ELECTROLYTES = "electrolytes", say("Electrolytes")
    LIPIDS = "lipids", say("Lipids")
    CARDIAC = "cardiac", say("Cardiac markers")
    INFLAMMATION = "inflammation", say("Inflammation")
    HAEMATOLOGY = "haematology", say("Haematology")
    COAGULATION = "coagulation", say("Coagulation")
    URINE = "urine", say("Urine tests")
    STOOL = "stool", say("Stool tests")
    IMMUNOLOGY = "immunology", say("Immunology")
    INFECTION = "infection", say("Infection serology")
    MOLECULAR = "molecular", say("Molecular tests")
    TUMOUR = "tumour", say("Tumour markers")
    THYROID = "thyroid", say("Thyroid function")
    HORMONES = "hormones", say("Hormones and vitamins")
    BLOODGAS = "bloodgas", say("Blood gas and point of care")
    TRANSFUSION = "transfusion", say("Blood group and transfusion")
    MICROBIOLOGY = "microbiology", say("Microbiology")
    DRUGS = "drugs", say("Drug levels")
    CSF = "csf", say("Cerebrospinal fluid tests")
    PANELS = "panels", say("Panels")
    CT = "ct", say("Computed tomography")
    MRI = "mri", say("Magnetic resonance")
    DX = "dx", say("Plain radiography")
    MG = "mg", say("Mammography")
    DXA = "dxa", say("Bone density")
    US = "us", say("Ultrasound examinations")
    NM = "nm", say("Nuclear medicine scans")
    ECG = "ecg", say("Heart and nerve tests")
    SCOPE = "scope", say("Endoscopies and breath tests")


class Specimen(Word):
    """What is examined in the laboratory."""

    SERUM = "serum", say("Serum")
    PLASMA = "plasma", say("Plasma")
    BLOOD = "blood", say("Whole blood")
    ARTERIAL_BLOOD = "arterial_blood", say("Arterial blood")
    URINE = "urine", say("Urine")
    URINE_24H = "urine_24h", say("Urine of 24 hours")
    STOOL = "stool", say("Stool")
    CSF = "csf", say("Cerebrospinal fluid")
    SPUTUM = "sputum", say("Sputum")
    SWAB = "swab", say("Swab")
    BREATH = "breath", say("Breath")
    FLUID = "fluid", say("Other body fluid")


def label(word: type[Word], value: str) -> Phrase | str:
    """The word's label, or the text itself for a level a city added; "" stays ""."""
    try:
        return word(value).label
    except ValueError:
        return value
