"""The lunar (农历) date of a Gregorian one. Older people and their children often register the lunar birthday. Pure.

One number per year from 1900 to 2100: bits 16 to 5 say whether months 1 to 12 have 30 days, the low four bits which
month is followed by a leap month (0: none), bit 17 whether that leap month has 30 days. The table is the traditional
calendar as published; the tests check it against known New Year's days.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache

FIRST = date(1900, 1, 31)
_YEARS = """
04bd8 04ae0 0a570 054d5 0d260 0d950 16554 056a0 09ad0 055d2 04ae0 0a5b6 0a4d0 0d250 1d255 0b540 0d6a0 0ada2 095b0 14977
04970 0a4b0 0b4b5 06a50 06d40 1ab54 02b60 09570 052f2 04970 06566 0d4a0 0ea50 06e95 05ad0 02b60 186e3 092e0 1c8d7 0c950
0d4a0 1d8a6 0b550 056a0 1a5b4 025d0 092d0 0d2b2 0a950 0b557 06ca0 0b550 15355 04da0 0a5b0 14573 052b0 0a9a8 0e950 06aa0
0aea6 0ab50 04b60 0aae4 0a570 05260 0f263 0d950 05b57 056a0 096d0 04dd5 04ad0 0a4d0 0d4d4 0d250 0d558 0b540 0b6a0 195a6
095b0 049b0 0a974 0a4b0 0b27a 06a50 06d40 0af46 0ab60 09570 04af5 04970 064b0 074a3 0ea50 06b58 055c0 0ab60 096d5 092e0
0c960 0d954 0d4a0 0da50 07552 056a0 0abb7 025d0 092d0 0cab5 0a950 0b4a0 0baa4 0ad50 055d9 04ba0 0a5b0 15176 052b0 0a930
07954 06aa0 0ad50 05b52 04b60 0a6e6 0a4e0 0d260 0ea65 0d530 05aa0 076a3 096d0 04afb 04ad0 0a4d0 1d0b6 0d250 0d520 0dd45
0b5a0 056d0 055b2 049b0 0a577 0a4b0 0aa50 1b255 06d20 0ada0 14b63 09370 049f8 04970 064b0 168a6 0ea50 06b20 1a6c4 0aae0
0a2e0 0d2e3 0c960 0d557 0d4a0 0da50 05d55 056a0 0a6d0 055d4 052d0 0a9b8 0a950 0b4a0 0b6a6 0ad50 055a0 0aba4 0a5b0 052b0
0b273 06930 07337 06aa0 0ad50 14b55 04b60 0a570 054e4 0d160 0e968 0d520 0daa0 16aa6 056d0 04ae0 0a9d4 0a2d0 0d150 0f252
0d520
"""


@cache
def _months() -> tuple[list[int], list[tuple[int, int]]]:
    """The ordinal day on which each lunar month begins, and its (year, month); a leap month has its month's number."""
    starts: list[int] = []
    names: list[tuple[int, int]] = []
    day = FIRST.toordinal()
    for offset, text in enumerate(_YEARS.split()):
        bits = int(text, 16)
        for month in range(1, 13):
            starts.append(day)
            names.append((1900 + offset, month))
            day += 30 if bits & (0x10000 >> month) else 29
            if bits & 0xF == month:
                starts.append(day)
                names.append((1900 + offset, month))
                day += 30 if bits & 0x10000 else 29
    starts.append(day)
    return starts, names


def lunar_date(day: date) -> tuple[int, int, int] | None:
    """(year, month, day) in the lunar calendar; None outside the table."""
    starts, names = _months()
    ordinal = day.toordinal()
    if not starts[0] <= ordinal < starts[-1]:
        return None
    place = bisect_right(starts, ordinal) - 1
    return (*names[place], ordinal - starts[place] + 1)


def new_year(year: int) -> date:
    """The first day of a lunar year."""
    starts, names = _months()
    return date.fromordinal(starts[names.index((year, 1))])


def written(iso: str) -> str:
    """The lunar date of an ISO date in the same writing ("1956-02-30" may occur: lunar months have 29 or 30 days)."""
    try:
        found = lunar_date(date.fromisoformat(iso))
    except ValueError:
        return ""
    return f"{found[0]:04d}-{found[1]:02d}-{found[2]:02d}" if found else ""
