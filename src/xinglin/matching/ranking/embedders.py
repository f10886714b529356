"""Embedding models as a plug-in, off by default. Vectors re-rank pairs that words have found; they find none alone.

`LsaEmbedder` is fitted on the operator's own texts and needs no download; `gateways.HttpEmbedder` asks a service in
the operator's network. Vectors are worth keeping only together with `name` and `version`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from xinglin.kernel.phrases import say
from xinglin.matching.ranking.folding import fold
from xinglin.matching.ranking.tokens import tokenize
from xinglin.matching.ranking.words import BadRankingInput


@runtime_checkable
class Embedder(Protocol):
    """Turns n texts into float32 vectors (n, dim). The same text gives the same vector."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


class LsaEmbedder:
    """Latent semantic analysis (Deerwester et al. 1990) of the words of a collection of texts."""

    name = "lsa"

    def __init__(self, texts: Sequence[str], dim: int = 100) -> None:
        """Fit on `texts` (order and repetition do not matter); at least three distinct texts with words are needed."""
        from sklearn.decomposition import (
            TruncatedSVD,
        )  # a second to import; only who uses it pays
        from sklearn.feature_extraction.text import TfidfVectorizer

        distinct = sorted({fold(text) for text in texts})
        self._vectorizer = TfidfVectorizer(analyzer=_terms, sublinear_tf=True)  # type: ignore[arg-type]
        try:
            vectors = self._vectorizer.fit_transform(distinct)
        except ValueError:
            raise _too_little() from None
        self.dim = min(dim, min(vectors.shape) - 1)
        if self.dim < 2:
            raise _too_little()
        self._svd = TruncatedSVD(self.dim, random_state=0).fit(vectors)
        self.version = f"1-{len(distinct)}x{self.dim}"

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """(n, dim); a text of unknown words only is the zero vector."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        vectors = self._vectorizer.transform([fold(text) for text in texts])
        return self._svd.transform(vectors).astype(np.float32)


def _terms(folded: str) -> list[str]:
    tokens = tokenize(folded)
    return tokens.line + tokens.extra


def _too_little() -> BadRankingInput:
    return BadRankingInput(
        "ranking.lsa_too_little",
        say("There are too few different texts to fit LSA."),
        say("Give more texts, or rank without it."),
    )
