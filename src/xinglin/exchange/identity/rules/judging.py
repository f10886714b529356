"""The three-way outcome for a pair of records: the same person, perhaps, not seen before. Pure. Source: domain 3.3.

A machine links alone only where a checked document AND the name agree, or where the trained weights are heavy AND two
independent keys agree AND nothing contradicts. Everything heavy that is contradicted waits for a person (PIPL art. 24).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from xinglin.exchange.identity.rules import evidence
from xinglin.exchange.identity.rules.records import Record
from xinglin.exchange.identity.words import Outcome, ReviewReason


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bits of match weight: from `link` on a pair may be linked alone, from `ask` on it is a person's to decide."""

    link: float = 10.0
    ask: float = 2.0


class Scorer(Protocol):
    """What gives a pair its weight: `rules.weights.Weights`, or nothing trained at all."""

    def score(self, left: Record, right: Record) -> tuple[float, dict[str, float]]:
        """(total bits, bits per comparison)."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a pair. `bits` is the evidence per comparison; `ground` why a link is made."""

    outcome: Outcome
    reason: ReviewReason = ReviewReason.SIMILAR
    ground: str = ""
    weight: float = 0.0
    bits: dict[str, float] = field(default_factory=dict)

    @property
    def conflict(self) -> bool:
        """Whether something contradicts: no third record may bring these two together by machine."""
        return self.outcome == Outcome.SIMILAR and self.reason != ReviewReason.SIMILAR


def judge(left: Record, right: Record, scorer: Scorer, thresholds: Thresholds) -> Verdict:
    """Judge a pair; the same whichever comes first."""
    weight, bits = scorer.score(left, right)

    def say(outcome: Outcome, reason: ReviewReason = ReviewReason.SIMILAR, ground: str = "") -> Verdict:
        return Verdict(outcome, reason, ground, weight, bits)

    if evidence.siblings_at_birth(left, right):
        return say(Outcome.NEW)
    veto = evidence.document_veto(left, right)
    if evidence.shared_document(left, right):
        return _by_document(left, right, veto, say)
    if weight < thresholds.ask:
        return say(Outcome.NEW)
    if veto:
        return say(Outcome.SIMILAR, ReviewReason.DOCUMENT_VETO)
    if evidence.perhaps_twins(left, right):
        return say(Outcome.SIMILAR, ReviewReason.TWINS)
    if weight >= thresholds.link and len(independent_keys(left, right)) >= 2 and not _estranged(left, right):
        return say(Outcome.MATCH, ground="weights")
    return say(Outcome.SIMILAR)


def _by_document(left: Record, right: Record, veto: bool, say: Callable[..., Verdict]) -> Verdict:
    """One checked number on both: the name decides whether it is one person's, and only together do they link. `say` is
    the closure of `judge`, which knows the weight."""
    if veto:
        return say(Outcome.SIMILAR, ReviewReason.DOCUMENT_VETO)
    if left.newborn or right.newborn:
        # Newborns come with their mother's card.
        return say(Outcome.SIMILAR, ReviewReason.TWINS)
    if not evidence.same_name(left, right):
        return say(Outcome.SIMILAR, ReviewReason.IDENTITY_CONFLICT)
    if evidence.born_level(left, right) == "else":
        return say(Outcome.SIMILAR, ReviewReason.IDENTITY_CONFLICT)
    return say(Outcome.MATCH, ground="document")


def _estranged(left: Record, right: Record) -> bool:
    """Whether names or birth dates have nothing to do with each other: no weight makes up for that without a person."""
    name = evidence.name_level(left, right, 0)
    return name in ("partly", "family", "else") or evidence.born_level(left, right) in ("year", "else")


def independent_keys(left: Record, right: Record) -> frozenset[str]:
    """Which of four independent kinds of evidence agree: document; name and birth date; phone; address."""
    found = set()
    right_numbers = any(checked for one in (left, right) for _kind, _key, checked in one.documents)
    if right_numbers and evidence.document_level(left, right) in ("exact", "one edit"):
        found.add("document")
    # The rarity of the name does not matter here.
    name = evidence.name_level(left, right, 0)
    if name.startswith(("exact", "sound", "heard")) and evidence.born_level(left, right) in ("exact", "turned"):
        found.add("name and birth date")
    if left.phone and left.phone == right.phone:
        found.add("phone")
    if left.address and left.address == right.address:
        found.add("address")
    return frozenset(found)
