"""The published keys of hospitals' programs (jwks_uri): read seldom, and again when a new key is named."""

from __future__ import annotations

import threading
import time
from typing import Any

from xinglin.exchange.federation.gateways.answers import Deadline, Failed, ask
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

KEPT, AGAIN, PATIENCE, LARGEST = 3_600, 60, 5.0, 256 * 1024
_known: dict[str, tuple[float, Any]] = {}
_lock = threading.Lock()


def published(address: str, kid: str) -> Any:
    """The key set at an address. Kept for an hour; fetched again, once a minute at most, for a key not in it."""
    with _lock:
        found = _known.get(address)
    age = time.monotonic() - found[0] if found else KEPT
    if found and (age < AGAIN or (age < KEPT and kid in _numbers(found[1]))):
        return found[1]
    try:
        told = ask("GET", address, deadline=Deadline.after(PATIENCE), largest=LARGEST)
    except Failed:
        raise Refusal("federation.keys_away", say("The keys at {address} cannot be read.", address=address)) from None
    with _lock:
        _known[address] = (time.monotonic(), told)
    return told


def _numbers(told: Any) -> set[str]:
    keys = told.get("keys") if isinstance(told, dict) else None
    return {str(one.get("kid")) for one in keys or [] if isinstance(one, dict)}
