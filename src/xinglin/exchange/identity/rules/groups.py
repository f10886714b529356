"""Which records stand together: the connected parts of the ties that hold, and the person each part stands under. Pure.

The state follows from the ties alone, never from the order in which they came: tie and untie in any order, and what
remains tied stands together under the same person as ever. Hence every link can be undone exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def parts(records: Iterable[int], ties: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The connected parts of `records` under `ties`, each sorted, in the order of their smallest record."""
    root = {one: one for one in records}

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for left, right in ties:
        if left in root and right in root:
            a, b = find(left), find(right)
            root[max(a, b)] = min(a, b)
    found: dict[int, list[int]] = {}
    for one in sorted(root):
        found.setdefault(find(one), []).append(one)
    return [tuple(part) for part in found.values()]


def persons(found: Sequence[tuple[int, ...]], homes: Mapping[int, int]) -> list[int]:
    """The person of each part: the one opened for its oldest record that had one opened; 0 where one must be opened."""
    return [next((home for one in part if (home := homes.get(one, 0))), 0) for part in found]


def through(left: int, right: int, ties: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """A way from `left` to `right` along the ties, both ends included; empty when there is none."""
    beside: dict[int, list[int]] = {}
    for a, b in ties:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    ways: list[tuple[int, ...]] = [(left,)]
    met = {left}
    while ways:
        way = ways.pop(0)
        if way[-1] == right:
            return way
        for one in sorted(beside.get(way[-1], ())):
            if one not in met:
                met.add(one)
                ways.append((*way, one))
    return ()
