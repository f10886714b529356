"""What the kinds of transfer share: their group in the menu, links, stages."""

from __future__ import annotations

from typing import Any

from xinglin.kernel.dossiers import Fact
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy

GROUP = say("Technology transfer")
FUNDS = say("Funds")
PUBLIC = Privacy.PUBLIC


def leads_to(label: Phrase, other: Any, privacy: Privacy = Privacy.ALLIANCE) -> Fact:
    """A fact that is another dossier."""
    links = (other._meta.label_lower, str(other.pk)) if other is not None else None
    return Fact(label, str(other) if other is not None else None, privacy, links)


def stages(*words: str) -> frozenset[str]:
    return frozenset(str(word) for word in words)
