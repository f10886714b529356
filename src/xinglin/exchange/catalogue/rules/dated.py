"""Dated rows that follow each other: a new value holds from its day on, the one before ends the day before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

Span = tuple[date, date | None]


@dataclass(frozen=True)
class Succession:
    """What a new span does to those before: which one (its place) ends, and on which day. None: nothing ends."""

    ends: int | None = None
    on: date | None = None


def succeed(spans: Sequence[Span], since: date, until: date | None) -> Succession:
    """How `since`..`until` joins `spans` without an overlap; history is never rewritten.

    Raises a Refusal when the new span ends before it begins, or when one that begins on its first day or later is
    there already.
    """
    if until is not None and until < since:
        raise Refusal("catalogue.period", say("The last day is before the first."), say("Correct the days."),
                      field="valid_to")  # fmt: skip
    later = [first for first, last in spans if first >= since and (until is None or first <= until)]
    if later:
        raise Refusal(
            "catalogue.follows",
            say("A value from {day} is already set.", day=min(later)),
            say("Choose a later day; what held before stays as it was."),
            field="valid_from",
        )
    for place, (first, last) in enumerate(spans):
        if first < since and (last is None or last >= since):
            return Succession(place, since - timedelta(days=1))
    return Succession()
