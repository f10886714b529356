"""A transfer from its disclosure to its end: nobody signs before the notice, nobody pays before the registration."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.transfer import (
    START,
    announced,
    drafted,
    expert_of,
    hospital,
    in_the_register,
    liaison,
    office,
    paper,
    paying,
    person,
    registered,
    row,
    signed,
)

from xinglin.kernel import clock, configuration
from xinglin.kernel.clock import at
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Document, LedgerEntry
from xinglin.kernel.refusals import Refusal
from xinglin.roster.models import Affiliation
from xinglin.transfer.actions import achievements, contracts, distributions, income, transfers
from xinglin.transfer.models import Distribution, IncomeEntry, Objection, ShareLine, Transfer
from xinglin.transfer.queries.income import sheet_for, standing, year_for
from xinglin.transfer.queries.transfers import objections_for, transfers_for
from xinglin.transfer.words.income import CostKind, EntryKind
from xinglin.transfer.words.transfers import ContractKind, ObjectionStage, Relation, Way
from xinglin.transfer.words.transfers import TransferStage as S

pytestmark = pytest.mark.django_db
WAN = 1_000_000


@pytest.fixture
def place():
    return hospital(region="330100")


@pytest.fixture
def clerk(place):
    return liaison(place)


@pytest.fixture
def company():
    return hospital("示例生物公司", kind="enterprise", level="0", grade="none")


@pytest.fixture
def noticed(place, clerk, company):
    with at(START):
        return announced(registered(place, clerk, levels=1), clerk, company)


def sign(one, by, on):
    with at(on):
        return contracts.sign_contract(
            transfer_id=one.pk, contract_number="示例-1", signed_on=on, contract=paper(), by=by
        )


def test_fourteen_days_refuse_the_contract_and_fifteen_pass(noticed, clerk) -> None:
    drafted(noticed, clerk)
    with pytest.raises(Refusal, match="notice_runs"):
        sign(noticed, clerk, START + timedelta(days=14))
    # Nor does a later clock make an earlier day good.
    with at(START + timedelta(days=30)), pytest.raises(Refusal, match="notice_runs"):
        contracts.sign_contract(transfer_id=noticed.pk, contract_number="示例-1", signed_on=START + timedelta(days=14),
                                contract=paper(), by=clerk)  # fmt: skip
    done = sign(noticed, clerk, START + timedelta(days=15))
    assert done.stage == S.CONTRACT
    assert Document.objects.filter(subject_id=done.pk, purpose__in=("technology_contract", "contract")).count() == 2


def test_a_contract_without_a_mandatory_clause_is_not_signed(noticed, clerk) -> None:
    with pytest.raises(Refusal, match="clauses"):
        sign(noticed, clerk, START + timedelta(days=15))
    with pytest.raises(Refusal, match="contract_kind"):
        drafted(noticed, clerk, ContractKind.CONSULTING)
    with pytest.raises(Refusal, match="clauses"):
        contracts.draft_contract(transfer_id=noticed.pk, contract_kind=ContractKind.LICENCE, clauses=[], by=clerk)


def test_the_notice_states_relations_the_register_knows(place, clerk, company) -> None:
    inventor = person()
    Affiliation.objects.create(person=inventor, organisation=company)
    one = registered(place, clerk, row("示例甲", 10_000, person_id=inventor.pk), levels=1)
    with pytest.raises(Refusal, match=r"transfer\.related"):
        announced(one, clerk, company)
    made = Transfer.objects.get(stage=S.PRICED)
    for relation, statement in ((Relation.RELATED, " "), (Relation.NONE, "示例")):
        with pytest.raises(Refusal, match=r"no_statement|related"):
            transfers.announce_transfer(transfer_id=made.pk, relation=relation, relation_statement=statement, by=clerk)
    with pytest.raises(Refusal, match="notice_days"):
        transfers.announce_transfer(
            transfer_id=made.pk, relation=Relation.RELATED, relation_statement="示例", days=14, by=clerk
        )
    transfers.announce_transfer(transfer_id=made.pk, relation=Relation.RELATED, relation_statement="示例", by=clerk)


def test_nothing_goes_on_without_evidence_and_a_collective_decision(place, clerk, company) -> None:
    one = transfers.put_forward(achievement_id=registered(place, clerk).pk, way=Way.LICENCE, by=clerk)
    with pytest.raises(Refusal, match="not_evaluated"):
        transfers.evaluate_transfer(transfer_id=one.pk, ip_check="示例", by=clerk)
    achievements.show_level(achievement_id=one.achievement_id, level=1, statement="示例", evidence=paper(), by=clerk)
    transfers.evaluate_transfer(transfer_id=one.pk, ip_check="示例", by=clerk)
    with pytest.raises(Refusal, match="not_collective"):
        transfers.decide_transfer(transfer_id=one.pk, decided_on=clock.today(), attendees=2, minutes=paper(),
                                  way=Way.LICENCE, by=clerk)  # fmt: skip


def test_objections_have_a_term_a_decision_and_stop_the_contract(noticed, clerk) -> None:
    drafted(noticed, clerk)
    other = expert_of(person())
    with at(START + timedelta(days=14)):
        objection = transfers.raise_objection(transfer_id=noticed.pk, statement="示例：价格偏低。", by=other)
    assert list(objections_for(other)) == [objection] and not objections_for(expert_of(person())).exists()
    with pytest.raises(Refusal, match="wrong_stage"):
        sign(noticed, clerk, START + timedelta(days=15))
    with pytest.raises(Refusal, match="not_yours"):
        transfers.dismiss_objection(objection_id=objection.pk, decision="示例", by=other)
    with at(START + timedelta(days=16)):
        with pytest.raises(Refusal, match="notice_is_over"):
            transfers.raise_objection(transfer_id=noticed.pk, statement="示例", by=other)
        transfers.dismiss_objection(objection_id=objection.pk, decision="示例：价格经评估。", by=clerk)
    assert sign(noticed, clerk, START + timedelta(days=16)).stage == S.CONTRACT
    assert Objection.objects.get().stage == ObjectionStage.DISMISSED


def test_an_upheld_objection_sends_it_back_and_a_new_notice_is_needed(noticed, clerk, company) -> None:
    with at(START + timedelta(days=3)):
        objection = transfers.raise_objection(transfer_id=noticed.pk, statement="示例", by=office())
        transfers.uphold_objection(objection_id=objection.pk, decision="示例", by=clerk)
    noticed.refresh_from_db()
    assert noticed.stage == S.EVALUATED
    with pytest.raises(Refusal, match="wrong_stage"):
        sign(noticed, clerk, START + timedelta(days=15))


def test_the_same_contract_is_registered_once(place, clerk, company) -> None:
    one = paying(place, clerk, company)
    assert one.stage == S.REGISTERED
    with at(START):
        two = announced(registered(place, clerk, levels=1), clerk, company)
    drafted(two, clerk)
    for number, text in ((one.contract_number, "另一份"), ("示例-另一个", f"示例合同{one.number}")):
        with at(START + timedelta(days=15)), pytest.raises(Refusal, match="contract_twice"):
            contracts.sign_contract(transfer_id=two.pk, contract_number=number, signed_on=clock.today(),
                                    contract=paper("合同.txt", text), by=clerk)  # fmt: skip
    two.refresh_from_db()
    assert two.stage == S.NOTICE
    with at(START + timedelta(days=15)):
        signed(two, clerk)
        contracts.hand_in_contract(transfer_id=two.pk, registered_with="示例", accepted_on=clock.today(), by=clerk)
        given = {"transfer_id": two.pk, "registered_on": clock.today(), "by": clerk}
        with pytest.raises(Refusal, match="registered_twice"):
            contracts.register_contract(registration_number=one.registration_number, technical_fen=1, **given)
        with pytest.raises(Refusal, match="technical_amount"):
            contracts.register_contract(registration_number="示例-9", technical_fen=two.price_fen + 1, **given)
    with at(START + timedelta(days=46)):
        given["registered_on"] = clock.today()
        with pytest.raises(Refusal, match="registration_late"):
            contracts.register_contract(registration_number="示例-9", technical_fen=1, **given)
        contracts.register_contract(registration_number="示例-9", technical_fen=1, late_because="示例", **given)


def test_no_payment_before_the_registration_unless_the_rule_lets_it(noticed, clerk) -> None:
    with at(START + timedelta(days=15)):
        signed(noticed, clerk)
        with pytest.raises(Refusal, match="not_registered"):
            income.receive_payment(transfer_id=noticed.pk, amount_fen=1, what="示例", by=clerk)
        configuration.set_rule(key="transfer.register_before_payment", value=False, valid_from=START,
                               source_document="示例市规定", by=office())  # fmt: skip
        assert income.receive_payment(transfer_id=noticed.pk, amount_fen=1, what="示例", by=clerk).stage == S.CONTRACT
        assert in_the_register(noticed, clerk).stage == S.PAYMENTS


def test_the_42_million_case_from_payment_to_close(place, clerk, company) -> None:
    """Domain 5.1: 4200万 by instalments, 200万 costs; the floors of Zhejiang to the fen."""
    one = paying(place, clerk, company, row("示例甲", 6_000), row("示例乙", 3_000), row("示例丙", 1_000, main=False))
    key = one.pk
    income.receive_payment(transfer_id=key, amount_fen=2_000 * WAN, what="示例：首付", by=clerk)
    income.receive_payment(transfer_id=key, amount_fen=2_200 * WAN, what="示例：尾款", by=clerk)
    with pytest.raises(Refusal, match="received_too_much"):
        income.receive_payment(transfer_id=key, amount_fen=1, what="示例", by=clerk)
    income.enter_cost(transfer_id=key, cost_kind=CostKind.PATENT, amount_fen=150 * WAN, what="示例", by=clerk)
    income.enter_cost(
        transfer_id=key, cost_kind=CostKind.RESEARCH, amount_fen=800 * WAN, what="示例", fiscal_funded=True, by=clerk
    )
    income.enter_tax(transfer_id=key, amount_fen=50 * WAN, what="示例", by=clerk)
    assert standing(one).balance == 4_000 * WAN
    distributions.determine_income(transfer_id=key, by=clerk)
    staff = [distributions.StaffRow("示例丁", 10_000)]
    with pytest.raises(Refusal, match=r"transfer\.floor"):
        distributions.plan_distribution(transfer_id=key, pool_bp=5_000, main_bp=5_000, by=clerk)
    distributions.plan_distribution(transfer_id=key, pool_bp=7_000, main_bp=7_000, staff_bp=500, staff=staff, by=clerk)
    plan = Distribution.objects.get()
    assert sum(line.amount for line in plan.lines.all()) == 4_000 * WAN
    assert {line.name: line.amount for line in plan.lines.all()}["示例丁"] == 140 * WAN
    with pytest.raises(Refusal, match="wrong_stage"):
        distributions.pay_distribution(transfer_id=key, by=clerk)
    day = clock.today()
    distributions.announce_distribution(transfer_id=key, by=clerk)
    with at(day + timedelta(days=14)), pytest.raises(Refusal, match="plan_notice_runs"):
        distributions.pay_distribution(transfer_id=key, by=clerk)
    with at(day + timedelta(days=15)):
        distributions.pay_distribution(transfer_id=key, by=clerk)
        assert standing(one).balance == 0
        distributions.follow_up(transfer_id=key, by=clerk)
        assert distributions.close_transfer(transfer_id=key, by=clerk).stage == S.CLOSED
    line = year_for(clerk, (day + timedelta(days=15)).year)[0]
    assert line.people_fen + line.staff_fen + line.unit_fen == 4_000 * WAN and line.received_fen == 4_200 * WAN
    sheet = sheet_for(plan.pk, clerk)
    assert sheet is not None and sheet.total == 4_000 * WAN and all(p.held for p in sheet.proofs if p.binding)
    assert sheet_for(plan.pk, liaison(company)) is None and sheet_for(plan.pk, None) is None
    assert LedgerEntry.objects.filter(event="transfer.distribution_paid", subject_id=key).count() == 1


def test_shares_and_profits_are_shared_by_their_own_floors(place, clerk, company) -> None:
    one = paying(
        place, clerk, company, row("示例甲", 6_000), row("示例院长", 4_000), way=Way.SHARES, kind=ContractKind.TRANSFER
    )
    with pytest.raises(Refusal, match="other_way"):
        income.receive_payment(transfer_id=one.pk, amount_fen=5, what="示例", by=clerk)
    income.enter_shares(transfer_id=one.pk, shares=1_000_001, what="示例", by=clerk)
    distributions.determine_income(transfer_id=one.pk, by=clerk)
    distributions.plan_distribution(transfer_id=one.pk, pool_bp=7_000, main_bp=7_000, staff_bp=500,
                                    staff=[distributions.StaffRow("示例丁", 10_000)], by=clerk)  # fmt: skip
    assert sum(ShareLine.objects.values_list("amount", flat=True)) == 1_000_001


def test_own_implementation_is_begun_and_every_other_way_is_signed(noticed, place, clerk) -> None:
    def offered(one: Transfer) -> set[str]:
        return {verb.name for verb in open_verbs(KINDS["transfer.transfer"], one, clerk)} & {"sign", "implement"}

    assert offered(noticed) == {"sign"}
    with at(START):
        assert offered(announced(registered(place, clerk, levels=1), clerk, None, way=Way.SELF)) == {"implement"}


def test_the_inventors_own_right_gives_the_income_to_them(place, clerk) -> None:
    one = registered(place, clerk, levels=1)
    type(one).objects.update(registered_on=START - timedelta(days=400))
    with at(START):
        achievements.record_right(achievement_id=one.pk, agreed_otherwise=False, by=clerk)
        made = announced(one, clerk, None, way=Way.SELF)
    assert made.by_inventors
    with at(START + timedelta(days=14)), pytest.raises(Refusal, match="notice_runs"):
        contracts.begin_implementation(transfer_id=made.pk, by=clerk)
    with at(START + timedelta(days=15)):
        contracts.begin_implementation(transfer_id=made.pk, by=clerk)
        income.enter_profit(transfer_id=made.pk, year=1, amount_fen=101, what="示例", by=clerk)
        with pytest.raises(Refusal, match="profit_twice"):
            income.enter_profit(transfer_id=made.pk, year=1, amount_fen=101, what="示例", by=clerk)
        distributions.determine_income(transfer_id=made.pk, by=clerk)
        staff = [distributions.StaffRow("示例丁", 10_000)]
        with pytest.raises(Refusal, match=r"transfer\.floor"):
            distributions.plan_distribution(
                transfer_id=made.pk, pool_bp=9_000, main_bp=7_000, staff_bp=600, staff=staff, by=clerk
            )
        distributions.plan_distribution(
            transfer_id=made.pk, pool_bp=10_000, main_bp=7_000, staff_bp=600, staff=staff, by=clerk
        )
    assert ShareLine.objects.get(party="unit").amount == 0


def test_who_sees_a_transfer(noticed, place, clerk, company) -> None:
    assert list(transfers_for(expert_of(person()))) == [noticed] and not transfers_for(None).exists()
    with at(START + timedelta(days=15)):
        signed(noticed, clerk)
    assert not transfers_for(expert_of(person())).exists() and not transfers_for(liaison(hospital())).exists()
    assert list(transfers_for(liaison(company))) == [noticed]


def conserved(one: Transfer) -> None:
    """The book is what was entered; every distribution sums to its base; together they are what was shared."""
    for each in Distribution.objects.filter(transfer=one):
        assert sum(line.amount for line in each.lines.all()) == each.base
    paid = sum(
        line.amount
        for line in ShareLine.objects.filter(distribution__transfer=one, distribution__paid_on__isnull=False)
    )
    found = standing(one)
    signed_sum = 0
    for entry in IncomeEntry.objects.filter(transfer=one):
        sign = 1 if entry.kind == EntryKind.RECEIVED else -1
        signed_sum += sign * (-1 if entry.reverses_id else 1) * (0 if entry.fiscal_funded else entry.amount)
    assert found.base == signed_sum and found.distributed == paid and found.balance + paid == signed_sum


DEEDS = ("receive", "return", "cost", "funded", "tax", "reverse", "determine", "plan", "withdraw", "announce", "pay",
         "take_back", "follow", "close")  # fmt: skip


@settings(max_examples=12)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(1, 10**7)), min_size=6, max_size=26),
    odd=st.integers(1, 99),
)
def test_no_sequence_loses_or_makes_a_fen(deeds, odd) -> None:
    place, company = hospital(region="330100"), hospital(kind="enterprise")
    clerk = liaison(place)
    one = paying(place, clerk, company, row("示例甲", 5_000 + odd), row("示例乙", 5_000 - odd), price_fen=10**8)
    key, day = one.pk, date(2026, 4, 1)
    walk = {
        "receive": lambda n: income.receive_payment(transfer_id=key, amount_fen=n, what="示例", by=clerk),
        "return": lambda n: income.return_payment(transfer_id=key, amount_fen=n // 3 + 1, what="示例", by=clerk),
        "cost": lambda n: income.enter_cost(transfer_id=key, cost_kind=CostKind.AGENCY, amount_fen=n // 9 + 1, what="示例", by=clerk),
        "funded": lambda n: income.enter_cost(transfer_id=key, cost_kind=CostKind.RESEARCH, amount_fen=n, what="示例",
                                              fiscal_funded=True, by=clerk),
        "tax": lambda n: income.enter_tax(transfer_id=key, amount_fen=n // 11 + 1, what="示例", by=clerk),
        "reverse": lambda n: income.reverse_entry(transfer_id=key, line=n % 6 + 1, reason="示例", by=clerk),
        "determine": lambda _: distributions.determine_income(transfer_id=key, by=clerk),
        "plan": lambda _: distributions.plan_distribution(transfer_id=key, pool_bp=7_001, main_bp=7_003, staff_bp=501,
                                                          staff=[distributions.StaffRow("示例丁", 10_000)], by=clerk),
        "withdraw": lambda _: distributions.withdraw_plan(transfer_id=key, reason="示例", by=clerk),
        "announce": lambda _: distributions.announce_distribution(transfer_id=key, by=clerk),
        "pay": lambda _: distributions.pay_distribution(transfer_id=key, by=clerk),
        "take_back": lambda n: distributions.reverse_distribution(transfer_id=key, distribution=n % 3 + 1, reason="示例", by=clerk),
        "follow": lambda _: distributions.follow_up(transfer_id=key, by=clerk),
        "close": lambda _: distributions.close_transfer(transfer_id=key, by=clerk),
    }  # fmt: skip
    paid_early = 0
    for name, number in [("receive", 9_000_001), ("determine", 1), ("plan", 1), ("announce", 1), ("pay", 1), *deeds]:
        day += timedelta(days=4 if name == "announce" else 12)
        with at(day):
            try:
                walk[name](number)
            except Refusal as refused:
                paid_early += refused.code == "transfer.plan_notice_runs"
        conserved(one)
    one.refresh_from_db()
    assert one.stage != S.CLOSED or standing(one).balance == 0
    late = Distribution.objects.filter(transfer=one, paid_on__isnull=False, reverses=None)
    assert paid_early and all((each.paid_on - each.announced_on).days >= 15 for each in late)
