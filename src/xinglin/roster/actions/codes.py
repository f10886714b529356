"""Checked numbers inside actions: the knowledge rooms refuse in their own words, which are passed on here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xinglin.kernel.phrases import Phrase
from xinglin.kernel.refusals import Refusal
from xinglin.roster.reasons import Refused, catalogue


def checked(check: Callable[..., Any], *typed: Any, field: str, **more: Any) -> Any:
    """What `check` makes of `typed`, or its refusal at `field`."""
    try:
        return check(*typed, **more)
    except Refused as refused:
        raise refusal_of(refused, field) from refused


def refusal_of(refused: Refused, field: str) -> Refusal:
    reason = catalogue()[refused.reason_code]
    step = Phrase(reason.next_en, refused.params) if reason.next_en else None
    return Refusal(refused.reason_code, Phrase(reason.en, refused.params), step, field=field)
