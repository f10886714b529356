"""Checked numbers, specialties and places inside actions of any wing.

The knowledge rooms refuse in their own words, which are passed on here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from xinglin.kernel.phrases import Phrase
from xinglin.kernel.refusals import Refusal
from xinglin.roster import regions
from xinglin.roster.reasons import Refused, catalogue
from xinglin.roster.specialties import parse_specialty


def checked(check: Callable[..., Any], *typed: Any, field: str, **more: Any) -> Any:
    """What `check` makes of `typed`, or its refusal at `field`."""
    try:
        return check(*typed, **more)
    except Refused as refused:
        raise refusal_of(refused, field) from refused


def specialty_codes(typed: Iterable[str] | None, *, field: str = "specialties") -> list[str]:
    """Codes of 诊疗科目名录 for what was typed: codes, names, synonyms, pinyin. Each once, in the order typed."""
    return list(dict.fromkeys(checked(parse_specialty, text, field=field).code for text in typed or ()))


def region_code(typed: str | None, *, field: str = "region") -> str:
    """The six-digit code (GB/T 2260) of a place that was typed by name or by code; "" for nothing."""
    return checked(regions.parse_place, typed, field=field).code if typed and typed.strip() else ""


def refusal_of(refused: Refused, field: str) -> Refusal:
    reason = catalogue()[refused.reason_code]
    step = Phrase(reason.next_en, refused.params) if reason.next_en else None
    return Refusal(refused.reason_code, Phrase(reason.en, refused.params), step, field=field)
