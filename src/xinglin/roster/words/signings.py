"""Ceremonies at which agreements are signed together (seeds 14, 15, 52)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class SigningStage(Word):
    PREPARING = "preparing", say("In preparation")
    HELD = "held", say("Held")
    CANCELLED = "cancelled", say("Cancelled")
