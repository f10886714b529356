"""Ranking: which candidates fit a need, and why, in reasons a person can check.

Pure Python on numpy, scipy and jieba; no Django, no database. `rank` is the front door, `words` its vocabulary,
`sentences` turns reasons into Chinese or English. The heavy parts load on first use, so importing this is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xinglin.matching.ranking.words import (
    Availability,
    BadRankingInput,
    CandidateText,
    CodeMatch,
    CodeRelation,
    Conflict,
    ConflictEffect,
    EvidenceText,
    Feedback,
    FeedbackOutcome,
    NeedText,
    Ranking,
    RankingStopped,
    Reason,
    ReasonKind,
    Settings,
    Weights,
    WordMatch,
)

if TYPE_CHECKING:
    from xinglin.matching.ranking.embedders import Embedder, LsaEmbedder
    from xinglin.matching.ranking.engine import Engine, TopScores, rank
    from xinglin.matching.ranking.gateways import HttpEmbedder
    from xinglin.matching.ranking.sentences import sentence

_LATER = {
    "Embedder": "embedders",
    "LsaEmbedder": "embedders",
    "Engine": "engine",
    "TopScores": "engine",
    "rank": "engine",
    "HttpEmbedder": "gateways",
    "sentence": "sentences",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "Availability",
    "BadRankingInput",
    "CandidateText",
    "CodeMatch",
    "CodeRelation",
    "Conflict",
    "ConflictEffect",
    "Embedder",
    "Engine",
    "EvidenceText",
    "Feedback",
    "FeedbackOutcome",
    "HttpEmbedder",
    "LsaEmbedder",
    "NeedText",
    "Ranking",
    "RankingStopped",
    "Reason",
    "ReasonKind",
    "Settings",
    "TopScores",
    "Weights",
    "WordMatch",
    "rank",
    "sentence",
]
