"""Closeness of specialties in the tree of 《医疗机构诊疗科目名录》: 03.04 lies under 03.

A code is compared level by level from the root. The closeness of a need's code to a candidate's is the share of the
need's levels they have in common; of several candidate codes the nearest counts; over several need codes, the mean.
A candidate more special than the need (04.03 for 04) fits wholly; a broader one (04 for 04.03) or a neighbour
(04.01 for 04.03) by half. Codes with the prefix some systems write (A03.04) mean the same; anything that is not a
code is compared as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xinglin.matching.ranking.words import CodeMatch, CodeRelation

_CODE = re.compile(r"A?(\d{2}(?:\.\d{2})*)", re.IGNORECASE)


def normalise(code: str) -> str:
    """`A03.04` and ` 03.04 ` are `03.04`; other words stay, trimmed and in lower case."""
    bare = code.strip()
    found = _CODE.fullmatch(bare)
    return found.group(1) if found else bare.casefold()


def normalised(codes: Iterable[str]) -> tuple[str, ...]:
    """Each code once, in code order, empty ones left out."""
    return tuple(sorted({bare for code in codes if (bare := normalise(code))}))


def levels(code: str) -> tuple[str, ...]:
    """From the root down to the code itself: `04.01.01` -> (`04`, `04.01`, `04.01.01`)."""
    if not _CODE.fullmatch(code):
        return (code,)
    parts = code.split(".")
    return tuple(".".join(parts[: depth + 1]) for depth in range(len(parts)))


def closeness(need: str, candidate: str) -> float:
    """Share of the need's levels that the candidate's code shares, 0..1."""
    wanted, held = levels(need), levels(candidate)
    return sum(a == b for a, b in zip(wanted, held, strict=False)) / len(wanted)


def relation(need: str, candidate: str) -> CodeRelation:
    """How a candidate's code that shares at least the root stands to the need's."""
    if need == candidate:
        return CodeRelation.SAME
    if candidate in levels(need):
        return CodeRelation.PARENT
    if need in levels(candidate):
        return CodeRelation.WITHIN
    return CodeRelation.SIBLING


_NEARNESS = (
    CodeRelation.SAME,
    CodeRelation.WITHIN,
    CodeRelation.PARENT,
    CodeRelation.SIBLING,
)


def matches(needs: Iterable[str], candidates: Iterable[str]) -> tuple[CodeMatch, ...]:
    """For each of the need's codes the nearest of the candidate's, where they share at least the root."""
    held = tuple(candidates)
    found = []
    for need in needs:
        near = [(closeness(need, code), relation(need, code), code) for code in held if closeness(need, code) > 0]
        if near:
            _, how, code = min(near, key=lambda row: (-row[0], _NEARNESS.index(row[1]), row[2]))
            found.append(CodeMatch(need, code, how))
    return tuple(found)
