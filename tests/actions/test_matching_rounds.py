"""Assignment rounds: computed in the background, confirmed by people; impossible ones say what to relax."""

from __future__ import annotations

import pytest
from tests.factories.matching import hospital, ledger_of, liaison, office, open_need, skilled

from xinglin.kernel import jobs
from xinglin.kernel.models import Job
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import JobState
from xinglin.matching.actions import rounds
from xinglin.matching.models import Docking, Proposal, Round
from xinglin.matching.queries.rounds import proposals_for, rounds_for
from xinglin.matching.rules.rounds import QuotaRow
from xinglin.matching.words.rounds import Objective, ProposalStage, QuotaOn, QuotaPer, RoundStage
from xinglin.roster.actions import people

pytestmark = pytest.mark.django_db
TEXTS = ("腹腔镜肝癌切除手术三百例", "肝癌综合治疗与腹腔镜肝切除的并发症", "肝癌腹腔镜手术的围手术期管理与示教")


@pytest.fixture
def secretariat():
    return office()


def alliance(secretariat, experts=3, needs=2):
    places = [hospital() for _ in range(needs)]
    found = [open_need(place, liaison(place), secretariat, title=f"示例需求{at}") for at, place in enumerate(places)]
    people_ = [skilled(f"示例专家{at}号", TEXTS[at % 3], "04.03", load_limit=1) for at in range(experts)]
    return found, people_


def solved(round_, by):
    rounds.compute_round(round_id=round_.pk, by=by)
    jobs.work_off()
    return Round.objects.get(pk=round_.pk)


@pytest.mark.parametrize("objective", list(Objective))
def test_a_round_proposes_and_people_confirm(secretariat, objective):
    needs, _experts = alliance(secretariat)
    round_ = solved(rounds.open_round(title="示例第一轮", objective=objective, by=secretariat), secretariat)
    assert round_.stage == RoundStage.PROPOSED and round_.optimal and round_.gap_sentence["zh"] == "已证明最优。"
    proposals = list(proposals_for(secretariat).filter(round=round_))
    assert len(proposals) == 2 and len({one.person_id for one in proposals}) == 2, "one expert takes one need"
    assert all(one.reasons and one.score > 0 for one in proposals)
    assert not Docking.objects.exists(), "the machine begins nothing"
    own = liaison(needs[0].organisation)
    mine = [one for one in proposals if one.need_id == needs[0].pk]
    assert list(proposals_for(own)) == mine and not rounds_for(own).exists()
    docking = rounds.confirm_proposal(proposal_id=mine[0].pk, by=own)
    assert docking.answering_person_id == mine[0].person_id
    rounds.finish_round(round_id=round_.pk, by=secretariat)
    assert sorted(Proposal.objects.values_list("stage", flat=True)) == [ProposalStage.CONFIRMED, ProposalStage.REJECTED]
    assert ledger_of(round_)[-1] == "matching.round_confirmed"


def test_what_is_impossible_says_what_to_relax(secretariat):
    alliance(secretariat, experts=1, needs=2)
    round_ = solved(rounds.open_round(title="示例第二轮", by=secretariat), secretariat)
    assert round_.stage == RoundStage.INFEASIBLE and round_.relax
    assert all(told["zh"].endswith("。") and told["en"].endswith(".") for told in round_.relax)
    rounds.change_round(round_id=round_.pk, title="示例第二轮", cover_needs=1, by=secretariat)
    assert solved(round_, secretariat).stage == RoundStage.PROPOSED


def test_a_quota_is_counted_and_named(secretariat):
    alliance(secretariat)
    quota = QuotaRow(QuotaOn.SENIORITY, "副高", at_least=1, quota_per=QuotaPer.TOTAL)
    round_ = solved(rounds.open_round(title="示例第三轮", quotas=[quota], by=secretariat), secretariat)
    assert round_.stage == RoundStage.INFEASIBLE
    assert "副高职称" in "".join(told["zh"] for told in round_.relax)
    skilled("示例副高", TEXTS[0], "04.03", title_rank="associate")
    rounds.change_round(round_id=round_.pk, title="示例第三轮", quotas=[quota], by=secretariat)
    round_ = solved(round_, secretariat)
    assert round_.stage == RoundStage.PROPOSED
    assert round_.proposals.filter(person__title_rank="associate").count() >= 1


def test_who_refuses_is_in_no_round_and_leaves_one_that_is_open(secretariat):
    _needs, experts = alliance(secretariat, experts=3, needs=1)
    people.refuse_automation(person_id=experts[0].pk, by=secretariat)
    round_ = solved(rounds.open_round(title="示例", per_need=2, by=secretariat), secretariat)
    assert experts[0].pk not in round_.proposals.values_list("person_id", flat=True)
    later = round_.proposals.first()
    people.refuse_automation(person_id=later.person_id, by=secretariat)
    assert later not in proposals_for(secretariat)
    with pytest.raises(Refusal, match="no_longer_ranked"):
        rounds.confirm_proposal(proposal_id=later.pk, by=secretariat)
    rounds.confirm_all(round_id=round_.pk, by=secretariat)
    assert [one.answering_person_id for one in Docking.objects.all()] == [
        one.person_id for one in Proposal.objects.filter(stage=ProposalStage.CONFIRMED)
    ]
    assert not Docking.objects.filter(answering_person_id=later.person_id).exists()


def test_nobody_who_fits_is_a_sentence_and_the_round_can_be_tried_again(secretariat):
    alliance(secretariat, experts=0, needs=1)
    round_ = solved(rounds.open_round(title="示例", by=secretariat), secretariat)
    assert round_.stage == RoundStage.FAILED and "Nobody" in round_.failure["say"]
    assert Job.objects.get(pk=round_.job_id).state == JobState.FAILED


def test_a_computation_can_be_stopped(secretariat):
    alliance(secretariat)
    round_ = rounds.open_round(title="示例", by=secretariat)
    rounds.compute_round(round_id=round_.pk, by=secretariat)
    stopped = rounds.stop_round(round_id=round_.pk, by=secretariat)
    jobs.work_off()
    assert stopped.stage == RoundStage.FAILED
    assert Job.objects.get(pk=stopped.job_id).state == JobState.CANCELLED and not Proposal.objects.exists()


def test_refusals_of_a_round(secretariat):
    with pytest.raises(Refusal, match="round_empty"):
        rounds.open_round(title="示例", by=secretariat)
    needs, _experts = alliance(secretariat)
    with pytest.raises(Refusal, match="cover_many"):
        rounds.open_round(title="示例", cover_needs=9, by=secretariat)
    with pytest.raises(Refusal, match="quota_contradicts"):
        rounds.open_round(title="示例", quotas=[QuotaRow(QuotaOn.HOME_TOWN, "是", 3, 1)], by=secretariat)
    with pytest.raises(Refusal, match="quota_rank"):
        rounds.open_round(title="示例", quotas=[QuotaRow(QuotaOn.SENIORITY, "院士级", 1)], by=secretariat)
    with pytest.raises(Refusal, match="not_yours"):
        rounds.open_round(title="示例", by=liaison(needs[0].organisation))
    with pytest.raises(Refusal, match="round_closed_need"):
        rounds.open_round(title="示例", need_ids=["01HXXXXXXXXXXXXXXXXXXXXXXX"], by=secretariat)
