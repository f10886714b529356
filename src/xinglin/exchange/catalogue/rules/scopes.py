"""Which regions an HR mark counts in (domain 2.1). Strict: a mark never counts one step outside its own region. Pure.

A scope is "全国" (000000), a province, city or district by its GB/T 2260 code, a group of provinces by its name, or the
id of an alliance. What another city defines alone is not recognised here (the Wuhan notice says so of itself).
"""

from __future__ import annotations

NATION = "000000"
NATION_WORDS = frozenset({NATION, "全国"})
# Named groups of provinces (the 2024 guiding opinions name the first, third and fourth; 鲁 joined the first in 2023).
GROUPS: dict[str, frozenset[str]] = {
    "京津冀": frozenset({"11", "12", "13"}),
    "京津冀鲁": frozenset({"11", "12", "13", "37"}),
    "长三角": frozenset({"31", "32", "33", "34"}),
    "成渝": frozenset({"50", "51"}),
}
# The measures of 2022 are the mainland's; a national mark says nothing in Hong Kong, Macau or Taiwan.
OVERSEAS = frozenset({"71", "81", "82", "83"})
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
# "90" in the city's place only gathers counties that stand directly under their province: it is no city.
NO_CITY = "90"
LENGTH = 6


def is_code(text: str) -> bool:
    """Whether `text` is shaped like a GB/T 2260 code: six ASCII digits."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def city_of(region: str) -> str:
    """The city's code of any region: 440105 gives 440100; in a municipality the municipality's own (310115: 310000).

    A county directly under its province is its own city (429004). What is no code gives "".
    """
    if not is_code(region) or region == NATION:
        return ""
    if region[:2] in MUNICIPALITIES or region[:2] in OVERSEAS:
        return region[:2] + "0000"
    return region if region[2:4] == NO_CITY or region[2:] == "0000" else region[:4] + "00"


def province_of(region: str) -> str:
    """The province's code of any region; "" for what is no code."""
    return region[:2] + "0000" if is_code(region) and region != NATION else ""


def chain(region: str) -> tuple[str, ...]:
    """Where a dated rule for `region` is looked up, the most exact first: city, province, everywhere ("")."""
    return tuple(dict.fromkeys((city_of(region), province_of(region), "")))


def contains(scope: str, region: str, *, alliances: frozenset[str] = frozenset()) -> bool:
    """Whether a mark of `scope` counts at a site in `region` that belongs to `alliances`. Silence means no."""
    if not scope:
        return False
    if scope in alliances:
        return True
    if not is_code(region) or region == NATION:
        return False
    if scope in NATION_WORDS:
        return region[:2] not in OVERSEAS
    if scope in GROUPS:
        return region[:2] in GROUPS[scope]
    if not is_code(scope):
        return False
    if scope[2:] == "0000":
        return region[:2] == scope[:2]
    if scope[4:] != "00":
        return region == scope
    if scope[2:4] == NO_CITY:
        return False
    # A municipality is one city: 310100 and 310000 name the same.
    return city_of(scope) == city_of(region)
