"""The trained weights: Splink's m and u per level, read from a versioned JSON, and the scorer that adds them up. Pure.

The same JSON is Splink's settings in batch; the contract test holds both to the same bits. A level's weight is
log2(m / u); a pair's is the prior's log odds plus one level of every comparison that has something to compare.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from math import log2
from typing import Any

from xinglin.exchange.identity.rules import evidence
from xinglin.exchange.identity.rules.records import Record

SHIPPED = "weights.json"
# Bits of rarity from which a name counts as usual, uncommon, rare.
RARITY = (14.5, 17.0, 19.5)
# What a character nobody counted is taken for.
FLOOR = 2**-14


@dataclass(frozen=True, slots=True)
class Weights:
    """One trained model. `bits[comparison][level]`; `m` and `u` beside them for Splink and for people."""

    name: str
    prior: float
    m: dict[str, dict[str, float]]
    u: dict[str, dict[str, float]]
    families: dict[str, float]
    characters: dict[str, float]
    about: dict[str, Any] = field(default_factory=dict)
    bits: dict[str, dict[str, float]] = field(default_factory=dict)

    def score(self, left: Record, right: Record) -> tuple[float, dict[str, float]]:
        """(total bits, bits per comparison); comparisons without anything to compare are left out."""
        found = evidence.levels(left, right, self.shared_rarity(left, right))
        total, parts = self.prior, {}
        for comparison, level in zip(evidence.COMPARISONS, found, strict=True):
            if level:
                parts[comparison] = self.bits[comparison][level]
                total += parts[comparison]
        return total, parts

    def shared_rarity(self, left: Record, right: Record) -> int:
        """The rarity of what two names share: that of the commoner one."""
        if not left.name or not right.name:
            return 0
        return min(self.rarity(left.name, left.family), self.rarity(right.name, right.family))

    def rarity(self, name: str, family: str) -> int:
        """0 to 3: how rare a folded name is, from its surname and characters."""
        return _rarity(self, name, family)

    def __hash__(self) -> int:
        return id(self)


class Untrained:
    """No probabilistic evidence at all: documents and names alone decide."""

    def score(self, left: Record, right: Record) -> tuple[float, dict[str, float]]:
        return 0.0, {}


@lru_cache(maxsize=131_072)
def _rarity(weights: Weights, name: str, family: str) -> int:
    if name.isascii():
        # A romanised name stands for several Chinese ones.
        return 1
    bits = -log2(weights.families.get(family, FLOOR))
    for char in name[len(family) :]:
        bits -= log2(weights.characters.get(char, FLOOR))
    return sum(bits >= step for step in RARITY)


def read(text: str) -> Weights:
    """The weights of a JSON text. Raises KeyError or ValueError for one that is not ours."""
    given = json.loads(text)
    m: dict[str, dict[str, float]] = {}
    u: dict[str, dict[str, float]] = {}
    for comparison, rows in given["comparisons"].items():
        m[comparison] = {level: row["m"] for level, row in rows.items()}
        u[comparison] = {level: row["u"] for level, row in rows.items()}
    for comparison, names in evidence.LEVELS.items():
        if tuple(m[comparison]) != names:
            raise ValueError(f"the levels of {comparison} are not this version's")
    bits = {c: {level: log2(m[c][level] / u[c][level]) for level in m[c]} for c in m}
    prior = given["prior"]
    about = {key: value for key, value in given.items() if key not in ("comparisons", "families", "characters")}
    return Weights(given["name"], log2(prior / (1 - prior)), m, u, given["families"], given["characters"], about, bits)


@cache
def shipped() -> Weights:
    """The weights the product ships with, trained on invented records."""
    return read(files("xinglin.exchange.identity").joinpath("data", SHIPPED).read_text(encoding="utf-8"))
