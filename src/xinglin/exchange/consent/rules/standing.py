"""Who may decide for whom, and how long an answer may take. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from xinglin.exchange.consent.words import Standing
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

# PIPL art. 28, 31: under fourteen, a parent or other guardian decides, and the data are sensitive.
AGE_OF_DECISION = 14
CHILDS_GUARDIANS = frozenset({Standing.PARENT, Standing.GRANDPARENT, Standing.GUARDIAN})
SATURDAY = 5


def birthday(born: date, age: int) -> date:
    """The day somebody turns `age`; who was born on 29 February turns on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def is_child(born: date | None, on: date) -> bool:
    """Whether somebody else decides for lack of age. An unknown birth date is no child's: documents carry it."""
    return born is not None and on < birthday(born, AGE_OF_DECISION)


def refuse_standing(standing: Standing, *, born: date | None, on: date, evidence: str, field: str = "standing") -> None:
    """Raise unless somebody with this standing may decide for a person born on `born` (PIPL art. 31)."""
    if standing == Standing.SELF:
        if is_child(born, on):
            raise Refusal(
                "consent.guardian_needed",
                say("Under the age of {age} a parent or other guardian decides.", age=AGE_OF_DECISION),
                say("Name the guardian and what proves it."),
                field=field,
            )
        return
    if standing in CHILDS_GUARDIANS and not is_child(born, on):
        raise Refusal(
            "consent.decides_alone",
            say("From the age of {age} a person decides alone.", age=AGE_OF_DECISION),
            say("Ask the person; a guardian of an adult without capacity brings the court's decision."),
            field=field,
        )
    if not evidence.strip():
        raise Refusal(
            "consent.guardian_proof",
            say("Say what proves that this person may decide for the other."),
            say("Household register, birth certificate, or the court's decision: its kind and number."),
            field="evidence",
        )


def after_working_days(
    start: date, days: int, *, holidays: Collection[date] = (), working_weekends: Collection[date] = ()
) -> date:
    """The day `days` working days after `start` (domain 9.1: 15): Monday to Friday and the weekend days worked in
    exchange, without public holidays, as the State Council's yearly notice sets them."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= (day.weekday() < SATURDAY and day not in holidays) or day in working_weekends
    return day
