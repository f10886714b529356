"""The desk: doubtful pairs, index persons, and the evidence that is shown of them. For data stewards alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xinglin.exchange.identity.models import IndexPerson, LinkEvent, Patient, PatientDocument, Review, Tie
from xinglin.exchange.identity.queries import judges
from xinglin.exchange.identity.rules import evidence, judging, weights
from xinglin.exchange.identity.rules.records import unpack
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison of a pair: the level both agree on ("" for nothing to compare) and its bits."""

    comparison: str
    level: str
    bits: float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against two records being one person, in bits: `before` anything is compared, by each
    comparison, and in all; and which independent kinds of evidence agree (rules.judging)."""

    before: float
    lines: list[Line]
    total: float
    agreeing: frozenset[str]


def reviews_for(actor: Actor) -> QuerySet[Review]:
    """The doubtful pairs, the heaviest first."""
    if not permits.holds(actor, Role.STEWARD):
        return Review.objects.none()
    return Review.objects.select_related("left", "right").order_by("-weight", "id")


def own_reviews(actor: Actor) -> Q:
    """What waits for this actor."""
    return Q() if permits.holds(actor, Role.STEWARD) else Q(pk=None)


def persons_for(actor: Actor) -> QuerySet[IndexPerson]:
    """The index persons that have records."""
    if not permits.holds(actor, Role.STEWARD):
        return IndexPerson.objects.none()
    return IndexPerson.objects.filter(records__isnull=False).distinct().order_by("-id")


def evidence_of(review: Review) -> Evidence:
    """The evidence as it stands today (records may have been corrected since they were asked about)."""
    left, right = (unpack(one.prepared) for one in (review.left, review.right))
    scorer, _thresholds = judges.in_force()
    assert isinstance(scorer, weights.Weights)  # noqa: S101 - what is shipped is trained
    total, bits = scorer.score(left, right)
    found = evidence.levels(left, right, scorer.shared_rarity(left, right))
    lines = [Line(name, level, bits.get(name)) for name, level in zip(evidence.COMPARISONS, found, strict=True)]
    return Evidence(scorer.prior, lines, total, judging.independent_keys(left, right))


def papers_of(patient: Patient) -> list[PatientDocument]:
    return list(PatientDocument.objects.filter(patient=patient).order_by("kind"))


def history_of(patients: Iterable[int]) -> list[LinkEvent]:
    """Every time one of these records came to stand elsewhere, the newest first."""
    return list(LinkEvent.objects.filter(patient_id__in=list(patients)).order_by("-created_at", "-id")[:200])


def ties_of(patients: Iterable[int]) -> list[Tie]:
    """The ties that hold among these records."""
    found = list(patients)
    return list(Tie.objects.filter(ended_at=None, left_id__in=found, right_id__in=found).order_by("created_at"))
