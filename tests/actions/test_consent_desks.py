"""Breaking the glass and its review, residents' accounts, requests, audits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.factories import bonds, consent

from xinglin.exchange.consent.actions import audits, bindings, emergencies, wishes
from xinglin.exchange.consent.actions.views import record_view
from xinglin.exchange.consent.models import BreakGlass, ViewAudit
from xinglin.exchange.consent.queries import desks, reviewing, viewing, watching
from xinglin.exchange.consent.queries.access import may_see, own_persons
from xinglin.exchange.consent.words import AuditCause, BindingStage, Ground, Purpose, Standing, WishKind, WishStage
from xinglin.kernel import clock, configuration, permits
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
T = Purpose.TREATMENT


def refused(action, **given) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal) as found:
        action(**given)
    return found.value.code


def look(who: int, site: int, by: object, ground: Ground = Ground.EMERGENCY) -> LedgerEntry:
    return record_view(person=who, site=site, what="检验", purpose=T, ground=ground, count=2, by=by)  # type: ignore[arg-type]


def test_the_glass_is_broken_at_once_and_judged_by_another() -> None:
    here = consent.site()
    who = consent.person(here)
    me = consent.joined(here, who)
    doctor, auditor = consent.doctor(here), bonds.account(Role.AUDIT_ADMIN)
    head, other_head = consent.doctor(here, Role.DEPARTMENT_HEAD), consent.doctor(consent.site(), Role.DEPARTMENT_HEAD)
    there = {"person": who, "organisation_id": here.organisation_id}
    assert refused(emergencies.break_glass, **there, reason="x", by=doctor) == "consent.reason"
    assert refused(emergencies.break_glass, **there, reason="示例抢救", by=head) == "permits.not_yours"
    opened = emergencies.break_glass(**there, reason="示例抢救", by=doctor)
    now = clock.now()
    assert may_see(person=who, site=here.number, purpose=T, at=now, account=doctor).ground == Ground.EMERGENCY
    assert may_see(person=who, site=here.number, purpose=T, at=now, account=consent.doctor(here)).ground is None
    later = now + timedelta(hours=24, seconds=5)
    assert may_see(person=who, site=here.number, purpose=T, at=later, account=doctor).ground is None
    assert Notice.objects.filter(account=me, event="consent.glass_broken").exists()
    assert {one.pk for one in reviewing.reviewers_of(opened)} == {auditor.pk, head.pk}
    look(who, here.number, doctor)
    assert reviewing.seen_under(opened).count() == 1
    assert list(desks.emergencies_for(other_head)) == [] and list(desks.emergencies_for(head)) == [opened]
    judge = {"emergency_id": opened.pk, "finding": "示例"}
    assert refused(emergencies.find_justified, **judge, by=other_head) == "permits.not_yours"
    permits.grant(account=doctor, role=Role.DEPARTMENT_HEAD, scope=("organisation", here.organisation_id),
                  by=permits.the_program())  # fmt: skip
    assert refused(emergencies.find_justified, **judge, by=doctor) == "consent.own_emergency"
    emergencies.find_not_justified(**judge, by=head)
    assert may_see(person=who, site=here.number, purpose=T, at=clock.now(), account=doctor).ground is None
    assert Notice.objects.filter(account=doctor, event="consent.glass_judged").exists()


def test_the_head_of_the_same_department_does_not_judge() -> None:
    from xinglin.roster.models import Affiliation

    here = consent.site()
    who = consent.person(here)
    people = [bonds.person() for _ in range(3)]
    for one, department in zip(people, ("心内科", "心内科", "急诊科"), strict=True):
        Affiliation.objects.create(person=one, organisation_id=here.organisation_id, department=department, main=True)
    doctor, head, other = (consent.doctor(here, r) for r in (Role.DOCTOR, *[Role.DEPARTMENT_HEAD] * 2))
    for account, one in zip((doctor, head, other), people, strict=True):
        account.person_id = one.pk
        account.save()
    opened = emergencies.break_glass(person=who, organisation_id=here.organisation_id, reason="示例抢救", by=doctor)
    judge = {"emergency_id": opened.pk, "finding": "示例"}
    assert refused(emergencies.find_justified, **judge, by=head) == "consent.own_emergency"
    assert emergencies.find_justified(**judge, by=other).stage == "justified"


def test_a_code_from_the_counter_opens_the_own_page() -> None:
    here, there = consent.site(), consent.site()
    record = consent.with_document(here)
    clerk, me = consent.doctor(here, Role.LIAISON), bonds.account()
    ask = {"organisation_id": here.organisation_id, "document_kind": "id_card"}
    number = "44052418800101 0014"
    wrong = {**ask, "document_number": "440524188001010015"}
    assert refused(bindings.offer_code, **wrong, by=clerk) == "consent.unknown_document"
    stranger = consent.doctor(there, Role.LIAISON)
    elsewhere = {**ask, "organisation_id": there.organisation_id, "document_number": number}
    assert refused(bindings.offer_code, **elsewhere, by=stranger) == "consent.unknown_document"
    assert refused(bindings.offer_code, **ask, document_number=number, by=stranger) == "permits.not_yours"
    binding, code = bindings.offer_code(**ask, document_number=number, by=clerk)
    assert code.replace("-", "") not in str(vars(binding))
    assert refused(bindings.join_account, code=code, by=clerk) == "consent.own_code"
    assert refused(bindings.join_account, code="AAAA-BBBB-CCCC", by=me) == "consent.code"
    bindings.join_account(code=code.lower().replace("-", " "), by=me)
    assert own_persons(me) == {record.person_id}
    assert refused(bindings.join_account, code=code, by=bonds.account()) == "consent.code"
    bindings.end_binding(binding_id=binding.pk, by=me)
    me.__dict__.pop("_grants", None)
    assert own_persons(me) == frozenset()


def test_an_account_is_opened_with_a_code_and_codes_run_out() -> None:
    here = consent.site()
    consent.with_document(here)
    clerk = consent.doctor(here, Role.LIAISON)
    ask = {"organisation_id": here.organisation_id, "document_kind": "id_card", "document_number": "440524188001010014"}
    _binding, code = bindings.offer_code(**ask, by=clerk)
    own = {"code": code, "username": "shili-resident", "password": "Ganlan-Shu-2026!"}
    assert refused(bindings.open_resident_account, **own, again="other") == "accounts.again"
    account = bindings.open_resident_account(**own, again=own["password"])
    assert own_persons(account) and account.check_password(own["password"])
    late, code = bindings.offer_code(**ask, by=clerk)
    with clock.at(clock.now() + timedelta(days=8)):
        assert refused(bindings.join_account, code=code, by=bonds.account()) == "consent.code"
        assert bindings.expire_bindings(by=permits.the_program()) == 1
    late.refresh_from_db()
    assert late.stage == BindingStage.EXPIRED


def test_a_guardian_stands_for_a_child_until_fourteen() -> None:
    here = consent.site()
    birthday = date(2013, 3, 1)
    child = consent.person(here, birth_date=birthday)
    mother = consent.joined(here, child, relation=Standing.PARENT)
    with pytest.raises(Refusal):
        consent.joined(here, child)
    assert own_persons(mother) == {child}
    with clock.at(date(2027, 2, 28)):
        assert bindings.expire_bindings(by=permits.the_program()) == 0
    with clock.at(date(2027, 3, 1)):
        assert bindings.expire_bindings(by=permits.the_program()) == 1
    mother.__dict__.pop("_grants", None)
    assert own_persons(mother) == frozenset()


def test_requests_have_a_clock_and_an_answer() -> None:
    here = consent.site()
    who = consent.person(here)
    me, liaison = consent.resident(who), consent.doctor(here, Role.LIAISON)
    entry = look(who, here.number, consent.doctor(here))
    with clock.at(date(2026, 11, 20)):
        wish = wishes.make_wish(person=who, kind=WishKind.EXPLANATION, text="示例", about=str(entry.pk),
                                organisation_id=here.organisation_id, by=me)  # fmt: skip
        assert wish.due_on == date(2026, 12, 11)
    assert list(desks.wishes_for(liaison)) == [wish] == list(desks.wishes_for(me))
    assert list(desks.wishes_for(consent.doctor(consent.site(), Role.LIAISON))) == []
    strange = {"person": who, "kind": WishKind.ACCESS, "text": "示例", "by": me}
    assert refused(wishes.make_wish, **strange, about="1") == "absent"
    assert refused(wishes.make_wish, **{**strange, "person": who + 1}) == "absent"
    assert refused(wishes.fulfil_wish, wish_id=wish.pk, answer=" ", by=liaison) == "consent.answer_empty"
    assert refused(wishes.fulfil_wish, wish_id=wish.pk, answer="x", by=me) == "permits.not_yours"
    assert wishes.decline_wish(wish_id=wish.pk, answer="示例理由", by=liaison).stage == WishStage.DECLINED
    other = wishes.make_wish(**strange)
    assert wishes.take_back_wish(wish_id=other.pk, by=me).stage == WishStage.TAKEN_BACK


def test_one_in_a_hundred_is_drawn_once_and_can_be_drawn_again() -> None:
    here = consent.site()
    who, doctor, auditor = consent.person(here), consent.doctor(here), bonds.account(Role.AUDIT_ADMIN)
    with clock.at(datetime(2026, 10, 31, 23, 59, tzinfo=clock.ZONE)):
        for _ in range(150):
            look(who, here.number, doctor)
    with clock.at(datetime(2026, 11, 1, 0, 0, tzinfo=clock.ZONE)):
        look(who, here.number, doctor)
        assert audits.draw_month(by=permits.the_program()) == 2
        assert audits.draw_month(by=permits.the_program()) == 0
    drawn = ViewAudit.objects.all()
    assert {one.month for one in drawn} == {"2026-10"} and {one.cause for one in drawn} == {AuditCause.RANDOM}
    assert list(desks.audits_for(doctor)) == []
    first = desks.audits_for(auditor)[0]
    assert audits.find_in_order(audit_id=first.pk, finding="示例", by=auditor).stage == "in_order"


def test_views_of_colleagues_and_of_watched_persons_stand_out() -> None:
    here = consent.site()
    who, other = consent.person(here), consent.person(here)
    nurse = consent.joined(here, who, consent.doctor(here, Role.LABORATORY))
    doctor = consent.doctor(here)
    watching.forget()
    look(other, here.number, doctor)
    entry = look(who, here.number, doctor)
    assert ViewAudit.objects.get().entry == entry.pk
    look(who, here.number, nurse, Ground.SELF)
    configuration.set_rule(key="consent.watched_persons", value=[other], valid_from=clock.today(),
                           source_document="示例", by=bonds.account(Role.SYSTEM_ADMIN))  # fmt: skip
    watching.forget()
    look(other, here.number, doctor)
    watching.forget()
    assert sorted(ViewAudit.objects.values_list("cause", flat=True)) == [AuditCause.COLLEAGUE, AuditCause.WATCHED]
    assert viewing.entries_about(who, looks_only=True).count() == 2


@pytest.mark.parametrize("kind", [WishKind.DELETION, WishKind.OBJECTION])
def test_asking_for_deletion_or_objecting_holds_results_back_at_once(kind: WishKind) -> None:
    here, there = consent.site(), consent.site()
    who = consent.person(here, there)
    doctor, resident, office = consent.doctor(here), consent.resident(who), bonds.account(Role.SECRETARIAT)
    consent.visit(who, here, doctor.pk)
    consent.consent(who, here)

    def seen(account: Any = doctor, site: Any = here) -> Any:
        return may_see(person=who, site=site.number, purpose=Purpose.TREATMENT, at=clock.now(), account=account)

    assert seen().ground == Ground.TREATING
    wish = wishes.make_wish(person=who, kind=kind, text="示例请求", by=resident)
    # Neither the visit nor the consent opens other hospitals; the own record, and what is for its treating doctor, stay.
    assert seen().ground is None and seen().sees(made_by=there.number) is None
    assert seen().sees(made_by=here.number, sensitive=True) == Ground.OWN_HOSPITAL
    assert (
        may_see(person=who, site=0, purpose=Purpose.TREATMENT, at=clock.now(), account=resident).ground == Ground.SELF
    )
    consent.emergency(who, here, doctor)
    assert seen().ground == Ground.EMERGENCY
    BreakGlass.objects.all().delete()
    wishes.fulfil_wish(wish_id=wish.pk, answer="示例答复", by=office)
    assert seen().ground is None
    wish = wishes.take_back_wish(wish_id=wish.pk, by=resident)
    assert seen().ground == Ground.TREATING and not wish.restricts
    declined = wishes.make_wish(person=who, kind=kind, text="示例请求", by=resident)
    assert seen().ground is None
    wishes.decline_wish(wish_id=declined.pk, answer="示例：病历须保存三十年", by=office)
    assert seen().ground == Ground.TREATING


def test_other_requests_hold_nothing_back_and_are_over_when_answered() -> None:
    here, there = consent.site(), consent.site()
    who = consent.person(here, there)
    doctor, resident = consent.doctor(here), consent.resident(who)
    consent.visit(who, here, doctor.pk)
    wish = wishes.make_wish(person=who, kind=WishKind.CORRECTION, text="示例请求", by=resident)
    found = may_see(person=who, site=here.number, purpose=Purpose.TREATMENT, at=clock.now(), account=doctor)
    assert found.ground == Ground.TREATING and not wish.restricts
    wishes.fulfil_wish(wish_id=wish.pk, answer="示例答复", by=bonds.account(Role.SECRETARIAT))
    with pytest.raises(Refusal) as refused:
        wishes.take_back_wish(wish_id=wish.pk, by=resident)
    assert refused.value.code == "consent.wish_over"


def test_public_holidays_move_the_day_an_answer_is_due() -> None:
    """The days are invented; an administrator enters those of the State Council's notice, from a day on."""
    here = consent.site()
    who = consent.person(here)
    resident, admin = consent.resident(who), bonds.account(Role.SYSTEM_ADMIN)
    with clock.at(datetime(2026, 11, 20, 12, tzinfo=clock.ZONE)):
        plain = wishes.make_wish(person=who, kind=WishKind.ACCESS, text="示例", by=resident)
        assert plain.due_on == date(2026, 12, 11)
        for key, days in (("calendar.holidays", ["2026-12-01", "2026-12-02"]),
                          ("calendar.working_weekends", ["2026-12-05"])):  # fmt: skip
            configuration.set_rule(key=key, value=days, valid_from=clock.today(), source_document="示例通知", by=admin)
        moved = wishes.make_wish(person=who, kind=WishKind.ACCESS, text="示例", by=resident)
        assert moved.due_on == date(2026, 12, 14)
        for wrong in (["2026-13-01"], [7], [None]):
            with pytest.raises(Refusal):
                configuration.set_rule(key="calendar.holidays", value=wrong, valid_from=date(2027, 1, 1),
                                       source_document="示例通知", by=admin)  # fmt: skip
