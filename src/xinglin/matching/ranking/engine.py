"""The ranker: needs and candidates in, the best pairs with reasons out.

Three steps a reader can follow: `Signals` weighs the words of every need against every candidate text; a candidate's
score is the mean of its best texts; `_adjust` then applies what is known about the pair (meaning, availability,
feedback, conflict of interest). People decide; this only proposes (PIPL art. 24).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xinglin.kernel.phrases import say
from xinglin.matching.ranking.signals import Index, Signals, Values
from xinglin.matching.ranking.vectors import check_stop
from xinglin.matching.ranking.wide import WideSearch
from xinglin.matching.ranking.words import (
    Availability,
    BadRankingInput,
    CandidateText,
    Conflict,
    ConflictEffect,
    Feedback,
    FeedbackOutcome,
    NeedText,
    Progress,
    Ranking,
    Settings,
    ShouldStop,
)

if TYPE_CHECKING:
    from xinglin.matching.ranking.embedders import Embedder


@dataclass(frozen=True)
class TopScores:
    """The best pairs as arrays, by need in the order given, then by falling score, then by candidate id.

    `need`, `candidate` (p,) are positions in the input, `score` (p,) 0..1, `base` (p,) the score before adjustments,
    `texts` (p, best_texts) the text rows it rests on, best first, -1 for none.
    """

    need: Index
    candidate: Index
    score: Values
    base: Values
    texts: Index

    def __len__(self) -> int:
        return len(self.need)


@dataclass(frozen=True)
class Adjusted:
    """A score and the steps that led to it, one row per pair."""

    base: Values
    meaning: Values
    availability: Values
    feedback: Values
    score: Values
    excluded: NDArray[np.bool_]


def rank(
    needs: Sequence[NeedText],
    candidates: Sequence[CandidateText],
    *,
    top: int,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[Ranking]:
    """The `top` best candidates of every need with score and reasons; `top=0` gives every pair.

    Ordered by need as given, then falling score, then candidate id. Pairs with an excluding conflict of interest are
    left out, except with `top=0`, where they stand with score 0 and the conflict as reason.

    Raises BadRankingInput for repeated or empty ids and a negative `top`; RankingStopped when `should_stop` says so.
    """
    from xinglin.matching.ranking.explain import explained

    engine = Engine(
        needs,
        candidates,
        settings,
        embedder=embedder,
        progress=progress,
        should_stop=should_stop,
    )
    rankings: list[Ranking] = []
    for scores in engine.chunks(top):
        rankings.extend(explained(engine, scores))
    return rankings


class Engine:
    """Indexed needs and candidates. `scores` ranks, `explain.explained` gives reasons for chosen pairs."""

    def __init__(
        self,
        needs: Sequence[NeedText],
        candidates: Sequence[CandidateText],
        settings: Settings | None = None,
        *,
        embedder: Embedder | None = None,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> None:
        _check_ids("needs", [need.id for need in needs])
        _check_ids("candidates", [candidate.id for candidate in candidates])
        self.needs, self.candidates = list(needs), list(candidates)
        self.settings = settings or Settings()
        self.embedder = embedder
        self._progress, self._should_stop = progress, should_stop
        self.signals = Signals(self.needs, self.candidates, self.settings, progress, should_stop)
        order = sorted(range(len(self.candidates)), key=lambda at: self.candidates[at].id)
        self._place_by_id: Index = np.empty(len(order), np.int64)
        self._place_by_id[order] = np.arange(len(order))
        self._availability = np.array([self._availability_factor(one.availability) for one in self.candidates])
        self._with_feedback = {at for at, one in enumerate(self.candidates) if one.feedback}
        self._conflict_parties: dict[str, list[tuple[int, Conflict]]] = {}
        for at, one in enumerate(self.candidates):
            for conflict in one.conflicts:
                self._conflict_parties.setdefault(conflict.party, []).append((at, conflict))
        self._vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def scores(self, top: int) -> TopScores:
        """The best pairs of all needs as arrays, without reasons (see `rank`)."""
        chunks = list(self.chunks(top))
        return TopScores(
            *(
                np.concatenate([getattr(chunk, name) for chunk in chunks])
                for name in ("need", "candidate", "score", "base", "texts")
            )
        )

    def chunks(self, top: int) -> Iterator[TopScores]:
        """As `scores`, a block of needs at a time."""
        if top < 0:
            raise BadRankingInput(
                "top-negative",
                say("The number of candidates per need is below zero."),
                say("Give 0 or more."),
            )
        total, width = len(self.needs), len(self.signals.texts)
        if not total or not self.candidates:
            yield _nothing(self.settings.best_texts)
            return
        whole = top == 0 or top >= len(self.candidates)
        dense = self.signals.enriched is not None or whole or total * width <= self.settings.dense_cells
        block = max(1, self.settings.dense_cells // max(width, 1)) if dense else self.settings.chunk_rows
        source = self._all_pairs if dense else self._wide_search(top)
        for start in range(0, total, block):
            check_stop(self._should_stop)
            if self._progress is not None:
                self._progress("pairs", start / total)
            rows = slice(start, min(start + block, total))
            yield self._best(*source(rows), top=top)
        if self._progress is not None:
            self._progress("pairs", 1.0)

    def _all_pairs(self, rows: slice) -> tuple[Index, Index, Values, Index]:
        """Every pair of some needs: need, candidate, base score, best text rows."""
        signals, best = self.signals, self.settings.best_texts
        scores = signals.dense(rows)
        height, count = scores.shape[0], len(self.candidates)
        base = np.zeros((height, count))
        texts = np.full((height, count, best), -1, np.int64)
        sizes = np.diff(signals.first)
        for size in np.unique(sizes):
            # Candidates with equally many texts form a block (needs, candidates, texts) that is sorted at once.
            chosen = np.flatnonzero(sizes == size)
            columns = signals.first[chosen][:, None] + np.arange(size)
            block = scores[:, columns]
            k = min(best, int(size))
            order = np.argsort(-block, axis=2, kind="stable")[:, :, :k]
            base[:, chosen] = np.take_along_axis(block, order, axis=2).mean(axis=2)
            texts[:, chosen, :k] = signals.first[chosen][None, :, None] + order
        need = np.repeat(np.arange(rows.start, rows.stop), count)
        return (
            need,
            np.tile(np.arange(count), height),
            base.ravel(),
            texts.reshape(-1, best),
        )

    def _wide_search(self, top: int) -> WideSearch:
        return WideSearch(self.signals, self.settings, top, len(self.candidates))

    def _best(self, need: Index, candidate: Index, base: Values, texts: Index, *, top: int) -> TopScores:
        """Adjust, drop what a conflict excludes, sort, keep the first `top` of each need."""
        adjusted = self.adjust(need, candidate, base, texts)
        keep = np.ones(len(need), bool) if top == 0 else ~adjusted.excluded
        need, candidate, base, texts = (
            need[keep],
            candidate[keep],
            base[keep],
            texts[keep],
        )
        score = adjusted.score[keep]
        order = np.lexsort((self._place_by_id[candidate], -score, need))
        if top:
            ordered = need[order]
            starts = np.searchsorted(ordered, ordered)
            order = order[np.arange(len(order)) - starts < top]
        return TopScores(need[order], candidate[order], score[order], base[order], texts[order])

    def adjust(self, need: Index, candidate: Index, base: Values, texts: Index) -> Adjusted:
        """What is known about each pair beside its words, applied in the order the reasons tell it."""
        meaning = self._meaning(need, base, texts)
        after_meaning = base + meaning
        availability = after_meaning * (self._availability[candidate] - 1)
        after_availability = after_meaning + availability
        factor = np.ones(len(need))
        if self._with_feedback:
            for at in np.flatnonzero(np.isin(candidate, list(self._with_feedback))):
                factor[at] = self._feedback_factor(int(need[at]), int(candidate[at]))
        score = np.clip(after_availability * factor, 0.0, 1.0)
        excluded = (
            np.array(
                [self._excluded(int(n), int(c)) for n, c in zip(need, candidate, strict=True)],
                bool,
            )
            if self._conflict_parties
            else np.zeros(len(need), bool)
        )
        score[excluded] = 0.0
        return Adjusted(base, meaning, availability, score - after_availability, score, excluded)

    def _meaning(self, need: Index, base: Values, texts: Index) -> Values:
        """What an embedding model adds or takes: it re-ranks pairs that words have found, and finds none itself."""
        if self.embedder is None:
            return np.zeros(len(need))
        if self._vectors is None:
            self._vectors = (
                _unit(
                    self.embedder.encode([one.text for one in self.needs]),
                    len(self.needs),
                ),
                _unit(
                    self.embedder.encode([one.text for one in self.signals.texts]),
                    len(self.signals.texts),
                ),
            )
        of_need, of_text = self._vectors
        alike = np.einsum("pd,pkd->pk", of_need[need], of_text[np.maximum(texts, 0)])
        kept = texts >= 0
        mean = np.where(kept, np.clip(alike, 0.0, 1.0), 0.0).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)
        return np.where(base > 0, self.settings.weights.meaning * (mean - base), 0.0)

    def _availability_factor(self, availability: Availability | None) -> float:
        chosen = self.settings
        return {
            Availability.LIMITED: chosen.limited_factor,
            Availability.FULL: chosen.full_factor,
            Availability.AWAY: chosen.away_factor,
        }.get(availability or Availability.OPEN, 1.0)

    def feedback_for(self, need: int, candidate: int) -> tuple[Feedback, ...]:
        """The earlier outcomes that speak of this pair: of this need, of its field, or in general."""
        wanted, codes = self.needs[need].id, self.signals.need_codes[need]
        roots = {code.split(".")[0] for code in codes}
        return tuple(
            one
            for one in self.candidates[candidate].feedback
            if (one.need == wanted if one.need else True)
            and (not one.specialties or one.need or roots & {code.split(".")[0] for code in one.specialties})
        )

    def _feedback_factor(self, need: int, candidate: int) -> float:
        """A decline of this very need weighs most; else the smoothed share of useful proposals, in a short reach."""
        heard = self.feedback_for(need, candidate)
        if any(one.need and one.outcome is FeedbackOutcome.DECLINED for one in heard):
            return self.settings.declined_factor
        if not heard:
            return 1.0
        useful = sum(one.outcome is FeedbackOutcome.USEFUL for one in heard)
        return 1 + 2 * self.settings.feedback_reach * ((useful + 1) / (len(heard) + 2) - 0.5)

    def conflicts_for(self, need: int, candidate: int) -> tuple[Conflict, ...]:
        """The candidate's conflicts of interest with those behind the need."""
        if not self._conflict_parties:
            return ()
        parties = {self.needs[need].id, *self.needs[need].parties}
        return tuple(one for one in self.candidates[candidate].conflicts if one.party in parties)

    def _excluded(self, need: int, candidate: int) -> bool:
        return any(one.effect is ConflictEffect.EXCLUDE for one in self.conflicts_for(need, candidate))


_ID_EMPTY = {
    "needs": say("One of the needs has no id."),
    "candidates": say("One of the candidates has no id."),
}
_ID_REPEATED = {
    "needs": say("The id “{id}” stands more than once among the needs."),
    "candidates": say("The id “{id}” stands more than once among the candidates."),
}


def _check_ids(kind: str, ids: list[str]) -> None:
    seen: set[str] = set()
    next_step = say("Give every entry an id of its own.")
    for one in ids:
        if not one:
            raise BadRankingInput("ranking.id_empty", _ID_EMPTY[kind], next_step)
        if one in seen:
            raise BadRankingInput("ranking.id_repeated", _ID_REPEATED[kind](id=one), next_step)
        seen.add(one)


def _unit(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Rows of length 1; refuses what is not one finite vector per text."""
    array = np.asarray(vectors, np.float32)
    if array.ndim != 2 or array.shape[0] != count or not np.isfinite(array).all():
        raise BadRankingInput(
            "ranking.vectors_unfit",
            say("The embedding model did not give one finite vector per text."),
            say("Rank without the model, or mend it."),
        )
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return (array / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _nothing(best: int) -> TopScores:
    none = np.zeros(0, np.int64)
    return TopScores(none, none, np.zeros(0), np.zeros(0), np.zeros((0, best), np.int64))
