"""The draw of reviewers: random, committed to beforehand, and repeatable by anybody afterwards. Pure.

Before the draw the hash of a secret seed and of the pool stand on the ledger; at the draw the seed is mixed with words
said by those present, and all three are published. Nobody can then have chosen the seed to suit the pool, and no
program the outcome to suit the seed. Source: domain 4.4 (招标投标法 art. 37, 实施条例 art. 46, by analogy).
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class Drawn:
    """The outcome: the panel and the reserve, both in the order of the draw."""

    panel: tuple[str, ...]
    reserve: tuple[str, ...]


def new_seed() -> str:
    """256 random bits, hexadecimal. Kept secret until the draw."""
    return secrets.token_hex(32)


def commitment(seed: str) -> str:
    """What is published before the draw: SHA-256 of the seed as it is written."""
    return hashlib.sha256(seed.encode()).hexdigest()


def pool_hash(pool: Collection[str]) -> str:
    """SHA-256 of the ids in the pool, sorted, one on a line: shows that nobody was added or taken off later."""
    return hashlib.sha256("\n".join(sorted(pool)).encode()).hexdigest()


def order_of(pool: Collection[str], seed: str, said: str = "") -> list[str]:
    """The pool in the order of the draw: by SHA-256 of seed, words said and id, which anybody can work out again."""
    return sorted(pool, key=lambda one: hashlib.sha256(f"{seed}|{said}|{one}".encode()).digest())


def technical_needed(size: int, share: float) -> int:
    """How many of a panel must be technical or economic experts: the share, rounded up (2/3 of 5 is 4)."""
    return math.ceil(size * share - 1e-9)


def draw(
    pool: Sequence[str], technical: Collection[str], *, size: int, share: float, seed: str, said: str = ""
) -> Drawn:
    """The first `size` of the draw's order in which at least `share` are `technical`; everybody else is the reserve.

    Raises Refusal when the pool cannot fill the panel.
    """
    needed = technical_needed(size, share)
    able = [one for one in pool if one in technical]
    if len(pool) < size or len(able) < needed:
        raise Refusal(
            "reviews.pool_too_small",
            say(
                "The pool has {pool} qualified people, {technical} of them technical or economic; the panel needs "
                "{size} and {needed}.", pool=len(pool), technical=len(able), size=size, needed=needed,
            ),
            say("Widen the fields asked for, or add experts to the register; the exclusions say who was left out."),
        )  # fmt: skip
    others_left = size - needed
    panel: list[str] = []
    for one in order_of(pool, seed, said):
        if len(panel) == size:
            break
        if one in technical:
            panel.append(one)
        elif others_left:
            panel.append(one)
            others_left -= 1
    reserve = [one for one in order_of(pool, seed, said) if one not in panel]
    return Drawn(tuple(panel), tuple(reserve))


def next_drawn(
    reserve: Sequence[str], staying: Collection[str], technical: Collection[str], *, size: int, share: float
) -> str | None:
    """Who of the reserve takes the place of somebody who left, so that the panel stays lawful; None when nobody can."""
    needed = technical_needed(size, share)
    have = sum(one in technical for one in staying)
    for one in reserve:
        if one not in staying and have + (one in technical) + (size - len(staying) - 1) >= needed:
            return one
    return None
