"""The third story: a need nobody can simply meet is put out for bids, and what comes of it earns money that is shared.

Five bids: one comes too late, one bidder is related to the demander, two were written by the same hand, one wins. Three
milestones, one failed and repaired. Everybody and everything in it is invented.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from demo import cast, the_contract, the_result
from xinglin.challenges.actions import (
    argument,
    awards,
    bids,
    calls,
    checks,
    copies,
    demands,
    flags,
    holders,
    objections,
    openings,
    panels,
    questions,
    reviewing,
)
from xinglin.challenges.actions.bids import Attached
from xinglin.challenges.rules import bidding
from xinglin.challenges.words.bids import (
    ControllerKind,
    Exclusion,
    HolderSide,
    MemberPart,
    RelationKind,
    WorkCategory,
)
from xinglin.challenges.words.calls import CRITERIA, CriterionSet, Direction, NoticeSubject
from xinglin.challenges.words.challenges import AwardMode, BudgetSource
from xinglin.flows.need_to_challenge import post_need_as_challenge
from xinglin.kernel import clock, permits
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import needs
from xinglin.matching.words.needs import ClosingReason, Confidentiality, NeedKind
from xinglin.roster.actions import people
from xinglin.roster.words.register import EvidenceKind, TitleRank

if TYPE_CHECKING:
    from demo.the_year import Stage
    from xinglin.challenges.models import Bid, Challenge
    from xinglin.kernel.models import Account
    from xinglin.roster.models import Person

# Passphrases of the demonstration's key holders; on a real installation only the holder knows theirs.
PHRASES = {
    "secretariat": "杏林春暖 橘井泉香 大医精诚 示例之一 office",
    "authority": "悬壶济世 妙手仁心 厚德载物 示例之二 oversight",
}
DEADLINE = datetime(2026, 1, 20, 17, tzinfo=clock.ZONE)
TITLE = "肝癌高危人群无创早筛灵敏度攻关（示例）"
BODY = "现有血清学指标对早期肝癌灵敏度不足六成，县域随访依从性低；希望有团队给出基层可用的无创早筛方案。"
COPIED = (
    "本方案先以历史样本建立甲基化位点组合，再在三家县级医院开展前瞻验证，样本采集、冷链与质控由专人负责，"
    "数据每周汇总，阳性者两周内完成影像复核，全过程由独立统计人员锁定分析方案后揭盲。"
)


def challenge_to_income(stage: Stage) -> None:
    """2025 年 12 月至 2026 年 11 月：揭榜挂帅——需求、发榜、密封揭榜、评审、军令状、里程碑、成果转化与收益分配。"""
    from demo.the_year import open_account

    own = ("organisation", stage.places["hospital0"].pk)
    open_account(stage, "liaison-demander", "发榜医院联络员（示例）", Role.LIAISON, own)
    _experts(stage)
    _bidders(stage)
    one = call(stage, date(2025, 12, 1), DEADLINE, need=(TITLE, BODY))
    _asked(stage, one)
    _five_bids(stage, one)
    opened(stage, one)
    checked(stage, one)
    reviewed(stage, one, date(2026, 1, 26), {"school0": 90, "company0": 84, "company1": 80})
    _copied(stage, one)
    _awarded(stage, one)
    the_contract.under_contract(stage, one)
    stage.kept["licence"] = the_contract.to_income(stage, one)
    stage.kept["challenge"] = one


def _experts(stage: Stage) -> None:
    """Those who argue, review and accept: senior experts of the field with long work, who sit nowhere near a bidder."""
    from demo.the_year import open_account

    with clock.at(date(2025, 11, 20)):
        for number, sign in enumerate("甲乙丙丁戊己庚辛壬癸子丑"):
            person = people.propose_person(
                name_zh=f"评审{sign}{cast.MARK}", organisation_id=stage.places[("hospital2", "hospital3")[number % 2]].pk,
                title_rank=TitleRank.SENIOR, title="主任医师（示例）", specialties=["19"], practice_region="广州", by=stage.office,
            )  # fmt: skip
            people.admit_person(person_id=person.pk, by=stage.office)
            people.add_evidence(
                person_id=person.pk, kind=EvidenceKind.PROJECT, title=f"肿瘤早筛评价方法研究之{sign}（示例）", year=2010 + number % 5,
                link=f"https://example.org/works/{person.pk}/1", by=stage.office,
            )  # fmt: skip
            stage.kept.setdefault("panel", []).append(person)
            open_account(stage, f"panel{number}", str(person), Role.EXPERT, ("person", person.pk))


def panel_people(stage: Stage) -> list[Person]:
    """The twelve experts of the panels."""
    return list(stage.kept["panel"])


def call(stage: Stage, start: date, closes_at: datetime, *, need: tuple[str, str], **more: Any) -> Challenge:
    """A need becomes a demand; experts argue it; it stands on the list under public notice; the call is published."""
    hospital, office, liaison = stage.places["hospital0"], stage.office, stage.accounts["liaison-demander"]
    title, body = need
    with clock.at(start):
        lacking = needs.draft_need(
            organisation_id=hospital.pk, title=title, body=body, kind=NeedKind.RESEARCH, specialties=["19"],
            department="肿瘤科", confidentiality=Confidentiality.PUBLISHED, by=liaison,
        )  # fmt: skip
        needs.submit_need(need_id=lacking.pk, by=liaison)
        needs.open_need(need_id=lacking.pk, by=office)
    with clock.at(start + timedelta(days=1)):
        one = post_need_as_challenge(
            need_id=lacking.pk, title=title, problem=body, specialties=["19"], end_user="县域医共体筛查门诊", months=8,
            most_fen=3_000_000_00, by=liaison,
        )  # fmt: skip
        # What is put out for bids is looked for there, and no longer ranked here.
        needs.close_need(need_id=lacking.pk, closing_reason=ClosingReason.OTHER,
                         closing_text="已作为揭榜挂帅的需求提出，由榜单承接（示例）。", by=liaison)  # fmt: skip
        one = demands.change_demand(challenge_id=one.pk, by=liaison, **demand(title=title, problem=body, **more))
        demands.submit_demand(challenge_id=one.pk, by=liaison)
    with clock.at(start + timedelta(days=3)):
        demands.take_up_demand(challenge_id=one.pk, by=office)
        demands.pass_check(
            challenge_id=one.pk, criterion_set=CriterionSet.GENERAL,
            experts=[person.pk for person in panel_people(stage)[:5]], by=office,
        )  # fmt: skip
    _argued(stage, one, start + timedelta(days=9))
    with clock.at(start + timedelta(days=12)):
        argument.agree_list_text(challenge_id=one.pk, by=liaison)
    with clock.at(start + timedelta(days=14)):
        calls.announce_list(challenge_id=one.pk, by=office)
    with clock.at(start + timedelta(days=25)):
        name_holders(stage, one)
        return calls.publish_call(challenge_id=one.pk, closes_at=closes_at, by=office)


def demand(**more: Any) -> dict[str, Any]:
    """What the demander writes (domain 4.3): indicators with their test, money by source, milestones, clauses."""
    return {
        "title": TITLE, "problem": BODY, "end_user": "县域医共体筛查门诊", "specialties": ["19"],
        "current_level": "甲胎蛋白联合超声，早期灵敏度约 60%（示例数据）。", "scene": "县乡两级门诊，冷链 24 小时可达。",
        "indicators": [
            demands.IndicatorRow("早期肝癌灵敏度", "%", Decimal(80), "三家医院前瞻盲法验证，病理为金标准"),
            demands.IndicatorRow("特异度", "%", Decimal(90), "同上"),
            demands.IndicatorRow("单次检测成本", "元", Decimal(300), "按试剂与人工成本核算", Direction.AT_MOST),
        ],
        "months": 8, "most_fen": 3_000_000_00,
        "budget": [
            demands.BudgetRow(BudgetSource.OWN, 2_000_000_00, "医院自筹"),
            demands.BudgetRow(BudgetSource.PUBLIC, 1_000_000_00, "科技专项（示例）"),
        ],
        "milestones": [
            demands.MilestoneRow("完成位点组合与检测体系", 2, 30),
            demands.MilestoneRow("完成三家医院前瞻入组", 5, 40),
            demands.MilestoneRow("盲法验证达到指标", 8, 30),
        ],
        "ip_clause": "新产生的知识产权由发榜方与揭榜方共有，实施许可收益另行约定。",
        "data_available": "脱敏随访队列 1200 例（示例）。", "needs_ethics": True, **more,
    }  # fmt: skip


def _argued(stage: Stage, one: Challenge, day: date) -> None:
    """Five experts score the demand by criterion; the secretariat puts it on the list."""
    with clock.at(day):
        for number, opinion in enumerate(one.appraisals.order_by("id")):
            account = account_of(stage, opinion.person)
            points = (92, 85, 78, 88)
            argument.sign_appraisal(
                appraisal_id=opinion.pk, opinion="需求明确，指标可考核。", by=account,
                scores=[argument.ScoreRow(criterion, max(60, points[at] - number))
                        for at, criterion in enumerate(CRITERIA[CriterionSet.GENERAL])],
            )  # fmt: skip
    with clock.at(day + timedelta(days=2)):
        argument.approve_demand(challenge_id=one.pk, by=stage.office)


def account_of(stage: Stage, person: Person) -> Account:
    """The account with which somebody of the cast signs in."""
    return next(one for one in stage.accounts.values() if one.person_id == person.pk)


def name_holders(stage: Stage, one: Challenge) -> None:
    """A key holder of each side; nobody else can open what is sealed for them."""
    for key, side in (("secretariat", HolderSide.OFFICE), ("authority", HolderSide.OVERSIGHT)):
        account = stage.accounts[key]
        if f"key-{key}" not in stage.kept:
            stage.kept[f"key-{key}"] = holders.make_holder_key(passphrase=PHRASES[key], again=PHRASES[key], by=account)
        holders.name_key_holder(challenge_id=one.pk, account_id=account.pk, side=side, by=stage.office)


def _bidders(stage: Stage) -> None:
    """Accounts of those who bid for the organisations of the cast."""
    from demo.the_year import open_account

    for key in ("company0", "company1", "company2", "company3", "school0", "school2"):
        place = stage.places[key]
        if not any(("organisation", place.pk) in scopes_of(account) for account in stage.accounts.values()):
            role = Role.COMPANY if key.startswith("company") else Role.LIAISON
            open_account(stage, f"bidder-{key}", f"{place}联系人", role, ("organisation", place.pk))


def _asked(stage: Stage, one: Challenge) -> None:
    """A question about the call, answered for everybody."""
    with clock.at(date(2026, 1, 5)):
        asked = questions.ask_question(
            challenge_id=one.pk, question="前瞻验证是否可以包含医共体以外的医院？", by=bidder_account(stage, "school0")
        )
    with clock.at(date(2026, 1, 6)):
        questions.answer_question(
            question_id=asked.pk, answer="可以，但三家县级医院须在本医共体内。", by=stage.accounts["liaison-demander"]
        )


def scopes_of(account: Account) -> list[tuple[str, str]]:
    return [scope for _role, scope in permits.grants_of(account)]


def bidder_account(stage: Stage, key: str) -> Account:
    """Whoever bids for an organisation of the cast."""
    scope = ("organisation", stage.places[key].pk)
    return next(one for one in stage.accounts.values() if scope in scopes_of(one))


def word_file(text: str, author: str) -> bytes:
    """A small Word file that names its author, as programs write them."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    core = ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{author}</dc:creator></cp:coreProperties>')  # fmt: skip
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(
            "word/document.xml",
            f"<w:document {space}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
        )
        packed.writestr("docProps/core.xml", core)
    return target.getvalue()


CONTACTS = {"示例教授甲": "13900000001", "示例教授子": "13900000011", "示例研究员丑": "13900000012"}


def content(leader: str, place: str, route: str, price_fen: int, **more: Any) -> bidding.BidContent:
    """What a bidder writes."""
    given: dict[str, Any] = {
        "title": "甲基化联合影像的肝癌早筛（示例）", "summary": f"由{leader}牵头，{place}承担检测与随访。", "route": route,
        "price_fen": price_fen, "months": 8, "credit_commitment": True, "no_conflict": True,
        "legal_representative": f"{place[:4]}法定代表人",
        "controllers": [bidding.ControllerRow("示例省教育主管部门", ControllerKind.STATE)],
        "members": [bidding.MemberRow(leader, place, MemberPart.LEADER, CONTACTS.get(leader, ""))],
        "plan": [
            bidding.PlanRow("完成位点组合与检测体系", 2, 30), bidding.PlanRow("完成三家医院前瞻入组", 5, 40),
            bidding.PlanRow("盲法验证达到指标", 8, 30),
        ],
        "works": [bidding.WorkRow(WorkCategory.PAPER, "肝癌高危人群早筛队列（示例）", date(2025, 3, 1), leader)],
        **more,
    }  # fmt: skip
    return bidding.BidContent(**given)


def owner(name: str) -> list[bidding.ControllerRow]:
    """Who holds a company in the end."""
    return [bidding.ControllerRow(name, ControllerKind.PERSON)]


def budget(price: int, *percents: int) -> list[bidding.CostRow]:
    """A price in fen by its lines: the given percents of it, and the rest."""
    amounts = [price * percent // 100 for percent in percents]
    names = ("试剂与耗材", "检测与测序", "随访与冷链", "数据与管理")
    return [bidding.CostRow(*row) for row in zip(names, [*amounts, price - sum(amounts)], strict=True)]


def bid(stage: Stage, one: Challenge, key: str, told: bidding.BidContent, text: str, author: str,
        at: datetime) -> Bid:  # fmt: skip
    """Seal a bid of an organisation of the cast, received at `at`."""
    with clock.at(at):
        file = word_file(text, author)
        return bids.submit_bid(
            challenge_id=one.pk, bidder=("organisation", stage.places[key].pk), content=told, received_at=at,
            files=[Attached("技术方案.docx", len(file), io.BytesIO(file))], by=bidder_account(stage, key),
        )  # fmt: skip


def _five_bids(stage: Stage, one: Challenge) -> None:
    """Five bids: an honest one, two by the same hand, one of a related company, one too late."""
    day = DEADLINE - timedelta(days=2)
    honest = "以前期公开队列为基础，先复核位点稳定性，再做盲法前瞻验证；基层采血、区域中心集中检测，超声阳性者转诊。"
    stage.kept["bid"] = bid(
        stage, one, "school0", content(
            "示例教授甲", str(stage.places["school0"]), honest, 2_600_000_00, costs=budget(2_600_000_00, 31, 27, 25),
            guarantee_account="6222 0000 0000 0000 001",
        ), honest, "示例教授甲", day,
    )  # fmt: skip
    for key, leader, price in (("company0", "示例工程师乙", 2_400_000_00), ("company1", "示例工程师丙", 2_390_000_00)):
        told = content(
            leader, str(stage.places[key]), COPIED, price, costs=budget(price, 38, 23, 21),
            controllers=owner(f"示例股东{leader[-1]}"), guarantee_account="6222 0000 0000 0000 007",
            members=[bidding.MemberRow(leader, str(stage.places[key]), MemberPart.LEADER, "13900000077"),
                     bidding.MemberRow("示例统计员丁", "示例统计事务所", MemberPart.MEMBER, "13900000078")],
        )  # fmt: skip
        stage.kept[f"bid-{key}"] = bid(stage, one, key, told, COPIED, "示例代笔人", day + timedelta(hours=3))
    related = content(
        "示例经理戊", str(stage.places["company2"]), "以康复随访平台带动早筛。", 2_000_000_00, controllers=owner("示例股东戊"),
        relations=[bidding.RelationRow(stage.places["hospital0"].name_zh, RelationKind.HOLDING, "医院持股 30%（示例）")],
    )  # fmt: skip
    late = content(
        "示例经理己",
        str(stage.places["company3"]),
        "中药复方干预与随访。",
        1_900_000_00,
        controllers=owner("示例股东己"),
    )
    stage.kept["refused_bids"] = [
        refused(stage, one, "company2", related, day), refused(stage, one, "company3", late, DEADLINE),
    ]  # fmt: skip


def refused(stage: Stage, one: Challenge, key: str, told: bidding.BidContent, at: datetime) -> str:
    """A bid that is not taken; returns the code of the refusal."""
    try:
        bid(stage, one, key, told, told.route, told.members[0].name, at)
    except Refusal as refusal:
        return refusal.code
    raise AssertionError(f"the bid of {key} should have been refused")


def opened(stage: Stage, one: Challenge) -> None:
    """Two people open, on the morning after the deadline, what nobody could read before."""
    closes_at = one.closes_at or DEADLINE
    with clock.at(closes_at):
        calls.close_if_due(challenge_id=one.pk, by=permits.the_program())
    with clock.at(closes_at + timedelta(hours=16)):
        for key in ("secretariat", "authority"):
            openings.give_passphrase(challenge_id=one.pk, passphrase=PHRASES[key], by=stage.accounts[key])


def checked(stage: Stage, one: Challenge) -> None:
    """The formal check; the program compares the bids and says which look like one hand."""
    with clock.at((one.closes_at or DEADLINE) + timedelta(days=2)):
        the_result.work_off()
        for found in one.bids.filter(stage="opened"):
            checks.qualify_bid(bid_id=found.pk, by=stage.office)
        flags.compare_bids(challenge_id=one.pk, by=stage.office)
        for flag in one.flags.filter(stage="raised"):  # none but in the first call
            flags.confirm_flag(
                flag_id=flag.pk,
                reason="两份方案文字相同，预算逐项成比例，联系电话、保证金账户与文件作者一致。",
                by=stage.office,
            )


def drawn(stage: Stage, one: Challenge, day: date) -> None:
    """Blind copies, and a panel drawn by lot in front of witnesses."""
    office = stage.office
    with clock.at(day):
        panels.set_review_criteria(
            challenge_id=one.pk, by=office,
            criteria=[panels.CriterionRow("技术路线", 50), panels.CriterionRow("团队基础", 20), panels.CriterionRow("可行性", 30)],
        )  # fmt: skip
        copies.prepare_copies(challenge_id=one.pk, by=office)
        for copy in one.blind_copies.all():
            copies.release_copy(copy_id=copy.pk, by=office)
        panels.commit_draw(challenge_id=one.pk, by=office)
        panels.draw_panel(challenge_id=one.pk, said="现场三位代表报数：七、三十一、十二（示例）", by=office)
        panels.begin_review(challenge_id=one.pk, by=office)


def reviewed(stage: Stage, one: Challenge, day: date, points: dict[str, int], *, unsigned: int = 0) -> None:
    """Scores of each reviewer and, when all have signed, the panel's table. `unsigned` are left to do it."""
    drawn(stage, one, day)
    with clock.at(day + timedelta(days=5)):
        places = {place.pk: key for key, place in stage.places.items()}
        tasks = list(one.reviews.order_by("number"))
        for number, task in enumerate(tasks[: len(tasks) - unsigned]):
            judge = account_of(stage, task.person)
            reviewing.confirm_no_conflict(review_id=task.pk, no_conflict=True, by=judge)
            for row in task.bids.select_related("copy__bid"):
                base = points[places[row.copy.bid.organisation_id]]
                reviewing.score_bid(
                    review_id=task.pk, code=row.copy.code, opinion="路线清楚，样本安排合理。" if base > 85 else "创新不足，验证安排偏弱。",
                    scores=[reviewing.PointsRow(at, base - 4 * (number % 3) + at) for at in (1, 2, 3)], by=judge,
                )  # fmt: skip
            reviewing.sign_review(review_id=task.pk, by=judge)
    if not unsigned:
        with clock.at(day + timedelta(days=8)):
            panels.draw_up_result(challenge_id=one.pk, by=stage.office)
            panels.negotiate(challenge_id=one.pk, by=stage.office)


def _copied(stage: Stage, one: Challenge) -> None:
    """The two bids of one hand are excluded, each with its reason."""
    with clock.at(date(2026, 2, 4)):
        for key in ("company0", "company1"):
            checks.disqualify_bid(
                bid_id=stage.kept[f"bid-{key}"].pk, reasons=[Exclusion.DISHONEST], by=stage.office,
                explanation="两家揭榜方的技术方案文字相同，文件作者为同一人，联系电话相同。",
            )  # fmt: skip


def _awarded(stage: Stage, one: Challenge) -> None:
    """Talks, the public notice, an objection heard and dismissed with reasons."""
    with clock.at(date(2026, 2, 6)):
        the_contract.agree(stage, one, stage.kept["bid"])
        awards.announce_award(challenge_id=one.pk, by=stage.office)
    with clock.at(date(2026, 2, 10)):
        objection = objections.raise_objection(
            challenge_id=one.pk,
            about=NoticeSubject.AWARD,
            grounds="我方报价更低，请说明排除理由。",
            by=bidder_account(stage, "company1"),
        )
    with clock.at(date(2026, 2, 12)):
        objections.hear_objection(objection_id=objection.pk, minutes="听取双方陈述，核对两份文件。", by=stage.office)
        objections.dismiss_objection(
            objection_id=objection.pk, decision="两份揭榜书出自同一作者，排除理由成立，异议不成立。", by=stage.office
        )


RACED = (
    "肺癌术后复发监测提速攻关（示例）",
    "术后随访靠患者自行复诊，复发发现偏晚；希望两支团队并行研发监测方案，以同一指标比较，优胜者继续。",
)
RACE_TERMS: dict[str, Any] = {
    "current_level": "复发到发现中位 120 天（示例数据）。", "scene": "术后两年内患者，县级医院采样。", "end_user": "县级医院胸外科",
    "indicators": [
        demands.IndicatorRow("复发到发现的中位天数", "天", Decimal(45), "三家医院前瞻随访", Direction.AT_MOST),
        demands.IndicatorRow("随访完成率", "%", Decimal(90), "按随访台账核对"),
    ],
    "milestones": [
        demands.MilestoneRow("原型与同口径测试", 3, 30), demands.MilestoneRow("三家医院部署验证", 6, 35),
        demands.MilestoneRow("最终验收", 8, 35),
    ], "data_available": "脱敏术后随访 600 例（示例）。",
}  # fmt: skip
UNDER_REVIEW = ("鼻咽癌社区筛查随访率提升攻关（示例）", "阳性者随访率不足五成，希望有团队给出可持续的随访方案。")
REVIEW_TERMS: dict[str, Any] = {
    "current_level": "阳性者半年随访率 46%（示例数据）。", "scene": "社区卫生服务中心，家庭医生团队。", "end_user": "社区卫生服务中心",
    "indicators": [demands.IndicatorRow("阳性者半年随访率", "%", Decimal(80), "抽查 200 份随访记录")],
    "milestones": [demands.MilestoneRow("随访流程上线", 3, 50), demands.MilestoneRow("随访率达标", 8, 50)],
    "data_available": "脱敏筛查台账（示例）。",
}  # fmt: skip
OPEN_NOW = (
    "肿瘤患者居家营养管理达标攻关（示例）",
    "化疗间歇期营养不良检出晚，希望有团队给出居家监测与干预方案，并在三家医院验证。",
)
OPEN_TERMS: dict[str, Any] = {
    "current_level": "营养风险筛查覆盖 35%（示例数据）。", "scene": "出院后居家，家属可操作。", "end_user": "县级医院肿瘤科与家庭医生",
    "indicators": [
        demands.IndicatorRow("营养风险筛查覆盖率", "%", Decimal(85), "按出院名单核对"),
        demands.IndicatorRow("三个月体重下降超过 5% 的比例", "%", Decimal(15), "随访实测", Direction.AT_MOST),
    ],
    "milestones": [demands.MilestoneRow("方案与培训完成", 3, 40), demands.MilestoneRow("三家医院达标", 8, 60)],
    "data_available": "脱敏营养评估记录 900 例（示例）。", "needs_ethics": False,
}  # fmt: skip


def race(stage: Stage) -> None:
    """2026 年 1 月至今：赛马——两支团队并行，节点评比后一支淘汰，余款转给优胜者。"""
    closes_at = datetime(2026, 2, 25, 17, tzinfo=clock.ZONE)
    one = call(stage, date(2026, 1, 5), closes_at, need=RACED, mode=AwardMode.RACE, **RACE_TERMS)
    two_bids(stage, one, closes_at - timedelta(days=1))
    opened(stage, one)
    checked(stage, one)
    reviewed(stage, one, date(2026, 3, 2), {"school0": 88, "school2": 76})
    the_contract.raced(stage, one)
    stage.kept["race"] = one


def open_to_all(stage: Stage) -> None:
    """近一个月：一份榜单正在评审，一份榜单正在征集，可以试着揭榜。"""
    from demo.the_need import ago

    closed = datetime.combine(ago(25), time(17), clock.ZONE)
    one = call(stage, ago(75), closed, need=UNDER_REVIEW, **REVIEW_TERMS)
    two_bids(stage, one, closed - timedelta(days=1))
    opened(stage, one)
    checked(stage, one)
    reviewed(stage, one, ago(12), {"school0": 86, "school2": 84}, unsigned=2)
    stage.kept["under_review"] = one
    until = datetime.combine(ago(-14), time(17), clock.ZONE)
    stage.kept["open_call"] = call(stage, ago(35), until, need=OPEN_NOW, **OPEN_TERMS)


def two_bids(stage: Stage, one: Challenge, at: datetime) -> None:
    """Two honest teams."""
    for key, leader, route in (
        ("school0", "示例教授子", "先梳理现有流程与数据，再以小样本验证关键环节，最后在三家医院同步推广并按周监测。"),
        ("school2", "示例研究员丑", "以模型先行，利用公开数据预训练，本地数据只做校准；部署端在院内，结果由医师复核。"),
    ):
        told = content(leader, str(stage.places[key]), route, 1_500_000_00, title=one.title)
        bid(stage, one, key, told, route, leader, at)
