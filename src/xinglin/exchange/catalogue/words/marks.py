"""How an HR mark is written. Pure."""

from __future__ import annotations

from functools import lru_cache

from xinglin.roster import regions

NATION = ("000000", "全国")
# Longer scopes are ids of alliances, which nobody reads.
LONGEST_NAME = 7


@lru_cache(maxsize=4_096)
def mark(scope: str) -> str:
    """The HR mark as it is printed on reports, in both languages the same: 全国HR, 广东省HR, 京津冀HR (domain 2.1)."""
    if scope in NATION:
        return "全国HR"
    place = regions.region(scope) if scope.isascii() and scope.isdigit() else None
    return f"{place.name}HR" if place else f"{scope}HR" if len(scope) <= LONGEST_NAME else "HR"
