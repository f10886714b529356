"""Which cities failed of late, as every process that asks knows it."""

from __future__ import annotations

from xinglin.exchange.federation.models import Peer
from xinglin.exchange.federation.rules.breaker import Breaker


def state_of(peer: Peer) -> Breaker:
    """A city's state, as it was read with the city."""
    row = getattr(peer, "health", None)
    return Breaker() if row is None else Breaker(row.failures, row.rests_until, row.trying_until)
