"""Reasons for chosen pairs: the same numbers the score was made of, with the words, codes and texts behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from xinglin.matching.ranking import specialties
from xinglin.matching.ranking.signals import Parts
from xinglin.matching.ranking.tokens import SYNONYM_MARK
from xinglin.matching.ranking.words import (
    ConflictEffect,
    EvidenceText,
    Ranking,
    Reason,
    ReasonKind,
    WordMatch,
)

if TYPE_CHECKING:
    from xinglin.matching.ranking.engine import Adjusted, Engine, TopScores

_BLOCK = 4_000
_SHOWN_WORDS = 8


def explained(engine: Engine, scores: TopScores) -> Iterator[Ranking]:
    """A `Ranking` with its reasons for every pair of `scores`. The contributions add up to the score."""
    for start in range(0, len(scores), _BLOCK):
        block = slice(start, start + _BLOCK)
        need, texts = scores.need[block], scores.texts[block]
        parts = engine.signals.parts(need, texts)
        adjusted = engine.adjust(need, scores.candidate[block], scores.base[block], texts)
        shared = engine.signals.shared_terms(need, texts)
        for at in range(len(need)):
            n, c = int(need[at]), int(scores.candidate[block][at])
            words = _words(engine, shared, at, n, texts[at])
            reasons = _reasons(engine, parts, adjusted, at, n, c, words, int(texts[at, 0]))
            yield Ranking(
                engine.needs[n].id,
                engine.candidates[c].id,
                float(adjusted.score[at]),
                reasons,
            )


def _words(engine: Engine, shared: Any, at: int, need: int, texts: Any) -> tuple[WordMatch, ...]:
    """The words that count most for the pair, as they stand in the need and in the candidate's texts."""
    start, end = shared.indptr[at], shared.indptr[at + 1]
    if start == end:
        return ()
    signals = engine.signals
    columns, weight = shared.indices[start:end], shared.data[start:end]
    order = np.lexsort((columns, -weight))[:_SHOWN_WORDS]
    terms = [signals.terms[number] for number in signals.term_of_column()[columns[order]]]
    asked = signals.shown(int(signals.need_pool[need]))
    held = [signals.shown(int(signals.text_pool[row])) for row in texts if row >= 0]
    matches = []
    for term in terms:
        own = asked.get(term)
        theirs = [one[term] for one in held if term in one]
        if own is None or not theirs:
            continue
        other = own if own in theirs else theirs[0]
        matches.append(WordMatch(own, other, synonym=term.startswith(SYNONYM_MARK) and own != other))
    return tuple(dict.fromkeys(matches))


def _reasons(
    engine: Engine,
    parts: Parts,
    adjusted: Adjusted,
    at: int,
    need: int,
    candidate: int,
    words: tuple[WordMatch, ...],
    text: int,
) -> tuple[Reason, ...]:
    """All reasons of one pair: what its words, field and texts gave, then what was done to that."""
    conflicts = tuple(
        Reason(
            ReasonKind.CONFLICT,
            0.0,
            note=one.why or one.party,
            share=float(one.effect is ConflictEffect.EXCLUDE),
        )
        for one in engine.conflicts_for(need, candidate)
    )
    if adjusted.excluded[at]:
        return conflicts
    signals, kinds = engine.signals, ReasonKind
    reasons = []
    if parts.words[at] > 0:
        reasons.append(Reason(kinds.WORDS, float(parts.words[at]), words=words))
    if parts.coverage[at] > 0:
        share = min(float(parts.contained[at]), 1.0)
        reasons.append(Reason(kinds.COVERAGE, float(parts.coverage[at]), share=share))
    if parts.characters[at] > 0:
        reasons.append(Reason(kinds.CHARACTERS, float(parts.characters[at])))
    if abs(parts.context[at]) > 0:
        reasons.append(Reason(kinds.CONTEXT, float(parts.context[at])))
    if parts.specialty[at] > 0:
        codes = specialties.matches(signals.need_codes[need], signals.candidate_codes[candidate])
        reasons.append(Reason(kinds.SPECIALTY, float(parts.specialty[at]), codes=codes))
    if text >= 0 and signals.texts[text].text and parts.words[at] + parts.coverage[at] + parts.characters[at] > 0:
        number = text - int(signals.first[candidate]) + 1
        reasons.append(Reason(kinds.EVIDENCE, 0.0, text=_named(signals.texts[text], number)))
    if engine.embedder is not None and adjusted.meaning[at]:
        model = f"{engine.embedder.name} {engine.embedder.version}".strip()
        reasons.append(Reason(kinds.MEANING, float(adjusted.meaning[at]), note=model))
    availability = engine.candidates[candidate].availability
    if availability is not None:
        reasons.append(
            Reason(
                kinds.AVAILABILITY,
                float(adjusted.availability[at]),
                note=str(availability),
            )
        )
    heard = engine.feedback_for(need, candidate)
    if heard:
        useful = sum(one.outcome == "useful" for one in heard)
        why = next((one.why for one in heard if one.why), "")
        counts = f"{useful}/{len(heard)}" + (f" {why}" if why else "")
        reasons.append(Reason(kinds.FEEDBACK, float(adjusted.feedback[at]), note=counts))
    return (*reasons, *conflicts)


def _named(text: EvidenceText, number: int) -> EvidenceText:
    """A text a person can find: without title its beginning, without id its number among the candidate's texts."""
    title = text.title or " ".join(text.text.split())[:40]
    return EvidenceText("", text.id or f"#{number}", title, text.link)
