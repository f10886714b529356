"""How much text two bids share, once the call's own text and what everybody copied from a template are set aside. Pure.

A shingle is five tokens in a row: a Chinese character, or a Latin word or number, is one token. The share of two texts
is what the shorter one has in common with the other (containment), so that a copied half of a long bid shows. All of it
is numpy and one sparse product: no pair is ever read twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xinglin.roster.names.folding import fold_table

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

LENGTH = 5
# Domain 4.5 [D]: from this share on two texts are abnormally alike.
ALIKE = 0.6
# Below so many shingles of its own a text says too little to be compared.
LEAST = 120
# Beyond so many characters in all, one shingle in SAMPLE is looked at (the same ones everywhere): the share is then an
# estimate, within about two hundredths for a bid of thirty pages.
EXACT_UP_TO = 6_000_000
SAMPLE = 8
# What stands in more than half of the bids, and in at least so many, is a template and no evidence.
TEMPLATE_BIDS = 4
_BASE = 0x9E3779B97F4A7C15
_WIDTH = 2**64


@dataclass(frozen=True)
class Likeness:
    """Two texts by their place in the list given: the share of the shorter (0 to 1), the Jaccard index, the number of
    shingles in common, and the longest passages they share, as they stand in the first."""

    left: int
    right: int
    share: float
    jaccard: float
    common: int
    passages: tuple[str, ...]


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """Per code point: 0 separates, 1 is a token alone (Han, kana), 2 is part of a word."""
    found = np.zeros(0x40000, dtype=np.uint8)
    for begin, end in ((0x30, 0x3A), (0x61, 0x7B), (0x41, 0x5B), (0xC0, 0x250), (0x370, 0x530)):
        found[begin:end] = 2
    for begin, end in ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x40000), (0x3040, 0x3100)):
        found[begin:end] = 1
    return found


@cache
def _folding() -> npt.NDArray[np.uint32]:
    """Per code point the one it is compared as: traditional as simplified, wide as narrow, capital as small."""
    found = np.arange(0x40000, dtype=np.uint32)
    for code, simple in fold_table().items():
        found[code] = ord(simple) if isinstance(simple, str) else simple
    found[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    for code in (*range(0x41, 0x5B), *range(0xFF21, 0xFF3B), *range(0xC0, 0xDF), *range(0x391, 0x3AA)):
        small = chr(int(found[code])).lower()
        found[code] = ord(small) if len(small) == 1 else found[code]
    return found


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """Powers of an odd base and of its inverse modulo 2**64, so that words are hashed without a loop."""
    inverse = pow(_BASE, -1, _WIDTH)
    up, down = np.ones(length, dtype=np.uint64), np.ones(length, dtype=np.uint64)
    if length > 1:
        up[1:], down[1:] = np.uint64(_BASE), np.uint64(inverse)
    return np.cumprod(up, dtype=np.uint64), np.cumprod(down, dtype=np.uint64)


def _mixed(values: Hashes) -> Hashes:
    """Spread hashes evenly (splitmix64); equal values stay equal."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def tokens_of(text: str) -> tuple[Hashes, Ints, Ints]:
    """The hash of each token of a text, and where each begins and ends in it."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = _folding()[np.minimum(codes, 0x3FFFF)]
    kinds = _classes()[codes]
    previous = np.concatenate(([0], kinds[:-1])).astype(np.uint8)
    following = np.concatenate((kinds[1:], [0])).astype(np.uint8)
    begins = np.flatnonzero((kinds == 1) | ((kinds == 2) & (previous != 2)))
    ends = np.flatnonzero((kinds == 1) | ((kinds == 2) & (following != 2))) + 1
    size = 1 << max(16, int(codes.size + 1).bit_length())
    up, down = _powers(size)
    summed = np.zeros(codes.size + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * up[: codes.size], out=summed[1:])
    words = (summed[ends] - summed[begins]) * down[begins]
    return _mixed(words), begins, ends


def shingles_of(text: str, length: int = LENGTH) -> tuple[Hashes, Ints, Ints]:
    """The hash of each run of `length` tokens, and where each run begins and ends in the text."""
    tokens, begins, ends = tokens_of(text)
    count = tokens.size - length + 1
    if count <= 0:
        empty = np.zeros(0, dtype=np.int64)
        return np.zeros(0, dtype=np.uint64), empty, empty
    summed = np.zeros(count, dtype=np.uint64)
    for place in range(length):
        summed = summed * np.uint64(_BASE) + tokens[place : place + count]
    return _mixed(summed), begins[:count], ends[length - 1 :]


def likenesses(
    texts: Sequence[str], *, ignored: Sequence[str] = (), alike: float = ALIKE, least: int = LEAST, passages: int = 3
) -> list[Likeness]:
    """The pairs of `texts` whose share is at least `alike`, the most alike first.

    `ignored` are texts that every bidder was given: the call, its indicators, the form. `least` is the number of own
    shingles below which a text is not compared; `passages` how many shared passages are shown as evidence.
    """
    step = 1 if sum(map(len, texts)) <= EXACT_UP_TO else SAMPLE
    given = [shingles_of(text)[0] for text in ignored if text]
    aside = np.unique(np.concatenate(given)) if given else np.zeros(0, dtype=np.uint64)
    own, template = _own([_sampled(shingles_of(text)[0], step) for text in texts], aside)
    aside = np.union1d(aside, template)
    sizes = np.array([one.size for one in own], dtype=np.float64)
    left, right, common = _in_common(own)
    shorter = np.minimum(sizes[left], sizes[right])
    share = np.divide(common, shorter, out=np.zeros(common.size), where=shorter > 0)
    found = []
    for at in np.flatnonzero((share >= alike) & (shorter >= least / step)):
        a, b, both = int(left[at]), int(right[at]), int(common[at])
        whole = np.intersect1d(shingles_of(texts[a])[0], shingles_of(texts[b])[0])
        shown = shared_passages(texts[a], whole[~_among(whole, aside)], most=passages)
        jaccard = both / (sizes[a] + sizes[b] - both)
        found.append(Likeness(a, b, float(share[at]), float(jaccard), both * step, shown))
    return sorted(found, key=lambda one: (-one.share, one.left, one.right))


def _sampled(hashes: Hashes, step: int) -> Hashes:
    """The distinct hashes, sorted; with a step, the same one in so many of every text."""
    return np.unique(hashes if step == 1 else hashes[hashes % np.uint64(step) == 0])


def _own(documents: list[Hashes], aside: Hashes) -> tuple[list[Hashes], Hashes]:
    """What is left of each without the texts everybody was given and a common template, and that template."""
    own = [one[~_among(one, aside)] for one in documents]
    if len(own) < TEMPLATE_BIDS:
        return own, np.zeros(0, dtype=np.uint64)
    values, counts = np.unique(np.concatenate(own), return_counts=True)
    template = values[counts >= max(TEMPLATE_BIDS, len(own) // 2 + 1)]
    return ([one[~_among(one, template)] for one in own] if template.size else own), template


def _among(values: Hashes, sorted_set: Hashes) -> npt.NDArray[np.bool_]:
    if not sorted_set.size:
        return np.zeros(values.size, dtype=bool)
    places = np.minimum(np.searchsorted(sorted_set, values), sorted_set.size - 1)
    return sorted_set[places] == values


def _in_common(own: list[Hashes]) -> tuple[Ints, Ints, npt.NDArray[Any]]:
    """How many shingles each pair shares: (left, right, count), left < right, pairs that share none left out."""
    if not own:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, np.zeros(0)
    every = np.concatenate(own)
    owner = np.repeat(np.arange(len(own), dtype=np.int32), [one.size for one in own])
    order = np.argsort(every)
    every, owner = every[order], owner[order]
    fresh = np.concatenate(([True], every[1:] != every[:-1]))
    column = np.cumsum(fresh) - 1
    # A shingle of one bid alone can be shared with nobody.
    shared = np.bincount(column)[column] > 1 if every.size else np.zeros(0, dtype=bool)
    ones = np.ones(int(shared.sum()), dtype=np.float64)
    matrix = sparse.csr_matrix((ones, (owner[shared], column[shared])), shape=(len(own), max(1, int(fresh.sum()))))
    counts = sparse.triu(matrix @ matrix.T, k=1).tocoo()
    return counts.row.astype(np.int64), counts.col.astype(np.int64), counts.data


def shared_passages(text: str, common: Hashes, *, most: int = 3, longest: int = 160) -> tuple[str, ...]:
    """The longest passages of `text` made of shingles in `common` (sorted), at most `most`, each cut at `longest`."""
    hashes, begins, ends = shingles_of(text)
    hit = np.concatenate(([False], _among(hashes, common), [False]))
    starts, stops = np.flatnonzero(hit[1:] & ~hit[:-1]), np.flatnonzero(hit[:-1] & ~hit[1:])
    runs = sorted(zip(starts, stops, strict=True), key=lambda run: (run[0] - run[1], run[0]))[:most]
    cut = []
    for start, stop in runs:
        passage = " ".join(text[int(begins[start]) : int(ends[stop - 1])].split())
        cut.append(passage if len(passage) <= longest else passage[: longest - 1] + "…")
    return tuple(cut)
