"""Texts as sparse vectors: words and word pairs (TF-IDF), need coverage (BM25), characters of Chinese runs.

A pool holds every text once, in sorted order, so neither the order nor the repetition of the input changes a score.
Sparse matrices are scipy CSR, float32, one row per pool text.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xinglin.matching.ranking.folding import HAN
from xinglin.matching.ranking.tokens import tokenize
from xinglin.matching.ranking.words import (
    Progress,
    RankingStopped,
    Settings,
    ShouldStop,
)

Matrix = Any  # scipy's sparse classes carry no usable types
_STEP = 2_000


@dataclass(frozen=True)
class Pool:
    """The vectors of all texts. Columns below `len(terms)` of `words` are the terms; those after are word pairs.

    `words` (n, terms + pairs) rows have length 1; `found` (n, terms) holds BM25 weights and `asked` (n, terms) the
    query side, so that asked[i] . found[j] in 0..1 grows with the share of text i's words, by `rarity` (terms,), that
    text j contains;
    `characters` (n, c) rows have length 1 or 0. `shown` holds, for pools of up to `expand_to` texts, how each text's
    terms stood in it; a larger pool reads the few texts that are shown again.
    """

    terms: list[str]
    words: Matrix
    asked: Matrix
    found: Matrix
    rarity: NDArray[np.float64]
    characters: Matrix
    shown: list[dict[str, str]] | None


def check_stop(should_stop: ShouldStop | None) -> None:
    """Raise `RankingStopped` when the caller wants to end."""
    if should_stop is not None and should_stop():
        raise RankingStopped


def build_pool(
    texts: Sequence[str],
    settings: Settings,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Pool:
    """Vectors of folded, distinct, sorted texts."""
    shown: list[dict[str, str]] | None = [] if len(texts) <= settings.expand_to else None
    terms, line, line_ends, extra, extra_ends = _terms(texts, shown, progress, should_stop)
    line_rows, extra_rows = _rows_of(line_ends), _rows_of(extra_ends)
    counts = _counts(
        np.concatenate([line_rows, extra_rows]),
        np.concatenate([line, extra]),
        (len(texts), max(len(terms), 1)),
    )
    check_stop(should_stop)
    pairs = _pair_counts(line, line_rows, len(texts), len(terms))
    check_stop(should_stop)
    words = _tf_idf(sparse.hstack([counts, pairs], format="csr"))
    asked, found, rarity = _coverage(counts, settings)
    check_stop(should_stop)
    characters = _tf_idf(_character_counts(texts))
    return Pool(terms, words, asked, found, rarity, characters, shown)


def _terms(
    texts: Sequence[str],
    shown: list[dict[str, str]] | None,
    progress: Progress | None,
    should_stop: ShouldStop | None,
) -> tuple[
    list[str],
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int64],
]:
    """Term names, and per text the numbers of its terms, flat, with the end of each text."""
    numbers: dict[str, int] = {}
    line, extra = array("i"), array("i")
    line_ends, extra_ends = array("q"), array("q")
    for at, text in enumerate(texts):
        if at % _STEP == 0:
            check_stop(should_stop)
            if progress is not None:
                progress("words", at / len(texts))
        tokens = tokenize(text)
        line.extend([numbers.setdefault(term, len(numbers)) for term in tokens.line])
        extra.extend([numbers.setdefault(term, len(numbers)) for term in tokens.extra])
        if shown is not None:
            shown.append(tokens.shown)
        line_ends.append(len(line))
        extra_ends.append(len(extra))
    return (
        list(numbers),
        np.array(line, np.int32),
        np.array(line_ends, np.int64),
        np.array(extra, np.int32),
        np.array(extra_ends, np.int64),
    )


def _rows_of(ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """Row number of every item, from the ends of the rows."""
    return np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))


def _counts(rows: NDArray[np.int32], columns: NDArray[Any], shape: tuple[int, int]) -> Matrix:
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _numbered(codes: NDArray[np.int64], rows: NDArray[np.int32], height: int) -> Matrix:
    """Counts of arbitrary integer features, the columns in order of the feature's code."""
    distinct, columns = np.unique(codes, return_inverse=True)
    return _counts(rows, columns.astype(np.int32), (height, max(len(distinct), 1)))


def _pair_counts(line: NDArray[np.int32], rows: NDArray[np.int32], height: int, width: int) -> Matrix:
    """Counts of neighbouring terms inside one text."""
    together = rows[:-1] == rows[1:]
    codes = line[:-1].astype(np.int64) * max(width, 1) + line[1:]
    return _numbered(codes[together], rows[:-1][together], height)


def _tf_idf(counts: Matrix) -> Matrix:
    """Sublinear term frequency, smoothed inverse document frequency, rows of length 1 (Manning et al., IIR 6.4)."""
    height, width = counts.shape
    document_frequency = np.bincount(counts.indices, minlength=width)
    rarity = (np.log((1 + height) / (1 + document_frequency)) + 1).astype(np.float32)
    vectors = counts.copy()
    vectors.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1), np.float64)).ravel()
    per_item = np.repeat(
        np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0),
        np.diff(vectors.indptr),
    )
    vectors.data = (vectors.data * per_item).astype(np.float32)
    return vectors


def _coverage(counts: Matrix, settings: Settings) -> tuple[Matrix, Matrix, NDArray[np.float64]]:
    """BM25 (Robertson & Zaragoza 2009) as two factors, divided by the most a text could reach for that need."""
    height, width = counts.shape
    frequency = np.bincount(counts.indices, minlength=width)
    rarity = np.log(1 + (height - frequency + 0.5) / (frequency + 0.5))
    lengths = np.asarray(counts.sum(axis=1), np.float64).ravel()
    mean = lengths.mean() if lengths.any() else 1.0
    per_item = np.repeat(1 - settings.bm25_b + settings.bm25_b * lengths / mean, np.diff(counts.indptr))
    k1 = settings.bm25_k1
    found = counts.copy()
    found.data = (rarity[counts.indices] * counts.data / (counts.data + k1 * per_item)).astype(np.float32)
    asked = counts.copy()
    most = np.add.reduceat(np.append(rarity[counts.indices], 0.0), counts.indptr[:-1]) * (np.diff(counts.indptr) > 0)
    asked.data = np.repeat(
        np.divide(1.0, most, out=np.zeros_like(most), where=most > 0),
        np.diff(counts.indptr),
    ).astype(np.float32)
    return asked, found, rarity


def _character_counts(texts: Sequence[str]) -> Matrix:
    """Counts of runs of two and three Chinese characters. Other scripts have words of their own and give none."""
    if not any(HAN.search(text) for text in texts):
        return sparse.csr_matrix((len(texts), 1), dtype=np.float32)
    lengths = np.array([len(text) + 1 for text in texts])
    points = np.frombuffer(
        "".join(text + "\n" for text in texts).encode("utf-32-le", "surrogatepass"),
        np.uint32,
    )
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    chinese = ((points >= 0x3400) & (points <= 0x9FFF)) | ((points >= 0x20000) & (points <= 0x3FFFF))
    points = points.astype(np.int64)
    two = chinese[:-1] & chinese[1:]
    three = two[:-1] & chinese[2:]
    # A character needs 18 bits here, so three of them fit one number; two are told apart by a zero first.
    codes = np.concatenate(
        [
            (points[:-1][two] << 18) | points[1:][two],
            (points[:-2][three] << 36) | (points[1:-1][three] << 18) | points[2:][three],
        ]
    )
    return _numbered(codes, np.concatenate([rows[:-1][two], rows[:-2][three]]), len(texts))
