"""The alliance's year, in the order in which it happened. Read it as the tour of the product.

Every line goes through a public action, as the person whose turn it is, on the day it happened. `play` is safe to call
on an empty database only; it says so otherwise. `check` counts again what was played and verifies the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from demo import bonds_of_the_year as bonds
from demo import cast, facts, the_challenge, the_need, the_result, the_transfers
from xinglin.kernel import clock, home, ledger, permits
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import ALLIANCE, Role, Scope
from xinglin.roster.actions import (
    agreements,
    appointments,
    bodies,
    membership,
    nominations,
    organisations,
    people,
    questions,
    signings,
    visits,
)
from xinglin.roster.models import Organisation, Person
from xinglin.roster.words.agreements import AgreementCategory, AgreementKind, PartyRole
from xinglin.roster.words.appointments import AppointmentKind
from xinglin.roster.words.bodies import Adoption, CommitteeKind, ListKind, MembershipKind, Vote
from xinglin.roster.words.register import EvidenceKind, OrganisationKind, Ownership, TitleRank

FOUNDING_DAY = date(2025, 6, 6)
PASSWORD = "Xinglin-Demo-2025"  # noqa: S105 - printed on the demonstration's first page; never on a real installation
Told = Callable[[str], None]


@dataclass
class Stage:
    """Who and what is on stage: filled as the year goes on."""

    told: Told = lambda _line: None
    accounts: dict[str, Account] = field(default_factory=dict)
    places: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    elsewhere: list[Person] = field(default_factory=list)
    local: list[Person] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def office(self) -> Account:
        return self.accounts["secretariat"]


def play(told: Told = lambda _line: None) -> Stage:
    """Play the whole year on an empty database."""
    if Organisation.objects.exists() or Account.objects.exclude(username="xinglin").exists():
        raise Refusal(
            "demo.not_empty",
            say("This home already holds data, and the demonstration is never mixed with it."),
            say("Set XINGLIN_HOME to an empty folder and start the demonstration again."),
        )
    stage = Stage(told)
    for chapter in CHAPTERS:
        told((chapter.__doc__ or "").split("\n")[0])
        chapter(stage)
    ledger.seal_all()
    welcome()
    return stage


def open_account(stage: Stage, key: str, name: str, role: Role | None = None, scope: Scope = ALLIANCE) -> Account:
    """An account of the demonstration with its role; the password is printed on the sign-in page."""
    account = Account.objects.create_user(key, f"{key}@example.org", PASSWORD, display_name=name)
    account.password_changed_at = clock.now()
    if scope[0] == "person":
        account.person_id = scope[1]
    account.save()
    if role is not None:
        permits.grant(account=account, role=role, scope=scope, by=permits.the_program())
    stage.accounts[key] = account
    return account


def preparation(stage: Stage) -> None:
    """2024 年 11 月：筹建——说明联盟、登记单位、筹备第一届。"""
    with clock.at(date(2024, 11, 4)):
        office = open_account(stage, "secretariat", "秘书处", Role.SECRETARIAT)
        open_account(stage, "system", "系统管理员", Role.SYSTEM_ADMIN)
        open_account(stage, "security", "安全管理员", Role.SECURITY_ADMIN)
        open_account(stage, "audit", "审计管理员", Role.AUDIT_ADMIN)
        for key, (name, name_en, kind, region) in facts.INSTITUTIONS.items():
            register(stage, key, name=name, name_en=name_en, kind=OrganisationKind(kind), region=region)
        for number, (name, region, ownership) in enumerate(cast.HOSPITALS):
            register(stage, f"hospital{number}", name=name + cast.MARK, kind=OrganisationKind.HOSPITAL, region=region,
                     ownership=Ownership(ownership))  # fmt: skip
        for number, (name, region, kind) in enumerate(cast.SCHOOLS):
            register(stage, f"school{number}", name=name + cast.MARK, kind=OrganisationKind(kind), region=region)
        for number, (name, profile, _code) in enumerate(cast.COMPANIES):
            register(stage, f"company{number}", name=name + cast.MARK, kind=OrganisationKind.ENTERPRISE, region="潮州",
                     profile=profile)  # fmt: skip
        bodies.describe_alliance(
            name_zh=facts.ALLIANCE, name_en=facts.ALLIANCE_EN, theme=facts.THEME, region=facts.HOME,
            lead_authority_id=stage.places["health"].pk, secretariat_id=stage.places["society"].pk,
            founded_on=FOUNDING_DAY, by=office,
        )  # fmt: skip
        term = bodies.prepare_term(number=1, title="第一届", aims="推动医疗卫生事业提升，汇聚在外潮籍专家。", by=office)
        committee = bodies.set_up_committee(term_id=term.pk, kind=CommitteeKind.EXPERT, name="专家委员会", by=office)
        stage.kept |= {"term": term, "committee": committee}
        for key in ("people", "central", "third", "tcm", "women"):
            scope = ("organisation", stage.places[key].pk)
            open_account(stage, f"liaison-{key}", f"{stage.places[key]}联络员", Role.LIAISON, scope)
        open_account(
            stage, "company", "企业联系人（示例）", Role.COMPANY, ("organisation", stage.places["company1"].pk)
        )
        open_account(stage, "authority", "卫生健康局观察员", Role.AUTHORITY)


def register(stage: Stage, key: str, *, name: str, kind: OrganisationKind, region: str, name_en: str | None = None,
             ownership: Ownership | None = None, profile: str | None = None) -> None:  # fmt: skip
    """Propose an organisation and admit it."""
    proposed = organisations.propose_organisation(
        name_zh=name, kind=kind, region=region, name_en=name_en, ownership=ownership, profile=profile, by=stage.office
    )
    stage.places[key] = organisations.admit_organisation(organisation_id=proposed.pk, by=stage.office)


def journeys(stage: Stage) -> None:
    """2024 年 12 月至 2025 年 4 月：联络拜访在外潮籍专家。"""
    hosts = ("zssy", "gwcmc", "luohu", "school0", "school2", "hospital3")
    for number, host in enumerate(hosts):
        day = date(2024, 12, 3) if number == 0 else date(2025, number, 12)
        with clock.at(day):
            visit = visits.plan_visit(
                visitor_id=stage.places["society"].pk, host_id=stage.places[host].pk, visited_on=day,
                purpose="介绍联盟筹建情况，邀请在外潮籍专家加入。", series="筹建联络拜访", by=stage.office,
            )  # fmt: skip
            visits.report_visit(
                visit_id=visit.pk, outcome="对方愿意推荐专家并讨论合作。", next_step="寄送推荐表", by=stage.office
            )
        with clock.at(day.replace(day=20)):
            visits.follow_up_visit(visit_id=visit.pk, followed="推荐表已寄回。", by=stage.office)


def nomination(stage: Stage) -> None:
    """2025 年 3 月至 5 月：医院推荐、专家互荐，审核候选名单。"""
    with clock.at(date(2025, 3, 3)):
        homes = ("people", "central", "third", "tcm", "women")
        stage.local = [
            enter(stage, one, homes[number % len(homes)])
            for number, one in enumerate(cast.people(facts.EXPERTS_LOCAL, local=True, seed=151))
        ]
        away = ("zssy", "gwcmc", "luohu", "school0", "hospital2", "hospital3", "school2")
        stage.elsewhere = [
            enter(stage, one, away[number % len(away)])
            for number, one in enumerate(cast.people(facts.EXPERTS_ELSEWHERE, local=False, seed=125))
        ]
        student = people.propose_person(
            name_zh="示例学员甲" + cast.MARK, organisation_id=stage.places["central"].pk, title_rank=TitleRank.MIDDLE,
            title="主治医师（示例）", specialties=["03.04"], practice_region=facts.HOME, by=stage.office,
        )  # fmt: skip
        stage.kept["apprentice"] = people.admit_person(person_id=student.pk, by=stage.office)
    term = stage.kept["term"]
    with clock.at(date(2025, 4, 8)):
        found = []
        for number, person in enumerate(stage.local):
            home = ("people", "central", "third", "tcm", "women")[number % 5]
            found.append(nominations.nominate_by_institution(
                term_id=term.pk, person_id=person.pk, organisation_id=stage.places[home].pk,
                reason="本院推荐，专业带头人。", by=stage.accounts[f"liaison-{home}"],
            ))  # fmt: skip
        first = stage.elsewhere[0]
        voice = open_account(stage, "expert", str(first), Role.EXPERT, ("person", first.pk))
        found.append(nominations.nominate_by_institution(
            term_id=term.pk, person_id=first.pk, organisation_id=stage.places["central"].pk,
            reason="在外潮籍专家，愿意支持家乡。", by=stage.accounts["liaison-central"],
        ))  # fmt: skip
        found += [
            nominations.nominate_by_peer(
                term_id=term.pk, person_id=person.pk, nominating_person_id=first.pk, reason="同行互荐。", by=voice
            )
            for person in stage.elsewhere[1:]
        ]
    with clock.at(date(2025, 5, 12)):
        for one in found:
            nominations.accept_nomination(nomination_id=one.pk, by=stage.office)
            nominations.review_candidate(nomination_id=one.pk, vote=Vote.SUPPORT, opinion="符合条件", by=stage.office)
            nominations.approve_candidate(nomination_id=one.pk, by=stage.office)


def enter(stage: Stage, one: cast.Character, home: str) -> Person:
    """Propose an invented person, admit them, show two works, and record their consent to be published."""
    office = stage.office
    person = people.propose_person(
        name_zh=one.name, organisation_id=stage.places[home].pk, title_rank=TitleRank.SENIOR, title="主任医师（示例）",
        specialties=[one.specialty], birth_year=one.birth_year, native_region=facts.HOME, practice_region=one.city,
        profile="演示人物，擅长：" + "、".join(one.works) + "。", by=office,
    )  # fmt: skip
    people.admit_person(person_id=person.pk, by=office)
    for number, title in enumerate(one.works):
        people.add_evidence(
            person_id=person.pk, kind=EvidenceKind.PROJECT if number else EvidenceKind.PAPER, title=title,
            year=2020 + number, link=f"https://example.org/works/{person.pk}/{number + 1}", by=office,
        )  # fmt: skip
    return people.agree_to_publication(person_id=person.pk, by=office)


def founding_day(stage: Stage) -> None:
    """2025 年 6 月 6 日：成立——首批成员单位、专家委员会名单。"""
    term = stage.kept["term"]
    with clock.at(date(2025, 5, 20)):
        batch = membership.open_batch(term_id=term.pk, number=1, title="首批成员单位", by=stage.office)
        joining = ["people", "central", "third", "tcm", "women", *(f"hospital{n}" for n in range(len(cast.HOSPITALS)))]
        joining += [f"school{n}" for n in range(3)] + [f"company{n}" for n in range(4)]
        for key in joining:
            applied = membership.apply_for_membership(
                organisation_id=stage.places[key].pk, batch_id=batch.pk, kind=MembershipKind.MEMBER, by=stage.office
            )
            membership.recommend_admission(membership_id=applied.pk, by=stage.office)
    with clock.at(FOUNDING_DAY):
        bodies.open_term(term_id=term.pk, begins_on=FOUNDING_DAY, by=stage.office)
        membership.announce_batch(membershipbatch_id=batch.pk, announced_on=FOUNDING_DAY, by=stage.office)
        for kind, title in ((ListKind.EXPERTS, "第一届专家委员会名单"), (ListKind.MEMBERS, "第一届成员单位名单")):
            one = nominations.draw_up_list(term_id=term.pk, kind=kind, title=title, by=stage.office)
            nominations.publish_list(publishedlist_id=one.pk, by=stage.office)
            stage.kept[str(kind)] = one
        stage.kept["batch"] = batch


def chief_experts(stage: Stage) -> None:
    """2025 年 6 月：聘任——来源所列七位首席专家。"""
    hosts = [stage.places[key] for key in facts.CHIEF_HOSTS]
    with clock.at(date(2025, 5, 26)):
        drafted = []
        for number, name in enumerate(facts.CHIEF_EXPERTS):
            person = people.propose_person(
                name_zh=name, profile="首席专家（来源仅载姓名与聘任医院）。", by=stage.office
            )
            people.admit_person(person_id=person.pk, by=stage.office)
            people.agree_to_publication(person_id=person.pk, by=stage.office)
            one = appointments.draft_appointment(
                person_id=person.pk, organisation_id=hosts[number % len(hosts)].pk, kind=AppointmentKind.CHIEF,
                starts=FOUNDING_DAY, until=date(2028, 6, 5), duties=facts.ASSIGNED_HERE, days_per_year=12,
                ip_clause="成果归属由双方另行约定。", confidentiality_clause="对患者信息和未公开资料保密。", by=stage.office,
            )  # fmt: skip
            appointments.offer_appointment(appointment_id=one.pk, by=stage.office)
            drafted.append(one)
    with clock.at(FOUNDING_DAY):
        for one in drafted:
            appointments.record_acceptance(appointment_id=one.pk, paper="成立大会签署的聘任协议", by=stage.office)
            appointments.issue_appointment(appointment_id=one.pk, by=stage.office)
    stage.kept["appointments"] = drafted


# 十项签约：甲方为市内医院，乙方除来源写明的三家外均为示例单位。
SIGNED_ON_THE_DAY = (
    ("中山三院共建名医工作室协议", "central", "zssy", AgreementKind.STUDIO, AgreementCategory.TALENT),
    ("治未病科协同发展合作联盟协议", "luohu", "tcm", AgreementKind.SPECIALTY_ALLIANCE, AgreementCategory.MEDICAL),
    ("小儿脑瘫专科管理联盟协议", "gwcmc", "women", AgreementKind.SPECIALTY_ALLIANCE, AgreementCategory.MEDICAL),
    ("学科共建合作协议（示例）", "people", "school0", AgreementKind.COOPERATION, AgreementCategory.DISCIPLINE),
    ("联合研究中心协议（示例）", "women", "school2", AgreementKind.JOINT_CENTRE, AgreementCategory.EDUCATION_RESEARCH),
    ("卒中救治协作协议（示例）", "people", "hospital2", AgreementKind.COOPERATION, AgreementCategory.MEDICAL),
    ("人才联合培养协议（示例）", "third", "school1", AgreementKind.COOPERATION, AgreementCategory.TALENT),
    ("早筛技术合作协议（示例）", "central", "company0", AgreementKind.ONE_TO_ONE, AgreementCategory.INDUSTRY),
    ("区域影像平台合作协议（示例）", "people", "company1", AgreementKind.ONE_TO_ONE, AgreementCategory.INFORMATION),
    ("院内制剂转化合作协议（示例）", "tcm", "company3", AgreementKind.ONE_TO_ONE, AgreementCategory.TRANSFER),
)


def ceremony(stage: Stage) -> None:
    """2025 年 6 月 6 日：签约——十项协议在成立大会上签署。"""
    with clock.at(date(2025, 5, 28)):
        ready = []
        for title, first, second, kind, category in SIGNED_ON_THE_DAY:
            sides = (stage.places[first], stage.places[second])
            one = agreements.draft_agreement(
                title=title, kind=kind, categories=[category], starts=FOUNDING_DAY, until=date(2028, 6, 5),
                purpose="双方发挥各自优势，共同提升医疗服务与科研能力。", published=True,
                terms="一、合作内容。二、双方责任。三、知识产权与保密。四、期限与终止。",
                parties=[
                    agreements.PartyRow(side.pk, role, signatory_name="法定代表人（示例）", signatory_position="法定代表人")
                    for side, role in zip(sides, (PartyRole.FIRST, PartyRole.SECOND), strict=True)
                ],
                deliverables=[agreements.DeliverableRow("年度工作总结", sides[0].pk, date(2026, 6, 5))], by=stage.office,
            )  # fmt: skip
            agreements.consult_agreement(agreement_id=one.pk, by=stage.office)
            for side in sides:
                agreements.record_consent(
                    agreement_id=one.pk, organisation_id=side.pk, paper="书面同意函（示例）", by=stage.office
                )
            ready.append(one)
        signing = signings.plan_signing(
            title="联盟成立大会项目签约", theme=facts.THEME, place="潮州", planned_on=FOUNDING_DAY,
            agreement_ids=[one.pk for one in ready], by=stage.office,
        )  # fmt: skip
    with clock.at(FOUNDING_DAY):
        signings.hold_signing(signing_id=signing.pk, held_on=FOUNDING_DAY, by=stage.office)
    stage.kept["agreements"] = {one.title: one for one in ready}


def counsel(stage: Stage) -> None:
    """2025 年 9 月：智库——一个问题、两份书面意见、一项采纳。"""
    asked = {"asker_id": stage.places["people"].pk, "by": stage.accounts["liaison-people"]}
    with clock.at(date(2025, 9, 2)):
        question = questions.draft_question(
            title="卒中溶栓绿色通道如何在县区布点",
            body="县区转运时间长，请专家就布点与质控提出意见。",
            specialty="03.03",
            **asked,
        )
        questions.ask_question(question_id=question.pk, by=asked["by"])
        experts = [stage.elsewhere[0], stage.local[3]]
        questions.assign_question(question_id=question.pk, expert_ids=[one.pk for one in experts], by=stage.office)
    with clock.at(date(2025, 9, 16)):
        for expert in experts:
            questions.give_opinion(
                question_id=question.pk, person_id=expert.pk, text="建议先在两个县级医院布点，统一时间节点质控。",
                by=stage.office,
            )  # fmt: skip
        questions.answer_question(question_id=question.pk, answer="先行两点布局，每季度通报时间节点。", by=stage.office)
        questions.conclude_question(question_id=question.pk, adoption=Adoption.ADOPTED, by=asked["by"])


CHAPTERS: tuple[Callable[[Stage], None], ...] = (
    preparation, journeys, nomination, founding_day, chief_experts, ceremony, bonds.studio, bonds.alliances,
    bonds.support, bonds.base, counsel, the_need.need_to_agreement, the_challenge.challenge_to_income, the_challenge.race,
    the_result.results_that_count, bonds.since_then,
    the_need.more_of_the_market, the_challenge.open_to_all, the_transfers.more_transfers,
)  # fmt: skip


def was_played() -> bool:
    """Whether this home holds the whole demonstration already: its accounts are written down after the last chapter."""
    return (home.home() / "demo.json").is_file()


def welcome() -> list[str]:
    """What to try first; also left in the home, so that the sign-in page of a demonstration can show the accounts."""
    shown = Account.objects.filter(username__in=SHOWN).order_by("created_at")
    accounts = [{"username": one.username, "name": str(one)} for one in shown]
    kept = json.dumps({"password": PASSWORD, "accounts": accounts}, ensure_ascii=False)
    home.write_atomically(home.home() / "demo.json", kept.encode())
    return [
        "演示数据已就绪：机构与人物除来源所载外均为示例。 The demonstration is ready.",
        f"登录密码 Password: {PASSWORD}",
        *(f"  {one['username']:<18}{one['name']}" for one in accounts),
    ]


SHOWN = (
    "secretariat",
    "liaison-people",
    "expert",
    "stroke-expert",
    "company",
    "authority",
    "doctor",
    "laboratory",
    "steward",
    "resident",
    "system",
    "security",
    "audit",
)
