"""Calls: published behind their guards, closed at their second, asked about, objected to, cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import sealing
from tests.factories.bonds import account, expert_of, hospital, liaison
from tests.factories.calls import announced, drafted, experts, published, score, secretariat, with_keys
from tests.factories.challenges import challenge as at_stage
from tests.factories.matching import ledger_of, skilled

from xinglin.challenges.actions import argument, calls, demands, objections, questions
from xinglin.challenges.models import Appraisal, CallQuestion, CallReminder, Challenge, Objection, PublicNotice
from xinglin.challenges.queries.calls import calls_for, standing_of
from xinglin.challenges.queries.objections import objections_for
from xinglin.challenges.queries.questions import questions_for
from xinglin.challenges.words.calls import AwardFault, NoticeSubject, Standing
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import calendar, permits
from xinglin.kernel.clock import at, now, today
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    sealing.cheap_keys(monkeypatch)


@pytest.fixture
def office():
    return secretariat()


def refused(code, deed, **given):
    with pytest.raises(Refusal) as why, transaction.atomic():
        deed(**given)
    assert why.value.code == code
    return why.value


def test_publishing_needs_the_notice_over_keys_and_a_deadline_far_enough(office):
    began = now()
    one = announced(office)
    given = {"challenge_id": one.pk, "closes_at": began + timedelta(days=60), "by": office}
    refused("challenges.notice_runs", calls.publish_call, **given)
    with at(began + timedelta(days=9)):
        refused("challenges.notice_runs", calls.publish_call, **given)
    with at(began + timedelta(days=10)):
        refused("challenges.keys_missing", calls.publish_call, **given)
        with_keys(one, office)
        for days, code in ((-1, "past"), (0, "past"), (19, "near"), (400, "far")):
            given["closes_at"] = now() + timedelta(days=days)
            refused(f"challenges.deadline_{code}", calls.publish_call, **given)
        given["closes_at"] = now() + timedelta(days=21)
        refused("permits.not_yours", calls.publish_call, **{**given, "by": liaison(hospital())})
        one = calls.publish_call(**given)
    assert one.stage == ChallengeStage.PUBLISHED and ledger_of(one)[-1] == "challenges.call_published"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ip_clause": None}, "challenges.no_ip_clause"),
        ({"most_fen": None, "budget": None}, "challenges.no_amount"),
        ({"most_fen": 0, "budget": None}, "challenges.no_amount"),
    ],
)
def test_a_call_without_an_amount_or_a_clause_is_not_published(office, change, code):
    began = now()
    one = with_keys(announced(office, **change), office)
    with at(began + timedelta(days=11)):
        refused(code, calls.publish_call, challenge_id=one.pk, closes_at=now() + timedelta(days=30), by=office)


def test_a_call_closes_at_its_second_by_the_worker_or_by_whoever_comes_first(office):
    one = published(office)
    second = one.closes_at
    with at(second - timedelta(microseconds=1)):
        assert calls.close_calls(by=permits.the_program()) == 0 and standing_of(one) is Standing.OPEN
    with at(second):
        # The public sees it closed whatever the worker has done.
        assert standing_of(one) is Standing.CLOSED
        assert not calls_for(None, Standing.OPEN).exists() and calls_for(None, Standing.CLOSED).exists()
        refused("challenges.too_late", questions.ask_question, challenge_id=one.pk, question="示例？",
                by=liaison(hospital()))  # fmt: skip
        assert calls.close_if_due(challenge_id=one.pk, by=office).stage == ChallengeStage.CLOSED
        entry = LedgerEntry.objects.get(event="challenges.call_closed")
        assert entry.actor_id == permits.the_program().pk
        assert calls.close_calls(by=permits.the_program()) == 0
    with at(second + calls.STILL_WRITTEN):
        assert "challenges.close_calls" in calendar.EACH_MINUTE
        assert calendar.EACH_MINUTE["challenges.close_calls"]() == 1
        one.refresh_from_db()
        assert one.stage == ChallengeStage.NO_BID and standing_of(one) is Standing.ENDED
        assert Notice.objects.filter(account=one.contact, event="challenges.call_lapsed").exists()


def test_a_call_with_a_sealed_bid_stays_closed(office):
    here = sealing.call()
    sealing.bid(here)
    with at(here.challenge.closes_at + timedelta(hours=1)):
        calls.close_calls(by=permits.the_program())
        here.challenge.refresh_from_db()
        assert here.challenge.stage == ChallengeStage.CLOSED
        assert calls.close_calls(by=permits.the_program()) == 0


def test_a_deadline_is_only_moved_later_and_only_before_it(office):
    one = published(office)
    given = {"challenge_id": one.pk, "reason": "示例：补充数据", "by": office}
    refused("challenges.deadline_earlier", calls.prolong_call, closes_at=one.closes_at, **given)
    refused("permits.not_yours", calls.prolong_call, closes_at=one.closes_at + timedelta(days=1),
            **{**given, "by": one.contact})  # fmt: skip
    with at(one.closes_at):
        refused("challenges.deadline_over", calls.prolong_call, closes_at=now() + timedelta(days=5), **given)
    later = calls.prolong_call(closes_at=one.closes_at + timedelta(days=5), **given)
    assert later.closes_at == one.closes_at + timedelta(days=5)
    refused("challenges.not_open", calls.prolong_call, closes_at=now() + timedelta(days=5),
            **{**given, "challenge_id": drafted().pk})  # fmt: skip


def test_a_question_is_answered_for_all_and_nobody_learns_who_asked(office):
    one = published(office)
    asker, other = liaison(hospital()), liaison(hospital())
    row = questions.ask_question(challenge_id=one.pk, question="示例：数据可否出境？", by=asker)
    assert questions_for(asker).exists() and questions_for(one.contact).exists()
    assert not questions_for(other).exists() and not questions_for(None).exists()
    assert LedgerEntry.objects.get(event="challenges.question_asked").actor_id == permits.the_program().pk
    refused("permits.not_yours", questions.answer_question, question_id=row.pk, answer="示例", by=other)
    questions.answer_question(question_id=row.pk, answer="示例：不可。", by=one.contact)
    assert questions_for(None).get().answer == "示例：不可。"
    assert Notice.objects.filter(account=asker, event="challenges.question_answered").exists()
    spam = questions.ask_question(challenge_id=one.pk, question="示例：能否私下见面？", by=asker)
    questions.decline_question(question_id=spam.pk, answer="示例：与榜单无关。", by=one.contact)
    assert questions_for(None).count() == 1 and questions_for(asker).count() == 2
    refused("permits.not_yours", questions.ask_question, challenge_id=one.pk, question="示例？",
            by=account(Role.RESIDENT, ("person", "x")))  # fmt: skip
    refused("absent", questions.ask_question, challenge_id=drafted().pk, question="示例？", by=asker)


def test_one_account_does_not_flood_a_call_with_questions(office):
    one = published(office)
    asker = liaison(hospital())
    for n in range(questions.MOST_OPEN):
        questions.ask_question(challenge_id=one.pk, question=f"示例问题{n}", by=asker)
    refused("challenges.many_questions", questions.ask_question, challenge_id=one.pk, question="示例", by=asker)


GROUNDS = "示例：该榜单与在研项目重复，请核对立项文件。"


def test_an_objection_to_the_list_holds_up_publication_until_it_is_dismissed(office):
    began = now()
    one = with_keys(announced(office), office)
    objector = account(Role.RESIDENT, ("person", "示例"))
    refused("challenges.grounds_short", objections.raise_objection, challenge_id=one.pk, about=NoticeSubject.LIST,
            grounds="不服", by=objector)  # fmt: skip
    refused("challenges.nothing_under_notice", objections.raise_objection, challenge_id=one.pk,
            about=NoticeSubject.AWARD, grounds=GROUNDS, by=objector)  # fmt: skip
    row = objections.raise_objection(challenge_id=one.pk, about=NoticeSubject.LIST, grounds=GROUNDS, by=objector)
    assert objections_for(objector).get() == row and not objections_for(one.contact).exists()
    with at(began + timedelta(days=11)):
        publish = {"challenge_id": one.pk, "closes_at": now() + timedelta(days=30), "by": office}
        refused("challenges.objection_open", calls.publish_call, **publish)
        refused("machine.wrong_stage", objections.dismiss_objection, objection_id=row.pk, decision="示例" * 10,
                by=office)  # fmt: skip
        refused("permits.not_yours", objections.hear_objection, objection_id=row.pk, minutes="示例", by=one.contact)
        objections.hear_objection(objection_id=row.pk, minutes="示例：已电话听取。", by=office)
        refused("challenges.reasons_short", objections.dismiss_objection, objection_id=row.pk, decision="驳回",
                by=office)  # fmt: skip
        objections.dismiss_objection(objection_id=row.pk, decision="示例：经核对，两项目目标不同。", by=office)
        calls.publish_call(**publish)
    assert Notice.objects.filter(account=objector, event="challenges.objection_decided").exists()


def test_an_objection_after_the_term_is_refused_with_its_reason(office):
    began = now()
    one = announced(office)
    given = {"challenge_id": one.pk, "about": NoticeSubject.LIST, "grounds": GROUNDS}
    with at(began + timedelta(days=9)):
        objections.raise_objection(**given, by=liaison(hospital()))
    with at(began + timedelta(days=10)):
        why = refused("challenges.objection_late", objections.raise_objection, **given, by=liaison(hospital()))
        assert why.next_step is not None
        refused("challenges.objection_late", objections.raise_objection_from_outside, **given, name="示例甲",
                contact="13800000000", by=permits.the_program())  # fmt: skip


def test_an_upheld_objection_sends_the_list_back_to_other_experts(office):
    one = announced(office)
    first, second = (
        objections.raise_objection(
            challenge_id=one.pk, about=NoticeSubject.LIST, grounds=GROUNDS, by=liaison(hospital())
        )
        for _ in range(2)
    )
    objections.hear_objection(objection_id=first.pk, minutes="示例：已当面听取。", by=office)
    objections.uphold_objection(objection_id=first.pk, decision="示例：确有重复，应重新论证。", by=office)
    one.refresh_from_db()
    assert (one.stage, one.argument_round, one.mean_centi) == (ChallengeStage.ARGUMENTATION, 2, None)
    assert Objection.objects.get(pk=second.pk).stage == "moot"
    assert not PublicNotice.objects.filter(challenge=one, ended_at=None).exists()
    # The opinions of the first round do not carry the second.
    refused("challenges.few_opinions", argument.approve_demand, challenge_id=one.pk, by=office)
    panel = experts(5)
    argument.ask_experts(challenge_id=one.pk, experts=[p.pk for p, _ in panel], by=office)
    for expert, signs in panel:
        score(Appraisal.objects.get(challenge=one, person=expert), signs)
    argument.approve_demand(challenge_id=one.pk, by=office)
    argument.agree_list_text(challenge_id=one.pk, by=one.contact)
    calls.announce_list(challenge_id=one.pk, by=office)
    assert PublicNotice.objects.get(challenge=one, ended_at=None).number == 2


def test_somebody_without_an_account_objects_with_a_name_and_a_contact(office):
    one = announced(office)
    given = {"challenge_id": one.pk, "about": NoticeSubject.LIST, "grounds": GROUNDS, "by": permits.the_program()}
    refused("challenges.objector_unknown", objections.raise_objection_from_outside, name="", contact="", **given)
    refused("permits.not_yours", objections.raise_objection_from_outside, name="示例甲", contact="13800000000",
            **{**given, "by": office})  # fmt: skip
    refused("absent", objections.raise_objection_from_outside, name="示例甲", contact="13800000000",
            **{**given, "challenge_id": drafted().pk})  # fmt: skip
    row = objections.raise_objection_from_outside(name="示例甲", contact="13800000000", **given)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact FROM challenges_objection WHERE id = %s", [row.pk])
        assert all(value.startswith("x1.") for value in cursor.fetchone())
    refused("permits.not_yours", objections.withdraw_objection, objection_id=row.pk, by=one.contact)
    objections.withdraw_objection(objection_id=row.pk, by=office)
    assert Objection.objects.get(pk=row.pk).stage == "withdrawn"


def _award(office):
    one = at_stage(stage=ChallengeStage.AWARD_NOTICE)
    PublicNotice.objects.create(challenge=one, about="award", number=1, opened_on=today(),
                                ends_on=today() + timedelta(days=9))  # fmt: skip
    return one


def test_the_award_waits_for_every_objection_and_goes_on_when_all_are_decided(office):
    one = _award(office)
    raise_it = {"challenge_id": one.pk, "about": NoticeSubject.AWARD, "grounds": GROUNDS}
    mine = liaison(hospital())
    first = objections.raise_objection(**raise_it, by=mine)
    second = objections.raise_objection(**raise_it, by=liaison(hospital()))
    one.refresh_from_db()
    assert one.stage == ChallengeStage.OBJECTION
    refused("permits.not_yours", objections.withdraw_objection, objection_id=first.pk, by=second.raised_by)
    refused("permits.not_yours", objections.withdraw_objection, objection_id=first.pk, by=office)
    objections.withdraw_objection(objection_id=first.pk, by=mine)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.OBJECTION
    objections.hear_objection(objection_id=second.pk, minutes="示例：已听取。", by=office)
    objections.dismiss_objection(objection_id=second.pk, decision="示例：理由不能成立，评审合规。", by=office)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.AWARD_NOTICE


def test_an_upheld_objection_to_a_review_sends_the_award_back_before_it(office):
    one = _award(office)
    row = objections.raise_objection(challenge_id=one.pk, about=NoticeSubject.AWARD, grounds=GROUNDS,
                                     by=liaison(hospital()))  # fmt: skip
    objections.hear_objection(objection_id=row.pk, minutes="示例：已听取。", by=office)
    given = {"objection_id": row.pk, "decision": "示例：评审专家与投标人有关联。", "by": office}
    refused("challenges.fault_missing", objections.uphold_objection, **given)
    refused("challenges.which_bid", objections.uphold_objection, fault=AwardFault.BIDDER, **given)
    objections.uphold_objection(fault=AwardFault.REVIEW, **given)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.BID_FORMAL_CHECK
    assert not PublicNotice.objects.filter(challenge=one, ended_at=None).exists()


def test_cancelling_leaves_nothing_that_somebody_must_act_on(office):
    here = sealing.call()
    sealing.bid(here)
    one = here.challenge
    questions.ask_question(challenge_id=one.pk, question="示例？", by=liaison(hospital()))
    refused("permits.not_yours", calls.cancel_challenge, challenge_id=one.pk, reason="示例", by=liaison(hospital()))
    calls.cancel_challenge(challenge_id=one.pk, reason="示例：财政调整", by=office)
    one.refresh_from_db()
    assert one.stage == ChallengeStage.CANCELLED
    assert {bid.stage for bid in one.bids.all()} == {"unopened"}
    assert CallQuestion.objects.get().stage == "lapsed"
    refused("machine.wrong_stage", calls.cancel_challenge, challenge_id=one.pk, reason="示例", by=office)


def test_cancelling_under_notice_ends_the_notice_and_its_objections(office):
    one = announced(office)
    objections.raise_objection(challenge_id=one.pk, about=NoticeSubject.LIST, grounds=GROUNDS, by=liaison(hospital()))
    calls.cancel_challenge(challenge_id=one.pk, reason="示例", by=office)
    assert Objection.objects.get().stage == "moot"
    assert not PublicNotice.objects.filter(ended_at=None).exists()


def test_experts_whom_matching_ranks_are_reminded_once_a_step(office):
    one = published(office, title="示例：肝癌早筛模型")
    fits = skilled("示例肝癌专家", "肝癌早筛标志物的前瞻性研究，灵敏度与特异度评价。", "04.03")
    away = skilled("示例骨科专家", "人工关节置换的长期随访。", "04.05")
    refuses = skilled("示例不愿匹配者", "肝癌早筛标志物研究。", "04.03", refuses_automation_at=now(),
                      refuses_automation_by="示例")  # fmt: skip
    reader, silent = expert_of(fits), expert_of(refuses)
    expert_of(away)
    program = permits.the_program()
    with at(one.closes_at - timedelta(days=20)):
        assert calls.remind_experts(by=program) == 0
    with at(one.closes_at - timedelta(days=14)):
        assert calls.remind_experts(by=program) >= 1
        assert calls.remind_experts(by=program) == 0
    with at(one.closes_at - timedelta(days=6)):
        assert calls.remind_experts(by=program) >= 1
    told = Notice.objects.filter(account=reader, event="challenges.call_closes")
    assert told.count() == 2 and not Notice.objects.filter(account=silent).exists()
    assert set(CallReminder.objects.filter(person=fits).values_list("days_before", flat=True)) == {14, 7}
    assert not CallReminder.objects.filter(person=refuses).exists()


MOVES = ("submit", "take_up", "send_back", "pass_check", "score", "approve", "agree", "announce", "object", "dismiss", "uphold",
         "keys", "days", "publish", "withdraw", "reject", "cancel")  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(MOVES), max_size=14), whole=st.booleans(),
       missing=st.sampled_from(["", "ip_clause", "most_fen", "indicators"]))  # fmt: skip
def test_no_sequence_of_moves_publishes_without_the_guards(steps, whole, missing):
    """Whatever is tried in whatever order, a published call has all its guards ask for."""
    way = (
        ["submit", "take_up", "pass_check", "score", "approve", "agree", "announce", "keys", "days", "publish"]
        if whole
        else []
    )
    with transaction.atomic():
        office = secretariat()
        change = {missing: None} | ({"budget": None} if missing == "most_fen" else {}) if missing else {}
        one = drafted(**change)
        moment = now()
        # Half of the runs walk the whole way with one step in a strange place.
        for step in [*steps[:4], *way, *steps[4:]]:
            moment += timedelta(days=4 if step == "days" else 0) * 3
            with at(moment):
                try:
                    with transaction.atomic():
                        _try(step, one, office)
                except Refusal:
                    pass
        one = Challenge.objects.get(pk=one.pk)
        if one.published_at is not None:
            notices = PublicNotice.objects.filter(challenge=one, about="list").order_by("number")
            assert not missing and one.most_fen and one.ip_clause and one.indicators.exists()
            assert one.text_agreed_on is not None
            assert notices.last().ends_on < one.published_at.date()
            assert one.closes_at >= one.published_at + timedelta(days=20)
            before = Objection.objects.filter(challenge=one, received_at__lt=one.published_at)
            assert all(row.decided_at is not None for row in before)
        transaction.set_rollback(True)


def _try(step, one, office):
    if step == "submit":
        demands.submit_demand(challenge_id=one.pk, by=one.contact)
    elif step in ("take_up", "approve", "announce"):
        deed = {"take_up": demands.take_up_demand, "approve": argument.approve_demand, "announce": calls.announce_list}
        deed[step](challenge_id=one.pk, by=office)
    elif step == "agree":
        argument.agree_list_text(challenge_id=one.pk, by=one.contact)
    elif step == "send_back":
        demands.send_back_demand(challenge_id=one.pk, remark="示例", by=office)
    elif step == "pass_check":
        demands.pass_check(challenge_id=one.pk, experts=[p.pk for p, _ in experts(5)], by=office)
    elif step == "score":
        for row in Appraisal.objects.filter(challenge=one, stage="asked"):
            score(row, expert_of(row.person))
    elif step == "object":
        objections.raise_objection(challenge_id=one.pk, about=NoticeSubject.LIST, grounds=GROUNDS, by=office)
    elif step in ("dismiss", "uphold"):
        for row in Objection.objects.filter(challenge=one, stage="raised"):
            objections.hear_objection(objection_id=row.pk, minutes="示例", by=office)
            deed = objections.dismiss_objection if step == "dismiss" else objections.uphold_objection
            deed(objection_id=row.pk, decision="示例：理由充分，可供核对。", by=office)
    elif step == "keys":
        with_keys(one, office)
    elif step == "publish":
        calls.publish_call(challenge_id=one.pk, closes_at=now() + timedelta(days=25), by=office)
    elif step == "withdraw":
        demands.withdraw_demand(challenge_id=one.pk, reason="示例", by=one.contact)
    elif step == "reject":
        demands.reject_demand(challenge_id=one.pk, reason="示例", by=office)
    elif step == "cancel":
        calls.cancel_challenge(challenge_id=one.pk, reason="示例", by=office)
