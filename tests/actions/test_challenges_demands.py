"""Demands, their argumentation and the list: who may, what is refused, who is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from tests.factories.bonds import account, expert_of, hospital, liaison, person
from tests.factories.calls import INDICATOR, announced, argued, drafted, experts, score, secretariat
from tests.factories.matching import ledger_of

from xinglin.challenges.actions import argument, calls, demands
from xinglin.challenges.models import Appraisal, Challenge, ListEdition, PublicNotice
from xinglin.challenges.queries.appraisals import appraisals_for
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.calls import CriterionSet, Openness
from xinglin.challenges.words.challenges import BudgetSource, ChallengeStage
from xinglin.kernel import configuration
from xinglin.kernel.clock import at, now, today
from xinglin.kernel.inbox import awaiting
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.models import ConflictOfInterest
from xinglin.roster.models import Affiliation

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return secretariat()


@pytest.fixture
def place():
    return hospital()


@pytest.fixture
def writer(place):
    return liaison(place)


def refused(code, deed, **given):
    with pytest.raises(Refusal) as why, transaction.atomic():
        deed(**given)
    assert why.value.code == code
    return why.value


def test_a_demand_goes_from_its_draft_to_the_list(office, place, writer):
    panel = experts(5)
    one = argued(office, panel, place=place, by=writer)
    assert one.stage == ChallengeStage.ARGUMENTATION and one.case_manager == office
    one = argument.approve_demand(challenge_id=one.pk, by=office)
    assert (one.stage, one.mean_centi) == (ChallengeStage.LIST_APPROVED, 8000)
    argument.agree_list_text(challenge_id=one.pk, by=writer)
    one = calls.announce_list(challenge_id=one.pk, by=office)
    notice = PublicNotice.objects.get(challenge=one)
    assert (notice.opened_on, notice.ends_on) == (today(), today() + timedelta(days=9))
    assert notice.edition.version == 1 and notice.edition.entries[0]["number"] == one.number
    assert ledger_of(one) == [
        "challenges.demand_drafted", "challenges.demand_submitted", "challenges.demand_taken_up",
        "challenges.check_passed", "challenges.demand_approved", "challenges.list_text_agreed",
        "challenges.notice_opened", "challenges.list_announced",
    ]  # fmt: skip
    assert Notice.objects.filter(account=writer, event="challenges.list_announced").exists()


def test_the_list_says_what_its_demander_agreed_to(office, place, writer):
    """巴中 2025: the text is agreed with the demander after the argumentation, then published."""
    one = argued(office, experts(5), place=place, by=writer)
    refused("machine.wrong_stage", argument.agree_list_text, challenge_id=one.pk, by=writer)
    argument.approve_demand(challenge_id=one.pk, by=office)
    agree = {"deed": argument.agree_list_text, "challenge_id": one.pk}
    announce = {"deed": calls.announce_list, "challenge_id": one.pk, "by": office}
    verbs = {who: {item.move.name for item in awaiting(who) if item.dossier.pk == one.pk} for who in (writer, office)}
    assert "agree_text" in verbs[writer] and "announce" not in verbs[office]
    why = refused("challenges.text_not_agreed", **announce)
    assert why.next_step is not None
    refused("challenges.text_on_paper", **agree, by=office)
    refused("challenges.text_on_paper", **agree, by=liaison(hospital()))
    argument.agree_list_text(challenge_id=one.pk, by=writer)
    assert Notice.objects.filter(account=office, event="challenges.list_text_agreed").exists()
    refused("challenges.text_agreed", **agree, by=writer)
    # Another wording is another text.
    demands.change_demand(challenge_id=one.pk, title="示例：秘书处改过的标题", problem=one.problem, by=office)
    refused("challenges.text_not_agreed", **announce)
    argument.agree_list_text(challenge_id=one.pk, paper="示例：档案柜甲", by=office)
    assert calls.announce_list(challenge_id=one.pk, by=office).stage == ChallengeStage.LIST_NOTICE


def test_where_no_consent_is_asked_the_list_is_announced_without(office):
    configuration.set_rule(key="challenges.demander_agrees", value=False, valid_from=today(),
                           source_document="示例办法", by=office)  # fmt: skip
    one = argued(office, experts(5))
    argument.approve_demand(challenge_id=one.pk, by=office)
    assert calls.announce_list(challenge_id=one.pk, by=office).text_agreed_on is None


def test_a_stranger_sees_a_demand_from_the_announcement_on(office, place, writer):
    one = argued(office, experts(5), place=place, by=writer)
    stranger = liaison(hospital())
    assert not challenges_for(None).filter(pk=one.pk).exists()
    assert not challenges_for(stranger).filter(pk=one.pk).exists()
    assert challenges_for(writer).filter(pk=one.pk).exists()
    argument.approve_demand(challenge_id=one.pk, by=office)
    assert not appraisals_for(None).filter(challenge=one).exists()
    argument.agree_list_text(challenge_id=one.pk, by=writer)
    calls.announce_list(challenge_id=one.pk, by=office)
    assert challenges_for(None).filter(pk=one.pk).exists()
    # Names and scores of the experts are published with the list.
    assert appraisals_for(None).filter(challenge=one).count() == 5


def test_what_is_for_the_alliance_alone_is_not_shown_to_the_public(office):
    one = announced(office, openness=Openness.ALLIANCE)
    assert not challenges_for(None).filter(pk=one.pk).exists()
    assert not challenges_for(account(Role.RESIDENT, ("person", "x"))).filter(pk=one.pk).exists()
    assert challenges_for(liaison(hospital())).filter(pk=one.pk).exists()


def test_an_expert_reads_what_they_argue_and_nobody_elses_opinion(office, place, writer):
    panel = experts(5)
    one = argued(office, panel, place=place, by=writer)
    _, first = panel[0]
    assert challenges_for(first).filter(pk=one.pk).exists()
    assert [row.person for row in appraisals_for(first)] == [panel[0][0]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"budget": [demands.BudgetRow(BudgetSource.OWN, 1)]}, "challenges.budget_sum"),
        ({"milestones": [demands.MilestoneRow("示例", 25, 100)]}, "challenges.milestones_long"),
        ({"milestones": [demands.MilestoneRow("示例", 12, 99)]}, "challenges.milestones_share"),
        ({"milestones": [demands.MilestoneRow("示例", 12, 40), demands.MilestoneRow("示例", 12, 60)]},
         "challenges.milestones_order"),
        ({"indicators": [demands.IndicatorRow("示例", "%", Decimal("0.00001"), "示例")]},
         "challenges.target_decimals"),
        ({"indicators": [INDICATOR] * 31}, "challenges.many_rows"),
        ({"months": 61}, "challenges.months"),
        ({"specialties": ["绝无此科"]}, "specialty.unknown"),
        ({"region": "绝无此地"}, "region.unknown"),
    ],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_refused_and_nothing_is_kept(place, writer, change, code):
    refused(code, drafted, place=place, by=writer, **change)
    assert not Challenge.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"problem": "示例：太短"}, "challenges.problem_short"),
        ({"end_user": None}, "challenges.no_end_user"),
        ({"indicators": []}, "challenges.no_indicator"),
        ({"indicators": [demands.IndicatorRow(" ", "%", Decimal(1), "示例")]}, "challenges.indicator_incomplete"),
    ],
)
def test_what_nobody_could_judge_is_not_submitted(place, writer, change, code):
    one = drafted(place, writer, **change)
    refused(code, demands.submit_demand, challenge_id=one.pk, by=writer)


def test_only_the_demander_and_the_secretariat_write(office, place, writer):
    refused("permits.not_yours", drafted, place=place, by=liaison(hospital()))
    one = drafted(place, writer)
    refused("permits.not_yours", demands.submit_demand, challenge_id=one.pk, by=liaison(hospital()))
    demands.submit_demand(challenge_id=one.pk, by=writer)
    fields = {"title": "示例：新题", "problem": one.problem, "indicators": [INDICATOR], "by": writer}
    refused("challenges.not_writable", demands.change_demand, challenge_id=one.pk, **fields)
    demands.take_up_demand(challenge_id=one.pk, by=office)
    demands.change_demand(challenge_id=one.pk, **{**fields, "by": office})
    one.refresh_from_db()
    assert one.title == "示例：新题" and one.indicators.count() == 1 and one.budget_lines.count() == 0
    assert Notice.objects.filter(account=writer, event="challenges.demand_changed").exists()
    demands.send_back_demand(challenge_id=one.pk, remark="示例：请补来源", by=office)
    demands.withdraw_demand(challenge_id=one.pk, reason="示例：另有安排", by=writer)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.CANCELLED and not challenges_for(None).filter(pk=one.pk).exists()


@pytest.fixture
def checked(office, place, writer):
    """A demand whose check the secretariat has begun."""
    one = drafted(place, writer)
    demands.submit_demand(challenge_id=one.pk, by=writer)
    return demands.take_up_demand(challenge_id=one.pk, by=office)


def test_who_is_partial_does_not_argue(office, place, checked):
    worker, former, cleared, declared, paid, long_ago = (person() for _ in range(6))
    for one in (worker, former, cleared, declared, paid, long_ago):
        expert_of(one)
    Affiliation.objects.create(person=worker, organisation=place)
    Affiliation.objects.create(person=former, organisation=place, until=today() - timedelta(days=700))
    Affiliation.objects.create(person=cleared, organisation=place, until=today() - timedelta(days=4 * 365))
    ConflictOfInterest.objects.create(person=declared, organisation=place, kind="other", since=today(),
                                      stage="declared")  # fmt: skip
    for one, days in ((paid, 700), (long_ago, 4 * 365)):
        ConflictOfInterest.objects.create(person=one, organisation=place, kind="funding", stage="ended",
                                          since=date(2020, 1, 1), until=today() - timedelta(days=days))  # fmt: skip
    for one in (worker, former, declared, paid):
        refused("challenges.expert_partial", demands.pass_check, challenge_id=checked.pk, experts=[one.pk], by=office)
    demands.pass_check(challenge_id=checked.pk, experts=[cleared.pk, long_ago.pk], by=office)


def test_an_expert_is_asked_once_and_can_answer(office, checked):
    asked, silent = person(), person()
    expert_of(asked)
    refused("challenges.expert_without_account", demands.pass_check, challenge_id=checked.pk, experts=[silent.pk],
            by=office)  # fmt: skip
    refused("challenges.expert_twice", demands.pass_check, challenge_id=checked.pk, experts=[asked.pk, asked.pk],
            by=office)  # fmt: skip
    demands.pass_check(challenge_id=checked.pk, experts=[asked.pk], by=office)
    refused("challenges.expert_twice", argument.ask_experts, challenge_id=checked.pk, experts=[asked.pk], by=office)
    refused("permits.not_yours", argument.ask_experts, challenge_id=checked.pk, experts=[silent.pk],
            by=liaison(hospital()))  # fmt: skip
    refused("references.unknown", argument.ask_experts, challenge_id=checked.pk, experts=["nobody"], by=office)


def test_nobody_is_expert_and_manager_of_one_case(office, checked):
    both = person()
    expert = expert_of(both)
    from xinglin.kernel import permits

    permits.grant(account=expert, role=Role.SECRETARIAT, by=permits.the_program())
    demands.take_case(challenge_id=checked.pk, by=expert)
    refused("challenges.expert_and_manager", demands.pass_check, challenge_id=checked.pk, experts=[both.pk], by=office)
    demands.take_case(challenge_id=checked.pk, by=office)
    demands.pass_check(challenge_id=checked.pk, experts=[both.pk], by=office)
    refused("challenges.expert_and_manager", demands.take_case, challenge_id=checked.pk, by=expert)
    refused("permits.not_yours", demands.take_case, challenge_id=checked.pk, by=liaison(hospital()))


def test_an_opinion_scores_each_criterion_once(office, checked):
    (one, signs), (_, other) = experts(2)
    demands.pass_check(challenge_id=checked.pk, criterion_set=CriterionSet.INDUSTRIAL, experts=[one.pk], by=office)
    row = Appraisal.objects.get(person=one)
    general = [argument.ScoreRow(c, 50) for c in ("necessity", "innovation", "feasibility", "benefit")]
    twice = [argument.ScoreRow("industry", 50), argument.ScoreRow("industry", 50)]
    for rows in (general, twice, []):
        refused("challenges.criteria", argument.sign_appraisal, appraisal_id=row.pk, scores=rows, opinion="示例",
                by=signs)  # fmt: skip
    refused("permits.not_yours", score, row=row, by=other)
    refused("permits.not_yours", score, row=row, by=office)
    score(row, signs, 71)
    row.refresh_from_db()
    assert row.mean_centi == 7100 and row.scores.count() == 4
    refused("machine.wrong_stage", argument.release_expert, appraisal_id=row.pk, reason="示例", by=office)


def test_a_list_needs_enough_opinions_and_the_mark(office, checked):
    panel = experts(6)
    demands.pass_check(challenge_id=checked.pk, experts=[p.pk for p, _ in panel], by=office)
    rows = {row.person_id: row for row in Appraisal.objects.filter(challenge=checked)}
    for one, signs in panel[:4]:
        score(rows[one.pk], signs, 55)
    refused("challenges.few_opinions", argument.approve_demand, challenge_id=checked.pk, by=office)
    score(rows[panel[4][0].pk], panel[4][1], 55)
    refused("challenges.opinions_open", argument.approve_demand, challenge_id=checked.pk, by=office)
    argument.decline_appraisal(appraisal_id=rows[panel[5][0].pk].pk, reason="示例：时间冲突", by=panel[5][1])
    refused("challenges.below_mark", argument.approve_demand, challenge_id=checked.pk, by=office)
    configuration.set_rule(key="challenges.pass_mark", value=55, valid_from=today(), source_document="示例办法",
                           by=office)  # fmt: skip
    assert argument.approve_demand(challenge_id=checked.pk, by=office).mean_centi == 5500


def test_rejecting_tells_the_demander_and_frees_the_experts(office, writer, checked):
    (one, signs), *_rest = experts(2)
    demands.pass_check(challenge_id=checked.pk, experts=[one.pk], by=office)
    demands.reject_demand(challenge_id=checked.pk, reason="示例：已有成熟产品", by=office)
    row = Appraisal.objects.get(person=one)
    assert row.stage == "released"
    assert Notice.objects.filter(account=writer, event="challenges.demand_rejected").exists()
    refused("challenges.not_argued", score, row=row, by=signs)
    refused("challenges.over", demands.take_case, challenge_id=checked.pk, by=office)


def test_several_are_announced_in_one_version_or_none(office):
    first, second = argued(office, experts(5)), argued(office, experts(5))
    argument.approve_demand(challenge_id=first.pk, by=office)
    argument.agree_list_text(challenge_id=first.pk, by=first.contact)
    why = refused("machine.wrong_stage", calls.announce_list, challenge_id=first.pk, others=[second.pk], by=office)
    assert why.field == "others" and not ListEdition.objects.exists()
    argument.approve_demand(challenge_id=second.pk, by=office)
    given = {"challenge_id": first.pk, "others": [second.pk], "by": office}
    assert refused("challenges.text_not_agreed", calls.announce_list, **given).field == "others"
    argument.agree_list_text(challenge_id=second.pk, paper="示例：档案柜甲", by=office)
    calls.announce_list(challenge_id=first.pk, others=[second.pk, first.pk], by=office)
    assert [len(one.entries) for one in ListEdition.objects.all()] == [2]
    assert PublicNotice.objects.count() == 2


def test_working_days_make_the_notice_longer(office):
    for key, value in (("challenges.notice_days", 5), ("challenges.notice_working", True)):
        configuration.set_rule(key=key, value=value, valid_from=today(), source_document="示例办法", by=office)
    with at(now()):
        notice = PublicNotice.objects.get(challenge=announced(office))
    days = [notice.opened_on + timedelta(days=n) for n in range((notice.ends_on - notice.opened_on).days + 1)]
    assert sum(day.weekday() < 5 for day in days) == 5 and notice.ends_on.weekday() < 5
