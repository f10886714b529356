"""Achievements with whole shares and no skipped evidence; rights with their days; joint projects of two kinds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.factories.transfer import account, expert_of, hospital, liaison, office, paper, person, registered, row

from xinglin.kernel import configuration
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account, LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation
from xinglin.transfer import jobs
from xinglin.transfer.actions import achievements, ip, projects
from xinglin.transfer.models import Achievement, IntellectualProperty
from xinglin.transfer.queries.achievements import achievements_for, unused
from xinglin.transfer.queries.ip import calendar_for
from xinglin.transfer.words.achievements import AchievementStage, Origin, ProjectKind, ProjectStage
from xinglin.transfer.words.ip import Deadline, IPKind, IPStage

pytestmark = pytest.mark.django_db
assert jobs


@pytest.fixture
def place() -> Organisation:
    return hospital(region="330100")


@pytest.fixture
def clerk(place: Organisation) -> Account:
    return liaison(place)


def test_shares_sum_exactly_or_nothing_is_written(place, clerk) -> None:
    for rows in ([row("示例甲", 9_999)], [row("示例甲", 5_000), row("示例甲", 5_000)], [],
                 [row("示例甲", 10_000), row("示例乙", 0)], [row("示例甲", 10_000, owner_bp=10_000)]):  # fmt: skip
        with pytest.raises(Refusal, match=r"transfer\.(shares|contributors|ownership)"):
            achievements.draft_achievement(
                title="示例", organisation_id=place.pk, origin=Origin.DISCLOSURE, contributors=rows, by=clerk
            )
    assert not Achievement.objects.exists()


def test_what_came_from_a_challenge_names_it(place, clerk) -> None:
    with pytest.raises(Refusal, match="origin_number"):
        registered(place, clerk, origin=Origin.CHALLENGE)
    assert registered(place, clerk, origin=Origin.CHALLENGE, origin_number="CH-2026-0001").origin_number


def test_evidence_is_never_skipped(place, clerk) -> None:
    one = registered(place, clerk, levels=2)
    with pytest.raises(Refusal, match="level"):
        achievements.show_level(achievement_id=one.pk, level=4, statement="示例", evidence=paper(), by=clerk)
    with pytest.raises(Refusal, match="level"):
        achievements.show_level(achievement_id=one.pk, level=2, statement="示例", evidence=paper(), by=clerk)
    assert achievements.show_level(
        achievement_id=one.pk, level=3, statement="示例", evidence=paper(), by=clerk
    ).trl == 3  # fmt: skip
    assert [each.level for each in one.evidence.all()] == [1, 2, 3]


def test_who_sees_an_achievement(place, clerk) -> None:
    inventor = person()
    draft = achievements.draft_achievement(
        title="示例", organisation_id=place.pk, origin=Origin.DISCLOSURE,
        contributors=[row("示例", 10_000, person_id=inventor.pk)], by=clerk,
    )  # fmt: skip
    other = liaison(hospital())
    assert list(achievements_for(expert_of(inventor))) == [draft] and not achievements_for(other).exists()
    one = registered(place, clerk)
    assert list(achievements_for(other)) == [one] and not achievements_for(None).exists()
    achievements.publish_achievement(achievement_id=one.pk, publish=True, by=clerk)
    assert list(achievements_for(None)) == [one]
    with pytest.raises(Refusal, match="not_yours"):
        achievements.publish_achievement(achievement_id=one.pk, publish=False, by=other)
    achievements.withdraw_achievement(achievement_id=one.pk, reason="示例", by=clerk)
    assert not achievements_for(None).exists()


def test_unused_for_a_year_reminds_and_gives_the_right_only_where_the_rule_does(place, clerk) -> None:
    mine, elsewhere = registered(place, clerk), hospital(region="445100")
    theirs = registered(elsewhere, liaison(elsewhere))
    Achievement.objects.update(registered_on=today() - timedelta(days=366))
    mine.refresh_from_db()
    assert unused(mine).gives_right
    assert achievements.remind_of_unused(day=today(), by=office()) > 0
    assert Notice.objects.filter(account=clerk, subject_id=mine.pk).exists()
    with pytest.raises(Refusal, match="no_right"):
        achievements.record_right(achievement_id=theirs.pk, agreed_otherwise=False, by=office())
    with pytest.raises(Refusal, match="agreed_otherwise"):
        achievements.record_right(achievement_id=mine.pk, agreed_otherwise=True, by=clerk)
    assert achievements.record_right(achievement_id=mine.pk, agreed_otherwise=False, by=clerk).right_on == today()
    young = registered(place, clerk)
    with pytest.raises(Refusal, match="still_used"):
        achievements.record_right(achievement_id=young.pk, agreed_otherwise=False, by=clerk)


def right(place: Organisation, by: Account, **more) -> IntellectualProperty:
    given = {"kind": IPKind.INVENTION, "title": "示例发明", "application_number": "202410000001.X",
             "filed_on": date(2024, 3, 1), **more}  # fmt: skip
    return ip.file_right(organisation_id=place.pk, by=by, **given)


def test_a_right_is_granted_rewarded_kept_and_lapses(place, clerk) -> None:
    inventors = registered(place, clerk, row("示例甲", 3_333), row("示例乙", 3_333), row("示例丙", 3_334))
    one = right(place, clerk, achievement_id=inventors.pk)
    assert one.ends_on == date(2044, 2, 29)
    with pytest.raises(Refusal, match="application_twice"):
        right(place, clerk)
    ip.grant_right(intellectualproperty_id=one.pk, granted_on=date(2026, 5, 1), certificate_number="1", by=clerk)
    with pytest.raises(Refusal, match="reward"):
        ip.reward_inventors(intellectualproperty_id=one.pk, amount_fen=399_999, by=clerk)
    one = ip.reward_inventors(intellectualproperty_id=one.pk, amount_fen=400_001, by=clerk)
    assert sorted(each.amount_fen for each in one.rewards.all()) == [133_320, 133_320, 133_361]
    with pytest.raises(Refusal, match="fee_year"):
        ip.pay_fee(intellectualproperty_id=one.pk, year=5, amount_fen=90_000, by=clerk)
    ip.pay_fee(intellectualproperty_id=one.pk, year=4, amount_fen=90_000, by=clerk)
    fees = [d.due for d in calendar_for(clerk, until=date(2030, 1, 1)) if d.due.what == Deadline.FEE]
    assert [(due.year, due.on) for due in fees] == [(5, date(2028, 3, 1))]
    ip.watch_rights(day=date(2028, 9, 5), by=office_program())
    one.refresh_from_db()
    assert one.stage == IPStage.LAPSED
    assert LedgerEntry.objects.filter(event="transfer.right_lapsed", subject_id=one.pk).exists()


def office_program() -> Account:
    from xinglin.kernel import permits

    return permits.the_program()


def test_a_dated_rule_changes_the_reward(place, clerk) -> None:
    configuration.set_rule(
        key="transfer.grant_rewards", value={"invention": 1_000_000}, valid_from=date(2026, 1, 1),
        source_document="示例市规定", by=office(),
    )  # fmt: skip
    one = right(place, clerk, achievement_id=registered(place, clerk).pk)
    ip.grant_right(intellectualproperty_id=one.pk, granted_on=date(2026, 5, 1), certificate_number="1", by=clerk)
    with pytest.raises(Refusal, match="reward"):
        ip.reward_inventors(intellectualproperty_id=one.pk, amount_fen=999_999, by=clerk)


def test_compensation_of_a_drug_patent_has_two_limits(place, clerk) -> None:
    one = right(place, clerk, filed_on=date(2014, 1, 10))
    ip.grant_right(intellectualproperty_id=one.pk, granted_on=date(2017, 5, 1), certificate_number="1", by=clerk)
    for months, approved in ((61, date(2026, 1, 1)), (60, date(2024, 1, 1)), (0, date(2024, 1, 1))):
        with pytest.raises(Refusal, match="compensation"):
            ip.compensate_term(intellectualproperty_id=one.pk, months=months, approved_on=approved, by=clerk)
    done = ip.compensate_term(intellectualproperty_id=one.pk, months=60, approved_on=date(2026, 1, 1), by=clerk)
    assert done.ends_on == date(2039, 1, 9)


def test_a_joint_project_needs_two_kinds_of_organisation(place, clerk) -> None:
    school, sister = hospital("示例大学", kind="school"), hospital()
    plan = projects.plan_project(
        kind=ProjectKind.MEDICAL_ENGINEERING, title="示例医工交叉", organisation_id=place.pk, aim="示例",
        participants=[projects.ParticipantRow(sister.pk, "示例")], starts=today(), by=clerk,
    )  # fmt: skip
    with pytest.raises(Refusal, match="one_kind"):
        projects.start_project(jointproject_id=plan.pk, by=clerk)
    rows = [projects.ParticipantRow(sister.pk, "示例"), projects.ParticipantRow(school.pk, "示例")]
    projects.set_participants(jointproject_id=plan.pk, participants=rows, by=clerk)
    assert projects.start_project(jointproject_id=plan.pk, by=clerk).stage == ProjectStage.RUNNING
    assert projects.close_project(jointproject_id=plan.pk, result="示例", by=clerk).closed_on == today()


def test_nobody_else_acts(place, clerk) -> None:
    one = registered(place, clerk)
    for stranger in (liaison(hospital()), expert_of(person()), account(Role.AUTHORITY)):
        with pytest.raises(Refusal, match="not_yours"):
            achievements.withdraw_achievement(achievement_id=one.pk, reason="示例", by=stranger)
        with pytest.raises(Refusal, match=r"not_yours|absent"):
            right(place, stranger)
    one.refresh_from_db()
    assert one.stage == AchievementStage.REGISTERED
