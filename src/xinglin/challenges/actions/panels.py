"""The panel: its criteria, the draw, the beginning of the review, its result, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
from django.db import transaction

from xinglin.challenges.actions.awards import pass_over_bids, take_back_award
from xinglin.challenges.models import (
    BlindCopy,
    Challenge,
    PanelDraw,
    PanelResult,
    Review,
    ReviewBid,
    ReviewCriterion,
)
from xinglin.challenges.panels import assign_bids, commitment, draw, new_seed, pool_hash, rank
from xinglin.challenges.panels.drawing import next_drawn
from xinglin.challenges.queries import panels, reviews
from xinglin.challenges.rules.reviews import OFFICE, check_weights, may_settle, weighted
from xinglin.challenges.words.challenges import AwardMode, ChallengeStage
from xinglin.challenges.words.reviews import ReviewStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Line, Paragraph
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.queries import candidates


@dataclass(frozen=True)
class CriterionRow:
    """A criterion and its weight in percent."""

    criterion_name: Annotated[str, Ask("line", longest=60)]
    weight: Annotated[int, Ask("count", least=1, most=100)]


@transaction.atomic
def set_review_criteria(*, challenge_id: str, criteria: list[CriterionRow], by: Account) -> Challenge:
    """Set what bids are scored for, before the review begins. The weights add up to 100."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    if challenge.stage != ChallengeStage.BID_FORMAL_CHECK:
        raise Refusal("reviews.criteria_fixed", say("The criteria are fixed once the review began."))
    check_weights([(row.criterion_name, row.weight) for row in criteria])
    challenge.review_criteria.all().delete()
    ReviewCriterion.objects.bulk_create(
        ReviewCriterion(challenge=challenge, number=number, name=row.criterion_name.strip(), weight=row.weight)
        for number, row in enumerate(criteria, start=1)
    )
    told = [f"{row.criterion_name.strip()} {row.weight}" for row in criteria]
    ledger.record("challenges.criteria_set", by=by, subject=challenge, data={"criteria": told})
    return challenge


@transaction.atomic
def commit_draw(*, challenge_id: str, by: Account) -> Challenge:
    """Fix the pool and a secret seed: their hashes stand on the ledger before anybody is drawn."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    _before_review(challenge)
    if reviews.panel_of(challenge):
        raise Refusal("reviews.drawn", say("The panel is drawn already."), say("Replace single members instead."))
    # Whoever reviewed it before, in a review that was set aside, does not review it again.
    able, excluded = panels.pool(challenge, but=challenge.reviews.values_list("person_id", flat=True))
    rules, day = panels.panel_rules(today()), today()
    seed = new_seed()
    ids, able_to_count = [one.id for one in able], panels.counted(able, day)
    names = {one.id: one.name for one in panels.reviewers.reviewer_facts(challenge.specialty_codes)}
    made = PanelDraw.objects.create(
        challenge=challenge, number=challenge.draws.count() + 1, seed=seed, seed_sha256=commitment(seed),
        pool_sha256=pool_hash(ids), pool=ids, technical=able_to_count, seats=rules.seats,
        share=configuration.value("challenges.panel_technical", on=day), committed_at=now(), committed_by=by.pk,
        excluded=[{"person": key, "name": names.get(key, ""), "reasons": [
            {"reason": str(one.reason), "shown": one.shown, "until": one.until.isoformat() if one.until else ""}
            for one in found]} for key, found in excluded.items()],
    )  # fmt: skip
    ledger.record("challenges.draw_committed", by=by, subject=challenge, data={
        "seed_hash": made.seed_sha256, "pool_hash": made.pool_sha256, "pool": len(ids), "excluded": len(excluded),
        "technical_hash": pool_hash(able_to_count), "technical": len(able_to_count),
    })  # fmt: skip
    return challenge


@transaction.atomic
def draw_panel(*, challenge_id: str, said: Line, by: Account) -> Challenge:
    """Draw the panel from the committed pool, with words said by those present mixed in, and assign the bids."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    _before_review(challenge)
    made = reviews.draws_of(challenge).first()
    if made is None or made.drawn_at is not None:
        raise Refusal("reviews.no_commitment", say("There is no committed draw."), say("Commit to a draw first."))
    copies = list(challenge.blind_copies.filter(bid_id__in=reviews.bids_in(challenge)))
    if not copies:
        raise Refusal(
            "reviews.no_copies", say("There are no blind copies yet."), say("Prepare the blind copies first.")
        )
    drawn = draw(
        made.pool, made.technical, size=made.seats, share=float(Fraction(made.share)), seed=made.seed, said=said
    )
    made.said, made.drawn_at, made.drawn_by, made.reserve = said, now(), by.pk, list(drawn.reserve)
    made.save()
    tasks = {person: _begin(challenge, made, person, by) for person in drawn.panel}
    per_bid = configuration.value("challenges.reviews_per_bid")
    load = configuration.value("challenges.review_load")
    found = assign_bids([copy.pk for copy in copies], list(drawn.panel), per_bid=per_bid, load=load)
    by_id = {copy.pk: copy for copy in copies}
    ReviewBid.objects.bulk_create(
        ReviewBid(review=tasks[person], copy=by_id[copy]) for copy, mine in found.items() for person in mine
    )
    # The hash of the panel stands here; the names are published with the seed, after the result.
    ledger.record("challenges.panel_drawn", by=by, subject=challenge, data={
        "said": said, "seats": made.seats, "panel_hash": pool_hash(drawn.panel),
    })  # fmt: skip
    return challenge


def _begin(challenge: Challenge, made: PanelDraw, person: str, by: Account, replaces: Review | None = None) -> Review:
    number = challenge.reviews.count() + 1
    task = lifecycle.begin(
        Review(challenge=challenge, draw=made, number=number, person_id=person, replaces=replaces), by=by
    )
    told = say("You were drawn as a reviewer of “{title}”. Please confirm that you have no conflict.",
               title=challenge.title)  # fmt: skip
    notices.tell(candidates.accounts_of(person), "challenges.review_assigned", told, subject=task)
    return task


def _before_review(challenge: Challenge) -> None:
    if challenge.stage != ChallengeStage.BID_FORMAL_CHECK:
        raise Refusal("reviews.not_now", say("The panel is drawn between the opening and the review."))


@transaction.atomic
def begin_review(*, challenge_id: str, by: Account) -> Challenge:
    """Begin the review: flags looked at, copies released, criteria set, panel drawn."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "begin_review", by=by, facts=reviews.readiness(challenge))
    ledger.record("challenges.review_begun", by=by, subject=challenge, data={"bids": len(reviews.bids_in(challenge))})
    return challenge


def stand_in(task: Review) -> Review | None:
    """The next of the reserve who still may review takes over the task's bids; None when the reserve is used up.

    No deed of its own: it belongs to a conflict declared or a reviewer replaced. Exclusions are looked at anew. The
    program acts, not whoever left: their name would stand on the challenge's ledger before the result.
    """
    by = permits.the_program()
    challenge, made = task.challenge, task.draw
    gone = set(challenge.reviews.values_list("person_id", flat=True))
    able, _excluded = panels.pool(challenge, but=gone)
    fit = {one.id for one in able}
    staying = [one.person_id for one in reviews.panel_of(challenge) if one.pk != task.pk]
    reserve = [one for one in made.reserve if one in fit]
    person = next_drawn(reserve, staying, set(made.technical), size=made.seats, share=float(Fraction(made.share)))
    if person is None:
        notices.tell(
            notices.holders(*OFFICE), "challenges.reserve_empty",
            say("Nobody is left in the reserve of “{title}”; a seat of the panel is empty.", title=challenge.title),
            subject=challenge,
        )  # fmt: skip
        return None
    fresh = _begin(challenge, made, person, by, replaces=task)
    ReviewBid.objects.bulk_create(ReviewBid(review=fresh, copy=row.copy) for row in task.bids.select_related("copy"))
    ledger.record("challenges.reviewer_stood_in", by=by, subject=challenge, data={"number": fresh.number})
    return fresh


@transaction.atomic
def draw_up_result(*, challenge_id: str, by: Account) -> Challenge:
    """Draw up the panel's table from the signed reviews, as a new version: ranks, intervals, severities, deciders."""
    challenge = lifecycle.take(Challenge, challenge_id)
    permits.require(by, *OFFICE)
    if challenge.stage != ChallengeStage.REVIEW:
        raise Refusal("reviews.not_under_review", say("This challenge is not under review."))
    may_settle(reviews.outcome(challenge))
    table = _table(challenge)
    version = challenge.panel_results.count() + 1
    PanelResult.objects.create(challenge=challenge, version=version, made_at=now(), made_by=by.pk, table=table)
    data = {"version": version, "reviews": len(table["reviews"]), "bids": len(table["bids"]), "close": table["close"]}
    ledger.record("challenges.result_drawn_up", by=by, subject=challenge, data=data)
    return challenge


def _table(challenge: Challenge) -> dict[str, Any]:
    """The panel's table as it is stored. Bids are named by code and number; reviewers by their number."""
    copies = list(
        BlindCopy.objects.filter(bid_id__in=reviews.bids_in(challenge)).select_related("bid").order_by("code")
    )
    if not copies:
        raise Refusal("reviews.no_bid", say("No bid is qualified."), say("Record that no bid qualifies."))
    tasks = list(challenge.reviews.filter(stage=ReviewStage.SIGNED).order_by("number"))
    weights = {row.number: row.weight for row in challenge.review_criteria.all()}
    raw = np.full((len(tasks), len(copies)), np.nan)
    at_copy = {copy.pk: at for at, copy in enumerate(copies)}
    for at, task in enumerate(tasks):
        for row in task.bids.prefetch_related("scores__criterion"):
            if row.copy_id in at_copy:
                points = {score.criterion.number: score.points for score in row.scores.all()}
                raw[at, at_copy[row.copy_id]] = weighted(points, weights)
    awards = 2 if challenge.mode == AwardMode.RACE and len(copies) > 1 else 1
    found = rank([f"R{task.number}" for task in tasks], [copy.code for copy in copies], raw, awards=awards)
    numbers = {copy.code: copy.bid.number for copy in copies}
    return {
        "awards": awards, "close": found.close, "reviews": [task.pk for task in tasks],
        "bids": [copy.bid_id for copy in copies],
        "standings": [
            {"code": one.bid, "number": numbers[one.bid], "rank": one.rank, "score": round(one.score, 2),
             "raw": round(one.raw, 2), "low": round(one.low, 2), "high": round(one.high, 2),
             "first": round(one.first, 3), "best": one.ranks[0], "worst": one.ranks[1]}
            for one in found.standings
        ],
        "reviewers": [{"code": code, "severity": round(severity, 2), "spread": round(spread, 2)}
                      for code, (severity, spread) in found.severity.items()],
        "deciders": [{"code": code, "instead": list(bids)} for code, bids in found.deciders],
        "raw": [[None if np.isnan(one) else round(float(one), 2) for one in row] for row in raw],
        "columns": [copy.code for copy in copies],
    }  # fmt: skip


@transaction.atomic
def negotiate(*, challenge_id: str, by: Account) -> Challenge:
    """Begin to negotiate on the panel's latest result. The draw's seed and the names of the panel become public."""
    challenge = lifecycle.take(Challenge, challenge_id)
    lifecycle.step(challenge, "negotiate", by=by, facts=reviews.outcome(challenge))
    _publish(challenge, by)
    ledger.record("challenges.negotiation_begun", by=by, subject=challenge)
    return challenge


@transaction.atomic
def fail_review(*, challenge_id: str, reason: Paragraph, by: Account) -> Challenge:
    """End a challenge of which no bid qualifies; unfinished reviews close with it."""
    challenge = lifecycle.take(Challenge, challenge_id)
    if not reason.strip():
        raise Refusal("reviews.reason", say("Give a reason."), field="reason")
    in_talks = challenge.stage == ChallengeStage.NEGOTIATION
    lifecycle.step(challenge, "fail", by=by)
    if in_talks:
        take_back_award(challenge_id=challenge.pk, by=by)
    pass_over_bids(challenge_id=challenge.pk, by=by)
    close_reviews(challenge)
    _publish(challenge, by)
    ledger.record("challenges.review_failed", by=by, subject=challenge, data={"reason": reason})
    return challenge


def close_reviews(challenge: Challenge) -> None:
    """Close what reviewers still had to do; part of whatever ends a challenge."""
    for task in challenge.reviews.select_for_update(of=("self",)).filter(stage__in=reviews.AWAITED):
        lifecycle.step(task, "close", by=permits.the_program())


def _publish(challenge: Challenge, by: Account) -> None:
    """Publish the seed and the panel of each draw that was drawn: anybody can draw again and compare."""
    for made in challenge.draws.filter(drawn_at__isnull=False, published_at=None):
        made.published_at = now()
        made.save(update_fields=["published_at"])
        ledger.record("challenges.draw_published", by=by, subject=challenge, data={
            "seed": made.seed, "said": made.said, "seed_hash": made.seed_sha256, "pool": sorted(made.pool),
            "technical": sorted(made.technical), "share": made.share, "panel": _names(challenge),
        })  # fmt: skip


def _names(challenge: Challenge) -> list[str]:
    return [str(task.person) for task in reviews.panel_of(challenge)]
