"""Who may see what of a review. Reviewers read blind copies and their own task; who reviews is the office's secret
until the panel's result is out (招标投标法 art. 37); suspicions are the office's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xinglin.challenges.models import (
    Bid,
    BlindCopy,
    Challenge,
    Flag,
    PanelDraw,
    PanelResult,
    Review,
    ReviewBid,
    ReviewCriterion,
)
from xinglin.challenges.rules.reviews import Outcome, Readiness
from xinglin.challenges.words.bids import BidStage, Exclusion
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.reviews import BlindCopyStage, FlagStage, ReviewStage
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.queries.sights import persons_of

LIVE = (ReviewStage.ASSIGNED, ReviewStage.SCORING, ReviewStage.SIGNED)
AWAITED = (ReviewStage.ASSIGNED, ReviewStage.SCORING)


def is_office(actor: Actor) -> bool:
    """Whether the actor runs cases: the secretariat, nobody else (the authority reads results, not reviewers)."""
    return permits.holds(actor, Role.SECRETARIAT)


def flags_for(actor: Actor) -> QuerySet[Flag]:
    """The secretariat's alone: a suspicion is no finding."""
    rows = Flag.objects.select_related("challenge")
    return rows if is_office(actor) else rows.none()


def copies_for(actor: Actor) -> QuerySet[BlindCopy]:
    """The copies as dossiers, with their leak reports: the secretariat's alone. Reviewers have their room."""
    rows = BlindCopy.objects.select_related("challenge", "bid")
    return rows if is_office(actor) else rows.none()


def reviews_for(actor: Actor) -> QuerySet[Review]:
    """Reviewers see their own task, the secretariat all."""
    rows = Review.objects.select_related("challenge", "person")
    return rows if is_office(actor) else rows.filter(own_reviews(actor))


def own_reviews(actor: Actor) -> Q:
    """The tasks of the actor in person."""
    return Q(person_id__in=persons_of(actor))


def draws_of(challenge: Challenge) -> QuerySet[PanelDraw]:
    """Every draw of a challenge, the latest first."""
    return PanelDraw.objects.filter(challenge=challenge).order_by("-number")


@dataclass(frozen=True)
class Reading:
    """One bid in the blind room: its code, its blind parts, and the reviewer's own points and opinion."""

    code: str
    parts: Sequence[dict[str, str]]
    points: dict[int, int]
    opinion: str
    scored: bool


def blind_room(actor: Actor, review_id: str) -> tuple[Review, list[ReviewCriterion], list[Reading]] | None:
    """A reviewer's own room: copies only of bids assigned to them, and only once they confirmed to have no conflict
    while the review is on. None for everybody else, the secretariat included: it has the leak reports.
    """
    review = Review.objects.filter(own_reviews(actor), pk=review_id).select_related("challenge").first()
    if review is None:
        return None
    criteria = list(review.challenge.review_criteria.all())
    if review.stage not in (ReviewStage.SCORING, ReviewStage.SIGNED):
        return review, criteria, []
    rows = ReviewBid.objects.filter(review=review, copy__stage=BlindCopyStage.RELEASED)
    numbers = {criterion.pk: criterion.number for criterion in criteria}
    return review, criteria, [
        Reading(
            row.copy.code, row.copy.parts, {numbers[s.criterion_id]: s.points for s in row.scores.all()}, row.opinion,
            row.scored_at is not None,
        )
        for row in rows.select_related("copy").prefetch_related("scores").order_by("copy__code")
    ]  # fmt: skip


def results_for(actor: Actor, challenge: Challenge) -> QuerySet[PanelResult]:
    """The panel's tables: the secretariat's, and the authority's once the panel's result is out."""
    rows = PanelResult.objects.filter(challenge=challenge).order_by("-version")
    if is_office(actor) or (permits.holds(actor, Role.AUTHORITY) and is_out(challenge)):
        return rows
    return rows.none()


def is_out(challenge: Challenge) -> bool:
    """Whether the names of the panel are public: the seed of its draw was published. A second panel, drawn after the
    first one's result was set aside, is as secret as the first was."""
    made = draws_of(challenge).filter(drawn_at__isnull=False).first()
    return made is not None and made.published_at is not None


def readiness(challenge: Challenge) -> Readiness:
    """What stands before the review may begin."""
    qualified = Bid.objects.filter(challenge=challenge, stage=BidStage.QUALIFIED)
    released = qualified.filter(blind_copy__stage=BlindCopyStage.RELEASED).count()
    draw = draws_of(challenge).filter(drawn_at__isnull=False).first()
    return Readiness(
        open_flags=challenge.flags.filter(stage=FlagStage.RAISED).count(), bids=qualified.count(),
        unreleased=qualified.count() - released, weights=sum(row.weight for row in challenge.review_criteria.all()),
        panel=challenge.reviews.filter(stage__in=LIVE).count(), seats=draw.seats if draw else 5,
    )  # fmt: skip


def outcome(challenge: Challenge) -> Outcome:
    """How far the panel is."""
    signed = set(challenge.reviews.filter(stage=ReviewStage.SIGNED).values_list("pk", flat=True))
    last = challenge.panel_results.order_by("-version").first()
    draw = draws_of(challenge).filter(drawn_at__isnull=False).first()
    # A bidder who lost the award to an objection leaves the ranking as it is: the next in it follows.
    upset = set(Bid.objects.filter(challenge=challenge, exclusion_kinds__contains=[Exclusion.OBJECTION])
                .values_list("pk", flat=True))  # fmt: skip
    current = (
        last is not None and set(last.table["reviews"]) == signed
        and set(last.table["bids"]) - upset == bids_in(challenge)
    )  # fmt: skip
    return Outcome(len(signed), challenge.reviews.filter(stage__in=AWAITED).count(), current, draw.seats if draw else 5)


def bids_in(challenge: Challenge) -> set[str]:
    """The ids of the bids that compete."""
    return set(Bid.objects.filter(challenge=challenge, stage=BidStage.QUALIFIED).values_list("pk", flat=True))


def panel_of(challenge: Challenge) -> list[Review]:
    """The members of the panel, in the order of the draw."""
    return list(challenge.reviews.filter(stage__in=LIVE).select_related("person").order_by("number"))


UNDER_REVIEW = frozenset({ChallengeStage.BID_FORMAL_CHECK, ChallengeStage.REVIEW})
