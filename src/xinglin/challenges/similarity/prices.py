"""Prices that honest bidders hardly produce. Pure. Amounts in fen.

Honest prices are round and meet at the ceiling; so equal round prices and steps of whole ten thousands say nothing.
What says something: three or more odd prices on one ladder (equal steps or one factor), and budget lines that are one
multiple of another bidder's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from xinglin.kernel.money import yuan

# A hundred yuan: finer prices than this are not round.
ROUND = 10_000
LEAST_LINES = 4

Priced = tuple[str, int | None, tuple[int, ...]]


def price_patterns(bids: Sequence[Priced]) -> list[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """(bids, evidence, strong) for each pattern among (key, price, lines)."""
    return [*_proportional(bids), *_equal(bids), *_ladders(bids)]


def _proportional(bids: Sequence[Priced]) -> list[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """Every budget line of one is the same multiple of the other's, to a ten-thousandth, and the lines are uneven."""
    found = []
    for (a, _p, left), (b, _q, right) in combinations(bids, 2):
        if len(left) != len(right) or len(left) < LEAST_LINES or 0 in left or 0 in right or len(set(left)) < 4:
            continue
        if all(line % (100 * ROUND) == 0 for line in (*left, *right)):
            continue
        factors = [y / x for x, y in zip(left, right, strict=True)]
        if max(factors) - min(factors) <= 1e-4 * min(factors):
            keys = sorted((a, b))
            found.append(((keys[0], keys[1]), (f"× {sum(factors) / len(factors):.4f}",), True))
    return found


def _equal(bids: Sequence[Priced]) -> list[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    held: dict[int, list[str]] = {}
    for key, price, _lines in bids:
        if price and price % ROUND:
            held.setdefault(price, []).append(key)
    return [(tuple(sorted(keys)), (yuan(price),), False) for price, keys in held.items() if len(keys) > 1]


def _ladders(bids: Sequence[Priced]) -> list[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """Three odd prices with equal steps or one factor, to the yuan."""
    odd = sorted((price, key) for key, price, _lines in bids if price and price % ROUND)
    found = []
    for (p, a), (q, b), (r, c) in combinations(odd, 3):
        if not p < q < r:
            continue
        if abs((r - q) - (q - p)) <= 100 or abs(q * q - p * r) <= 100 * q:
            found.append((tuple(sorted((a, b, c))), (f"{yuan(p)} · {yuan(q)} · {yuan(r)}",), False))
    return found
