"""Studios, platforms and specialty alliances through their actions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.factories.bonds import DAY, account, expert_of, hospital, ledger_of, liaison, person

from xinglin.kernel import calendar, clock, inbox
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import deadlines, plaques, platforms, studios
from xinglin.roster.actions import specialty_alliances as alliances
from xinglin.roster.models import Apprenticeship, Platform, Studio
from xinglin.roster.queries import platforms as platform_queries
from xinglin.roster.queries import specialty_alliances as alliance_queries
from xinglin.roster.queries import studios as studio_queries
from xinglin.roster.words.platforms import OutputKind, PlatformKind, PlatformLevel, PlatformStage
from xinglin.roster.words.specialty_alliances import AllianceMemberStage, SpecialtyAllianceStage
from xinglin.roster.words.studios import ApprenticeStage, StudioStage, StudioVerdict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def office():
    return account(Role.SECRETARIAT)


@pytest.fixture
def host():
    return hospital("示例市中心医院")


def refused(code: str):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def studio_at(host, by, **more) -> Studio:
    fields = {"name": "示例名医工作室", "master_id": person().pk, "starts": DAY, "plan": "示例：每月查房", **more}
    return studios.propose_studio(host_id=host.pk, **fields, by=by)


def founded(host, by, **more) -> Studio:
    return studios.found_studio(studio_id=studio_at(host, by, **more).pk, by=by)


# Studios


def test_a_studio_lasts_three_years_and_is_reviewed_each(host, office):
    one = founded(host, office)
    assert (one.until, one.due_on) == (date(2028, 6, 5), date(2026, 6, 5))
    with refused("studios.too_early"):
        studios.review_studio(
            studio_id=one.pk, verdict=StudioVerdict.PASSED, days_on_site=1, findings="示例", by=office
        )
    with clock.at(date(2026, 6, 6)):
        assert calendar.run_day()["kernel.dossiers"] == 1
        one = studios.review_studio(
            studio_id=one.pk,
            verdict=StudioVerdict.BELOW,
            days_on_site=3,
            findings="示例",
            next_plan="示例二",
            by=office,
        )
    assert (one.due_on, one.plan) == (date(2027, 6, 5), "示例二")
    with clock.at(date(2028, 4, 6)):
        assert deadlines.run_day()["near"] == 1
        assert "prolong" in [item.move.name for item in inbox.awaiting(office)]
        with refused("studios.not_longer"):
            studios.prolong_studio(studio_id=one.pk, until=date(2028, 6, 5), by=office)
        one = studios.prolong_studio(studio_id=one.pk, until=date(2029, 6, 5), by=office)
    assert one.stage == StudioStage.FOUNDED


def test_what_a_studio_needs(host, office):
    with refused("studios.same_unit"):
        studio_at(host, office, partner_id=host.pk)
    with refused("studios.no_plan"):
        founded(host, office, plan=None)
    with refused("studios.not_in_register"):
        founded(host, office, master_id=person(stage="proposed").pk)
    with refused("permits.not_yours"):
        studio_at(host, liaison(hospital()))
    one = founded(host, office)
    with refused("studios.again"):
        studio_at(host, office, master_id=one.master_id)


def test_one_teacher_has_one_apprentice(host, office):
    one, teacher, learner, third = founded(host, office), person(), person(), person()
    pair = studios.propose_apprentice(
        studio_id=one.pk, teacher_id=teacher.pk, apprentice_id=learner.pk, plan="示例", by=office
    )
    for more, code in (
        ({"teacher_id": teacher.pk, "apprentice_id": third.pk}, "studios.teacher_taken"),
        ({"teacher_id": third.pk, "apprentice_id": learner.pk}, "studios.apprentice_taken"),
        ({"teacher_id": third.pk, "apprentice_id": third.pk}, "studios.own_apprentice"),
    ):
        with refused(code):
            studios.propose_apprentice(studio_id=one.pk, plan="示例", **more, by=office)
    pair = studios.bind_apprentice(apprenticeship_id=pair.pk, by=liaison(host))
    assert (pair.stage, pair.until) == (ApprenticeStage.LEARNING, one.until)
    with pytest.raises(IntegrityError, match="one_apprentice_each"), transaction.atomic():
        Apprenticeship.objects.create(studio=one, teacher=teacher, apprentice=third, plan="示例", stage="learning")
    with refused("permits.not_yours"):
        studios.pass_apprentice(apprenticeship_id=pair.pk, assessment="示例", by=expert_of(learner))
    pair = studios.pass_apprentice(apprenticeship_id=pair.pk, assessment="示例：独立完成", by=office)
    assert pair.stage == ApprenticeStage.PASSED
    assert studios.propose_apprentice(
        studio_id=one.pk, teacher_id=teacher.pk, apprentice_id=third.pk, plan="示例", by=office
    )


@pytest.mark.parametrize("ending", ["closed", "expired"])
def test_no_pair_outlives_its_studio(host, office, ending):
    one = founded(host, office)
    pairs = [
        studios.propose_apprentice(
            studio_id=one.pk, teacher_id=person().pk, apprentice_id=person().pk, plan="示例", by=office
        )
        for _ in range(2)
    ]
    studios.bind_apprentice(apprenticeship_id=pairs[0].pk, by=office)
    if ending == "closed":
        studios.close_studio(studio_id=one.pk, reason="示例", by=office)
    else:
        with clock.at(one.until + timedelta(days=1)):
            assert deadlines.run_day()["ended"] == 1
    one.refresh_from_db()
    assert one.stage == ending
    assert [Apprenticeship.objects.get(pk=pair.pk).stage for pair in pairs] == ["left", "withdrawn"]
    with refused("studios.not_at_work"):
        studios.propose_apprentice(
            studio_id=one.pk, teacher_id=person().pk, apprentice_id=person().pk, plan="示例", by=office
        )


def test_who_sees_studios_and_pairs(host, office):
    one = founded(host, office)
    pair = studios.propose_apprentice(
        studio_id=one.pk, teacher_id=one.master_id, apprentice_id=person().pk, plan="示例", by=office
    )
    assert [row.pk for row in studio_queries.studios_for(None)] == [one.pk]
    assert not studio_queries.apprenticeships_for(None).exists()
    assert [row.pk for row in studio_queries.apprenticeships_for(expert_of(one.master))] == [pair.pk]
    kind = KINDS["roster.studio"]
    assert "Plan" not in [str(fact.label) for fact in kind.facts(one, None)]
    assert "Plan" in [str(fact.label) for fact in kind.facts(one, liaison(host))]
    assert len(list(kind.related(one, office))) == 1
    studios.plan_studio(studio_id=one.pk, plan="示例新计划", by=expert_of(one.master))
    assert studios.end_apprenticeship(apprenticeship_id=studios.bind_apprentice(
        apprenticeship_id=pair.pk, by=office).pk, reason="示例", by=office).stage == ApprenticeStage.LEFT  # fmt: skip


# Platforms


def platform_at(host, by, **more) -> Platform:
    fields = {"name": "示例转化医学中心", "kind": PlatformKind.TRANSLATION, "level": PlatformLevel.CITY, **more}
    return platforms.propose_platform(host_id=host.pk, **fields, by=by)


def approved(host, by, **more) -> Platform:
    return platforms.approve_platform(
        platform_id=platform_at(host, by, **more).pk, approved_on=DAY, approver="示例市科技局",
        approval_number="示例〔2025〕1号", by=by,
    )  # fmt: skip


def test_a_platform_is_approved_on_evidence(host, office):
    one = platform_at(host, liaison(host), partners=[platforms.PartnerRow(hospital().pk)])
    with refused("permits.not_yours"):
        platforms.approve_platform(platform_id=one.pk, approved_on=DAY, by=liaison(host))
    with refused("platforms.no_approval_number"):
        platforms.approve_platform(platform_id=one.pk, approved_on=DAY, by=office)
    with refused("platforms.approved_later"):
        platforms.approve_platform(platform_id=one.pk, approved_on=DAY + timedelta(days=1), approver="示例",
                                   approval_number="示例", by=office)  # fmt: skip
    one = platforms.approve_platform(
        platform_id=one.pk, approved_on=DAY, approver="示例", approval_number="示例", review_months=12, by=office
    )
    assert one.next_review_on == date(2026, 6, 6)
    assert platform_queries.at_work_by_level()[PlatformLevel.CITY] == 1
    with refused("platforms.again"):
        platform_at(host, office)
    with refused("platforms.approved_as"):
        prefill = KINDS["roster.platform"].verb("edit").prefill(one, office)
        platforms.edit_platform(platform_id=one.pk, **{**prefill, "level": PlatformLevel.PROVINCE}, by=office)


def test_partners_are_others(host, office):
    with refused("platforms.host_is_partner"):
        platform_at(host, office, partners=[platforms.PartnerRow(host.pk)])
    other = hospital()
    with refused("platforms.partner_twice"):
        platform_at(host, office, partners=[platforms.PartnerRow(other.pk), platforms.PartnerRow(other.pk)])
    assert not Platform.objects.exists()


def test_reviews_come_in_their_cycle(host, office):
    one = approved(host, office)
    assert one.next_review_on == date(2028, 6, 6)
    with clock.at(date(2028, 5, 1)):
        assert deadlines.run_day()["warned"] == 1
        assert deadlines.run_day()["warned"] == 0
        one.refresh_from_db()
        assert one.stage == PlatformStage.REVIEW_DUE
        assert [item.move.name for item in inbox.awaiting(office)] == ["pass_review"]
        one = platforms.ask_platform_to_improve(platform_id=one.pk, findings="示例", by=office)
        assert (one.stage, one.next_review_on) == (PlatformStage.SUSPENDED, date(2028, 11, 1))
        with refused("platforms.next_review"):
            platforms.pass_platform_review(platform_id=one.pk, findings="示例", next_review_on=DAY, by=office)
        one = platforms.pass_platform_review(platform_id=one.pk, findings="示例", by=office)
        assert (one.stage, one.next_review_on) == (PlatformStage.APPROVED, date(2031, 5, 1))


def test_a_failed_review_withdraws_the_approval_and_questions_the_plaque(host, office):
    one = approved(host, office)
    plaque = plaques.draft_plaque(
        name="示例", granting_id=hospital().pk, receiving_id=host.pk, granted_on=DAY, platform_id=one.pk, by=office
    )
    plaques.grant_plaque(plaque_id=plaque.pk, by=office)
    one = platforms.withdraw_approval(platform_id=one.pk, findings="示例", by=office)
    assert one.stage == PlatformStage.REVOKED
    assert Notice.objects.filter(event="roster.plaque_in_question").count() == 1
    assert ledger_of(one)[-1] == "roster.platform_reviewed"


def test_accreditations_and_outputs(host, office):
    one, by = approved(host, office), liaison(host)
    for number in ("示例-1", "示例-2"):
        platforms.add_accreditation(platform_id=one.pk, accrediting_body="CNAS", scheme="ISO 15189", number=number,
                                    since=DAY, valid_until=date(2027, 6, 5), by=by)  # fmt: skip
    assert list(one.accreditations.filter(ended_on=None).values_list("number", flat=True)) == ["示例-2"]
    with clock.at(date(2027, 6, 1)):
        assert deadlines.run_day()["warned"] == 1
    with refused("platforms.output_later"):
        platforms.add_output(
            platform_id=one.pk, kind=OutputKind.PAPER, title="示例", happened_on=date(2030, 1, 1), by=by
        )
    platforms.add_output(platform_id=one.pk, kind=OutputKind.PAPER, title="示例论文", happened_on=DAY, by=by)
    kind = KINDS["roster.platform"]
    assert [str(section.title) for section in kind.sections(one, None)] == ["Accreditations", "Outputs"]
    assert platforms.close_platform(platform_id=one.pk, reason="示例", by=by).stage == PlatformStage.CLOSED
    with refused("machine.wrong_stage"):
        platforms.add_output(platform_id=one.pk, kind=OutputKind.PAPER, title="示例", happened_on=DAY, by=by)


def test_strangers_see_platforms_at_work(host, office):
    one = platform_at(host, office)
    assert not platform_queries.platforms_for(None).exists()
    assert platform_queries.platforms_for(liaison(host)).count() == 1
    assert platforms.withdraw_platform(platform_id=one.pk, reason="示例", by=office).stage == PlatformStage.WITHDRAWN


# Specialty alliances


def alliance_of(lead, by, **more):
    fields = {"name": "示例治未病科协同发展合作联盟", "specialty": "50.17", "pathway": "示例：双向转诊", **more}
    made = alliances.propose_specialty_alliance(lead_id=lead.pk, **fields, by=by)
    return alliances.found_specialty_alliance(specialtyalliance_id=made.pk, by=by)


def test_members_are_admitted_by_the_lead_unit(host, office):
    one, member = alliance_of(host, office), hospital("示例市中医医院")
    applicant, lead = liaison(member), liaison(host)
    place = alliances.apply_to_specialty_alliance(
        specialtyalliance_id=one.pk, organisation_id=member.pk, statement="示例", by=applicant
    )
    assert inbox.awaiting(applicant) == []
    assert [item.move.name for item in inbox.awaiting(lead)] == ["admit"]
    kind = KINDS["roster.alliancemember"]
    assert [verb.name for verb in open_verbs(kind, place, applicant)] == ["withdraw"]
    with refused("permits.not_yours"):
        alliances.admit_to_specialty_alliance(alliancemember_id=place.pk, by=applicant)
    place = alliances.admit_to_specialty_alliance(alliancemember_id=place.pk, by=lead)
    assert (place.stage, place.joined_on) == (AllianceMemberStage.MEMBER, DAY)
    with refused("specialty_alliances.joined"):
        alliances.apply_to_specialty_alliance(specialtyalliance_id=one.pk, organisation_id=member.pk, by=applicant)
    shown = alliance_queries.specialty_alliances_for(None).get()
    assert shown.member_count == 1
    labels = {actor: [str(f.label) for f in KINDS["roster.specialtyalliance"].facts(shown, actor)]
              for actor in (None, applicant)}  # fmt: skip
    assert "Pathway" not in labels[None]
    assert "Pathway" in labels[applicant]
    place = alliances.leave_specialty_alliance(alliancemember_id=place.pk, reason="示例", by=applicant)
    assert place.stage == AllianceMemberStage.LEFT


def test_what_an_alliance_needs(host, office):
    with refused("specialty_alliances.specialty"):
        alliance_of(host, office, specialty=None)
    with refused("specialty_alliances.pathway"):
        alliance_of(host, office, name="示例二", pathway=None)
    with refused("specialty_alliances.lead"):
        alliance_of(hospital(stage="proposed"), office)
    one = alliance_of(host, office, name="示例三")
    with refused("specialty_alliances.lead_joins"):
        alliances.apply_to_specialty_alliance(specialtyalliance_id=one.pk, organisation_id=host.pk, by=office)
    with refused("specialty_alliances.again"):
        alliance_of(host, office, name="示例三")


def test_refused_or_withdrawn_and_applying_again(host, office):
    one, member = alliance_of(host, office), hospital()
    lead, applicant = liaison(host), liaison(member)

    def apply():
        return alliances.apply_to_specialty_alliance(
            specialtyalliance_id=one.pk, organisation_id=member.pk, by=applicant
        ).pk

    place = alliances.refuse_for_specialty_alliance(alliancemember_id=apply(), reason="示例", by=lead)
    assert place.stage == AllianceMemberStage.REFUSED
    with refused("permits.not_yours"):
        alliances.withdraw_application(alliancemember_id=apply(), by=lead)


def test_closing_ends_the_memberships(host, office):
    one = alliance_of(host, office)
    places = [
        alliances.apply_to_specialty_alliance(specialtyalliance_id=one.pk, organisation_id=hospital().pk, by=office)
        for _ in range(2)
    ]
    alliances.admit_to_specialty_alliance(alliancemember_id=places[0].pk, by=office)
    one = alliances.close_specialty_alliance(specialtyalliance_id=one.pk, reason="示例", by=liaison(host))
    assert one.stage == SpecialtyAllianceStage.CLOSED
    for place in places:
        place.refresh_from_db()
    assert [place.stage for place in places] == ["left", "refused"]
    with refused("specialty_alliances.not_running"):
        alliances.apply_to_specialty_alliance(specialtyalliance_id=one.pk, organisation_id=hospital().pk, by=office)
    assert not alliance_queries.specialty_alliances_for(None).exists()


def test_nothing_is_told_of_what_did_not_happen(host, office):
    one, lead = alliance_of(host, office), liaison(host)
    with pytest.raises(RuntimeError), transaction.atomic():
        alliances.apply_to_specialty_alliance(specialtyalliance_id=one.pk, organisation_id=hospital().pk, by=office)
        raise RuntimeError
    assert not Notice.objects.filter(account=lead, event="roster.alliance_applied").exists()
