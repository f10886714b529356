"""What follows an award: the contract, milestones with money, the achievement, its licence and the income shared."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xinglin.challenges.actions import awards, contracts, milestones, negotiations, payments, running
from xinglin.challenges.queries.candidates import candidates
from xinglin.challenges.words.contracts import ContractSide
from xinglin.challenges.words.milestones import Verdict
from xinglin.flows.acceptance_to_achievement import register_outcome
from xinglin.kernel import clock
from xinglin.kernel.asks import Upload
from xinglin.transfer.actions import achievements, distributions, income, transfers
from xinglin.transfer.actions import contracts as technology
from xinglin.transfer.rules.contracts import mandatory
from xinglin.transfer.words.achievements import Origin
from xinglin.transfer.words.income import CostKind
from xinglin.transfer.words.transfers import ContractKind, Pricing, Relation, Way

if TYPE_CHECKING:
    from demo.the_year import Stage
    from xinglin.challenges.models import Bid, Challenge, Contract, Milestone
    from xinglin.kernel.models import Account
    from xinglin.transfer.models import Achievement, Transfer

# Day of each milestone, what it earns from the demander's own funds and from public funds, in fen.
STEPS = (
    ("完成位点组合与检测体系", date(2026, 5, 8), 500_000_00, 250_000_00),
    ("完成三家医院前瞻入组", date(2026, 7, 31), 650_000_00, 350_000_00),
    ("盲法验证达到指标", date(2026, 9, 15), 500_000_00, 250_000_00),
)
PRICE = sum(own + public for _what, _day, own, public in STEPS)
# What stands at each level of readiness, the first ones of nine.
LEVELS = ("原理", "概念", "验证", "实验室验证", "相关环境验证", "样机", "临床示范")
LICENCE, COSTS, TAX = 4_200_000_00, 180_000_00, 20_000_00


def paper(title: str, text: str) -> Upload:
    return Upload(f"{title}（示例）.txt", text.encode(), "text/plain")


def agree(
    stage: Stage, one: Challenge, bid: Bid, *, steps: Any = STEPS, leader: str = "示例教授甲", gate: int = 0
) -> None:
    """Two rounds, and the terms as they were agreed: milestones with their money and indicators."""
    price = sum(own + public for _what, _day, own, public in steps)
    talks = negotiations.begin_talks(challenge_id=one.pk, bid_id=bid.pk, by=stage.office)
    for offered, note in ((price + 100_000_00, "揭榜方报价。"), (price, "双方同意按里程碑付款。")):
        negotiations.hold_round(
            negotiation_id=talks.pk, held_on=clock.today(), offered_fen=offered, asked_fen=price, note=note,
            by=stage.office,
        )  # fmt: skip
    negotiations.agree_terms(
        negotiation_id=talks.pk, price_fen=price, leader=leader,
        steps=[negotiations.StepRow(what, day, own, public, gate=number == gate)
               for number, (what, day, own, public) in enumerate(steps, start=1)],
        indicators=[negotiations.IndicatorRow(number, "完成率", Decimal(100), "%") for number in range(1, len(steps))]
        + [negotiations.IndicatorRow(len(steps), "早期肝癌灵敏度", Decimal(80), "%")],
        note="知识产权共有。", by=stage.office,
    )  # fmt: skip


def conclude(stage: Stage, contract: Contract, signatory: str) -> None:
    """The clauses, the pledge (军令状), the bank's commitment, and a signature of each side."""
    bidder = bidder_of(stage, contract)
    demander = stage.accounts["liaison-demander"]
    contracts.draft_contract(
        contract_id=contract.pk, leader=contract.leader, standard="逐项达到榜单指标，由专家组验收。",
        ip="新产生的知识产权由双方共有。", confidentiality="对患者信息与未公开数据保密。",
        breach="未达到里程碑且未按期整改的，退还未使用经费。", dispute="协商不成的，提交发榜方所在地仲裁。",
        pledge="本团队承诺按期完成全部里程碑，未完成则按合同承担责任。", by=demander,
    )  # fmt: skip
    contracts.send_contract_out(contract_id=contract.pk, by=demander)
    sums = {source: 0 for source in ("own", "public")}
    for milestone in contract.milestones.all():
        for tranche in milestone.tranches.all():
            sums[tranche.source] += tranche.amount_fen
    contracts.record_commitment(
        contract_id=contract.pk, bank="示例银行", commitment=f"承诺函 {contract.number}", own_fen=sums["own"],
        public_fen=sums["public"], by=stage.office,
    )  # fmt: skip
    contracts.sign_contract(contract_id=contract.pk, signatory="法定代表人（示例）", by=demander)
    if bidder is not None:
        contracts.sign_contract(contract_id=contract.pk, signatory=signatory, by=bidder)
    else:
        contracts.record_contract_signature(
            contract_id=contract.pk, side=ContractSide.BIDDER, signatory=signatory, signed_on=clock.today(),
            paper="纸质签署件（示例）", by=stage.office,
        )  # fmt: skip


def bidder_of(stage: Stage, contract: Contract) -> Account | None:
    from demo.the_challenge import bidder_account

    keys = {place.pk: key for key, place in stage.places.items()}
    return bidder_account(stage, keys[contract.bid.organisation_id])


def under_contract(stage: Stage, one: Challenge) -> None:
    """Signed, approved, begun; three milestones, the second failed and repaired; accepted, assessed."""
    with clock.at(date(2026, 3, 5)):
        for contract in one.contracts.all():
            conclude(stage, contract, "示例校长")
        awards.conclude_contracts(challenge_id=one.pk, by=stage.office)
    with clock.at(date(2026, 3, 10)):
        running.begin_project(challenge_id=one.pk, approval_number="示例立项 2026-01", by=stage.office)
        running.start_milestones(challenge_id=one.pk, by=stage.office)
    contract = one.contracts.get()
    first, second, third = contract.milestones.order_by("number")
    judged(stage, first, date(2026, 5, 6), {"完成率": 100}, accepted=True)
    judged(stage, second, date(2026, 7, 28), {"完成率": 82}, accepted=False)
    with clock.at(date(2026, 8, 3)):
        milestones.allow_repair(
            milestone_id=second.pk, until=date(2026, 8, 31), reason="一家医院冷链中断，补充入组。", by=stage.office
        )
    judged(stage, second, date(2026, 8, 28), {"完成率": 100}, accepted=True)
    with clock.at(date(2026, 9, 10)):
        running.call_final(challenge_id=one.pk, by=stage.office)
    judged(stage, third, date(2026, 9, 14), {"早期肝癌灵敏度": 83.5}, accepted=True, members=5)
    with clock.at(date(2026, 9, 20)):
        running.accept_outcome(challenge_id=one.pk, by=stage.office)
        running.assess_performance(challenge_id=one.pk, score=91, note="按期完成，指标达到。", by=stage.office)


def judged(stage: Stage, milestone: Milestone, day: date, values: dict[str, float], *, accepted: bool,
           members: int = 3) -> None:  # fmt: skip
    """A milestone is handed in with its evidence, a panel votes, and what it earns is paid only if it passed."""
    from demo.the_challenge import account_of, panel_people

    panel = panel_people(stage)[-members:]
    with clock.at(day):
        milestones.submit_milestone(
            milestone_id=milestone.pk, statement="按计划完成，详见报告。",
            indicators=[milestones.ValueRow(name, Decimal(str(value))) for name, value in values.items()],
            file=paper(f"里程碑{milestone.number}报告 {day.isoformat()}", f"报告正文 {day.isoformat()}"),
            by=bidder_of(stage, milestone.contract),
        )  # fmt: skip
        milestones.name_panel(milestone_id=milestone.pk, members=[person.pk for person in panel], by=stage.office)
        for person in panel:
            milestone.refresh_from_db()
            if milestone.stage != "voting":
                break
            milestones.cast_vote(
                milestone_id=milestone.pk, verdict=Verdict.ACCEPT if accepted else Verdict.FAIL,
                opinion="达到约定指标。" if accepted else "入组未完成，请补充。", by=account_of(stage, person),
            )  # fmt: skip
    if accepted:
        with clock.at(day + timedelta(days=4)):
            pay(stage, milestone)


def pay(stage: Stage, milestone: Milestone) -> None:
    """The tranches of an accepted milestone; the bank returns one, and it is sent again."""
    for number, tranche in enumerate(milestone.tranches.order_by("source")):
        payments.instruct_payment(
            tranche_id=tranche.pk, reference=f"支付令 {milestone.number}-{number}", by=stage.office
        )
        if milestone.number == 1 and number == 1:
            payments.record_return(
                tranche_id=tranche.pk, returned_on=clock.today(), reason="户名不符，银行退回。", by=stage.office
            )
            payments.reissue_payment(tranche_id=tranche.pk, reference="支付令 1-1 更正", by=stage.office)
        payments.confirm_payment(tranche_id=tranche.pk, paid_on=clock.today(), by=stage.office)


def to_income(stage: Stage, one: Challenge) -> Transfer:
    """The outcome becomes an achievement, is licensed after its notice, and the income is shared by rule."""
    achievement = _achievement(stage, one)
    return _licensed(stage, achievement)


def enter(one: Achievement, *, levels: int, by: Account) -> None:
    """Disclosed to its unit, entered on the register, shown to be as ripe as it is, and made public."""
    achievements.disclose_achievement(achievement_id=one.pk, by=by)
    achievements.register_achievement(achievement_id=one.pk, by=by)
    for level, text in enumerate(LEVELS[:levels], start=1):
        achievements.show_level(
            achievement_id=one.pk, level=level, statement=f"{text}（示例）",
            evidence=paper(f"TRL{level}", text), by=by,
        )  # fmt: skip
    achievements.publish_achievement(achievement_id=one.pk, publish=True, by=by)


def _achievement(stage: Stage, one: Challenge) -> Achievement:
    liaison = stage.accounts["liaison-demander"]
    with clock.at(date(2026, 9, 22)):
        found = register_outcome(
            contract_id=one.contracts.get().pk, title="肝癌甲基化早筛检测体系（示例）",
            organisation_id=one.organisation_id, abstract="基层可用的无创早筛检测体系，灵敏度 83.5%（示例）。",
            department="肿瘤科", contributors=[
                achievements.ContributorRow("示例教授甲", 5_000, main=True),
                achievements.ContributorRow("示例主任庚", 3_000, main=True),
                achievements.ContributorRow("示例技师辛", 2_000, main=False),
            ], by=liaison,
        )  # fmt: skip
        assert found.origin == Origin.CHALLENGE
        enter(found, levels=7, by=liaison)
    return found


def _licensed(stage: Stage, achievement: Achievement) -> Transfer:
    liaison, buyer = stage.accounts["liaison-demander"], stage.places["company0"]
    with clock.at(date(2026, 9, 24)):
        sold = transfers.put_forward(achievement_id=achievement.pk, way=Way.LICENCE, buyer_id=buyer.pk, by=liaison)
        transfers.evaluate_transfer(transfer_id=sold.pk, ip_check="权属清晰，共有方书面同意。", by=liaison)
        transfers.decide_transfer(
            transfer_id=sold.pk, decided_on=date(2026, 9, 24), attendees=5,
            minutes=paper("院长办公会纪要", "同意许可"), way=Way.LICENCE, buyer_id=buyer.pk, by=liaison,
        )  # fmt: skip
        transfers.price_transfer(transfer_id=sold.pk, pricing=Pricing.AGREEMENT, price_fen=LICENCE, by=liaison)
        transfers.announce_transfer(
            transfer_id=sold.pk, relation=Relation.NONE, relation_statement="受让方与完成人无关联关系。", by=liaison
        )
    with clock.at(date(2026, 10, 12)):
        kind = ContractKind.LICENCE
        technology.draft_contract(
            transfer_id=sold.pk, contract_kind=kind, clauses=[technology.ClauseRow(clause, "按约定执行（示例）。") for clause in mandatory(kind)],
            by=liaison,
        )  # fmt: skip
        technology.sign_contract(
            transfer_id=sold.pk, contract_number="示例许可 2026-07", signed_on=clock.today(),
            contract=paper("许可合同", "普通许可"), by=liaison,
        )  # fmt: skip
        technology.hand_in_contract(
            transfer_id=sold.pk, registered_with="示例市技术市场", accepted_on=clock.today(), by=liaison
        )
    with clock.at(date(2026, 10, 20)):
        technology.register_contract(
            transfer_id=sold.pk, registration_number="示例登记 2026-0007", registered_on=clock.today(),
            technical_fen=LICENCE, by=liaison,
        )  # fmt: skip
    with clock.at(date(2026, 10, 26)):
        income.receive_payment(transfer_id=sold.pk, amount_fen=LICENCE, what="许可费一次付清", by=liaison)
        income.enter_cost(
            transfer_id=sold.pk, cost_kind=CostKind.PATENT, amount_fen=COSTS, what="专利申请与维护", by=liaison
        )
        income.enter_cost(
            transfer_id=sold.pk, cost_kind=CostKind.RESEARCH, amount_fen=1_000_000_00, what="财政资金支持的研发", fiscal_funded=True,
            by=liaison,
        )  # fmt: skip
        income.enter_tax(transfer_id=sold.pk, amount_fen=TAX, what="印花税等（示例）", by=liaison)
        distributions.determine_income(transfer_id=sold.pk, by=liaison)
        distributions.plan_distribution(
            transfer_id=sold.pk, pool_bp=7_000, main_bp=7_000, staff_bp=500,
            staff=[distributions.StaffRow("示例转化专员壬", 10_000)], by=liaison,
        )  # fmt: skip
        distributions.announce_distribution(transfer_id=sold.pk, by=liaison)
    with clock.at(date(2026, 11, 16)):
        distributions.pay_distribution(transfer_id=sold.pk, by=liaison)
        distributions.follow_up(transfer_id=sold.pk, by=liaison)
    return sold


# A race: both teams earn the first step; the gate decides who earns the rest.
RACE_STEPS = (
    ("原型与同口径测试", date(2026, 6, 15), 200_000_00, 100_000_00),
    ("三家医院部署验证", date(2026, 11, 15), 400_000_00, 100_000_00),
    ("最终验收", date(2026, 12, 31), 500_000_00, 100_000_00),
)


def raced(stage: Stage, one: Challenge) -> None:
    """Two teams agree, sign and run; one falls out at the gate and its money goes to the other."""
    with clock.at(date(2026, 3, 11)):
        # In the order of the panel's table; which reviewers read which bid is drawn by lot, and so is the table.
        for candidate in candidates(one):
            bid = one.bids.get(pk=candidate.key)
            agree(stage, one, bid, steps=RACE_STEPS, leader=bid.members.get(part="leader").name, gate=1)
        awards.announce_award(challenge_id=one.pk, by=stage.office)
    with clock.at(date(2026, 3, 23)):
        for contract in one.contracts.order_by("lane"):
            conclude(stage, contract, "法定代表人（示例）")
        awards.conclude_contracts(challenge_id=one.pk, by=stage.office)
        running.begin_project(challenge_id=one.pk, approval_number="示例立项 2026-02", by=stage.office)
        running.start_milestones(challenge_id=one.pk, by=stage.office)
    ahead, behind = one.contracts.order_by("lane")
    judged(stage, ahead.milestones.get(number=1), date(2026, 6, 14), {"完成率": 100}, accepted=True)
    judged(stage, behind.milestones.get(number=1), date(2026, 6, 15), {"完成率": 61}, accepted=False)
    with clock.at(date(2026, 6, 25)):
        running.eliminate_lane(contract_id=behind.pk, reason="节点评比未达到指标。", by=stage.office)
