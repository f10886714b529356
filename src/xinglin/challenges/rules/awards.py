"""The award notice: how long it stands, and what must be so before and after. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.challenges.rules.negotiations import Candidate, refuse_related
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class Term:
    """Days of a notice, calendar or working; holidays and weekends worked in exchange count for the latter."""

    days: int
    working: bool
    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


def last_day(begins: date, term: Term) -> date:
    """The last day of a notice that begins on a day; the first whole day after it is the first that counts."""
    day, left = begins, term.days
    while left:
        day += timedelta(days=1)
        if not term.working or (day.weekday() < 5 and day not in term.holidays) or day in term.worked:
            left -= 1
    return day


def check_award(agreed: Sequence[Candidate], *, race: bool, most: int | None, prices: Collection[int]) -> None:
    """Raise a Refusal unless there is an agreement to announce: one, or two and more in a race; nobody related; all of
    it together inside the challenge's limit.
    """
    for one in agreed:
        refuse_related(one)
    if race and len(agreed) < 2:
        raise Refusal("challenges.race_needs_two", say("A race needs agreement with two teams or more."),
                      say("Talk to the next in the ranking."))  # fmt: skip
    if not race and len(agreed) != 1:
        raise Refusal("challenges.no_agreement", say("Nothing is agreed yet."),
                      say("Record the agreement with a bidder first."))  # fmt: skip
    if most is not None and sum(prices) > most:
        raise Refusal("challenges.over_the_limit", say("The agreed prices are more than the challenge may cost."),
                      say("Negotiate again, or raise the limit with a new list."))  # fmt: skip
