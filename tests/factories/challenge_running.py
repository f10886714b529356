"""Challenges from the negotiation on, for tests. Everything invented is marked 示例."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.factories.bonds import account, expert_of, hospital, liaison, person
from tests.factories.challenges import challenge, company, opened_bid

from xinglin.challenges.actions import awards, changes, contracts, milestones, negotiations, payments, running
from xinglin.challenges.actions.changes import AmountRow
from xinglin.challenges.actions.milestones import ValueRow
from xinglin.challenges.actions.negotiations import IndicatorRow, StepRow
from xinglin.challenges.models import Bid, Challenge, ChangeRequest, Contract, Milestone, Negotiation, Tranche
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ChangeKind
from xinglin.challenges.words.milestones import Verdict
from xinglin.kernel.asks import Upload
from xinglin.kernel.clock import at, today
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

PRICE = 100_000_01
CLAUSES = {
    "standard": "示例：各里程碑指标全部达到，以专家组验收为准。", "ip": "示例：新成果双方共有，各自可以使用。",
    "confidentiality": "示例：双方对技术资料保密五年。", "breach": "示例：逾期每日按未付款的万分之五计。",
    "dispute": "示例：协商不成的，提交仲裁委员会仲裁。", "pledge": "示例：不达指标，退回未验收款项，绝不推诿。",
}  # fmt: skip


@dataclass
class World:
    """A challenge with everybody who acts in it."""

    challenge: Challenge
    bids: list[Bid]
    office: Account
    demander: Account
    bidders: list[Account]
    experts: list[Account]
    papers: int = 0
    seen: dict[str, Any] = field(default_factory=dict)

    def fresh(self) -> Challenge:
        self.challenge = Challenge.objects.get(pk=self.challenge.pk)
        return self.challenge

    def bidder_of(self, contract: Contract) -> Account:
        return self.bidders[[bid.pk for bid in self.bids].index(contract.bid_id)]

    def contracts(self) -> list[Contract]:
        return list(Contract.objects.filter(challenge=self.challenge).exclude(stage="dropped").order_by("lane"))


def world(bids: int = 1, *, mode: AwardMode = AwardMode.SINGLE, **more: Any) -> World:
    """A challenge under negotiation with qualified bids of companies, and five experts from elsewhere."""
    place = hospital()
    one = challenge(place, stage=ChallengeStage.NEGOTIATION, mode=mode, **more)
    firms = [company() for _ in range(bids)]
    made = [opened_bid(one, organisation=firm, stage=BidStage.QUALIFIED) for firm in firms]
    people = [person() for _ in range(5)]
    return World(
        challenge=one, bids=made, office=account(Role.SECRETARIAT), demander=liaison(place),
        bidders=[account(Role.COMPANY, ("organisation", firm.pk)) for firm in firms],
        experts=[expert_of(each) for each in people],
    )  # fmt: skip


def steps(begins: date, *, race: bool = False) -> list[StepRow]:
    """Three milestones, a third each; odd fen in the last. Own money and public money."""
    return [
        StepRow("示例：模型完成", begins + timedelta(days=90), own_fen=20_000_00, public_fen=10_000_00, gate=race),
        StepRow("示例：验证完成", begins + timedelta(days=180), own_fen=20_000_00, public_fen=10_000_00),
        StepRow("示例：最终验收", begins + timedelta(days=270), own_fen=30_000_01, fund_fen=10_000_00),
    ]


def indicators() -> list[IndicatorRow]:
    return [IndicatorRow(number, "示例灵敏度", Decimal(80 + 5 * number), "%") for number in (1, 2, 3)]


def agreed(here: World, place: int = 0) -> Negotiation:
    """Talks with one bidder, held and agreed."""
    talks = negotiations.begin_talks(challenge_id=here.challenge.pk, bid_id=here.bids[place].pk, by=here.office)
    negotiations.hold_round(negotiation_id=talks.pk, held_on=today(), offered_fen=PRICE + 100, asked_fen=PRICE,
                            note="示例：价格与指标", by=here.demander)  # fmt: skip
    return negotiations.agree_terms(
        negotiation_id=talks.pk, price_fen=PRICE, leader="示例负责人",
        steps=steps(today(), race=here.challenge.mode == AwardMode.RACE), indicators=indicators(), by=here.demander,
    )  # fmt: skip


def announced(here: World) -> list[Contract]:
    """Agreed with everybody and under public notice; contracts out for signature."""
    for place in range(len(here.bids)):
        agreed(here, place)
    awards.announce_award(challenge_id=here.challenge.pk, by=here.office)
    for contract in here.contracts():
        contracts.draft_contract(contract_id=contract.pk, leader="示例负责人", **CLAUSES, by=here.demander)
        contracts.send_contract_out(contract_id=contract.pk, by=here.demander)
    return here.contracts()


def signed(here: World) -> list[Contract]:
    """The notice is over and every contract concluded. Use inside `at(...)` a day after the notice, or let it jump."""
    for contract in announced(here):
        with at(today() + timedelta(days=11)):
            sign(here, contract)
    with at(today() + timedelta(days=11)):
        awards.conclude_contracts(challenge_id=here.challenge.pk, by=here.office)
    return here.contracts()


def sign(here: World, contract: Contract) -> None:
    contracts.record_commitment(contract_id=contract.pk, bank="示例银行", commitment=f"示例保函{contract.lane}",
                                own_fen=70_000_01, public_fen=20_000_00, fund_fen=10_000_00, by=here.demander)  # fmt: skip
    contracts.sign_contract(contract_id=contract.pk, signatory="示例院长", by=here.demander)
    contracts.sign_contract(contract_id=contract.pk, signatory="示例总经理", by=here.bidder_of(contract))


def started(here: World) -> list[Contract]:
    """Milestones under way."""
    signed(here)
    running.begin_project(challenge_id=here.challenge.pk, approval_number="示例立字1号", by=here.office)
    running.start_milestones(challenge_id=here.challenge.pk, by=here.office)
    return here.contracts()


def milestone(contract: Contract, number: int) -> Milestone:
    return Milestone.objects.get(contract=contract, number=number)


def submit(here: World, one: Milestone, value: str = "99") -> Milestone:
    here.papers += 1
    paper = Upload(f"示例报告{here.papers}.txt", f"示例证据 {here.papers}".encode())
    return milestones.submit_milestone(
        milestone_id=one.pk, statement="示例：已完成", indicators=[ValueRow("示例灵敏度", Decimal(value))], file=paper,
        by=here.bidder_of(one.contract),
    )  # fmt: skip


def judge(here: World, one: Milestone, votes: Sequence[Verdict]) -> Milestone:
    """A panel of as many experts votes until it is decided."""
    people = here.experts[: len(votes)]
    members = [each.grants.get().scope_id for each in people]
    milestones.name_panel(milestone_id=one.pk, members=members, by=here.office)
    for each, verdict in zip(people, votes, strict=True):
        if Milestone.objects.get(pk=one.pk).stage == "voting":
            milestones.cast_vote(milestone_id=one.pk, verdict=verdict, opinion="示例意见", by=each)
    return Milestone.objects.get(pk=one.pk)


def accept(here: World, one: Milestone) -> Milestone:
    submit(here, one)
    return judge(here, one, [Verdict.ACCEPT] * (5 if one.final else 3))


def fail(here: World, one: Milestone) -> Milestone:
    submit(here, one, "50")
    return judge(here, one, [Verdict.FAIL] * (5 if one.final else 3))


def pay(here: World, one: Milestone) -> None:
    """Every tranche of a milestone, instructed and arrived."""
    for tranche in Tranche.objects.filter(milestone=one):
        payments.instruct_payment(tranche_id=tranche.pk, reference=f"示例付款{tranche}", by=here.office)
        payments.confirm_payment(tranche_id=tranche.pk, paid_on=today(), by=here.office)


def heavy_change(here: World, kind: ChangeKind = ChangeKind.LEADER) -> ChangeRequest:
    """A heavy change, approved today and under notice for ten days."""
    more = {"leader": "示例乙"} if kind is ChangeKind.LEADER else {
        "amounts": [AmountRow(2, BudgetSource.OWN, 40_000_00)]}  # fmt: skip
    one = changes.request_change(contract_id=here.contracts()[0].pk, kind=kind, reason="示例", by=here.demander, **more)
    return changes.approve_change(change_id=one.pk, answer="示例：同意", statement=f"示例：{kind.label}变更公示",
                                  by=here.office)  # fmt: skip
