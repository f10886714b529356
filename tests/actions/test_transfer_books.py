"""The book, the lines and the plan of a distribution against raw SQL: nothing is rewritten, no sum is made up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.factories.transfer import expert_of, hospital, liaison, paying, person, row

from xinglin.kernel import clock
from xinglin.kernel.clock import at
from xinglin.kernel.models import new_id
from xinglin.transfer.actions import deals, distributions, income
from xinglin.transfer.models import Declaration, Distribution, IncomeEntry, ShareLine, Transfer
from xinglin.transfer.words.income import CostKind, EntryKind, Party

pytestmark = pytest.mark.django_db
WAN = 1_000_000
BOOKS = {
    "transfer_incomeentry": "amount",
    "transfer_shareline": "amount",
    "transfer_declaration": "statement",
    "challenges_moneyentry": "amount_fen",
}


@pytest.fixture
def place():
    return hospital(region="330100")


@pytest.fixture
def clerk(place):
    return liaison(place)


@pytest.fixture
def planned(place, clerk) -> Transfer:
    """4,200 万 less 200 万 of costs: announced, and not paid yet. One more cost was paid by research money."""
    one = paying(place, clerk, hospital("示例生物公司", kind="enterprise"), row("示例甲", 6_000), row("示例乙", 4_000))
    income.receive_payment(transfer_id=one.pk, amount_fen=4_200 * WAN, what="示例", by=clerk)
    income.enter_tax(transfer_id=one.pk, amount_fen=50 * WAN, what="示例", by=clerk)
    income.reverse_entry(transfer_id=one.pk, line=2, reason="示例：重复", by=clerk)
    for kind, wan, funded in ((CostKind.PATENT, 200, False), (CostKind.RESEARCH, 70, True)):
        income.enter_cost(
            transfer_id=one.pk, cost_kind=kind, amount_fen=wan * WAN, what="示例", fiscal_funded=funded, by=clerk
        )
    distributions.determine_income(transfer_id=one.pk, by=clerk)
    distributions.plan_distribution(transfer_id=one.pk, pool_bp=7_000, main_bp=7_000, staff_bp=500,
                                    staff=[distributions.StaffRow("示例丁", 10_000)], by=clerk)  # fmt: skip
    return distributions.announce_distribution(transfer_id=one.pk, by=clerk)


@pytest.fixture
def paid(planned, clerk) -> Transfer:
    with at(clock.today() + timedelta(days=15)):
        return distributions.pay_distribution(transfer_id=planned.pk, by=clerk)


def refused(sql: str, *values: object, match: str) -> None:
    """The database refuses the statement, at once or when everything of the transaction is written."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        # What was written before is whole, as it is when a transaction is over.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", BOOKS)
@pytest.mark.parametrize(
    "deed", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "TRUNCATE {t}", "TRUNCATE {t} CASCADE"]
)
def test_the_books_are_only_added_to(paid, table: str, deed: str) -> None:
    deal = deals.enter_deal(title="示例", company="示例", organisation_id=paid.organisation_id, summary="示例",
                            by=liaison(paid.organisation))  # fmt: skip
    adviser = person()
    deals.ask_adviser(deal_id=deal.pk, person_id=adviser.pk, by=liaison(paid.organisation))
    deals.declare_interest(deal_id=deal.pk, has_interest=False, statement="示例", by=expert_of(adviser))
    counted = IncomeEntry.objects.count(), ShareLine.objects.count(), Declaration.objects.count()
    assert all(counted)
    refused(deed.format(t=table, c=BOOKS[table]), match="only added")
    assert counted == (IncomeEntry.objects.count(), ShareLine.objects.count(), Declaration.objects.count())


def test_a_plan_is_never_rewritten(planned, clerk) -> None:
    for deed in ("SET base = base + 1", "SET pool_bp = 5000", "SET deducts = '{}'", "SET floors = '[]'",
                 "SET transfer_id = transfer_id, reverses_id = id"):  # fmt: skip
        refused(f"UPDATE transfer_distribution {deed}", match="what was planned stays")
    refused("DELETE FROM transfer_distribution", match="what was planned stays")
    refused("TRUNCATE transfer_distribution CASCADE", match="only added")
    distributions.withdraw_plan(transfer_id=planned.pk, reason="示例", by=clerk)
    for deed in ("SET withdrawn_on = NULL", "SET because = ''", "SET paid_on = notice_until"):
        refused(f"UPDATE transfer_distribution {deed}", match="what was planned stays")


def test_what_was_paid_is_not_touched(paid) -> None:
    assert Distribution.objects.get().base == 4_000 * WAN
    for deed in ("SET paid_on = NULL", "SET paid_on = paid_on + 1", "SET because = '示例'"):
        refused(f"UPDATE transfer_distribution {deed}", match="what was planned stays")


LINE = (
    "INSERT INTO transfer_shareline (id, created_at, distribution_id, ordinal, party, name, share_bp, amount) "
    "VALUES (%s, now(), %s, %s, 'unit', '示例', 0, %s)"
)


def test_no_line_is_added_to_a_distribution(paid) -> None:
    key = Distribution.objects.get().pk
    refused(LINE, new_id(), key, 90, 1, match="do not make the base")
    # Two that cancel each other out would move money from one to another.
    both = LINE + ", (%s, now(), %s, %s, 'unit', '示例', 0, %s)"
    refused(both, new_id(), key, 90, 500, new_id(), key, 91, -500, match="do not make the base")


COPY = (
    "INSERT INTO transfer_distribution (id, created_at, transfer_id, ordinal, measure, base, pool_bp, main_bp, staff_bp, "
    "floors, deducts, planned_on, announced_on, notice_until, paid_on, reverses_id, because, recorded_by) "
    "SELECT %s, now(), transfer_id, 9, measure, %s, pool_bp, main_bp, staff_bp, floors, deducts, planned_on, "
    "announced_on, notice_until, {paid}, {reverses}, '', recorded_by FROM transfer_distribution"
)


def test_a_distribution_has_its_lines_and_a_reversal_takes_back_what_was_paid(paid) -> None:
    # A plan without lines; one that is paid at once on an empty balance; reversals of another sum.
    refused(COPY.format(paid="NULL", reverses="NULL"), new_id(), 100, match="do not make the base")
    refused(COPY.format(paid="paid_on", reverses="NULL"), new_id(), 100, match="not what the book leaves")
    refused(COPY.format(paid="paid_on", reverses="id"), new_id(), -100, match="not what the book leaves")


def added(one: Transfer, kind: EntryKind, amount: int, **more: object) -> None:
    IncomeEntry.objects.create(
        transfer=one, ordinal=one.entries.count() + 1, kind=kind, amount=amount, happened_on=clock.today(), what="示例",
        recorded_by=one.created_by, **more,
    )  # fmt: skip


PAY = "UPDATE transfer_distribution SET paid_on = notice_until"


@pytest.mark.parametrize("line", [
    {"kind": EntryKind.COST, "amount": 1, "cost_kind": CostKind.LEGAL}, {"kind": EntryKind.RETURNED, "amount": 1},
    {"kind": EntryKind.TAX, "amount": 1}, {"kind": EntryKind.RECEIVED, "amount": 1},
])  # fmt: skip
def test_nothing_is_paid_that_is_not_the_net_income(planned, line) -> None:
    added(planned, **line)
    refused(PAY, match="not what the book leaves")


def test_what_is_no_cost_by_the_rule_of_the_plan_changes_nothing(planned) -> None:
    added(planned, EntryKind.COST, 77, cost_kind=CostKind.RESEARCH, fiscal_funded=True)
    with connection.cursor() as cursor:
        cursor.execute(PAY)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    shares = ShareLine.objects.filter(distribution__paid_on__isnull=False)
    assert sum(shares.values_list("amount", flat=True)) == 4_000 * WAN
    assert shares.filter(party=Party.UNIT).count() == 1


def test_taken_back_and_shared_out_anew_by_the_actions(paid, clerk) -> None:
    """Reversals and later rounds pass the same guards."""
    key = paid.pk
    distributions.reverse_distribution(transfer_id=key, distribution=1, reason="示例", by=clerk)
    income.return_payment(transfer_id=key, amount_fen=200 * WAN, what="示例：退款", by=clerk)
    distributions.determine_income(transfer_id=key, by=clerk)
    distributions.plan_distribution(transfer_id=key, pool_bp=7_000, main_bp=7_000, staff_bp=500,
                                    staff=[distributions.StaffRow("示例丁", 10_000)], by=clerk)  # fmt: skip
    distributions.announce_distribution(transfer_id=key, by=clerk)
    with at(clock.today() + timedelta(days=15)):
        distributions.pay_distribution(transfer_id=key, by=clerk)
    assert list(Distribution.objects.values_list("base", flat=True)) == [4_000 * WAN, -4_000 * WAN, 3_800 * WAN]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
