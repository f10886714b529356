"""Who may decide for whom, and working days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.consent.rules.standing import after_working_days, birthday, is_child, refuse_standing
from xinglin.exchange.consent.words import Standing
from xinglin.kernel.refusals import Refusal

TODAY = date(2026, 11, 22)
CHILD, YOUNG, ADULT = date(2012, 11, 23), date(2012, 11, 22), date(1960, 2, 29)


@pytest.mark.parametrize(
    ("standing", "born", "evidence", "code"),
    [
        (Standing.SELF, ADULT, "", ""),
        (Standing.SELF, YOUNG, "", ""),
        (Standing.SELF, None, "", ""),
        (Standing.SELF, CHILD, "", "consent.guardian_needed"),
        (Standing.PARENT, CHILD, "示例户口簿", ""),
        (Standing.GRANDPARENT, CHILD, " ", "consent.guardian_proof"),
        (Standing.PARENT, YOUNG, "示例户口簿", "consent.decides_alone"),
        (Standing.GUARDIAN, ADULT, "示例", "consent.decides_alone"),
        (Standing.ADULT_GUARDIAN, ADULT, "示例判决书", ""),
        (Standing.ADULT_GUARDIAN, ADULT, "", "consent.guardian_proof"),
    ],
)
def test_who_decides(standing: Standing, born: date | None, evidence: str, code: str) -> None:
    if not code:
        refuse_standing(standing, born=born, on=TODAY, evidence=evidence)
        return
    with pytest.raises(Refusal) as refused:
        refuse_standing(standing, born=born, on=TODAY, evidence=evidence)
    assert refused.value.code == code


def test_birthdays_on_the_leap_day() -> None:
    assert birthday(date(2012, 2, 29), 14) == date(2026, 3, 1)
    assert is_child(date(2012, 2, 29), date(2026, 2, 28)) and not is_child(date(2012, 2, 29), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 15, date(2026, 12, 11)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_working_days(start: date, days: int, end: date) -> None:
    assert after_working_days(start, days) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_working_days_are_no_weekends_and_grow(start: date, days: int) -> None:
    end = after_working_days(start, days)
    assert end.weekday() < 5 and after_working_days(start, days + 1) > end
    assert (end - start).days >= days + 2 * ((days - 1) // 5)
