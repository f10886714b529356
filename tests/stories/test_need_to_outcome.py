"""A need becomes a demand with what it says; an accepted outcome becomes an achievement with the team's shares."""

from __future__ import annotations

import pytest
from tests.factories import challenge_running as world
from tests.factories.matching import hospital, liaison, office, open_need

from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.flows.acceptance_to_achievement import equal_shares, register_outcome
from xinglin.flows.need_to_challenge import post_need_as_challenge
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.refusals import Refusal
from xinglin.transfer.actions.achievements import ContributorRow
from xinglin.transfer.words.achievements import Origin

pytestmark = pytest.mark.django_db


def verb(kind: str, name: str):
    return next(one for one in KINDS[kind].verbs if one.name == name)


def test_a_need_becomes_a_demand_with_what_it_says():
    place, other = hospital("示例市人民医院"), hospital("示例市第二医院")
    asker, stranger = liaison(place), liaison(other)
    need = open_need(place, asker, office())
    post = verb("matching.need", "post_challenge")
    assert post in open_verbs(KINDS["matching.need"], need, asker)
    assert post not in open_verbs(KINDS["matching.need"], need, stranger)

    given = post.prefill(need, asker)
    one = post_need_as_challenge(need_id=need.pk, title=given["title"], problem=given["problem"],
                                 specialties=given["specialties"], by=asker)  # fmt: skip
    assert one.stage == ChallengeStage.DEMAND_DRAFT
    assert (one.title, one.problem, one.need_number) == (need.title, need.body, need.number)
    assert one.organisation_id == place.pk and one.specialty_codes == need.specialty_codes
    with pytest.raises(Refusal):
        post_need_as_challenge(need_id=need.pk, title="示例", problem="示例的问题说明文字", by=stranger)


def test_an_outcome_is_registered_once_it_was_accepted():
    here = world.world()
    [contract] = world.started(here)
    bidder = here.bidders[0]
    rows = [ContributorRow("示例甲", 6_000), ContributorRow("示例乙", 4_000)]
    asked = {"contract_id": contract.pk, "title": "示例成果", "abstract": "示例：达到全部指标。",
             "organisation_id": here.bids[0].organisation_id, "contributors": rows}  # fmt: skip
    with pytest.raises(Refusal) as refused:
        register_outcome(**asked, by=bidder)
    assert refused.value.code == "flows.not_accepted"

    here.challenge.stage = ChallengeStage.PERFORMANCE
    here.challenge.save()
    with pytest.raises(Refusal):
        register_outcome(**asked, by=world.account())
    given = verb("challenges.contract", "register_outcome").prefill(contract, bidder)
    assert sum(row.share_bp for row in given["contributors"]) == 10_000
    assert [row.name for row in given["contributors"]] == [one.name for one in contract.bid.members.all()]
    found = register_outcome(**asked, by=bidder)
    assert (found.origin, found.origin_number) == (Origin.CHALLENGE, here.challenge.number)
    assert list(found.contributors.order_by("ordinal").values_list("share_bp", flat=True)) == [6_000, 4_000]


@pytest.mark.parametrize("count", [0, 1, 3, 7, 60])
def test_equal_shares_make_the_whole(count: int):
    shares = equal_shares(count)
    assert len(shares) == count and (not shares or sum(shares) == 10_000)
    assert all(share >= min(shares) for share in shares) and (not shares or max(shares) - min(shares) < 60)
