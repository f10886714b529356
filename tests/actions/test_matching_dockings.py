"""Dockings: each side for itself, one contact each, meetings in order, conclusions with their conditions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from tests.factories.matching import (
    account,
    company_of,
    expert_of,
    hospital,
    ledger_of,
    liaison,
    office,
    open_need,
    person,
)

from xinglin.kernel.clock import at, now, today
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import dockings
from xinglin.matching.models import Docking, Need
from xinglin.matching.queries.dockings import dockings_for
from xinglin.matching.words.dockings import DockingOutcome, DockingStage, MeetingWay, Side
from xinglin.matching.words.needs import NeedStage

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat():
    return office()


@pytest.fixture
def need(secretariat):
    place = hospital()
    return open_need(place, liaison(place), secretariat)


@pytest.fixture
def asker(need):
    return liaison(need.organisation)


@pytest.fixture
def guest():
    return expert_of(person())


@pytest.fixture
def docking(need, asker, guest):
    return dockings.propose_docking(need_id=need.pk, person_id=guest.grants.get().scope_id, by=asker)


@pytest.fixture
def talking(docking, guest):
    return dockings.accept_docking(docking_id=docking.pk, by=guest)


def test_each_side_accepts_for_itself_and_once(docking, asker, guest, secretariat):
    with pytest.raises(Refusal, match="accepted_already"):
        dockings.accept_docking(docking_id=docking.pk, by=asker)
    with pytest.raises(Refusal, match="other_side"):
        dockings.accept_docking(docking_id=docking.pk, side=Side.ANSWERING, by=asker)
    for stranger in (liaison(hospital()), expert_of(person()), account(Role.AUTHORITY)):
        with pytest.raises(Refusal, match="not_yours"):
            dockings.accept_docking(docking_id=docking.pk, by=stranger)
    kind = KINDS["matching.docking"]
    assert "accept" in {verb.name for verb in open_verbs(kind, docking, guest)}
    assert "accept" not in {verb.name for verb in open_verbs(kind, docking, asker)}
    assert not dockings_for(expert_of(person())).exists() and not dockings_for(None).exists()
    with pytest.raises(Refusal, match="which_side"):
        dockings.accept_docking(docking_id=docking.pk, by=secretariat)
    with pytest.raises(Refusal, match="contact_missing"), transaction.atomic():
        dockings.accept_docking(docking_id=docking.pk, side=Side.ANSWERING, by=secretariat)
    dockings.name_contact(docking_id=docking.pk, side=Side.ANSWERING, contact=guest.email.upper(), by=secretariat)
    accepted = dockings.accept_docking(docking_id=docking.pk, side=Side.ANSWERING, by=secretariat)
    assert accepted.stage == DockingStage.ACCEPTED and accepted.answering_contact == guest


def test_a_contact_belongs_to_its_side(docking, asker, guest):
    for contact in ("nobody@example.org", liaison(hospital()).username, guest.username):
        with pytest.raises(Refusal, match="no_contact"):
            dockings.name_contact(docking_id=docking.pk, contact=contact, by=asker)
    colleague = liaison(docking.asking_organisation)
    named = dockings.name_contact(docking_id=docking.pk, contact=colleague.username, by=asker)
    assert named.asking_contact == colleague
    assert Notice.objects.filter(account=colleague, event="matching.docking_contact_named").exists()


def test_a_second_open_docking_with_the_same_expert_is_refused_and_leaves_nothing(docking, need, asker):
    before = LedgerEntry.objects.count()
    with pytest.raises(Refusal, match="docking_open"), transaction.atomic():
        dockings.propose_docking(need_id=need.pk, person_id=docking.answering_person_id, by=asker)
    assert Docking.objects.count() == 1 and LedgerEntry.objects.count() == before
    with pytest.raises(Refusal, match="one_answerer"):
        dockings.propose_docking(need_id=need.pk, by=asker)
    with pytest.raises(Refusal, match="own_need"):
        dockings.propose_docking(need_id=need.pk, organisation_id=need.organisation_id, by=asker)


def test_a_company_answers_for_itself(need, secretariat):
    firm = hospital(kind="enterprise")
    seller = company_of(firm)
    one = dockings.propose_docking(need_id=need.pk, organisation_id=firm.pk, by=secretariat)
    assert one.stage == DockingStage.PROPOSED, "the secretariat accepts for nobody"
    assert Notice.objects.filter(account=seller, event="matching.docking_proposed").exists()
    dockings.accept_docking(docking_id=one.pk, by=seller)
    assert dockings.accept_docking(docking_id=one.pk, by=liaison(need.organisation)).stage == DockingStage.ACCEPTED


def test_meetings_are_planned_ahead_and_recorded_afterwards(talking, asker, guest):
    with pytest.raises(Refusal, match="meeting_past"):
        dockings.plan_meeting(
            docking_id=talking.pk, planned_at=now() - timedelta(hours=1), way=MeetingWay.PHONE, by=asker
        )
    with pytest.raises(Refusal, match="no_planned_meeting"):
        dockings.cancel_meeting(docking_id=talking.pk, by=asker)
    dockings.plan_meeting(docking_id=talking.pk, planned_at=now() + timedelta(days=3), way=MeetingWay.PHONE, by=guest)
    dockings.cancel_meeting(docking_id=talking.pk, by=asker)
    for day in (now() + timedelta(days=2), now() - timedelta(days=9)):
        with pytest.raises(Refusal, match="meeting_day"):
            dockings.record_meeting(docking_id=talking.pk, held_at=day, way=MeetingWay.PHONE, minutes="示例", by=asker)
    step = today() + timedelta(days=20)
    one = dockings.record_meeting(
        docking_id=talking.pk, held_at=now(), way=MeetingWay.IN_PERSON, minutes="示例记录", next_on=step, by=guest
    )
    assert one.stage == DockingStage.TALKING and one.due_on == step
    section = KINDS["matching.docking"].sections(one, asker)[0]
    assert "示例记录" in [cell for row in section.rows for cell in row]
    read = KINDS["matching.docking"].sections(one, account(Role.AUTHORITY))[0]
    assert "示例记录" not in [cell for row in read.rows for cell in row], "minutes are for those taking part"


def test_an_agreement_has_its_conditions(talking, asker):
    conclude = {"docking_id": talking.pk, "outcome": DockingOutcome.AGREEMENT, "by": asker}
    with pytest.raises(Refusal, match="no_meeting"):
        dockings.conclude_docking(**conclude)
    dockings.record_meeting(docking_id=talking.pk, held_at=now(), way=MeetingWay.ONLINE, minutes="示例", by=asker)
    Docking.objects.filter(pk=talking.pk).update(nda=True)
    with pytest.raises(Refusal, match="nda_open"):
        dockings.conclude_docking(**conclude)
    with pytest.raises(Refusal, match="nda_future"):
        dockings.record_nda(docking_id=talking.pk, signed_on=today() + timedelta(days=1), by=asker)
    dockings.record_nda(docking_id=talking.pk, signed_on=today(), by=asker)
    assert dockings.conclude_docking(**conclude).stage == DockingStage.CONCLUDED
    with pytest.raises(Refusal, match="wrong_stage"):
        dockings.conclude_docking(**conclude)
    with pytest.raises(Refusal, match="wrong_stage"):
        dockings.name_contact(docking_id=talking.pk, contact=asker.username, by=asker)


def test_no_interest_sets_the_need_free_while_others_keep_it(need, asker, talking):
    other = dockings.propose_docking(need_id=need.pk, person_id=person().pk, by=asker)
    dockings.conclude_docking(docking_id=talking.pk, outcome=DockingOutcome.NO_INTEREST, by=asker)
    assert Need.objects.get(pk=need.pk).stage == NeedStage.DOCKED
    dockings.end_docking(docking_id=other.pk, outcome_text="示例", by=office())
    assert Need.objects.get(pk=need.pk).stage == NeedStage.MATCHING
    assert ledger_of(other)[-1] == "matching.docking_ended"


def test_what_is_not_committed_tells_nobody(need, asker, guest):
    told = Notice.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        dockings.propose_docking(need_id=need.pk, person_id=person().pk, by=asker)
        raise RuntimeError
    assert Notice.objects.count() == told and not Docking.objects.exists()


def test_the_first_meeting_has_a_clock(talking, asker):
    assert talking.due_on == talking.first_meeting_due == today() + timedelta(days=14)
    from xinglin.kernel import calendar

    with at(today() + timedelta(days=13)):
        calendar.run_day(only=["kernel.dossiers"])
    assert Notice.objects.filter(account=asker, event="kernel.deadline_near", subject_id=talking.pk).exists()
