"""What was founded and hung up: the studio, the two specialty alliances, pairings, a base, plaques."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from demo import facts
from xinglin.kernel import clock
from xinglin.roster.actions import agreements_in_force as agreements
from xinglin.roster.actions import pairings, plaques, platforms, specialty_alliances, studios
from xinglin.roster.words.pairings import PairingLevel, PairingProgramme, PairingSide, ReviewVerdict
from xinglin.roster.words.platforms import OutputKind, PlatformKind, PlatformLevel
from xinglin.roster.words.studios import StudioVerdict

if TYPE_CHECKING:
    from demo.the_year import Stage

FOUNDED = date(2025, 6, 6)
THREE_YEARS = date(2028, 6, 5)


def studio(stage: Stage) -> None:
    """2025 年 6 月：名医工作室——市中心医院与中山三院共建，一对一带教。"""
    host, partner = (stage.places[key] for key in facts.STUDIO)
    with clock.at(FOUNDED):
        one = studios.propose_studio(
            name="中山三院名医工作室", host_id=host.pk, partner_id=partner.pk, master_id=stage.elsewhere[0].pk,
            starts=FOUNDED, until=THREE_YEARS, plan="每月坐诊一日、查房一次、示教手术一台；每年讲座四次。",
            agreement_id=stage.kept["agreements"]["中山三院共建名医工作室协议"].pk, by=stage.office,
        )  # fmt: skip
        studios.found_studio(studio_id=one.pk, by=stage.office)
        pair = studios.propose_apprentice(
            studio_id=one.pk, teacher_id=stage.elsewhere[0].pk, apprentice_id=stage.kept["apprentice"].pk,
            plan="跟师三年，独立完成本专科规范化诊疗。", by=stage.office,
        )  # fmt: skip
        studios.bind_apprentice(apprenticeship_id=pair.pk, since=FOUNDED, by=stage.office)
        hang(stage, "名医工作室", granting=partner, receiving=host, studio_id=one.pk)
    stage.kept["studio"] = one


def alliances(stage: Stage) -> None:
    """2025 年 6 月：加入两个专科联盟，授牌。"""
    with clock.at(FOUNDED):
        for name, lead, member, code in facts.SPECIALTY_ALLIANCES:
            one = specialty_alliances.propose_specialty_alliance(
                name=name,
                lead_id=stage.places[lead].pk,
                specialty=code,
                pathway="筛查、评估、转诊、随访四步协同。",
                by=stage.office,
            )
            specialty_alliances.found_specialty_alliance(specialtyalliance_id=one.pk, by=stage.office)
            place = specialty_alliances.apply_to_specialty_alliance(
                specialtyalliance_id=one.pk, organisation_id=stage.places[member].pk, by=stage.office
            )
            specialty_alliances.admit_to_specialty_alliance(
                alliancemember_id=place.pk, joined_on=FOUNDED, by=stage.office
            )
            hang(stage, f"{name}成员单位", granting=stage.places[lead], receiving=stage.places[member],
                 alliance_place_id=place.pk)  # fmt: skip


def hang(stage: Stage, name: str, *, granting: object, receiving: object, **bound_to: str) -> None:
    """Draft a plaque and grant it."""
    one = plaques.draft_plaque(
        name=name, granting_id=granting.pk, receiving_id=receiving.pk, granted_on=FOUNDED, until=THREE_YEARS,
        by=stage.office, **bound_to,
    )  # fmt: skip
    stage.kept.setdefault("plaques", []).append(plaques.grant_plaque(plaque_id=one.pk, by=stage.office))


def support(stage: Stage) -> None:
    """2025 年 7 月起：挂钩支持——医院、科室、医师三级结对，每季度评议。"""
    home = stage.places["people"]
    shared = {"programme": PairingProgramme.HOOK_UP, "starts": date(2025, 7, 1), "until": date(2027, 6, 30),
              "supporting_organisation_id": stage.places["hospital2"].pk, "by": stage.office}  # fmt: skip
    goals = [
        pairings.GoalRow("卒中救治", "入院至溶栓时间中位数", Decimal(45), Decimal(68), "分钟", date(2026, 12, 31)),
        pairings.GoalRow("学科建设", "新开展技术", Decimal(6), Decimal(0), "项", date(2026, 12, 31)),
    ]
    with clock.at(date(2025, 7, 1)):
        hospital = pairings.propose_pairing(
            level=PairingLevel.HOSPITAL, supported_organisation_id=home.pk, aim="高水平医院建设挂钩支持（示例）。",
            goals=goals, **shared,
        )  # fmt: skip
        department = pairings.propose_pairing(
            level=PairingLevel.DEPARTMENT, supported_organisation_id=stage.places["women"].pk,
            supporting_department="儿科", supported_department="儿童康复科", aim="小儿脑瘫康复路径（示例）。",
            goals=goals[1:], **shared,
        )  # fmt: skip
        doctor = pairings.propose_pairing(
            level=PairingLevel.DOCTOR, supported_organisation_id=stage.places["third"].pk,
            supporting_person_id=stage.elsewhere[2].pk, supported_person_id=stage.local[2].pk,
            aim="一对一带教（示例）。", goals=goals[1:], **shared,
        )  # fmt: skip
        for one in (hospital, department, doctor):
            for side in PairingSide:
                pairings.record_pairing_consent(
                    pairing_id=one.pk, side=side, paper="双方同意函（示例）", by=stage.office
                )
            pairings.start_pairing(pairing_id=one.pk, by=stage.office)
    with clock.at(date(2025, 9, 29)):
        pairings.review_quarter(
            pairing_id=hospital.pk, verdict=ReviewVerdict.ON_TRACK, next_steps="下一季度开展县区培训。",
            progress=[pairings.ProgressRow(1, Decimal(58), "质控月报（示例）"),
                      pairings.ProgressRow(2, Decimal(2), "新技术备案（示例）")], by=stage.office,
        )  # fmt: skip
    stage.kept["pairings"] = [hospital, department, doctor]


def since_then(stage: Stage) -> None:
    """此后至今：按季评议、按年小结，让联盟始终处于当前状态。"""
    today = clock.today()
    for number, day in enumerate(QUARTER_ENDS, start=1):
        if day > today:
            break
        with clock.at(day):
            for one in stage.kept["pairings"]:
                if one.level == PairingLevel.HOSPITAL and day == FIRST_REVIEW:
                    continue
                goals = 2 if one.level == PairingLevel.HOSPITAL else 1
                pairings.review_quarter(
                    pairing_id=one.pk, verdict=ReviewVerdict.ON_TRACK,
                    progress=[pairings.ProgressRow(goal, *PROGRESS[goals][goal](number)) for goal in range(1, goals + 1)],
                    by=stage.office,
                )  # fmt: skip
    if today >= ANNIVERSARY:
        with clock.at(ANNIVERSARY):
            studios.review_studio(
                studio_id=stage.kept["studio"].pk, verdict=StudioVerdict.PASSED, days_on_site=24,
                findings="坐诊、查房、示教与讲座均按计划完成。", next_plan="增加手术示教，带教考核提前一月安排。", by=stage.office,
            )  # fmt: skip
            for one in stage.kept["agreements"].values():
                agreements.record_delivery(
                    agreement_id=one.pk, number=1, evidence="年度工作总结已提交（示例）", by=stage.office
                )


QUARTER_ENDS = (
    date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31),
    date(2027, 3, 31),
)  # fmt: skip
FIRST_REVIEW, ANNIVERSARY = date(2025, 9, 30), date(2026, 6, 5)
# How each goal stands after so many quarters: value and evidence, by how many goals the pairing has.
NEW_TECHNIQUES = lambda quarters: (Decimal(min(6, 1 + quarters)), "新技术备案（示例）")  # noqa: E731
PROGRESS = {
    1: {1: NEW_TECHNIQUES},
    2: {1: lambda quarters: (Decimal(max(45, 68 - 4 * quarters)), "质控月报（示例）"), 2: NEW_TECHNIQUES},
}


def base(stage: Stage) -> None:
    """2025 年 8 月：科研基地——一个示例基地获批并产出第一项成果。"""
    with clock.at(date(2025, 8, 12)):
        one = platforms.propose_platform(
            name="区域卒中研究基地（示例）", kind=PlatformKind.RESEARCH_BASE, level=PlatformLevel.CITY,
            host_id=stage.places["people"].pk, department="神经内科", scope="卒中筛查、救治与康复的区域协同研究。",
            partners=[platforms.PartnerRow(stage.places["school0"].pk, "方法学支持")], by=stage.office,
        )  # fmt: skip
        platforms.approve_platform(
            platform_id=one.pk, approved_on=date(2025, 8, 12), approver="示例主管部门", approval_number="示例〔2025〕1号",
            by=stage.office,
        )  # fmt: skip
    with clock.at(date(2025, 10, 20)):
        platforms.add_output(
            platform_id=one.pk, kind=OutputKind.PAPER, title="县区卒中救治时间节点分析（示例）",
            happened_on=date(2025, 10, 15), by=stage.office,
        )  # fmt: skip
