"""Assessed, told, agreed, withdrawn, lapsed; guardians; a new text asks again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import bonds, consent

from xinglin.exchange.consent.actions import consents, notices
from xinglin.exchange.consent.models import Consent
from xinglin.exchange.consent.queries.access import may_see
from xinglin.exchange.consent.queries.desks import consents_for, notices_for
from xinglin.exchange.consent.words import ConsentStage, ConsentWay, Ground, Purpose, RiskLevel, Standing
from xinglin.kernel import clock, permits
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
T = Purpose.TREATMENT


def refused(action, **given) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal) as found:
        action(**given)
    return found.value.code


def test_given_and_withdrawn_in_one_step_each() -> None:
    here, there = consent.site(), consent.site()
    who, text = consent.person(there), consent.notice()
    me, doctor = consent.resident(who), consent.doctor(here)
    given = consents.give_consent(person=who, purpose=T, recipient_id=here.organisation_id, notice_id=text.pk, by=me)
    seen = may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor)
    assert (seen.ground, seen.reference) == (Ground.CONSENT, given.pk)
    assert given.valid_to and (given.valid_to - given.valid_from).days == 365 and given.notice == text.pk
    consents.withdraw_consent(consent_id=given.pk, by=me)
    assert may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor).ground is None
    events = LedgerEntry.objects.filter(subject_kind="consent.consent").order_by("id").values_list("event", flat=True)
    assert list(events) == ["consent.given", "consent.withdrawn"]
    given.refresh_from_db()
    assert given.withdrawn_at and given.valid_from < given.withdrawn_at  # what was done between stays lawful
    assert refused(consents.withdraw_consent, consent_id=given.pk, by=me) == "machine.wrong_stage"


def test_giving_again_replaces_the_one_before() -> None:
    here = consent.site()
    who = consent.person(here)
    consent.notice()
    me = consent.resident(who)
    first = consents.give_consent(person=who, purpose=T, every_member=True, by=me)
    second = consents.give_consent(person=who, purpose=T, every_member=True, until=clock.today(), by=me)
    first.refresh_from_db()
    assert (first.stage, second.stage) == (ConsentStage.LAPSED, ConsentStage.GIVEN)
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        assert consents.lapse_consents(by=permits.the_program()) == 1
        assert consents.lapse_consents(by=permits.the_program()) == 0


def test_what_is_refused() -> None:
    here = consent.site()
    who, other = consent.person(here), consent.person(here)
    me = consent.resident(who)
    give = consents.give_consent
    assert refused(give, person=who, purpose=T, every_member=True, by=me) == "consent.no_notice"
    text = consent.notice()
    assert refused(give, person=other, purpose=T, every_member=True, by=me) == "absent"
    assert refused(give, person=who, purpose=T, by=me) == "consent.recipient"
    both = {"every_member": True, "recipient_id": here.organisation_id}
    assert refused(give, person=who, purpose=T, **both, by=me) == "consent.recipient"
    assert refused(give, person=who, purpose=T, recipient_id="nobody", by=me) == "consent.no_site"
    assert refused(give, person=who, purpose=Purpose.CROSS_BORDER, every_member=True, by=me) == (
        "consent.overseas_by_name"
    )
    old = clock.today() - timedelta(days=1)
    assert refused(give, person=who, purpose=T, every_member=True, until=old, by=me) == "consent.until_past"
    consent.next_notice(T, bonds.account(Role.SECRETARIAT))
    stale = {"every_member": True, "notice_id": text.pk}
    assert refused(give, person=who, purpose=T, **stale, by=me) == "consent.newer_notice"


def test_a_new_text_asks_again_unless_it_only_words_things_better() -> None:
    who = consent.person(consent.site())
    consent.notice()
    me, office = consent.resident(who), bonds.account(Role.SECRETARIAT)
    given = consents.give_consent(person=who, purpose=T, every_member=True, by=me)
    better = consent.next_notice(T, office, renew=False)
    given.refresh_from_db()
    assert given.stage == ConsentStage.GIVEN and better.number == 2
    again = consents.give_consent(person=who, purpose=T, every_member=True, by=me)
    consent.next_notice(T, office)
    again.refresh_from_db()
    assert again.stage == ConsentStage.LAPSED
    assert LedgerEntry.objects.get(event="consent.lapsed", subject_id=again.pk).data["because"] == "notice"
    assert [one.number for one in notices_for(None)] == [3, 2, 1]


def test_nothing_is_in_force_before_it_was_assessed_by_two() -> None:
    writer, colleague = bonds.account(Role.STEWARD), bonds.account(Role.SECRETARIAT)
    assert refused(consent.next_notice, purpose=Purpose.RESEARCH, writer=writer) == "consent.not_assessed"
    words = dict.fromkeys(("processing", "necessity", "risks", "measures", "conclusion"), "示例")
    one = notices.draft_assessment(purpose=Purpose.RESEARCH, title="示例", risk=RiskLevel.HIGH, **words,
                                   valid_until=clock.today() + timedelta(days=30), by=writer)  # fmt: skip
    assert refused(notices.approve_assessment, assessment_id=one.pk, by=writer) == "consent.own_assessment"
    notices.approve_assessment(assessment_id=one.pk, by=colleague)
    consent.next_notice(Purpose.RESEARCH, writer)
    with clock.at(clock.now() + timedelta(days=31)):
        assert notices.end_assessments(by=permits.the_program()) == 1
        assert refused(consent.next_notice, purpose=Purpose.RESEARCH, writer=writer) == "consent.not_assessed"


def test_a_hospital_takes_it_down_for_itself_with_proof() -> None:
    here, there = consent.site(), consent.site()
    who = consent.person(here)
    consent.notice()
    doctor, stranger = consent.doctor(here), consent.doctor(there)
    take = {"person": who, "purpose": T, "organisation_id": here.organisation_id, "way": ConsentWay.SIGNED}
    given = consents.take_consent(**take, evidence="示例 2026-001", by=doctor)
    assert given.recipient == here.organisation_id and list(consents_for(doctor)) == [given]
    assert refused(consents.take_consent, **take, evidence="x", by=stranger) == "permits.not_yours"
    assert refused(consents.take_consent, **take, evidence=" ", by=doctor) == "consent.evidence"
    own_page = {**take, "way": ConsentWay.OWN_PAGE}
    assert refused(consents.take_consent, **own_page, evidence="x", by=doctor) == "consent.way"
    unknown = {**take, "organisation_id": there.organisation_id}
    assert refused(consents.take_consent, **unknown, evidence="x", by=stranger) == "absent"
    consents.withdraw_consent(consent_id=given.pk, by=consent.doctor(here, Role.LIAISON))
    assert not Consent.objects.filter(stage=ConsentStage.GIVEN).exists()


def test_a_guardian_decides_for_a_child() -> None:
    here = consent.site()
    child = consent.person(here, birth_date=clock.today() - timedelta(days=4000))
    consent.notice()
    mother = consent.joined(here, child, relation=Standing.PARENT)
    given = consents.give_consent(person=child, purpose=T, every_member=True, by=mother)
    assert (given.standing, given.evidence) == (Standing.PARENT, "示例户口簿")
    take = {"person": child, "purpose": T, "organisation_id": here.organisation_id, "way": ConsentWay.SPOKEN}
    doctor = consent.doctor(here)
    assert refused(consents.take_consent, **take, evidence="示例证人", by=doctor) == "consent.guardian_needed"
    consents.take_consent(**take, evidence="示例证人", standing=Standing.PARENT, by=doctor)
