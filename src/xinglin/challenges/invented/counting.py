"""Planted leaks and collusions counted: found, missed, and honest bids accused. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from xinglin.challenges.blinding import Team, blind
from xinglin.challenges.blinding.texts import level
from xinglin.challenges.invented.bids import Invented, Planted
from xinglin.challenges.similarity import flags_of


@dataclass(frozen=True)
class Leaks:
    """Planted leaks by kind, those that can still be read in the blind copy with their bid, and how many replacements
    and doubtful places there were."""

    planted: dict[str, int]
    missed: tuple[tuple[str, Planted], ...]
    replaced: int
    reported: int


@dataclass(frozen=True)
class Collusions:
    """Planted pairs, those no flag of their kind names, and honest pairs that a flag accuses."""

    planted: int
    missed: tuple[tuple[str, str], ...]
    accused: tuple[tuple[str, str], ...]


def ours(text: str, team: Team, given: str) -> tuple[str, int, int]:
    """The program's blind copy: (text, replacements, doubtful places)."""
    copy = blind(text, team, given=given)
    return copy.text, len(copy.redactions), len(copy.leaks)


def count_leaks(made: Invented, maker: Callable[[str, Team, str], tuple[str, int, int]] = ours) -> Leaks:
    """Blind every bid with `maker` and look for every planted word, script and case aside."""
    planted: Counter[str] = Counter()
    missed: list[tuple[str, Planted]] = []
    replaced = reported = 0
    for bid in made.bids:
        copy, spans, doubtful = maker(bid.text, made.teams[bid.key], made.call + made.form)
        replaced, reported = replaced + spans, reported + doubtful
        read, original = level(copy), level(bid.text)
        for one in made.leaks[bid.key]:
            # A colluding bid took over another's text: what fell out of it cannot be missed.
            if level(one.words) in original:
                planted[one.kind] += 1
                if level(one.words) in read:
                    missed.append((bid.key, one))
    return Leaks(dict(planted), tuple(missed), replaced, reported)


def count_collusions(made: Invented) -> Collusions:
    """Flag the bids and compare the pairs with the planted ones."""
    flags = flags_of(made.bids, given_texts=[made.call, made.form], given_files=[made.form_file])
    missed = [
        pair for pair, kind in made.collusions.items()
        if not any(flag.kind == kind and set(pair) <= set(flag.bids) for flag in flags)
    ]  # fmt: skip
    named = {pair for flag in flags for pair in combinations(flag.bids, 2)}
    return Collusions(len(made.collusions), tuple(missed), tuple(sorted(named - set(made.collusions))))
