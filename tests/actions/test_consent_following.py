"""Identity joins and parts persons; what was given for a record goes along with it, both ways."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import consent

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.consent.actions import consents
from xinglin.exchange.consent.actions.following import follow_links
from xinglin.exchange.consent.actions.views import record_view
from xinglin.exchange.consent.models import Consent
from xinglin.exchange.consent.queries import viewing
from xinglin.exchange.consent.queries.access import may_see, own_persons
from xinglin.exchange.consent.words import ConsentStage, Ground, Purpose
from xinglin.exchange.identity.models import LinkEvent, Patient
from xinglin.kernel import clock, permits
from xinglin.kernel.models import Account

pytestmark = pytest.mark.django_db
T = Purpose.TREATMENT


def move(record: Patient, after: int) -> None:
    LinkEvent.objects.create(patient=record, before=record.person_id, after=after, ground="test", by="test")
    Patient.objects.filter(pk=record.pk).update(person_id=after)
    record.refresh_from_db()


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def sees(who: int, at: Site, account: Account) -> Ground | None:
    return may_see(person=who, site=at.number, purpose=T, at=clock.now(), account=account).ground


def follow(**more: object) -> int:
    return follow_links(by=permits.the_program(), **more)  # type: ignore[arg-type]


def test_consent_visit_account_and_looks_follow_the_record_and_come_back() -> None:
    here, there = consent.site(), consent.site()
    one, other = consent.person(here), consent.person(there)
    consent.notice()
    me, doctor, treating = consent.joined(here, one), consent.doctor(there), consent.doctor(here)
    consents.give_consent(person=one, purpose=T, recipient_id=there.organisation_id, by=me)
    consent.visit(one, here, treating.pk)
    record_view(person=one, site=here.number, what="示例", purpose=T, ground=Ground.TREATING, count=1, by=treating)
    assert follow() == 0
    record = Patient.objects.get(person_id=one)
    move(record, other)
    assert follow(within=timedelta(hours=1)) == 3
    assert follow() == 0
    assert own_persons(fresh(me)) == {other}
    assert sees(other, there, doctor) == Ground.CONSENT and sees(one, there, doctor) is None
    assert sees(other, here, treating) == Ground.TREATING
    assert viewing.entries_about(other, looks_only=True).count() == 1
    move(record, one)
    assert follow() == 3
    assert own_persons(fresh(me)) == {one} and sees(other, there, doctor) is None
    assert viewing.entries_about(other, looks_only=True).count() == 0


def test_two_who_are_one_agreed_to_the_same() -> None:
    here, there = consent.site(), consent.site()
    one, other = consent.person(here), consent.person(there)
    consent.notice()
    for who in (one, other):
        consents.give_consent(person=who, purpose=T, every_member=True, by=consent.resident(who))
    move(Patient.objects.get(person_id=one), other)
    assert follow() == 1
    assert Consent.objects.get(stage=ConsentStage.GIVEN).person == other
    assert Consent.objects.filter(stage=ConsentStage.LAPSED, person=other).count() == 1
