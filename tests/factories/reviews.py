"""Challenges with opened bids, people who may review them, and the panel at work. Everything invented is marked 示例."""

from __future__ import annotations

from typing import Any

from tests.factories.bonds import account, expert_of
from tests.factories.challenges import challenge, company, hospital, opened_bid, person

from xinglin.challenges.actions import copies, panels, reviewing
from xinglin.challenges.models import BlindCopy, Challenge, Review
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Evidence, PersonSpecialty

FIELD = "03.02"


def office() -> Account:
    return account(Role.SECRETARIAT)


def reviewer(name: str = "", *, since: int = 2005, **more: Any) -> Any:
    one = person(name, **more)
    one.account = expert_of(one)
    Account.objects.filter(pk=one.account.pk).update(person_id=one.pk)
    PersonSpecialty.objects.create(person=one, code=FIELD, main=True)
    Evidence.objects.create(person=one, kind="paper", title=f"示例论文 {one.pk}", year=since)
    return one


def case(bids: int = 2, reviewers: int = 8) -> tuple[Challenge, Account, list[Any]]:
    """A challenge whose bids are opened and qualified, and people who may review it."""
    one = challenge(hospital("示例需求医院"), stage=ChallengeStage.BID_FORMAL_CHECK, specialty_codes=[FIELD])
    for n in range(bids):
        house = company(f"示例云岭{n}科技有限公司")
        opened_bid(
            one, organisation=house, stage=BidStage.QUALIFIED,
            members=((f"秦望舒{'甲乙丙丁'[n]}", f"示例云岭{n}大学", f"1380000000{n}", f"q{n}@own{n}.example"),),
            attachments=((f"方案{n}.docx", str(n) * 64, "", f"示例正文{n}：由秦望舒{'甲乙丙丁'[n]}在示例云岭{n}大学完成。"),),
            route=f"第{n}条路线，电话1380000000{n}。",
        )  # fmt: skip
    return one, office(), [reviewer() for _ in range(reviewers)]


def prepared(one: Challenge, by: Account) -> None:
    panels.set_review_criteria(
        challenge_id=one.pk, criteria=[panels.CriterionRow("创新", 60), panels.CriterionRow("可行", 40)], by=by
    )
    copies.prepare_copies(challenge_id=one.pk, by=by)
    for copy in BlindCopy.objects.filter(challenge=one):
        copies.release_copy(copy_id=copy.pk, by=by)
    panels.commit_draw(challenge_id=one.pk, by=by)
    panels.draw_panel(challenge_id=one.pk, said="红 17", by=by)


def under_review(**more: int) -> tuple[Challenge, Account, list[Review]]:
    one, by, _people = case(**more)
    prepared(one, by)
    panels.begin_review(challenge_id=one.pk, by=by)
    return one, by, list(Review.objects.filter(challenge=one).order_by("number"))


def hand_of(task: Review) -> Account:
    return Account.objects.get(person_id=task.person_id)


def score(task: Review, points: dict[str, tuple[int, int]] | None = None) -> None:
    by = hand_of(task)
    reviewing.confirm_no_conflict(review_id=task.pk, no_conflict=True, by=by)
    for row in task.bids.select_related("copy"):
        given = (points or {}).get(row.copy.code, (80, 60))
        rows = [reviewing.PointsRow(number, one) for number, one in enumerate(given, start=1)]
        reviewing.score_bid(review_id=task.pk, code=row.copy.code, scores=rows, opinion="示例意见", by=by)
    reviewing.sign_review(review_id=task.pk, by=by)
