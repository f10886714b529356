"""Whether a result was made the way its item demands (domain 2.6: specimen and method compatible). Pure."""

from __future__ import annotations

from functools import lru_cache

from xinglin.exchange.catalogue.rules.proposing import LocalCode, same_specimen, specimen_of
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.intake.words import UNFIT


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
    known = specimen_of(LocalCode("", "", "", specimen=one))
    return not known or same_specimen(known, other)
