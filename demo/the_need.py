"""The story the product begins with: a hospital's need is ranked, docked and signed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from xinglin.flows.docking_to_agreement import draft_agreement_from_docking
from xinglin.kernel import clock
from xinglin.kernel.words import Role
from xinglin.matching.actions import dockings, leads, needs, offers, suggestions, tickets
from xinglin.matching.models import Offer, Suggestion
from xinglin.matching.words.dockings import DockingOutcome, MeetingWay
from xinglin.matching.words.leads import LeadField
from xinglin.matching.words.needs import Confidentiality, NeedKind, OfferKind
from xinglin.matching.words.tickets import TicketTopic
from xinglin.roster.actions import agreements

if TYPE_CHECKING:
    from demo.the_year import Stage

BODY = (
    "我院神经内科年收治急性缺血性卒中患者较多，静脉溶栓绿色通道时间节点不稳定，"
    "希望邀请有卒中绿道建设和质控经验的专家，每月来院指导一次，并帮助两家县级医院布点。"
)


def need_to_agreement(stage: Stage) -> None:
    """2025 年 9 月至 11 月：一项医院需求——排序、对接、签约。"""
    from demo.the_year import open_account

    hospital, liaison = stage.places["people"], stage.accounts["liaison-people"]
    with clock.at(date(2025, 9, 8)):
        need = needs.draft_need(
            organisation_id=hospital.pk, title="急性卒中溶栓绿色通道建设", body=BODY, kind=NeedKind.CLINICAL,
            specialties=["03.03"], department="神经内科", wanted_by=date(2025, 12, 31),
            confidentiality=Confidentiality.PUBLISHED, by=liaison,
        )  # fmt: skip
        needs.submit_need(need_id=need.pk, by=liaison)
        needs.open_need(need_id=need.pk, by=stage.office)
    with clock.at(date(2025, 9, 10)):
        suggestions.rank_need(need_id=need.pk, top=10, by=liaison)
        ranked = list(Suggestion.objects.filter(need=need).select_related("person").order_by("place"))
        stage.kept["ranked"] = ranked
        chosen = next(one for one in ranked if one.person in stage.elsewhere)
        docking = suggestions.choose_suggestion(
            suggestion_id=chosen.pk, invitation="诚邀您指导我院卒中绿色通道建设。", nda=True, by=liaison
        )
    expert = open_account(stage, "stroke-expert", str(chosen.person), Role.EXPERT, ("person", chosen.person.pk))
    with clock.at(date(2025, 9, 12)):
        dockings.accept_docking(docking_id=docking.pk, by=expert)
        dockings.plan_meeting(
            docking_id=docking.pk,
            planned_at=datetime(2025, 9, 19, 15, tzinfo=clock.ZONE),
            way=MeetingWay.ONLINE,
            by=expert,
        )
        dockings.record_nda(docking_id=docking.pk, signed_on=date(2025, 9, 12), by=liaison)
    with clock.at(datetime(2025, 9, 19, 17, tzinfo=clock.ZONE)):
        dockings.record_meeting(
            docking_id=docking.pk, held_at=datetime(2025, 9, 19, 15, tzinfo=clock.ZONE), way=MeetingWay.ONLINE,
            minutes="商定每月来院一次，先在两家县级医院布点；由医院起草协议。", by=liaison,
        )  # fmt: skip
    with clock.at(date(2025, 10, 9)):
        dockings.conclude_docking(docking_id=docking.pk, outcome=DockingOutcome.AGREEMENT, by=liaison)
        agreement = draft_agreement_from_docking(
            docking_id=docking.pk, title="急性卒中溶栓绿色通道建设合作协议（示例）", starts=date(2025, 11, 1),
            until=date(2027, 10, 31), purpose="由专家所在单位支持我院卒中绿色通道建设，每月来院指导一次。", by=liaison,
        )  # fmt: skip
        agreements.consult_agreement(agreement_id=agreement.pk, by=liaison)
        agreements.agree_to_agreement(agreement_id=agreement.pk, by=liaison)
        other = agreement.parties.exclude(organisation=hospital).get().organisation_id
        agreements.record_consent(
            agreement_id=agreement.pk, organisation_id=other, paper="同意函（示例）", by=stage.office
        )
    with clock.at(date(2025, 10, 31)):
        for party in agreement.parties.all():
            agreements.name_signatory(
                agreement_id=agreement.pk, organisation_id=party.organisation_id, signatory_name="法定代表人（示例）",
                signatory_position="法定代表人", by=stage.office,
            )  # fmt: skip
        agreements.open_signing(agreement_id=agreement.pk, by=stage.office)
        agreements.sign_agreement(agreement_id=agreement.pk, signed_on=clock.today(), by=liaison)
        agreements.record_signature(agreement_id=agreement.pk, organisation_id=other, signed_on=clock.today(),
                                    paper="纸质签署件（示例）", by=stage.office)  # fmt: skip
        needs.meet_need(need_id=need.pk, by=liaison)
    stage.kept |= {"signed": agreement, "need": need, "docking": docking, "chosen": chosen}


def more_of_the_market(stage: Stage) -> None:
    """近一个月：更多需求、企业供给、协调事项与招商线索。"""
    with clock.at(ago(2)):
        for key, title, body, code, kind in OPEN_NEEDS:
            liaison = stage.accounts[f"liaison-{key}"]
            one = needs.draft_need(
                organisation_id=stage.places[key].pk, title=title, body=body, kind=kind, specialties=[code],
                confidentiality=Confidentiality.PUBLISHED, by=liaison,
            )  # fmt: skip
            needs.submit_need(need_id=one.pk, by=liaison)
            needs.open_need(need_id=one.pk, by=stage.office)
    stage.kept["offer"] = put_an_offer(stage)
    raise_a_ticket(stage)
    note_a_lead(stage)


OPEN_NEEDS = (
    (
        "women",
        "小儿脑瘫综合康复路径优化",
        "现有康复路径分散，希望引入评估量表与家庭训练方案，并培训骨干。",
        "21",
        NeedKind.CLINICAL,
    ),
    (
        "central",
        "肺结节低剂量CT筛查质控",
        "筛查阳性随访率偏低，希望有人帮助建立影像质控与随访流程。",
        "32.02",
        NeedKind.TECHNOLOGY,
    ),
    ("tcm", "治未病体质辨识推广到社区", "希望与有经验的团队共同设计社区干预包并评估效果。", "50", NeedKind.RESEARCH),
    ("third", "抑郁症基层识别与转诊培训", "为基层医师开展识别培训，建立转诊标准。", "15", NeedKind.TEACHING),
)


def ago(days: int) -> date:
    """So many days before the demonstration is played: what is open must be open when somebody looks."""
    return datetime.now(clock.ZONE).date() - timedelta(days=days)


def put_an_offer(stage: Stage) -> Offer:
    """A company offers what it can do."""
    company = stage.accounts["company"]
    with clock.at(ago(23)):
        offer = offers.draft_offer(
            title="肺结节影像质控与随访平台（示例）", body="提供低剂量CT影像质控、结节随访提醒和远程会诊接口。",
            kind=OfferKind.TECHNOLOGY, organisation_id=stage.places["company1"].pk, specialties=["32.02"], capacity=2,
            confidentiality=Confidentiality.PUBLISHED, by=company,
        )  # fmt: skip
        offers.submit_offer(offer_id=offer.pk, by=company)
        return offers.open_offer(offer_id=offer.pk, by=stage.office)


def raise_a_ticket(stage: Stage) -> None:
    """An expert asks for help; the department answers in time."""
    expert = stage.accounts["expert"]
    with clock.at(ago(20)):
        ticket = tickets.raise_ticket(
            title="来潮坐诊的执业备案", body="每月来院一次，请协调执业备案手续。", topic=TicketTopic.LICENCE,
            person_id=stage.elsewhere[0].pk, by=expert,
        )  # fmt: skip
        tickets.route_ticket(ticket_id=ticket.pk, department_id=stage.places["health"].pk, by=stage.office)
    with clock.at(ago(16)):
        tickets.answer_ticket(
            ticket_id=ticket.pk, answer="医联体内会诊与对口支援无需变更执业地点，已登记备查。", by=stage.office
        )
        tickets.accept_answer(ticket_id=ticket.pk, by=expert)


def note_a_lead(stage: Stage) -> None:
    """招商：a lead becomes a memorandum."""
    with clock.at(ago(18)):
        lead = leads.enter_lead(
            title="早筛试剂生产线（示例）", investor="示例生物科技集团（示例）", field=LeadField.DIAGNOSTICS,
            next_step="电话联系", next_on=ago(11), amount_fen=30_000_000_00,
            source_person_id=stage.elsewhere[5].pk, by=stage.office,
        )  # fmt: skip
        leads.contact_lead(lead_id=lead.pk, text="对方希望了解用地与产业链。", next_step="邀请来访", next_on=ago(6),
                           by=stage.office)  # fmt: skip
    with clock.at(ago(6)):
        leads.visit_lead(lead_id=lead.pk, text="考察两处厂房。", next_step="商谈备忘录", next_on=ago(-8),
                         by=stage.office)  # fmt: skip
