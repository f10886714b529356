"""The net itself. Pure: numpy only; no database, no clock, no files.

A text's features are its Chinese character pairs, its Latin words and its specialty codes with their parents, hashed
into 2^18 buckets: no vocabulary has to be kept, and a collision only adds a stranger to a wide net.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinglin.matching.ranking.folding import fold
from xinglin.matching.ranking.specialties import levels, normalised
from xinglin.matching.ranking.tokens import singular, stop_words, synonym_groups

BUCKETS = 1 << 18
VERSION = "net-1"
# BM25 (Robertson & Zaragoza 2009), the usual values.
K1, B = 1.2, 0.75
# A shared specialty weighs as much as this many shared words of its rarity.
SPECIALTY_WEIGHT = 4
_LATIN = re.compile(r"[a-z0-9]{2,}")

Row = tuple[str, Sequence[str], Sequence[str]]
"""(id, texts, specialty codes) of one candidate."""

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Net:
    """Postings by bucket: `start` (BUCKETS + 1), `row` and `count` (postings), `length` (candidates), `ids`."""

    ids: NDArray[np.str_]
    start: NDArray[np.int64]
    row: Ints
    count: NDArray[np.uint8]
    length: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def catch(
        self, text: str, codes: Sequence[str], most: int, *, without: NDArray[np.bool_] | None = None
    ) -> list[str]:
        """Ids of at most `most` candidates with the highest scores above zero, best first; `without` masks rows."""
        score = self.scores(text, codes)
        if without is not None:
            score[without] = 0.0
        found = np.flatnonzero(score > 0)
        if len(found) > most:
            found = found[np.argpartition(-score[found], most)[:most]]
        order = np.lexsort((self.ids[found], -score[found]))
        return [str(self.ids[at]) for at in found[order]]

    def scores(self, text: str, codes: Sequence[str]) -> NDArray[np.float64]:
        """BM25 of the need's features for every candidate, shape (n,)."""
        score = np.zeros(len(self.ids))
        if not len(self.ids):
            return score
        mean = float(self.length.mean()) or 1.0
        room = K1 * (1 - B + B * self.length / mean)
        asked = dict.fromkeys(_features_of_need(text), 1.0) | dict.fromkeys(
            _code_features(codes), float(SPECIALTY_WEIGHT)
        )
        for bucket, weight in asked.items():
            here = slice(int(self.start[bucket]), int(self.start[bucket + 1]))
            rows = self.row[here]
            if not len(rows):
                continue
            rarity = np.log(1 + (len(self.ids) - len(rows) + 0.5) / (len(rows) + 0.5))
            count = self.count[here].astype(np.float64)
            score[rows] += weight * rarity * count / (count + room[rows])
        return score


def weave(rows: Iterable[Row]) -> Net:
    """Make a net of candidates. Ids must be distinct; they are kept in the order given."""
    ids: list[str] = []
    lengths: list[int] = []
    buckets: list[Ints] = []
    for name, texts, codes in rows:
        ids.append(name)
        features = _features(" \n ".join(texts))
        lengths.append(len(features))
        buckets.append(np.concatenate([features, np.array(_code_features(codes), np.int32)]))
    if not ids:
        nothing = np.zeros(0, np.int32)
        return Net(np.zeros(0, "U26"), np.zeros(BUCKETS + 1, np.int64), nothing, nothing.astype(np.uint8),
                   np.zeros(0, np.float32))  # fmt: skip
    sizes = np.array([len(one) for one in buckets])
    row = np.repeat(np.arange(len(ids), dtype=np.int64), sizes)
    key = np.concatenate(buckets).astype(np.int64) * len(ids) + row
    key.sort()
    first = np.flatnonzero(np.diff(key, prepend=-1))
    count = np.minimum(np.diff(first, append=len(key)), 255).astype(np.uint8)
    key = key[first]
    start = np.searchsorted(key, np.arange(BUCKETS + 1, dtype=np.int64) * len(ids))
    return Net(np.array(ids), start, (key % len(ids)).astype(np.int32), count, np.array(lengths, np.float32))


def _features(text: str) -> Ints:
    """Buckets of a text's character pairs and Latin words, repeated as often as they stand there."""
    folded = fold(text)
    words = [zlib.crc32(singular(word).encode()) for word in _LATIN.findall(folded) if word not in stop_words()]
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    chinese = ((points >= 0x3400) & (points <= 0x9FFF)) | ((points >= 0x20000) & (points <= 0x3FFFF))
    both = chinese[:-1] & chinese[1:]
    pairs = (points[:-1][both] << 18) | points[1:][both]
    # Knuth's multiplicative hash spreads neighbouring code points over the buckets.
    mixed = (pairs * 2_654_435_761) >> 13
    return np.concatenate([mixed % BUCKETS, np.array(words, np.int64) % BUCKETS]).astype(np.int32)


def _features_of_need(text: str) -> list[int]:
    """The need's own features, and those of the other names of what it names (肝癌 also asks for 肝细胞癌, HCC)."""
    folded = fold(text)
    others = [
        member
        for group in synonym_groups()
        if any(_names(folded, one) for one in group.members)
        for member in group.members
    ]
    return sorted({int(bucket) for bucket in _features(" \n ".join([text, *others]))})


def _names(folded: str, member: str) -> bool:
    if member.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(member)}(?![a-z0-9])", folded) is not None
    return member in folded


def _code_features(codes: Sequence[str]) -> list[int]:
    named = {level for code in normalised(codes) for level in levels(code)}
    return sorted(zlib.crc32(f"§{level}".encode()) % BUCKETS for level in named)
