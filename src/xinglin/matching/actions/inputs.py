"""What actions of matching make of what was typed: specialties, regions, the people and organisations named."""

from __future__ import annotations

from collections.abc import Iterable

from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster import regions
from xinglin.roster.queries import candidates
from xinglin.roster.specialties import SpecialtyRefused, parse_specialty


def specialty_codes(typed: Iterable[str] | None, *, field: str = "specialties") -> list[str]:
    """Codes of 诊疗科目名录 for what was typed: codes, names, synonyms, pinyin. Each once, in the order typed."""
    found: list[str] = []
    for text in typed or ():
        try:
            code = parse_specialty(text).code
        except SpecialtyRefused:
            raise Refusal(
                "matching.specialty",
                say("“{typed}” is not one specialty of the catalogue.", typed=text[:40]),
                say("Write its code or its official name, such as 03.04 or 心血管内科."),
                field=field,
            ) from None
        if code not in found:
            found.append(code)
    return found


def region_code(typed: str | None, *, field: str = "region") -> str:
    """The six-digit code (GB/T 2260) of a place that was typed by name or by code; "" for nothing."""
    if not typed or not typed.strip():
        return ""
    try:
        return regions.parse_place(typed).code
    except regions.RegionRefused:
        raise Refusal(
            "matching.region",
            say("“{typed}” is not one place we know.", typed=typed[:40]),
            say("Write the name with its province or city, such as 广东省潮州市, or its six-digit code."),
            field=field,
        ) from None


def registered_person(key: str | None, *, field: str) -> str | None:
    """The id of somebody in the register; None for nothing."""
    if not key:
        return None
    if len(key) > 26 or not candidates.registered(key):
        raise _unknown(field)
    return key


def seen(kind: str, key: str | None, by: Account, *, field: str) -> str | None:
    """The id of a record the actor may see, so that nobody names what is hidden from them; None for nothing."""
    if not key:
        return None
    known = KINDS.get(kind)
    if known is None or len(key) > 26 or not known.visible(by).filter(pk=key).exists():
        raise _unknown(field)
    return key


def _unknown(field: str) -> Refusal:
    return Refusal(
        "matching.unknown_reference",
        say("The record chosen here does not exist, or you may not see it."),
        say("Choose it from the list again."),
        field=field,
    )
