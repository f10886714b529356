"""The embedding service: the real gateway against a server on this machine, and the fake that stands in for it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest

from xinglin.matching.ranking import Embedder, HttpEmbedder
from xinglin.matching.ranking.gateways import EmbeddingServiceError, FakeEmbedder

DIM = 16


class Service(BaseHTTPRequestHandler):
    """A small embedding service that answers as the fake would, out of order as the format allows."""

    mood = "well"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vectors = FakeEmbedder(DIM).encode(asked["input"])
        rows = [{"index": at, "embedding": row.tolist()} for at, row in enumerate(vectors)]
        answers: dict[str, Any] = {
            "well": {"data": rows[::-1], "model": asked["model"]},
            "short": {"data": rows[:-1]},
            "shapeless": {"vectors": rows},
        }
        right = self.path == "/v1/embeddings" and self.headers["Authorization"] == "Bearer key"
        self.send_response(200 if right and self.mood != "down" else 503)
        self.end_headers()
        self.wfile.write(b"<html>" if self.mood == "html" else json.dumps(answers.get(self.mood)).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    Service.mood = "well"


@pytest.fixture(params=["real", "fake"])
def embedder(request: pytest.FixtureRequest, address: str) -> Embedder:
    if request.param == "fake":
        return FakeEmbedder(DIM)
    return HttpEmbedder(address, "model-a", dim=DIM, api_key="key", batch=2)


def test_both_keep_the_promise_of_an_embedder(embedder: Embedder) -> None:
    assert isinstance(embedder, Embedder)
    texts = ["心梗", "乙肝", "", "\ud800", "心梗"]
    vectors = embedder.encode(texts)
    assert vectors.shape == (len(texts), embedder.dim) and vectors.dtype == np.float32
    assert (vectors[0] == vectors[4]).all() and (vectors[0] != vectors[1]).any()
    assert embedder.encode([]).shape == (0, embedder.dim)
    assert embedder.name


@pytest.mark.parametrize("mood", ["down", "short", "shapeless", "html"])
def test_a_service_that_fails_is_a_sentence(address: str, mood: str) -> None:
    Service.mood = mood
    with pytest.raises(EmbeddingServiceError, match="embedding service"):
        HttpEmbedder(address, "model-a", dim=DIM, api_key="key").encode(["心梗", "乙肝"])


def test_nobody_there_and_a_wrong_address() -> None:
    with pytest.raises(EmbeddingServiceError):
        HttpEmbedder("http://127.0.0.1:9", "model-a", dim=DIM, timeout=1).encode(["心梗"])
    with pytest.raises(EmbeddingServiceError):
        HttpEmbedder("file:///etc", "model-a", dim=DIM)
