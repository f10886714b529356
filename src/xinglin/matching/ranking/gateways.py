"""The one outside system of ranking: an embedding service in the operator's own network, and its verified fake.

Both speak the OpenAI-style `POST /v1/embeddings`. `tests/gateways` runs the same checks on both, the real one against
a server on this machine. Texts leave the program only to the address the operator has set.
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request

import numpy as np
from numpy.typing import NDArray


class EmbeddingServiceError(Exception):
    """The service did not answer as it should. The message is a sentence for the operator."""


class HttpEmbedder:
    """Asks `{base_url}/v1/embeddings` for vectors, `batch` texts at a time."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        dim: int,
        version: str = "",
        api_key: str = "",
        timeout: float = 30.0,
        batch: int = 64,
    ) -> None:
        """`timeout` in seconds per request. Only http and https addresses are accepted."""
        if not base_url.startswith(("http://", "https://")):
            raise EmbeddingServiceError("The address of the embedding service must begin with http:// or https://.")
        self.name, self.version, self.dim = model, version, dim
        self._url = base_url.rstrip("/") + "/v1/embeddings"
        self._key, self._timeout, self._batch = api_key, timeout, batch

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """(n, dim) float32, in the order of `texts`. Raises EmbeddingServiceError."""
        rows = [self._ask(texts[at : at + self._batch]) for at in range(0, len(texts), self._batch)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), np.float32)

    def _ask(self, texts: list[str]) -> NDArray[np.float32]:
        # A lone surrogate cannot travel as UTF-8; a service would refuse the whole batch for it.
        clean = [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        body = json.dumps({"model": self.name, "input": clean, "encoding_format": "float"}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(self._url, data=body, headers=headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return self._read(json.load(answer), len(texts))
        except urllib.error.HTTPError as error:
            raise EmbeddingServiceError(f"The embedding service answered with status {error.code}.") from error
        except (OSError, ValueError) as error:
            raise EmbeddingServiceError(f"The embedding service could not be used: {error}.") from error

    def _read(self, answer: object, count: int) -> NDArray[np.float32]:
        """Check that there is one vector of the promised size per text, and put them in the order asked."""
        try:
            data = answer["data"]  # type: ignore[index]
            rows = [row["embedding"] for row in sorted(data, key=lambda row: row["index"])]
            vectors = np.array(rows, np.float32).reshape(len(rows), -1)
        except (KeyError, TypeError, ValueError) as error:
            raise EmbeddingServiceError("The embedding service sent an answer of another shape.") from error
        if vectors.shape != (count, self.dim) or not np.isfinite(vectors).all():
            raise EmbeddingServiceError(
                f"The embedding service sent vectors of shape {vectors.shape}, expected {(count, self.dim)}."
            )
        return vectors


class FakeEmbedder:
    """Stands in for `HttpEmbedder` in tests: a vector per text from its characters, always the same."""

    name, version = "fake", "1"

    def __init__(self, dim: int = 16) -> None:
        self.dim = dim

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """(n, dim) float32: counts of characters, hashed into `dim` places."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for character in text:
                digest = hashlib.sha256(character.encode("utf-8", "replace")).digest()
                vectors[row, digest[0] % self.dim] += 1
        return vectors
