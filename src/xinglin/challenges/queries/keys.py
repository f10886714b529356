"""Whether what is sealed could be opened: who holds a key for the opening ceremony of a call."""

from __future__ import annotations

from xinglin.challenges.models import Challenge
from xinglin.challenges.queries import holders


def key_roles(challenge: Challenge) -> frozenset[str]:
    """On which sides somebody holds a live key of this call; two different ones are needed to publish it."""
    return frozenset(holders.active(challenge).values_list("side", flat=True))
