"""What the database says about who may look: visits, consents, emergencies, residents, one query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import bonds, consent

from xinglin.exchange.consent.actions.relations import begin_visit, end_visit
from xinglin.exchange.consent.actions.views import View, record_view, record_views
from xinglin.exchange.consent.queries.access import may_see
from xinglin.exchange.consent.words import Ground, Purpose
from xinglin.kernel import clock, permits
from xinglin.kernel.models import LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
T = Purpose.TREATMENT


def test_silence_means_no_and_the_own_hospital_reads_its_own() -> None:
    here, there = consent.site(), consent.site()
    who = consent.person(here, there)
    doctor = consent.doctor(here)
    access = may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor)
    assert access.ground is None and access.own
    assert access.sees(made_by=there.number) is None
    elsewhere = may_see(person=who, site=there.number, purpose=T, at=clock.now(), account=doctor)
    assert not elsewhere.anything
    office = bonds.account(Role.DOCTOR)
    assert not may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=office).anything


def test_a_visit_opens_and_closes(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    here = consent.site()
    who, doctor = consent.person(here), consent.doctor(here)
    start = clock.now()
    relation = begin_visit(person=who, site=here.number, visit="V1", doctor=doctor.pk, began_at=start, by=doctor)
    again = begin_visit(person=who, site=here.number, visit="V1", doctor=doctor.pk, began_at=start, by=doctor)
    assert relation.pk == again.pk
    permits.grants_of(doctor)
    with django_assert_num_queries(1):
        access = may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor)
    assert access.ground == Ground.TREATING and access.treating and access.reference == relation.pk
    colleague = may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=consent.doctor(here))
    assert colleague.ground == Ground.TREATING and not colleague.treating
    assert end_visit(person=who, site=here.number, visit="V1", ended_at=start, by=doctor) == 1
    assert end_visit(person=who, site=here.number, visit="V1", ended_at=start + timedelta(days=1), by=doctor) == 0
    within, after = start + timedelta(days=29), start + timedelta(days=30, seconds=1)
    assert may_see(person=who, site=here.number, purpose=T, at=within, account=doctor).ground == Ground.TREATING
    assert may_see(person=who, site=here.number, purpose=T, at=after, account=doctor).ground is None
    with pytest.raises(Refusal):
        begin_visit(person=who, site=here.number, visit=" ", doctor="", began_at=start, by=doctor)


def test_a_consent_is_for_its_recipient() -> None:
    here, there = consent.site(), consent.site()
    who, doctor = consent.person(there), consent.doctor(here)
    given = consent.consent(who, here)
    assert may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor).reference == given.pk
    assert may_see(person=who, site=there.number, purpose=T, at=clock.now()).ground is None
    assert may_see(person=who, site=here.number, purpose=Purpose.RECOGNITION, at=clock.now()).ground is None
    given.stage, given.withdrawn_at = "withdrawn", clock.now()
    given.save()
    assert may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor).ground is None


def test_programs_ask_for_their_hospital_alone() -> None:
    here, there = consent.site(), consent.site()
    who, program = consent.person(there), consent.system(here)
    consent.visit(who, here, "staff-7")
    access = may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=program, doctor="staff-7")
    assert access.ground == Ground.TREATING and access.treating
    assert not may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=program).treating
    consent.visit(who, there)
    assert not may_see(person=who, site=there.number, purpose=T, at=clock.now(), account=program).anything


def test_a_resident_sees_their_own_without_a_site() -> None:
    here = consent.site()
    who, other = consent.person(here), consent.person(here)
    account = consent.resident(who)
    assert may_see(person=who, site=0, purpose=T, at=clock.now(), account=account).ground == Ground.SELF
    assert not may_see(person=other, site=0, purpose=T, at=clock.now(), account=account).anything


def test_views_are_on_the_ledger() -> None:
    here = consent.site()
    who, doctor = consent.person(here), consent.doctor(here)
    entry = record_view(person=who, site=here.number, what="检验结果", purpose=T, ground=Ground.TREATING, count=3,
                        by=doctor)  # fmt: skip
    assert (entry.subject_kind, entry.subject_id, entry.data["count"]) == ("identity.indexperson", str(who), 3)
    views = [View(who, here.number, "a", T, Ground.TREATING, 1), View(who, here.number, "b", T, Ground.TREATING, 2)]
    assert record_views(views=views, by=doctor) == 2
    told = LedgerEntry.objects.filter(event="consent.viewed", subject_id=str(who)).order_by("id")
    assert [one.data["what"] for one in told] == ["检验结果", "a", "b"]
