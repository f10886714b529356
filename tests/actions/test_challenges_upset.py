"""After an upheld objection to an award: the next in the same ranking, or a new panel, by what was wrong. Nothing leads
back to the same bidder by the same result.
"""

from __future__ import annotations

import pytest
from tests.factories.bonds import account, expert_of, hospital, liaison
from tests.factories.bonds import person as somebody
from tests.factories.challenge_running import PRICE, World, agreed
from tests.factories.matching import ledger_of
from tests.factories.reviews import score, under_review

from xinglin.challenges.actions import awards, negotiations, objections, panels
from xinglin.challenges.models import Bid, Challenge, Review
from xinglin.challenges.queries import reviews as queries
from xinglin.challenges.queries.candidates import ranking
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.calls import AwardFault, NoticeSubject
from xinglin.challenges.words.challenges import AwardMode, ChallengeStage
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
REASONS = "示例：经听证，理由和证据均已核对。"


def refused(code: str):
    return pytest.raises(Refusal, match=code)


def awarded(reviewers: int, *, race: bool = False) -> World:
    """A challenge reviewed, ranked and awarded, its award under notice."""
    one, by, tasks = under_review(bids=3 if race else 2, reviewers=reviewers)
    for task in tasks:
        score(task, {"T1": (90, 80), "T2": (70, 60), "T3": (50, 40)})
    if race:
        Challenge.objects.filter(pk=one.pk).update(mode=AwardMode.RACE, most_fen=3 * PRICE)
    panels.draw_up_result(challenge_id=one.pk, by=by)
    panels.negotiate(challenge_id=one.pk, by=by)
    ranks = ranking(one)
    bids = sorted(Bid.objects.filter(challenge=one), key=lambda bid: ranks[bid.pk])
    here = World(
        challenge=one, bids=bids, office=by, demander=liaison(one.organisation),
        bidders=[account(Role.COMPANY, ("organisation", bid.organisation_id)) for bid in bids],
        experts=[expert_of(somebody()) for _ in range(5)],
    )  # fmt: skip
    here.fresh()
    for place in range(2 if race else 1):
        agreed(here, place)
    awards.announce_award(challenge_id=one.pk, by=by)
    return here


def upheld(here: World, fault: AwardFault, **more: str) -> None:
    row = objections.raise_objection(challenge_id=here.challenge.pk, about=NoticeSubject.AWARD, grounds=REASONS,
                                     by=liaison(hospital()))  # fmt: skip
    objections.hear_objection(objection_id=row.pk, minutes="示例：已听取。", by=here.office)
    objections.uphold_objection(objection_id=row.pk, decision=REASONS, fault=fault, by=here.office, **more)
    here.fresh()


def test_a_bidder_at_fault_makes_way_for_the_next_in_the_same_ranking() -> None:
    here = awarded(5)
    upheld(here, AwardFault.BIDDER)
    assert here.challenge.stage == ChallengeStage.REVIEW
    first = Bid.objects.get(pk=here.bids[0].pk)
    assert (first.stage, first.exclusion_kinds, first.exclusion) == (BidStage.DISQUALIFIED, ["objection"], REASONS)
    panels.negotiate(challenge_id=here.challenge.pk, by=here.office)
    assert here.challenge.panel_results.count() == 1
    with refused("not_qualified") as why:
        negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=first.pk, by=here.office)
    assert str(why.value.next_step) == "Choose the next in the ranking."
    agreed(here, 1)
    awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
    assert here.contracts()[0].bid_id == here.bids[1].pk
    assert "challenges.award_upset" in ledger_of(here.challenge)


def test_a_review_at_fault_is_done_again_by_other_people() -> None:
    here = awarded(11)
    one, by = here.challenge, here.office
    before = set(Review.objects.filter(challenge=one).values_list("person_id", flat=True))
    upheld(here, AwardFault.REVIEW)
    assert here.challenge.stage == ChallengeStage.BID_FORMAL_CHECK
    assert set(Review.objects.filter(challenge=one).values_list("stage", flat=True)) == {"set_aside"}
    # The result that was set aside is good for nothing; each refusal says what comes next.
    for deed, code in ((panels.negotiate, "wrong_stage"), (panels.draw_up_result, "not_under_review"),
                       (panels.begin_review, "no_panel")):  # fmt: skip
        with refused(code) as why:
            deed(challenge_id=one.pk, by=by)
    assert str(why.value.next_step) == "Draw the panel first."
    with refused("wrong_stage"):
        negotiations.begin_talks(challenge_id=one.pk, bid_id=here.bids[0].pk, by=by)
    panels.commit_draw(challenge_id=one.pk, by=by)
    panels.draw_panel(challenge_id=one.pk, said="蓝 8", by=by)
    # The second panel is as secret as the first was.
    assert not queries.is_out(one)
    panels.begin_review(challenge_id=one.pk, by=by)
    with refused("reviews.unsigned"):
        panels.negotiate(challenge_id=one.pk, by=by)
    tasks = queries.panel_of(one)
    assert len(tasks) == 5 and not before & {task.person_id for task in tasks}
    for task in tasks:
        score(task, {"T1": (50, 40), "T2": (90, 80)})
    with refused("reviews.no_result"):
        panels.negotiate(challenge_id=one.pk, by=by)
    panels.draw_up_result(challenge_id=one.pk, by=by)
    panels.negotiate(challenge_id=one.pk, by=by)
    assert queries.is_out(one)
    here.fresh()
    with refused("not_next"):
        negotiations.begin_talks(challenge_id=one.pk, bid_id=here.bids[0].pk, by=by)
    negotiations.begin_talks(challenge_id=one.pk, bid_id=here.bids[1].pk, by=by)
    assert "challenges.review_set_aside" in ledger_of(one)


def test_in_a_race_only_the_bid_that_is_named_loses_its_place() -> None:
    here = awarded(5, race=True)
    for more in ({}, {"bid_id": here.bids[2].pk}):
        with refused("which_bid"):
            upheld(here, AwardFault.BIDDER, **more)
        assert here.fresh().stage == ChallengeStage.OBJECTION
    row = here.challenge.objections.filter(stage="heard").first()
    objections.uphold_objection(objection_id=row.pk, decision=REASONS, fault=AwardFault.BIDDER,
                                bid_id=here.bids[1].pk, by=here.office)  # fmt: skip
    assert list(Bid.objects.filter(stage=BidStage.DISQUALIFIED)) == [here.bids[1]]
    panels.negotiate(challenge_id=here.challenge.pk, by=here.office)
    here.fresh()
    for place in (0, 2):
        agreed(here, place)
    awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
    assert [one.bid_id for one in here.contracts()] == [here.bids[0].pk, here.bids[2].pk]


def test_with_the_only_bidder_at_fault_the_challenge_fails() -> None:
    here = awarded(5)
    here.bids[1].__class__.objects.filter(pk=here.bids[1].pk).update(stage=BidStage.DISQUALIFIED)
    upheld(here, AwardFault.BIDDER)
    with refused("reviews.no_bid"):
        panels.draw_up_result(challenge_id=here.challenge.pk, by=here.office)
    panels.fail_review(challenge_id=here.challenge.pk, reason="示例：无合格揭榜方", by=here.office)
    assert here.fresh().stage == ChallengeStage.FAILED
