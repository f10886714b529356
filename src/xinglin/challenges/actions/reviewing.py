"""What a reviewer does: confirm to have no conflict, or declare one; score each blind copy; sign. Or be replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.panels import stand_in
from xinglin.challenges.models import Review, ReviewBid, ReviewScore
from xinglin.challenges.rules.reviews import OFFICE, REVIEWERS, check_points
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.reviews import ReviewStage
from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Line, Paragraph, Yes
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@dataclass(frozen=True)
class PointsRow:
    """Points for one criterion, by its number."""

    criterion_number: Annotated[int, Ask("count", least=1, most=50)]
    points: Annotated[int, Ask("count", least=0, most=100)]


@transaction.atomic
def confirm_no_conflict(*, review_id: str, no_conflict: Yes, by: Account) -> Review:
    """Confirm to have no conflict with the demander or anybody who may bid; then the blind copies can be read."""
    task = lifecycle.take(Review, review_id)
    if not no_conflict:
        raise Refusal(
            "reviews.not_confirmed", say("Tick the confirmation, or declare the conflict."), field="no_conflict"
        )
    lifecycle.step(task, "confirm", by=by)
    ledger.record("challenges.conflict_denied", by=by, subject=task)
    return task


@transaction.atomic
def declare_conflict(*, review_id: str, reason: Paragraph, by: Account) -> Review:
    """Stand down because of a conflict; the next drawn takes over. What was scored so far does not count."""
    task = _leave(review_id, "declare", reason, by)
    ledger.record("challenges.conflict_declared", by=by, subject=task)
    stand_in(task)
    return task


@transaction.atomic
def replace_reviewer(*, review_id: str, reason: Paragraph, by: Account) -> Review:
    """Replace a reviewer who left or does not answer by the next drawn."""
    task = _leave(review_id, "replace", reason, by)
    ledger.record("challenges.reviewer_replaced", by=by, subject=task)
    stand_in(task)
    return task


def _leave(review_id: str, move: str, reason: str, by: Account) -> Review:
    task = lifecycle.take(Review, review_id)
    if not reason.strip():
        raise Refusal("reviews.reason", say("Give a reason."), field="reason")
    task.reason = reason
    lifecycle.step(task, move, by=by)
    return task


@transaction.atomic
def score_bid(*, review_id: str, code: Line, scores: list[PointsRow], opinion: Paragraph, by: Account) -> Review:
    """Score one blind copy by every criterion, with an opinion. Scoring again before signing replaces it."""
    task = lifecycle.take(Review, review_id)
    permits.require(by, *REVIEWERS, scopes=task.scopes())
    if task.stage != ReviewStage.SCORING or task.challenge.stage != ChallengeStage.REVIEW:
        raise Refusal(
            "reviews.not_scoring", say("This task is not open for scores."),
            say("Confirm first that you have no conflict; the review opens when the office begins it."),
        )  # fmt: skip
    row = ReviewBid.objects.filter(review=task, copy__code=code.strip().upper()).first()
    if row is None:
        raise Refusal("reviews.no_such_copy", say("There is no bid of this code in your room."), field="code")
    criteria = {one.number: one for one in task.challenge.review_criteria.all()}
    check_points([(one.criterion_number, one.points) for one in scores], list(criteria))
    if not opinion.strip():
        raise Refusal(
            "reviews.opinion", say("Write an opinion: the scores alone cannot be understood."), field="opinion"
        )
    row.scores.all().delete()
    ReviewScore.objects.bulk_create(
        ReviewScore(reading=row, criterion=criteria[one.criterion_number], points=one.points) for one in scores
    )
    row.opinion, row.scored_at = opinion, now()
    row.save(update_fields=["opinion", "scored_at"])
    lifecycle.touch(task)
    ledger.record("challenges.bid_scored", by=by, subject=task, data={"code": row.copy.code})
    return task


@transaction.atomic
def sign_review(*, review_id: str, by: Account) -> Review:
    """Sign all scores; they cannot be changed afterwards."""
    task = lifecycle.take(Review, review_id)
    left = task.bids.filter(scored_at=None).count()
    if left or not task.bids.exists():
        raise Refusal(
            "reviews.unscored", say("{count} bids are not scored yet.", count=left), say("Score each bid, then sign.")
        )
    task.signed_at = now()
    lifecycle.step(task, "sign", by=by)
    ledger.record("challenges.review_signed", by=by, subject=task, data={"bids": task.bids.count()})
    told = say("A reviewer of “{title}” has signed.", title=task.challenge.title)
    notices.tell(notices.holders(*OFFICE), "challenges.review_signed", told, subject=task.challenge)
    return task
