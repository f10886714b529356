"""The search of a large pool, where a table of every pair would not fit: each need's best text rows, and no others."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

from xinglin.matching.ranking.signals import Index, Signals, Values, row_dots
from xinglin.matching.ranking.vectors import Matrix
from xinglin.matching.ranking.words import Settings

_HEAVY_AS_TABLE = 1_024  # so many columns of 4 bytes are still quicker to read as a table than as lists
_PAIRS_AT_ONCE = 200_000


class WideSearch:
    """Finds pairs by one sparse product that keeps only the best of each row, and scores exactly what it found.

    The commonest features cost most and tell least. Those beyond the budget are kept out of the search and added to
    the score of every pair found; a need that has hardly any other feature is searched with all of them. A candidate's
    score is the mean of its best texts, so never above its best one: where nothing was kept out, the rows found are
    enough when a need's last wanted score is not below its last row, else the search is widened for that need.
    """

    def __init__(self, signals: Signals, settings: Settings, top: int, candidates: int) -> None:
        self._asks, self._holds = signals.fused()
        self._signals, self._settings = signals, settings
        self._single = len(signals.texts) == candidates
        # Adjustments and common features move pairs about: more are found than asked for.
        self._top, self._wanted = top, min(candidates, top + max(20, top // 2))
        light = self._affordable()
        self._light_asks = self._asks[:, light].tocsr()
        self._light_found_by = self._holds[:, light].T.tocsr()
        self._heavy = (self._asks[:, ~light].tocsr(), self._holds[:, ~light].tocsr())
        self._found_by: Matrix | None = self._light_found_by if light.all() else None
        if 0 < self._heavy[0].shape[1] <= _HEAVY_AS_TABLE:
            self._heavy = (self._heavy[0].toarray(), self._heavy[1].toarray())

    def __call__(self, rows: slice) -> tuple[Index, Index, Values, Index]:
        """Found pairs of some needs: need, candidate, base score, best text rows."""
        wanted = self._wanted if self._single else min(3 * self._wanted, len(self._signals.texts))
        need, text, score = self._search(np.arange(rows.start, rows.stop), wanted)
        if self._single:
            texts = np.full((len(text), self._settings.best_texts), -1, np.int64)
            texts[:, 0] = text
            return need, self._signals.owner[text], score, texts
        found = self._whole_candidates(need, text)
        short = self._too_short(found, need, score, rows, wanted)
        if len(short):
            more = self._whole_candidates(*self._search(short, min(4 * wanted, len(self._signals.texts)))[:2])
            kept = ~np.isin(found[0], short)
            columns: list[Any] = [np.concatenate([old[kept], new]) for old, new in zip(found, more, strict=True)]
            found = (columns[0], columns[1], columns[2], columns[3])
        return found

    def _affordable(self) -> np.ndarray:
        """Which columns the search may use: the cheapest whose products together stay within the budget."""
        width = self._asks.shape[1]
        asked = np.bincount(self._asks.indices, minlength=width).astype(np.int64)
        cost = asked * np.bincount(self._holds.indices, minlength=width)
        order = np.argsort(cost, kind="stable")
        light = np.zeros(width, bool)
        light[order] = np.cumsum(cost[order]) <= self._settings.search_budget
        return light

    def _search(self, needs: Index, wanted: int) -> tuple[Index, Index, Values]:
        """The best text rows of some needs with their exact scores, in order of need."""
        need, text, score = self._best_rows(self._light_asks[needs], self._light_found_by, needs, wanted)
        if not self._heavy[0].shape[1]:
            return need, text, score
        score = score + self._heavy_scores(need, text)
        few = needs[np.bincount(np.searchsorted(needs, need), minlength=len(needs)) < min(wanted, self._wanted)]
        if not len(few):
            return need, text, score
        if self._found_by is None:
            self._found_by = self._holds.T.tocsr()
        again = self._best_rows(self._asks[few], self._found_by, few, wanted)
        kept = ~np.isin(need, few)
        columns: list[Any] = [
            np.concatenate([old[kept], new]) for old, new in zip((need, text, score), again, strict=True)
        ]
        order = np.argsort(columns[0], kind="stable")
        return columns[0][order], columns[1][order], columns[2][order]

    def _best_rows(self, asks: Matrix, found_by: Matrix, needs: Index, wanted: int) -> tuple[Index, Index, Values]:
        from sparse_dot_topn import sp_matmul_topn

        hits = sp_matmul_topn(asks, found_by, top_n=wanted, sort=True, threshold=0.0, n_threads=self._settings.threads)
        need = np.repeat(needs, np.diff(hits.indptr))
        return need, hits.indices.astype(np.int64), hits.data.astype(np.float64)

    def _heavy_scores(self, need: Index, text: Index) -> Values:
        """What the features kept out of the search add to each pair."""
        asks, holds = self._heavy
        if sparse.issparse(asks):
            return self._row_dots(asks, holds, need, text)
        score = np.empty(len(need))
        # Need by need: its own row is read once, and the rows of its texts go through the cache once.
        edges = np.flatnonzero(np.diff(need, prepend=-1, append=-1))
        for start, end in pairwise(edges.tolist()):
            score[start:end] = holds[text[start:end]] @ asks[need[start]]
        return score

    @staticmethod
    def _row_dots(asks: Matrix, holds: Matrix, need: Index, text: Index) -> Values:
        """`row_dots` in blocks, so that the rows taken out stay few."""
        score = np.empty(len(need))
        for start in range(0, len(need), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            score[part] = row_dots(asks, holds, need[part], text[part])
        return score

    def _whole_candidates(self, need: Index, text: Index) -> tuple[Index, Index, Values, Index]:
        """For each candidate that owns a found row, its exact score over all its texts."""
        signals, best = self._signals, self._settings.best_texts
        pairs = np.unique(need * len(signals.first) + signals.owner[text])
        pair_need, pair_owner = pairs // len(signals.first), pairs % len(signals.first)
        sizes = signals.first[pair_owner + 1] - signals.first[pair_owner]
        pair = np.repeat(np.arange(len(pairs)), sizes)
        inside = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = signals.first[pair_owner][pair] + inside
        score = self._row_dots(self._asks, self._holds, pair_need[pair], rows)
        order = np.lexsort((rows, -score, pair))
        place = np.arange(len(order)) - np.searchsorted(pair, pair)
        kept = place < best
        texts = np.full((len(pairs), best), -1, np.int64)
        texts[pair[kept], place[kept]] = rows[order][kept]
        total = np.bincount(pair[kept], weights=score[order][kept], minlength=len(pairs))
        return (
            pair_need,
            pair_owner,
            total / np.maximum((texts >= 0).sum(axis=1), 1),
            texts,
        )

    def _too_short(
        self,
        found: tuple[Index, Index, Values, Index],
        need: Index,
        score: Values,
        rows: slice,
        wanted: int,
    ) -> Index:
        """Needs whose best candidates might lie outside the rows found."""
        short = []
        for at in range(rows.start, rows.stop):
            hits = score[np.searchsorted(need, at) : np.searchsorted(need, at, side="right")]
            own = found[2][np.searchsorted(found[0], at) : np.searchsorted(found[0], at, side="right")]
            if len(hits) == wanted and (len(own) < self._wanted or np.sort(own)[-self._wanted] < hits.min()):
                short.append(at)
        return np.array(short, np.int64)
