"""Public holidays and the weekend days worked in exchange: dated configuration that an administrator fills each year.

The State Council's office announces each year's days in the autumn before. None are shipped; without them working days
are Monday to Friday, and what is due comes due rather sooner.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from xinglin.kernel import configuration
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

SOURCE = "the State Council's yearly notice on public holidays; none is shipped"


def _all_days(value: Any) -> None:
    """Raise a Refusal unless the value is a list of days."""
    for one in value:
        try:
            date.fromisoformat(one)
        except (TypeError, ValueError):
            raise Refusal(
                "configuration.day",
                say("“{value}” is no day.", value=str(one)[:20]),
                say("Write each day as year-month-day, such as 2027-01-01."),
                field="value",
            ) from None


configuration.rule("calendar.holidays", [], say("Public holidays on weekdays"), SOURCE, check=_all_days)
configuration.rule("calendar.working_weekends", [], say("Weekend days worked in exchange for holidays"), SOURCE,
                   check=_all_days)  # fmt: skip


def days_of(key: str) -> frozenset[date]:
    """The days of one of the two lists, as set today."""
    return frozenset(date.fromisoformat(one) for one in configuration.value(key))
