"""A mark counts in its life without its gaps, day for day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xinglin.exchange.catalogue.rules.grants import Stretch, counted
from xinglin.exchange.catalogue.rules.snapshot import GrantFacts

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def lives(draw: st.DrawFn) -> tuple[Stretch, list[tuple[date, date | None]]]:
    since, until = sorted((draw(DAYS), draw(DAYS)))
    marks = sorted(draw(st.lists(DAYS, max_size=6)))
    gaps: list[tuple[date, date | None]] = [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if len(marks) % 2:
        gaps.append((marks[-1], None))
    return Stretch(since, until), gaps


@given(lives(), DAYS)
def test_a_day_counts_when_it_is_in_the_life_and_in_no_gap(
    case: tuple[Stretch, list[tuple[date, date | None]]], day: date
) -> None:
    life, gaps = case
    inside = life.since <= day <= life.until
    gap = any(since <= day and (until is None or day < until) for since, until in gaps)
    facts = [GrantFacts("g", "440000", s.since, s.until, s.suspended_from, "p") for s in counted(life, gaps)]
    assert any(one.holds(day) for one in facts) == (inside and not gap)
