"""Terms, candidates, lists, members, visits and questions through their actions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from xinglin.kernel import clock, inbox, ledger, permits
from xinglin.kernel.models import Account, LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import bodies, membership, nominations, questions, visits
from xinglin.roster.models import Nomination, Organisation, Person, Seat
from xinglin.roster.queries import bodies as queries
from xinglin.roster.words.bodies import (
    Adoption,
    CommitteeKind,
    ListKind,
    ListStage,
    MembershipStage,
    NominationStage,
    Pool,
    SeatRole,
    Vote,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 1)


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


def account(name: str, role: Role | None = None, scope=("alliance", "*"), person_id: str = "") -> Account:
    one = Account.objects.create_user(name, f"{name}@example.org", None, display_name=name, person_id=person_id)
    if role is not None:
        permits.grant(account=one, role=role, scope=scope, by=permits.the_program())
    return one


def hospital(name: str = "示例市人民医院", **more) -> Organisation:
    fields = {"kind": "hospital", "level": "3", "grade": "a", "ownership": "city", "stage": "active", **more}
    return Organisation.objects.create(name_zh=name, **fields)


def person(name: str, region: str = "440100", rank: str = "senior", **more) -> Person:
    return Person.objects.create(name_zh=name, practice_region=region, title_rank=rank, stage="active", **more)


@pytest.fixture
def office() -> Account:
    return account("秘书处", Role.SECRETARIAT)


@pytest.fixture
def term(office):
    bodies.describe_alliance(name_zh="示例联盟", region="445100", by=office)
    return bodies.prepare_term(number=1, title="第一届", by=office)


def test_a_recommendation_becomes_a_seat(office, term):
    bodies.set_up_committee(term_id=term.pk, kind=CommitteeKind.EXPERT, name="专家委员会", by=office)
    home = hospital()
    liaison = account("联络员", Role.LIAISON, ("organisation", home.pk))
    away = person("示例甲", consent_publish_at=clock.now(), consent_publish_by="x")
    near = person("示例乙", region="445102")
    for one in (away, near):
        nomination = nominations.nominate_by_institution(
            term_id=term.pk, person_id=one.pk, organisation_id=home.pk, reason="专业带头人", by=liaison
        )
        nominations.accept_nomination(nomination_id=nomination.pk, by=office)
        nominations.review_candidate(nomination_id=nomination.pk, vote=Vote.SUPPORT, by=office)
        nominations.approve_candidate(nomination_id=nomination.pk, by=office)
    made = nominations.draw_up_list(term_id=term.pk, kind=ListKind.EXPERTS, title="专家委员会名单", by=office)
    assert [entry["name"] for entry in made.entries if entry["named"]] == ["示例甲"]
    nominations.publish_list(publishedlist_id=made.pk, by=office)
    assert queries.seat_counts(term) == {Pool.ELSEWHERE: 1, Pool.LOCAL: 1}
    assert set(Nomination.objects.values_list("stage", flat=True)) == {NominationStage.LISTED}
    assert LedgerEntry.objects.filter(event="roster.list_published", data__seated=2).exists()
    assert Notice.objects.filter(account=liaison, event="roster.candidate_approved").count() == 2


def test_a_local_expert_needs_a_full_senior_title(office, term):
    home = hospital()
    junior = person("示例丙", region="445121", rank="associate")
    with pytest.raises(Refusal, match=r"nominations\.title"):
        nominations.nominate_by_institution(
            term_id=term.pk, person_id=junior.pk, organisation_id=home.pk, reason="推荐", by=office
        )
    assert not Nomination.objects.exists()


def test_nobody_recommends_themselves_and_nobody_twice(office, term):
    one, other = person("示例甲"), person("示例乙")
    expert = account("专家", Role.EXPERT, ("person", one.pk), person_id=one.pk)
    asked = {"term_id": term.pk, "nominating_person_id": one.pk, "reason": "同行推荐", "by": expert}
    with pytest.raises(Refusal, match=r"nominations\.oneself"):
        nominations.nominate_by_peer(person_id=one.pk, **asked)
    nominations.nominate_by_peer(person_id=other.pk, **asked)
    with pytest.raises(Refusal, match=r"nominations\.again"):
        nominations.nominate_by_peer(person_id=other.pk, **asked)
    with pytest.raises(Refusal, match=r"permits\.not_yours"):
        nominations.nominate_by_peer(
            term_id=term.pk, person_id=other.pk, nominating_person_id=other.pk, reason="x", by=expert
        )


def test_approval_needs_votes(office, term):
    nomination = nominations.nominate_by_institution(
        term_id=term.pk, person_id=person("示例甲").pk, organisation_id=hospital().pk, reason="推荐", by=office
    )
    nominations.accept_nomination(nomination_id=nomination.pk, by=office)
    with pytest.raises(Refusal, match=r"nominations\.quorum"):
        nominations.approve_candidate(nomination_id=nomination.pk, by=office)
    nominations.review_candidate(nomination_id=nomination.pk, vote=Vote.OPPOSE, by=account("监督", Role.AUTHORITY))
    nominations.review_candidate(nomination_id=nomination.pk, vote=Vote.SUPPORT, by=office)
    with pytest.raises(Refusal, match=r"nominations\.majority"):
        nominations.approve_candidate(nomination_id=nomination.pk, by=office)


def test_a_list_on_notice_waits_for_its_days_and_its_objections(office, term):
    membership_of(office, term, "示例市人民医院")
    one = nominations.draw_up_list(term_id=term.pk, kind=ListKind.MEMBERS, title="成员单位名单", by=office)
    nominations.put_list_on_notice(publishedlist_id=one.pk, days=5, by=office)
    nominations.record_objection(publishedlist_id=one.pk, objector="示例群众", text="请核对单位名称", by=office)
    with pytest.raises(Refusal, match=r"lists\.notice_running"):
        nominations.publish_list(publishedlist_id=one.pk, by=office)
    with clock.at(DAY + timedelta(days=6)):
        with pytest.raises(Refusal, match=r"lists\.objections"):
            nominations.publish_list(publishedlist_id=one.pk, by=office)
        nominations.answer_objection(publishedlist_id=one.pk, objection=1, answer="已核对", by=office)
        nominations.publish_list(publishedlist_id=one.pk, by=office)
        second = nominations.draw_up_list(term_id=term.pk, kind=ListKind.MEMBERS, title="成员单位名单", by=office)
        nominations.publish_list(publishedlist_id=second.pk, by=office)
    one.refresh_from_db()
    assert (one.stage, second.edition) == (ListStage.SUPERSEDED, 2)


def membership_of(office, term, name, **more):
    number = term.batches.count() + 1
    batch = membership.open_batch(term_id=term.pk, number=number, title=f"第{number}批", by=office)
    applied = membership.apply_for_membership(organisation_id=hospital(name, **more).pk, batch_id=batch.pk, by=office)
    membership.recommend_admission(membership_id=applied.pk, by=office)
    return membership.announce_batch(membershipbatch_id=batch.pk, by=office), applied


def test_coverage_counts_members_among_the_eligible(office, term):
    batch = membership.open_batch(
        term_id=term.pk, number=1, title="首批", eligible_stated=4, eligible_source="示例通报", by=office
    )
    places = [("示例省医院", "ministry_province", "a"), ("示例市医院", "city", "a"), ("示例二甲", "city", "b")]
    for name, ownership, grade in places:
        applied = membership.apply_for_membership(
            organisation_id=hospital(name, ownership=ownership, grade=grade).pk, batch_id=batch.pk, by=office
        )
        membership.recommend_admission(membership_id=applied.pk, by=office)
    membership.announce_batch(membershipbatch_id=batch.pk, by=office)
    cover = queries.coverage(batch)
    assert (cover.members, cover.eligible, str(cover.share)) == (2, 4, "1/2")
    assert dict(cover.by_ownership) == {"city": 1, "ministry_province": 1}


def test_a_batch_is_not_announced_while_somebody_waits(office, term):
    batch = membership.open_batch(term_id=term.pk, number=1, title="首批", by=office)
    waiting = membership.apply_for_membership(organisation_id=hospital().pk, batch_id=batch.pk, by=office)
    with pytest.raises(Refusal, match=r"batches\.undecided"):
        membership.announce_batch(membershipbatch_id=batch.pk, by=office)
    assert [item.dossier.pk for item in inbox.awaiting(office) if item.kind.noun == "membership"] == [waiting.pk]
    membership.refuse_application(membership_id=waiting.pk, decided_because="材料不全", by=office)
    with pytest.raises(Refusal, match=r"batches\.empty"):
        membership.announce_batch(membershipbatch_id=batch.pk, by=office)


def test_members_are_public_and_applications_are_not(office, term):
    batch = membership.open_batch(term_id=term.pk, number=1, title="首批", by=office)
    mine, other = hospital("示例甲医院"), hospital("示例乙医院")
    liaison = account("联络员", Role.LIAISON, ("organisation", mine.pk))
    applied = membership.apply_for_membership(organisation_id=mine.pk, batch_id=batch.pk, by=liaison)
    membership.apply_for_membership(organisation_id=other.pk, batch_id=batch.pk, by=office)
    assert list(queries.memberships_for(liaison)) == [applied]
    assert not queries.memberships_for(None).exists()
    with pytest.raises(Refusal, match=r"permits\.not_yours"):
        membership.recommend_admission(membership_id=applied.pk, by=liaison)


def test_a_member_may_leave_but_not_before_joining(office, term):
    _batch, applied = membership_of(office, term, "示例市人民医院")
    with pytest.raises(Refusal, match=r"membership\.dates"):
        membership.leave_alliance(
            membership_id=applied.pk, decided_because="x", left_on=DAY - timedelta(days=1), by=office
        )
    left = membership.leave_alliance(membership_id=applied.pk, decided_because="改制", by=office)
    assert left.stage == MembershipStage.LEFT


def test_a_term_ends_with_its_seats(office, term):
    committee = bodies.set_up_committee(term_id=term.pk, kind=CommitteeKind.EXPERT, name="专家委员会", by=office)
    bodies.seat_person(committee_id=committee.pk, person_id=person("示例甲").pk, role=SeatRole.CHAIR, by=office)
    with pytest.raises(Refusal, match=r"seats\.chair"):
        bodies.seat_person(committee_id=committee.pk, person_id=person("示例乙").pk, role=SeatRole.CHAIR, by=office)
    bodies.open_term(term_id=term.pk, by=office)
    another = bodies.prepare_term(number=2, title="第二届", by=office)
    with pytest.raises(Refusal, match=r"terms\.another"):
        bodies.open_term(term_id=another.pk, by=office)
    bodies.end_term(term_id=term.pk, by=office)
    assert not Seat.objects.filter(stage="seated").exists()
    bodies.open_term(term_id=another.pk, by=office)


def test_a_visit_is_reported_after_it_was_made(office):
    one = visits.plan_visit(
        visitor_id=hospital().pk, place="上海", visited_on=DAY + timedelta(days=2), purpose="对接学科建设", by=office
    )
    with pytest.raises(Refusal, match=r"visits\.future"):
        visits.report_visit(visit_id=one.pk, outcome="达成意向", by=office)
    with clock.at(DAY + timedelta(days=3)):
        visits.report_visit(visit_id=one.pk, outcome="达成意向", next_step="起草协议", by=office)
        done = visits.follow_up_visit(visit_id=one.pk, followed="协议已签", by=office)
    assert done.resting


def test_a_question_is_answered_from_written_opinions(office):
    asker, expert = hospital(), person("示例甲")
    liaison = account("联络员", Role.LIAISON, ("organisation", asker.pk))
    voice = account("专家", Role.EXPERT, ("person", expert.pk), person_id=expert.pk)
    one = questions.draft_question(asker_id=asker.pk, title="卒中绿道如何布点", body="现状……", by=liaison)
    questions.ask_question(question_id=one.pk, by=liaison)
    questions.assign_question(question_id=one.pk, expert_ids=[expert.pk], by=office)
    with pytest.raises(Refusal, match=r"questions\.no_opinion"):
        questions.answer_question(question_id=one.pk, answer="综合意见", by=office)
    questions.give_opinion(question_id=one.pk, person_id=expert.pk, text="建议……", by=voice)
    questions.answer_question(question_id=one.pk, answer="综合意见", by=office)
    with pytest.raises(Refusal, match=r"questions\.why"):
        questions.conclude_question(question_id=one.pk, adoption=Adoption.PARTLY, by=liaison)
    questions.conclude_question(question_id=one.pk, adoption=Adoption.ADOPTED, by=liaison)
    assert queries.questions_for(voice).count() == 1
    assert not queries.questions_for(account("旁人")).exists()
    assert ledger.verify().sound
