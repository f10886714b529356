"""Whether a result was made the way its item demands (domain 2.6: specimen and method compatible). Pure."""

from __future__ import annotations

from functools import lru_cache

from xinglin.exchange.catalogue.rules.proposing import LocalCode, same_specimen, specimen_of
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.rules.structs import CodeableConcept
from xinglin.exchange.intake.words import UNFIT

# Codes of HL7's table 0487, which FHIR recommends for the type of a specimen, in words that are compared.
_HL7 = {
    "SER": "serum", "PLAS": "plasma", "PLB": "plasma", "BLD": "blood", "BLDV": "blood", "BLDC": "blood",
    "BLDA": "arterial blood", "UR": "urine", "URC": "urine", "URT": "urine", "CSF": "csf", "STL": "stool",
    "SPT": "sputum",
}  # fmt: skip
LONGEST = 60


def examined(kind: CodeableConcept | None) -> str:
    """What the type of a Specimen says was examined: the first of its words and codes that is understood, else the
    first; "" for none."""
    if kind is None:
        return ""
    codes = (_HL7.get(one.code or "", one.code) for one in kind.coding)
    said = (kind.text, *(one.display for one in kind.coding), *codes)
    words = [one[:LONGEST] for one in said if one]
    return next((one for one in words if _known(one)), words[0] if words else "")


def unfit(facts: ItemFacts | None, *, method: str = "", specimen: str = "") -> int:
    """UNFIT where the result says another method or specimen than its item; 0 where it fits or one side is silent."""
    if facts is None:
        return 0
    if method and facts.method and not _same_method(method, facts.method):
        return UNFIT
    return UNFIT if specimen and facts.specimen and not _same_specimen(specimen, facts.specimen) else 0


@lru_cache(maxsize=4_096)
def _same_method(one: str, other: str) -> bool:
    """Whether one name of a method contains the other (化学发光, 化学发光法)."""
    said, wanted = one.casefold().strip(), other.casefold().strip()
    return not said or said in wanted or wanted in said


@lru_cache(maxsize=4_096)
def _same_specimen(one: str, other: str) -> bool:
    """Whether it is the item's specimen; a word nobody knows says nothing."""
    if one == other:
        return True
    known = _known(one)
    return not known or same_specimen(known, other)


@lru_cache(maxsize=4_096)
def _known(specimen: str) -> str:
    """The catalogue's word for a specimen; "" where nobody knows it."""
    return specimen_of(LocalCode("", "", "", specimen=specimen))
