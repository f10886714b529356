"""The people whom actions of matching name."""

from __future__ import annotations

from xinglin.kernel.dossiers import unknown
from xinglin.roster.queries import candidates


def registered_person(key: str | None, *, field: str) -> str | None:
    """The id of somebody in the register; None for nothing."""
    if not key:
        return None
    if len(key) > 26 or not candidates.registered(key):
        raise unknown(field)
    return key
