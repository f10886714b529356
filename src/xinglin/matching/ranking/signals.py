"""What the words of every need say about every candidate text: one sparse product, split again for the reasons.

Rows are the needs' texts and the candidates' texts ("text rows"; a candidate without texts has one empty row). All
signals are dot products, so a weighted sum of them is one product of two wide sparse matrices. Small pools also get
their word vectors enriched by their nearest texts (Rocchio's feedback); that needs the whole Gram matrix and is done
densely. Values lie in 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xinglin.matching.ranking import specialties
from xinglin.matching.ranking.folding import fold
from xinglin.matching.ranking.tokens import tokenize
from xinglin.matching.ranking.vectors import Matrix, build_pool, check_stop
from xinglin.matching.ranking.words import (
    CandidateText,
    EvidenceText,
    NeedText,
    Progress,
    Settings,
    ShouldStop,
)

Index = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Weighted shares of a score, one row per pair: they add up to the pair's score before the adjustments."""

    words: Values
    context: Values
    coverage: Values
    characters: Values
    specialty: Values
    contained: Values
    """Not a share of the score: how much of the need's words, by rarity, the closest text contains, 0..1."""


class Signals:
    """Vectors of needs and text rows, and their products."""

    def __init__(
        self,
        needs: Sequence[NeedText],
        candidates: Sequence[CandidateText],
        settings: Settings,
        progress: Progress | None,
        should_stop: ShouldStop | None,
    ) -> None:
        self.settings = settings
        self.texts: list[EvidenceText] = []
        owners: list[int] = []
        for number, candidate in enumerate(candidates):
            for text in candidate.texts or ("",):
                self.texts.append(EvidenceText(text) if isinstance(text, str) else text)
                owners.append(number)
        self.owner: Index = np.array(owners, np.int64)
        self.first: Index = np.searchsorted(self.owner, np.arange(len(candidates) + 1))
        need_texts = [fold(need.text) for need in needs]
        own_texts = [fold(f"{text.title}\n{text.text}" if text.title else text.text) for text in self.texts]
        self.pool_texts = sorted({*need_texts, *own_texts})
        place = {text: number for number, text in enumerate(self.pool_texts)}
        self.need_pool: Index = np.array([place[text] for text in need_texts], np.int64)
        self.text_pool: Index = np.array([place[text] for text in own_texts], np.int64)
        del place, need_texts, own_texts
        self._weigh(needs, candidates, progress, should_stop)

    def _weigh(
        self,
        needs: Sequence[NeedText],
        candidates: Sequence[CandidateText],
        progress: Progress | None,
        should_stop: ShouldStop | None,
    ) -> None:
        pool = build_pool(self.pool_texts, self.settings, progress, should_stop)
        self.terms = pool.terms
        self._shown = dict(enumerate(pool.shown)) if pool.shown is not None else {}
        self.need_codes = [specialties.normalised(need.specialties) for need in needs]
        self.candidate_codes = [specialties.normalised(candidate.specialties) for candidate in candidates]
        self._expand(pool.words)
        check_stop(should_stop)
        asks, holds = _specialty_vectors(self.need_codes, self.candidate_codes)
        rows, columns = self.need_pool, self.text_pool
        self.words = _meeting(pool.words[rows], pool.words[columns], len(pool.terms))
        *coverage, kept = _meeting(pool.asked[rows], pool.found[columns], len(pool.terms))
        self.coverage, self._rarity = (coverage[0], coverage[1]), pool.rarity[kept]
        meeting = _meeting(pool.characters[rows], pool.characters[columns])
        self.characters = (meeting[0], meeting[1])
        self.specialty = (asks, holds)
        self.share = self._shares(pool.asked, pool.characters)

    def _shares(self, asked: Matrix, characters: Matrix) -> dict[str, Values]:
        """Per need, the share of each signal in the score: a signal the need cannot use has none."""
        weights = self.settings.weights
        has_words = (np.diff(asked.indptr) > 0)[self.need_pool]
        usable = {
            "words": has_words * weights.words,
            "coverage": has_words * weights.coverage,
            "characters": (np.diff(characters.indptr) > 0)[self.need_pool] * weights.characters,
            "specialty": np.array([bool(codes) for codes in self.need_codes], bool) * weights.specialty,
        }
        total = np.sum(list(usable.values()), axis=0) if len(self.need_pool) else np.zeros(0)
        return {
            name: np.divide(value, total, out=np.zeros(len(total)), where=total > 0) for name, value in usable.items()
        }

    def _expand(self, words: Matrix) -> None:
        """Rocchio: every text moves towards its nearest texts. Kept as one dense matrix between needs and text rows.

        With G the Gram matrix and E = I + share * neighbours, the enriched Gram matrix is E G E', so no vector has to
        be made longer. The same norms scale the part that two texts owe to their own words.
        """
        self.enriched: NDArray[np.float64] | None = None
        self.norm_need = np.ones(len(self.need_pool))
        self.norm_text = np.ones(len(self.text_pool))
        count, settings = words.shape[0], self.settings
        if not settings.expand_from <= count <= settings.expand_to or count < 2 or not settings.neighbours:
            return
        near = min(settings.neighbours, count - 1)
        gram = (words @ words.T).toarray().astype(np.float64)
        alike = gram.copy()
        np.fill_diagonal(alike, 0)
        nearest = np.argpartition(-alike, near - 1, axis=1)[:, :near]
        strength = np.take_along_axis(alike, nearest, axis=1)
        total = strength.sum(axis=1, keepdims=True)
        strength = settings.neighbour_share * np.divide(strength, total, out=np.zeros_like(strength), where=total > 0)
        places = (np.repeat(np.arange(count), nearest.shape[1]), nearest.ravel())
        towards = sparse.csr_matrix((strength.ravel(), places), shape=(count, count)) + sparse.identity(
            count, format="csr"
        )
        half = towards @ gram
        lengths = np.sqrt(np.maximum(np.asarray(towards.multiply(half).sum(axis=1)).ravel(), 0.0))
        norms = np.where(lengths > 0, lengths, 1.0)
        rows, columns = self.need_pool, self.text_pool
        self.norm_need, self.norm_text = norms[rows], norms[columns]
        product = (towards[columns] @ half[rows].T).T
        self.enriched = np.clip(product / np.outer(self.norm_need, self.norm_text), 0.0, 1.0)

    def fused(self) -> tuple[Matrix, Matrix]:
        """The weighted signals as two matrices whose product is the score before enrichment and adjustments."""
        left, right = [], []
        for name, (asks, holds) in self._channels():
            left.append(sparse.diags(self.share[name].astype(np.float32)) @ asks)
            right.append(holds)
        return sparse.hstack(left, format="csr"), sparse.hstack(right, format="csr")

    def _channels(self) -> list[tuple[str, tuple[Matrix, Matrix]]]:
        asks, holds = self.specialty
        return [
            ("words", (self.words[0], self.words[1])),
            ("coverage", self.coverage),
            ("characters", self.characters),
            ("specialty", (asks, holds[self.owner])),
        ]

    def dense(self, rows: slice) -> Values:
        """Scores before adjustments of some needs with all text rows: (needs, text rows)."""
        score = np.zeros((len(self.need_pool[rows]), len(self.text_pool)))
        for name, (asks, holds) in self._channels():
            product = self.enriched[rows] if name == "words" and self.enriched is not None else None
            if product is None:
                product = (asks[rows] @ holds.T).toarray()
            score += self.share[name][rows, None] * product
        return score

    def parts(self, need: Index, texts: Index) -> Parts:
        """Shares of the score of each pair; `texts` (pairs, k) are its text rows, -1 where it has fewer than k."""
        used = np.maximum((texts >= 0).sum(axis=1), 1)

        def mean(value: Values) -> Values:
            return np.where(texts >= 0, value.reshape(texts.shape), 0.0).sum(axis=1) / used

        flat, repeated = np.maximum(texts, 0).ravel(), np.repeat(need, texts.shape[1])
        own = row_dots(self.words[0], self.words[1], repeated, flat)
        own = own / (self.norm_need[repeated] * self.norm_text[flat])
        whole = own if self.enriched is None else self.enriched[repeated, flat]
        coverage = row_dots(*self.coverage, repeated, flat)
        characters = row_dots(*self.characters, repeated, flat)
        specialty = row_dots(*self.specialty, need, self.owner[np.maximum(texts[:, 0], 0)])
        share = self.share
        return Parts(
            words=mean(own) * share["words"][need],
            context=mean(whole - own) * share["words"][need],
            coverage=mean(coverage) * share["coverage"][need],
            characters=mean(characters) * share["characters"][need],
            specialty=specialty * share["specialty"][need],
            contained=self._contained(need, np.maximum(texts[:, 0], 0)),
        )

    def _contained(self, need: Index, text: Index) -> Values:
        """BM25 without its damping by length and repetition: a word is there or it is not."""
        asks, holds = self.coverage[0][need], self.coverage[1][text]
        present = sparse.csr_matrix((self._rarity[holds.indices], holds.indices, holds.indptr), shape=holds.shape)
        return np.asarray(asks.multiply(present).sum(axis=1), np.float64).ravel()

    def shared_terms(self, need: Index, texts: Index) -> Matrix:
        """(pairs, terms): how much each word that stands in both the need and the pair's texts adds, unweighted."""
        kept = texts >= 0
        pair = np.repeat(np.arange(len(need)), kept.sum(axis=1))
        weight = 1.0 / np.repeat(kept.sum(axis=1), kept.sum(axis=1))
        take = sparse.csr_matrix((weight, (pair, texts[kept])), shape=(len(need), len(self.text_pool)))
        asks, holds, columns = self.words
        single = len(columns)
        return (asks[:, :single][need].multiply(take @ holds[:, :single])).tocsr()

    def shown(self, place: int) -> dict[str, str]:
        """How the terms of a pool text stood in it."""
        if place not in self._shown:
            self._shown[place] = tokenize(self.pool_texts[place]).shown
        return self._shown[place]

    def term_of_column(self) -> Index:
        """Term number of each column of `shared_terms`."""
        return self.words[2]


def _meeting(asks: Matrix, holds: Matrix, terms: int | None = None) -> tuple[Any, ...]:
    """Keep the columns that stand on both sides: no other can matter to a product. With `terms`, say which too."""
    both = (np.bincount(asks.indices, minlength=asks.shape[1]) > 0) & (
        np.bincount(holds.indices, minlength=holds.shape[1]) > 0
    )
    kept = np.flatnonzero(both)
    result = (asks[:, kept].tocsr(), holds[:, kept].tocsr())
    return result if terms is None else (*result, kept[kept < terms])


def _specialty_vectors(needs: list[tuple[str, ...]], candidates: list[tuple[str, ...]]) -> tuple[Matrix, Matrix]:
    """Two matrices whose product is the specialty closeness: levels asked for, levels held."""
    numbers: dict[str, int] = {}
    asks: tuple[list[float], list[int], list[int]] = ([], [], [])
    for row, codes in enumerate(needs):
        for code in codes:
            path = specialties.levels(code)
            for level in path:
                asks[0].append(1 / (len(path) * len(codes)))
                asks[1].append(row)
                asks[2].append(numbers.setdefault(level, len(numbers)))
    held_rows: list[int] = []
    held: list[int] = []
    for row, codes in enumerate(candidates):
        for level in sorted({level for code in codes for level in specialties.levels(code)}):
            if level in numbers:
                held_rows.append(row)
                held.append(numbers[level])
    width = max(len(numbers), 1)
    return (
        sparse.csr_matrix((asks[0], (asks[1], asks[2])), shape=(len(needs), width), dtype=np.float32),
        sparse.csr_matrix(
            (np.ones(len(held)), (held_rows, held)),
            shape=(len(candidates), width),
            dtype=np.float32,
        ),
    )


def row_dots(left: Matrix, right: Matrix, rows: Index, columns: Index) -> Values:
    """Dot product of left[rows[i]] with right[columns[i]] for every i."""
    return np.asarray(left[rows].multiply(right[columns]).sum(axis=1), np.float64).ravel()
