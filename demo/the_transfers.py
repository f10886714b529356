"""What else is on its way today: achievements at every step, a joint project, and two funds that never meet.

One was assigned by auction and waits for its registration, one is listed, one is under notice, one lay unused for a year
until its inventors took it up. Everybody and everything in it is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo import cast
from demo.the_contract import enter, paper
from demo.the_need import ago
from xinglin.kernel import clock, permits
from xinglin.kernel.words import Role
from xinglin.roster.actions import people
from xinglin.roster.words.register import OrganisationKind, TitleRank
from xinglin.transfer.actions import achievements, contracts, deals, grants, ip, projects, transfers
from xinglin.transfer.actions.achievements import ContributorRow
from xinglin.transfer.rules.contracts import mandatory
from xinglin.transfer.words.achievements import Origin, ProjectKind
from xinglin.transfer.words.ip import IPKind
from xinglin.transfer.words.transfers import ContractKind, Pricing, Relation, Way

if TYPE_CHECKING:
    from demo.the_year import Stage
    from xinglin.kernel.models import Account
    from xinglin.transfer.models import Achievement, JointProject, Transfer


def more_transfers(stage: Stage) -> None:
    """近一年半：更多成果在转化路上——拍卖、挂牌、公示、一年未实施；医工联合项目；科研基金与产业投资基金。"""
    from demo.the_year import open_account, register

    with clock.at(ago(450)):
        register(stage, "river", name="示例江畔医院（示例）", kind=OrganisationKind.HOSPITAL, region="杭州")
        register(stage, "foundation", name="示例医学科研基金会（示例）", kind=OrganisationKind.SOCIETY, region="潮州")
        register(
            stage, "fund", name="示例健康产业基金管理公司（示例）", kind=OrganisationKind.ENTERPRISE, region="潮州"
        )
        for key, place, role in (
            ("liaison-institute", "hospital2", Role.LIAISON), ("liaison-recovery", "hospital6", Role.LIAISON),
            ("liaison-river", "river", Role.LIAISON), ("liaison-foundation", "foundation", Role.LIAISON),
            ("fund", "fund", Role.COMPANY),
        ):  # fmt: skip
            scope = ("organisation", stage.places[place].pk)
            open_account(stage, key, f"{stage.places[place]}联系人", role, scope)
    auctioned(stage)
    listed(stage)
    under_notice(stage, joint_project(stage))
    unused_for_a_year(stage)
    grant_call(stage)
    investment(stage)


def found(stage: Stage, key: str, title: str, abstract: str, names: tuple[str, ...], by: Account, *, levels: int = 3,
          **more: Any) -> Achievement:  # fmt: skip
    """Something is disclosed to its unit, entered on the register, and shown to be as ripe as it is."""
    shares = (6_000, 4_000) if len(names) == 2 else (10_000,)
    one = achievements.draft_achievement(
        title=title, organisation_id=stage.places[key].pk, abstract=abstract, by=by,
        contributors=[ContributorRow(name, share) for name, share in zip(names, shares, strict=True)],
        **{"origin": Origin.DISCLOSURE, **more},
    )  # fmt: skip
    enter(one, levels=levels, by=by)
    return one


def decided(stage: Stage, one: Achievement, way: Way, buyer: str, by: Account) -> Transfer:
    """Put forward, evaluated, and decided by the unit's leaders together."""
    buyer_id = stage.places[buyer].pk if buyer else None
    made = transfers.put_forward(achievement_id=one.pk, way=way, buyer_id=buyer_id, by=by)
    transfers.evaluate_transfer(transfer_id=made.pk, ip_check="权属清晰，完成人已书面确认（示例）。", by=by)
    return transfers.decide_transfer(
        transfer_id=made.pk, decided_on=clock.today(), attendees=5,
        minutes=paper("院长办公会纪要", f"同意：{one.title}"), way=way, buyer_id=buyer_id, by=by,
    )  # fmt: skip


def valued(one: Transfer, number: str, fen: int, by: Account) -> None:
    """A report that an appraiser made on paper."""
    transfers.enter_valuation(
        transfer_id=one.pk, report_number=number, appraiser="示例资产评估公司（示例）", valued_on=clock.today(), value_fen=fen,
        valuation_report=paper("资产评估报告", number), by=by,
    )  # fmt: skip


def auctioned(stage: Stage) -> None:
    """From a study, with a patent; assigned by auction, and handed in for registration."""
    by = stage.accounts["liaison-institute"]
    with clock.at(ago(180)):
        one = found(
            stage, "hospital2", "术中神经监护电极（示例）", "可重复使用的术中神经监护表面电极，信噪比优于现用产品（示例）。",
            ("示例主任寅", "示例工程师卯"), by, levels=5, origin=Origin.STUDY, origin_number="示例研究 2024-018",
        )  # fmt: skip
        right = ip.file_right(
            kind=IPKind.INVENTION, title="一种术中神经监护电极（示例）", organisation_id=one.organisation_id,
            application_number="示例 202410000018", filed_on=ago(900), achievement_id=one.pk, by=by,
        )  # fmt: skip
        ip.grant_right(
            intellectualproperty_id=right.pk, granted_on=ago(200), certificate_number="示例证 0018", by=by
        )  # fmt: skip
        ip.pay_fee(intellectualproperty_id=right.pk, year=3, amount_fen=900_00, by=by)
        ip.reward_inventors(intellectualproperty_id=right.pk, amount_fen=6_000_00, by=by)
    with clock.at(ago(60)):
        sold = decided(stage, one, Way.ASSIGN, "company2", by)
        valued(sold, "示例评报字 2026-031", 2_600_000_00, by)
    with clock.at(ago(50)):
        transfers.price_transfer(
            transfer_id=sold.pk, pricing=Pricing.AUCTION, price_fen=3_150_000_00, place="示例拍卖行（示例）",
            reference="示例拍 2026-12", by=by,
        )  # fmt: skip
        transfers.announce_transfer(
            transfer_id=sold.pk, relation=Relation.NONE, relation_statement="竞得人与完成人无关联关系。", by=by
        )
    with clock.at(ago(33)):
        kind = ContractKind.TRANSFER
        contracts.draft_contract(
            transfer_id=sold.pk, contract_kind=kind, by=by,
            clauses=[contracts.ClauseRow(clause, "按约定执行（示例）。") for clause in mandatory(kind)],
        )  # fmt: skip
        contracts.sign_contract(
            transfer_id=sold.pk, contract_number="示例转让 2026-03", signed_on=clock.today(),
            contract=paper("转让合同", "专利权转让"), by=by,
        )  # fmt: skip
    with clock.at(ago(12)):
        contracts.hand_in_contract(
            transfer_id=sold.pk, registered_with="示例市技术市场（示例）", accepted_on=clock.today(), by=by
        )


def listed(stage: Stage) -> None:
    """Listed on a technology market; whoever takes it up is announced next."""
    by = stage.accounts["liaison-recovery"]
    with clock.at(ago(95)):
        one = found(stage, "hospital6", "步态评估与康复训练控制算法（示例）", "用于下肢康复机器人的步态评估与力矩控制算法（示例）。",
                    ("示例治疗师辰", "示例工程师巳"), by)  # fmt: skip
    with clock.at(ago(20)):
        sold = decided(stage, one, Way.LICENCE, "", by)
        valued(sold, "示例评报字 2026-044", 800_000_00, by)
    with clock.at(ago(9)):
        transfers.price_transfer(
            transfer_id=sold.pk, pricing=Pricing.LISTING, price_fen=860_000_00, place="示例技术交易所（示例）",
            reference="示例挂牌 2026-107", by=by,
        )  # fmt: skip


def joint_project(stage: Stage) -> JointProject:
    """A medical-engineering project of a hospital, a school and a company."""
    by = stage.accounts["liaison-demander"]
    with clock.at(ago(300)):
        one = projects.plan_project(
            kind=ProjectKind.MEDICAL_ENGINEERING, title="内镜图像质控联合项目（示例）", by=by,
            organisation_id=stage.places["hospital0"].pk, aim="三方共建内镜图像质控数据集，训练并验证质控算法。",
            participants=[projects.ParticipantRow(stage.places["school0"].pk, "算法团队与算力"),
                          projects.ParticipantRow(stage.places["company1"].pk, "产品化与部署")],
            starts=ago(290), until=ago(-440), budget_fen=1_200_000_00,
        )  # fmt: skip
    with clock.at(ago(290)):
        return projects.start_project(jointproject_id=one.pk, by=by)


def under_notice(stage: Stage, project: JointProject) -> None:
    """What came of the joint project is licensed to its company by agreement; the notice runs."""
    by = stage.accounts["liaison-demander"]
    with clock.at(ago(30)):
        one = found(stage, "hospital0", "内镜图像质控算法（示例）", "在三家医院的内镜图像上验证，盲区提示准确率 92%（示例）。",
                    ("示例主任午", "示例教授未"), by, levels=4, project_id=project.pk)  # fmt: skip
    with clock.at(ago(5)):
        sold = decided(stage, one, Way.LICENCE, "company1", by)
        transfers.price_transfer(transfer_id=sold.pk, pricing=Pricing.AGREEMENT, price_fen=1_500_000_00, by=by)
        transfers.announce_transfer(
            transfer_id=sold.pk, relation=Relation.NONE, by=by,
            relation_statement="受让方为联合项目参加单位，与完成人无亲属、任职或持股关系。",
        )  # fmt: skip


def unused_for_a_year(stage: Stage) -> None:
    """Nobody used it; unit and inventor were reminded, and where the local rule gives the right, the inventor took it."""
    from demo.the_year import open_account

    by = stage.accounts["liaison-river"]
    with clock.at(ago(430)):
        person = people.propose_person(
            name_zh=f"示例主任申{cast.MARK}", organisation_id=stage.places["river"].pk, title_rank=TitleRank.SENIOR,
            title="主任医师（示例）", specialties=["16"], practice_region="杭州", by=stage.office,
        )  # fmt: skip
        people.admit_person(person_id=person.pk, by=stage.office)
        inventor = open_account(stage, "inventor", str(person), Role.EXPERT, ("person", person.pk))
        one = achievements.draft_achievement(
            title="院内感染早期预警模型（示例）", organisation_id=stage.places["river"].pk, origin=Origin.DISCLOSURE,
            abstract="用常规检验数据提前两天提示院内感染风险（示例）。", contributors=[ContributorRow(str(person), 10_000, person.pk)],
            by=inventor,
        )  # fmt: skip
        achievements.disclose_achievement(achievement_id=one.pk, by=inventor)
        achievements.register_achievement(achievement_id=one.pk, by=by)
        achievements.show_level(achievement_id=one.pk, level=1, statement="原理（示例）", evidence=paper("TRL1 预警模型", "原理"),
                                by=inventor)  # fmt: skip
        achievements.publish_achievement(achievement_id=one.pk, publish=True, by=by)
    for days in (90, 70, 40):
        with clock.at(ago(days)):
            achievements.remind_of_unused(day=ago(days), by=permits.the_program())
    with clock.at(ago(15)):
        achievements.record_right(achievement_id=one.pk, agreed_otherwise=False, by=inventor)
    with clock.at(ago(14)):
        own = transfers.put_forward(achievement_id=one.pk, way=Way.SELF, by=inventor)
        transfers.evaluate_transfer(transfer_id=own.pk, ip_check="一年未实施，由完成人自行实施，收益归完成人。", by=by)


def grant_call(stage: Stage) -> None:
    """A research fund pays for challenges, by their numbers; everybody may read it."""
    by = stage.accounts["liaison-foundation"]
    named = [stage.kept["under_review"], stage.kept["open_call"]]
    with clock.at(ago(28)):
        one = grants.prepare_grant(
            title="基层适宜技术科研专项（示例）", organisation_id=stage.places["foundation"].pk, by=by,
            terms="资助本联盟榜单，资金按里程碑验收后拨付（示例）。", budget_fen=4_000_000_00, closes_on=ago(-150),
            challenges=[grants.ChallengeRow(each.number, 1_500_000_00) for each in named],
        )  # fmt: skip
        grants.open_grant(grantcall_id=one.pk, by=by)


def investment(stage: Stage) -> None:
    """A deal in confidence: of two advising experts one declares an interest and advises no more."""
    from demo.the_challenge import account_of, panel_people

    by, first, second = stage.accounts["fund"], stage.elsewhere[0], panel_people(stage)[0]
    with clock.at(ago(40)):
        one = deals.enter_deal(
            title="早筛试剂企业天使轮（示例）", company="示例早筛科技公司（示例）", organisation_id=stage.places["fund"].pk,
            summary="拟投入试剂注册与中试线，分两期到位（示例）。", by=by,
        )  # fmt: skip
        for person in (first, second):
            deals.ask_adviser(deal_id=one.pk, person_id=person.pk, by=by)
    with clock.at(ago(36)):
        deals.declare_interest(
            deal_id=one.pk,
            has_interest=False,
            statement="与该企业无持股、任职、亲属或合同关系。",
            by=stage.accounts["expert"],
        )
        deals.declare_interest(
            deal_id=one.pk, has_interest=True, statement="本人近亲属持有该企业股份。", by=account_of(stage, second)
        )
        deals.release_adviser(deal_id=one.pk, person_id=second.pk, by=by)
        deals.screen_deal(deal_id=one.pk, by=by)
        deals.note_deal(deal_id=one.pk, text="与创始团队面谈，索取注册计划。", by=by)
    with clock.at(ago(13)):
        deals.declare_interest(
            deal_id=one.pk, has_interest=False, statement="情况无变化，仍无利益关系。", by=stage.accounts["expert"]
        )
        deals.examine_deal(deal_id=one.pk, by=by)
