"""The embedding plug: off unless the operator names a service in XINGLIN_EMBEDDER (`kernel.environment`)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from xinglin.kernel import environment
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

if TYPE_CHECKING:
    from xinglin.matching.ranking import Embedder


def embedder() -> Embedder | None:
    """The configured embedding service, or None when there is none. Raises Refusal for a setting nobody can read."""
    setting = environment.read("XINGLIN_EMBEDDER").strip()
    if not setting:
        return None
    from xinglin.matching.ranking.gateways import EmbeddingServiceError, HttpEmbedder

    address, _, named = setting.partition("#")
    parts = {name: values[0] for name, values in parse_qs(named).items()}
    try:
        if urlsplit(address).scheme not in ("http", "https") or not parts.get("model"):
            raise ValueError
        return HttpEmbedder(
            address, parts["model"], dim=int(parts["dim"]), version=parts.get("version", ""),
            api_key=environment.read("XINGLIN_EMBEDDER_KEY"), timeout=5.0,
        )  # fmt: skip
    except (ValueError, KeyError, EmbeddingServiceError):
        raise Refusal(
            "matching.embedder",
            say("The setting of the embedding service cannot be read."),
            say("Ask the system administrator: XINGLIN_EMBEDDER is an address, then #model=…&dim=…; or unset it."),
        ) from None
