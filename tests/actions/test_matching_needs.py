"""Needs and offers: who may, what is refused, who is told, what lapses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from tests.factories.matching import (
    account,
    company_of,
    draft,
    expert_of,
    hospital,
    ledger_of,
    liaison,
    office,
    open_need,
    open_offer,
    person,
)

from xinglin.kernel import configuration
from xinglin.kernel.clock import at, today
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching import jobs
from xinglin.matching.actions import needs, offers
from xinglin.matching.models import Need, Offer
from xinglin.matching.queries.needs import needs_for, offers_for
from xinglin.matching.words.needs import ClosingReason, Confidentiality, NeedStage, OfferStage

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat():
    return office()


@pytest.fixture
def place():
    return hospital()


@pytest.fixture
def asker(place):
    return liaison(place)


def test_a_need_is_drafted_checked_and_opened(secretariat, place, asker):
    need = draft(place, asker, region="潮州", budget_fen=5_000_000, specialties=["04.03", "肿瘤科"])
    assert need.specialty_codes[0] == "04.03" and need.region == "445100" and need.number.startswith("ND-")
    needs.submit_need(need_id=need.pk, by=asker)
    assert Notice.objects.filter(account=secretariat, event="matching.need_submitted").exists()
    need = needs.open_need(need_id=need.pk, by=secretariat)
    assert need.stage == NeedStage.OPEN and need.stands_until == today() + timedelta(days=90)
    assert Notice.objects.filter(account=asker, event="matching.need_opened").exists()
    assert ledger_of(need) == ["matching.need_drafted", "matching.need_submitted", "matching.need_opened"]


def test_a_need_opens_at_once_where_the_alliance_does_not_check(secretariat, place, asker):
    configuration.set_rule(key="matching.checked_first", value=False, valid_from=today(), source_document="示例章程",
                           by=secretariat)  # fmt: skip
    need = needs.submit_need(need_id=draft(place, asker).pk, by=asker)
    assert need.stage == NeedStage.OPEN


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"specialties": ["绝无此科"]}, "specialty.unknown"),
        ({"region": "绝无此地"}, "region.unknown"),
        ({"contact_person_id": "01HXXXXXXXXXXXXXXXXXXXXXXX"}, "references.unknown"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_field_and_nothing_is_kept(place, asker, change, code):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        draft(place, asker, **change)
    assert refused.value.code == code and refused.value.field == next(iter(change))
    assert not Need.objects.exists() and not LedgerEntry.objects.filter(event__startswith="matching.").exists()


def test_a_need_nobody_could_answer_is_not_sent(place, asker):
    short = draft(place, asker, body="缺人")
    with pytest.raises(Refusal, match="body_short"):
        needs.submit_need(need_id=short.pk, by=asker)
    past = draft(place, asker, wanted_by=today() - timedelta(days=1))
    with pytest.raises(Refusal, match="day_past"):
        needs.submit_need(need_id=past.pk, by=asker)
    far = draft(place, asker, wanted_by=today() + timedelta(days=2_000))
    with pytest.raises(Refusal, match="day_far"):
        needs.submit_need(need_id=far.pk, by=asker)


def test_strangers_members_owners_and_experts_see_what_is_theirs(secretariat, place, asker):
    hidden = open_need(place, asker, secretariat)
    shown = open_need(place, asker, secretariat, confidentiality=Confidentiality.PUBLISHED)
    own = draft(place, asker)
    other, expert = liaison(hospital()), expert_of(person())
    reader = account(Role.AUTHORITY)
    assert set(needs_for(None)) == {shown} == set(needs_for(expert))
    assert set(needs_for(other)) == {shown, hidden} == set(needs_for(company_of(hospital(kind="enterprise"))))
    assert set(needs_for(asker)) == {shown, hidden, own} == set(needs_for(reader)) == set(needs_for(secretariat))


def test_nobody_writes_for_another_organisation(secretariat, place, asker):
    elsewhere = hospital()
    with pytest.raises(Refusal, match="not_yours"):
        draft(elsewhere, asker)
    need = draft(place, asker)
    stranger = liaison(elsewhere)
    with pytest.raises(Refusal, match="not_yours"):
        needs.submit_need(need_id=need.pk, by=stranger)
    needs.submit_need(need_id=need.pk, by=asker)
    with pytest.raises(Refusal, match="not_yours"):
        needs.open_need(need_id=need.pk, by=asker)
    with pytest.raises(Refusal, match="not_yours"):
        draft(place, account(Role.AUTHORITY))


def test_a_need_comes_back_is_changed_and_closes_with_a_reason(secretariat, place, asker):
    need = draft(place, asker)
    needs.submit_need(need_id=need.pk, by=asker)
    need = needs.send_back_need(need_id=need.pk, reply="示例：请写明例数。", by=secretariat)
    assert need.stage == NeedStage.DRAFT and need.reply
    need = needs.change_need(need_id=need.pk, title="示例：改过的需求", body=need.body, kind=need.kind, by=asker)
    assert need.title == "示例：改过的需求" and need.specialty_codes == []
    assert LedgerEntry.objects.get(event="matching.need_changed").data["fields"] == ["specialty_codes", "title"]
    needs.submit_need(need_id=need.pk, by=asker)
    needs.open_need(need_id=need.pk, by=secretariat)
    with pytest.raises(Refusal, match="wrong_stage"):
        needs.change_need(need_id=need.pk, title="示例", body=need.body, kind=need.kind, by=asker)
    need = needs.close_need(need_id=need.pk, closing_reason=ClosingReason.MET_ELSEWHERE, by=asker)
    assert need.stage == NeedStage.CLOSED
    need = needs.reopen_need(need_id=need.pk, by=asker)
    assert (need.stage, need.closing_reason) == (NeedStage.DRAFT, "")
    need = needs.withdraw_need(need_id=need.pk, closing_reason=ClosingReason.NO_LONGER_NEEDED, by=asker)
    assert need.stage == NeedStage.WITHDRAWN


def test_time_runs_out_after_a_warning_and_can_be_prolonged(secretariat, place, asker):
    need = open_need(place, asker, secretariat)
    with pytest.raises(Refusal, match="not_later"):
        needs.prolong_need(need_id=need.pk, until=need.stands_until, by=asker)
    kept = open_need(place, asker, secretariat)
    needs.prolong_need(need_id=kept.pk, until=kept.stands_until + timedelta(days=30), by=asker)
    warned = Notice.objects.filter(event="matching.need_expiring", account=asker)
    for day in (10, 9):
        with at(need.stands_until - timedelta(days=day)):
            assert jobs.calendar.DAILY["matching.needs"](today()) == 0
            assert warned.filter(subject_id=need.pk).count() == 1, "told once"
    with at(need.stands_until + timedelta(days=1)):
        assert jobs.calendar.DAILY["matching.needs"](today()) == 1
    need.refresh_from_db()
    assert (need.stage, need.closing_reason) == (NeedStage.CLOSED, ClosingReason.EXPIRED)
    assert Need.objects.get(pk=kept.pk).stage == NeedStage.OPEN


def test_the_database_keeps_a_closed_need_from_having_no_reason(secretariat, place, asker):
    need = open_need(place, asker, secretariat)
    with pytest.raises(Exception, match="need_closes_with_a_reason"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(stage="closed")
    assert connection.is_usable()


def test_an_offer_lives_like_a_need(secretariat):
    firm = hospital(kind="enterprise")
    seller = company_of(firm)
    offer = open_offer(seller, secretariat, organisation_id=firm.pk, confidentiality=Confidentiality.PUBLISHED)
    inside = open_offer(seller, secretariat, organisation_id=firm.pk, price_fen=100)
    assert set(offers_for(None)) == {offer} and set(offers_for(expert_of(person()))) == {offer, inside}
    offers.prolong_offer(offer_id=offer.pk, until=offer.stands_until + timedelta(days=5), by=seller)
    assert offers.take_up_offer(offer_id=inside.pk, by=seller).stage == OfferStage.TAKEN
    offer = offers.close_offer(offer_id=offer.pk, closing_reason=ClosingReason.OTHER, by=seller)
    offer = offers.reopen_offer(offer_id=offer.pk, by=seller)
    offer = offers.change_offer(offer_id=offer.pk, title="示例", body=offer.body, kind=offer.kind, by=seller)
    offer = offers.withdraw_offer(offer_id=offer.pk, closing_reason=ClosingReason.OTHER, by=seller)
    assert offer.stage == OfferStage.WITHDRAWN
    with at(date(2030, 1, 1)):
        assert jobs.calendar.DAILY["matching.offers"](today()) == 0


def test_an_expert_offers_for_themselves_only(secretariat):
    one, other = person(), person()
    own = expert_of(one)
    offer = open_offer(own, secretariat, kind="time")
    assert offer.person == one and Offer.objects.get().scopes() == [("person", one.pk)]
    with pytest.raises(Refusal, match="not_yours"):
        open_offer(own, secretariat, person_id=other.pk)
    with pytest.raises(Refusal, match="one_giver"):
        open_offer(secretariat, secretariat)
    with pytest.raises(Refusal, match=r"matching\.link"):
        open_offer(own, secretariat, link="javascript:alert(1)")
