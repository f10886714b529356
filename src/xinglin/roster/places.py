"""Places in the language of whoever reads."""

from __future__ import annotations

from django.utils.translation import get_language

from xinglin.roster import regions


def place_name(code: str) -> str | None:
    """A region as people write it, or the code itself where it is not listed; None for nothing."""
    return regions.full_name(code, get_language() or "zh-hans") if code else None
