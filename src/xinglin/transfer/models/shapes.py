"""Small things several models of transfer share."""

from __future__ import annotations

from xinglin.kernel.words import Privacy

PUBLIC, ALLIANCE, PERSONAL = Privacy.PUBLIC, Privacy.ALLIANCE, Privacy.PERSONAL


def classes(given: Privacy, *names: str) -> dict[str, Privacy]:
    """The same privacy class for several columns."""
    return dict.fromkeys(names, given)
