"""One HTTP question to another house: bounded in time and size, never into a private network unasked.

The time is a hard end, however slowly a server drips; the size a hard limit, however much it sends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from xinglin.kernel.gateways import Undelivered, permitted

LARGEST = 4 * 2**20
JSON = "application/fhir+json, application/json;q=0.9"


class Failed(Exception):
    """No usable answer: `kind` is late, away, refused (with `status`), large or malformed."""

    def __init__(self, kind: str, status: int = 0):
        super().__init__(kind, status)
        self.kind, self.status = kind, status


@dataclass(frozen=True)
class Deadline:
    """A moment of the monotonic clock after which nothing is waited for."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        return self.at - time.monotonic()

    def check(self) -> float:
        """The seconds left. Raises Failed when there are none."""
        if self.left <= 0:
            raise Failed("late")
        return self.left


def ask(
    method: str,
    url: str,
    *,
    deadline: Deadline,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    largest: int = LARGEST,
) -> Any:
    """The JSON another house answers with. Raises Failed. Redirects are not followed."""
    try:
        permitted(url)
    except Undelivered:
        raise Failed("away") from None
    left = deadline.check()
    told = {"Accept": JSON, "User-Agent": "Xinglin", **(headers or {})}
    try:
        with (
            httpx.Client(timeout=httpx.Timeout(left, connect=left), follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, headers=told, content=content) as response,
        ):
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > largest:
                    raise Failed("large")
                deadline.check()
                parts.append(part)
            if response.status_code >= 300:
                raise Failed("refused", response.status_code)
    except httpx.TimeoutException:
        raise Failed("late") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        raise Failed("away") from None
    try:
        return orjson.loads(b"".join(parts))
    except ValueError:
        raise Failed("malformed") from None
