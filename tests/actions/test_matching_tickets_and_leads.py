"""Coordination tickets with their clock, and investment leads with their next step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories.matching import account, company_of, expert_of, hospital, ledger_of, liaison, office, person

from xinglin.kernel.clock import at, today
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching import jobs
from xinglin.matching.actions import leads, tickets
from xinglin.matching.models import Lead, Ticket
from xinglin.matching.queries.leads import leads_for
from xinglin.matching.queries.tickets import tickets_for
from xinglin.matching.words.leads import LeadField, LeadStage, LossReason
from xinglin.matching.words.tickets import TicketStage, TicketTopic

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat():
    return office()


@pytest.fixture
def expert():
    return expert_of(person())


@pytest.fixture
def department():
    return hospital(kind="authority")


@pytest.fixture
def ticket(expert):
    return tickets.raise_ticket(
        title="示例：注册执业地点", body="示例：变更注册需要协助。", topic=TicketTopic.LICENCE, by=expert
    )


@pytest.fixture
def routed(ticket, department, secretariat):
    return tickets.route_ticket(ticket_id=ticket.pk, department_id=department.pk, by=secretariat)


def test_a_matter_goes_its_way_and_the_expert_sees_the_clock(routed, department, expert):
    assert routed.stage == TicketStage.ROUTED and routed.due_on == today() + timedelta(days=10)
    clock = KINDS["matching.ticket"].facts(routed, expert)[0].value
    assert "in 10 days" in str(clock)
    desk = liaison(department)
    assert "answer" in {verb.name for verb in open_verbs(KINDS["matching.ticket"], routed, desk)}
    assert "answer" not in {verb.name for verb in open_verbs(KINDS["matching.ticket"], routed, expert)}
    answered = tickets.answer_ticket(ticket_id=routed.pk, answer="示例：请携带材料。", by=desk)
    assert answered.stage == TicketStage.ANSWERED
    assert Notice.objects.filter(account=expert, event="matching.ticket_answered").exists()
    with pytest.raises(Refusal, match=r"not_yours|not_the_asker"):
        tickets.accept_answer(ticket_id=routed.pk, by=desk)
    tickets.reopen_ticket(ticket_id=routed.pk, text="示例：还缺一份证明。", by=expert)
    tickets.answer_ticket(ticket_id=routed.pk, answer="示例：已补。", by=desk)
    done = tickets.accept_answer(ticket_id=routed.pk, by=expert)
    assert done.stage == TicketStage.SETTLED and done.entries.count() == 5
    assert ledger_of(done)[-2:] == ["matching.ticket_answered", "matching.ticket_accepted"]


def test_who_sees_and_who_may(ticket, routed, department, secretariat):
    stranger = expert_of(person())
    assert not tickets_for(stranger).exists() and not tickets_for(None).exists()
    desk, reader = liaison(department), account(Role.AUTHORITY)
    assert list(tickets_for(desk)) == list(tickets_for(reader)) == list(tickets_for(secretariat)) == [ticket]
    for act in (tickets.accept_answer, tickets.withdraw_ticket):
        with pytest.raises(Refusal):
            act(ticket_id=ticket.pk, by=stranger)
    with pytest.raises(Refusal, match="not_yours"):
        tickets.answer_ticket(ticket_id=ticket.pk, answer="示例", by=reader)
    with pytest.raises(Refusal, match="one_asker"):
        tickets.raise_ticket(title="示例", body="示例", topic=TicketTopic.OTHER, by=secretariat)
    section = KINDS["matching.ticket"].sections(routed, reader)[0]
    assert len(section.columns) == 4, "the authority sees the way, not the words"


def test_a_matter_is_sent_on_and_escalated_when_late(routed, department, secretariat, expert):
    desk, other = liaison(department), hospital(kind="authority")
    with pytest.raises(Refusal, match="same_department"):
        tickets.reroute_ticket(ticket_id=routed.pk, department_id=department.pk, text="示例", by=desk)
    with pytest.raises(Refusal, match="not_late"):
        tickets.escalate_ticket(ticket_id=routed.pk, by=secretariat)
    with pytest.raises(Refusal, match="day_past"):
        tickets.reroute_ticket(
            ticket_id=routed.pk, department_id=other.pk, text="示例", due=today() - timedelta(days=1), by=desk
        )
    moved = tickets.reroute_ticket(ticket_id=routed.pk, department_id=other.pk, text="示例：职责在贵局。", by=desk)
    assert moved.department_id == other.pk and not tickets_for(desk).exists()
    with at(moved.due_on + timedelta(days=1)):
        assert jobs.calendar.DAILY["matching.tickets"](today()) == 1
        assert jobs.calendar.DAILY["matching.tickets"](today()) == 0, "the clock began again"
    late = Ticket.objects.get()
    assert late.escalations == 1 and late.stage == TicketStage.ROUTED
    for told in (expert, secretariat):
        assert Notice.objects.filter(account=told, event="matching.ticket_escalated").exists()


def lead_of(by, **more):
    fields = {
        "title": "示例：诊断试剂项目",
        "investor": "示例生物公司",
        "field": LeadField.DIAGNOSTICS,
        "next_step": "示例：电话联系",
        "next_on": today() + timedelta(days=5),
        **more,
    }
    return leads.enter_lead(by=by, **fields)


def test_a_lead_goes_from_contact_to_settlement(secretariat):
    host, source = hospital(), person()
    keeper = liaison(host)
    lead = lead_of(keeper, host_id=host.pk, source_person_id=source.pk, amount_fen=10_000_000_00, region="潮州")
    onward = {"lead_id": lead.pk, "text": "示例", "next_step": "示例：继续", "next_on": today() + timedelta(days=9)}
    with pytest.raises(Refusal, match="wrong_stage"):
        leads.visit_lead(**onward, by=keeper)
    leads.contact_lead(**onward, by=keeper)
    with pytest.raises(Refusal, match="next_day_past"):
        leads.visit_lead(**{**onward, "next_on": today() - timedelta(days=1)}, by=keeper)
    leads.visit_lead(**onward, by=secretariat)
    leads.note_step(**onward, by=keeper)
    leads.sign_memorandum(**onward, by=keeper)
    with pytest.raises(Refusal, match="no_amount"):
        leads.settle_lead(lead_id=lead.pk, amount_fen=0, by=keeper)
    done = leads.settle_lead(lead_id=lead.pk, amount_fen=12_000_000_00, by=keeper)
    assert (done.stage, done.due_on, done.steps.count()) == (LeadStage.SETTLED, None, 6)
    assert Notice.objects.filter(account=keeper, event="matching.lead_advanced").count() == 1, (
        "told of others' steps only"
    )


def test_a_lost_lead_has_a_reason_and_may_come_back(secretariat):
    lead = lead_of(secretariat)
    lost = leads.lose_lead(lead_id=lead.pk, loss_reason=LossReason.LAND, by=secretariat)
    assert lost.stage == LeadStage.LOST
    back = leads.revive_lead(
        lead_id=lead.pk, text="示例", next_step="示例", next_on=today() + timedelta(days=1), by=secretariat
    )
    assert (back.stage, back.loss_reason) == (LeadStage.CONTACT, "")
    with pytest.raises(Refusal, match="step_future"):
        leads.note_step(
            lead_id=lead.pk,
            text="示例",
            next_step="示例",
            next_on=today(),
            done_on=today() + timedelta(days=1),
            by=secretariat,
        )


def test_leads_are_for_their_keepers(secretariat):
    host = hospital()
    lead = lead_of(secretariat, host_id=host.pk)
    keeper, firm = liaison(host), company_of(host)
    assert list(leads_for(keeper)) == [lead] and not leads_for(firm).exists() and not leads_for(None).exists()
    with pytest.raises(Refusal, match="no_keeper"):
        leads.hand_over_lead(lead_id=lead.pk, owner=firm.username, by=secretariat)
    assert leads.hand_over_lead(lead_id=lead.pk, owner=keeper.username, by=secretariat).owner == keeper
    leads.change_lead(lead_id=lead.pk, title="示例：改名", investor="示例", field=LeadField.OTHER, by=keeper)
    assert Lead.objects.get().title == "示例：改名"
    with pytest.raises(Refusal, match="not_yours"):
        lead_of(liaison(hospital()), host_id=host.pk)
    with pytest.raises(Refusal, match="no_next_step"):
        lead_of(secretariat, next_step=" ")
