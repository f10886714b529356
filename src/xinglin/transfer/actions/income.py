"""The book of a transfer: what came in and went back, costs, taxes, shares, profits. A wrong line is reversed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day, Fen, Yes
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import IncomeEntry, Transfer
from xinglin.transfer.queries import income as queries
from xinglin.transfer.rules import income as rules
from xinglin.transfer.rules.transfers import OFFICE
from xinglin.transfer.words.income import CostKind, EntryKind
from xinglin.transfer.words.transfers import TransferStage as S
from xinglin.transfer.words.transfers import Way

What = Annotated[str, Ask("line", longest=200)]
Year = Annotated[int, Ask("count", least=1, most=5)]
OPEN = (S.REGISTERED, S.PAYMENTS, S.NET_INCOME, S.DISTRIBUTION, S.PLAN_NOTICE, S.PAID, S.FOLLOW_UP)
UNREGISTERED = (S.CONTRACT, S.REGISTERING)


@transaction.atomic
def receive_payment(
    *, transfer_id: str, amount_fen: Fen, what: What, happened_on: Day | None = None, by: Account
) -> Transfer:
    """Enter a payment or an instalment that came in; together never more than the contract says."""
    return _write(transfer_id, IncomeEntry(kind=EntryKind.RECEIVED, amount=amount_fen, what=what), happened_on, by)


@transaction.atomic
def return_payment(
    *, transfer_id: str, amount_fen: Fen, what: What, happened_on: Day | None = None, by: Account
) -> Transfer:
    """Enter what was paid back, or what the bank returned; never more than came in."""
    return _write(transfer_id, IncomeEntry(kind=EntryKind.RETURNED, amount=amount_fen, what=what), happened_on, by)


@transaction.atomic
def enter_cost(
    *, transfer_id: str, cost_kind: CostKind, amount_fen: Fen, what: What, fiscal_funded: Yes = False,
    happened_on: Day | None = None, by: Account,
) -> Transfer:  # fmt: skip
    """Enter a cost by its kind. What fiscal research money paid is kept and never taken off the income."""
    entry = IncomeEntry(
        kind=EntryKind.COST, cost_kind=cost_kind, amount=amount_fen, what=what, fiscal_funded=fiscal_funded
    )
    return _write(transfer_id, entry, happened_on, by)


@transaction.atomic
def enter_tax(
    *, transfer_id: str, amount_fen: Fen, what: What, happened_on: Day | None = None, by: Account
) -> Transfer:  # fmt: skip
    """Enter a tax on the transfer."""
    return _write(transfer_id, IncomeEntry(kind=EntryKind.TAX, amount=amount_fen, what=what), happened_on, by)


@transaction.atomic
def enter_shares(
    *, transfer_id: str, shares: Count, what: What, happened_on: Day | None = None, by: Account
) -> Transfer:
    """Enter the shares of the company that the achievement was contributed for (作价投资)."""
    return _write(transfer_id, IncomeEntry(kind=EntryKind.SHARES, amount=shares, what=what), happened_on, by)


@transaction.atomic
def enter_profit(
    *, transfer_id: str, year: Year, amount_fen: Fen, what: What, happened_on: Day | None = None, by: Account
) -> Transfer:
    """Enter the operating profit of one of the first five years of implementation (art. 45)."""
    live = IncomeEntry.objects.filter(transfer_id=transfer_id, kind=EntryKind.PROFIT, year=year, reverses=None,
                                      reversed_by=None)  # fmt: skip
    if live.exists():
        raise Refusal("transfer.profit_twice", say("The profit of this year is entered already."),
                      say("Reverse the line that is wrong, then enter it anew."), field="year")  # fmt: skip
    return _write(
        transfer_id, IncomeEntry(kind=EntryKind.PROFIT, amount=amount_fen, year=year, what=what), happened_on, by
    )


@transaction.atomic
def reverse_entry(*, transfer_id: str, line: Count, reason: What, by: Account) -> Transfer:
    """Reverse a line that is wrong; both stay in the book and together are nothing."""
    one = _open(transfer_id, by)
    wrong = one.entries.filter(ordinal=line).first()
    if wrong is None or wrong.reverses_id or hasattr(wrong, "reversed_by"):
        raise Refusal(
            "transfer.no_such_line", say("There is no line of this number that could be reversed."),
            say("Use the number in the book; a line is reversed once."), field="line",
        )  # fmt: skip
    entry = IncomeEntry(
        kind=wrong.kind, cost_kind=wrong.cost_kind, amount=wrong.amount, fiscal_funded=wrong.fiscal_funded,
        year=wrong.year, what=require_reason(reason), reverses=wrong,
    )  # fmt: skip
    return _keep(one, entry, today(), by)


def _write(key: str, entry: IncomeEntry, happened_on: date | None, by: Account) -> Transfer:
    one = _open(key, by)
    day = happened_on or today()
    if entry.amount <= 0 or day > today():
        raise Refusal("transfer.entry", say("A line has an amount, and a day that has come."),
                      field="happened_on" if day > today() else None)  # fmt: skip
    if entry.kind not in rules.allowed(Way(one.way)):
        raise Refusal(
            "transfer.other_way",
            say("The book of a transfer that is “{way}” holds no such line.", way=Way(one.way).label),
            say("Shares are entered for contributions, profits for implementation, payments for all others."),
        )
    return _keep(one, entry, day, by)


def _open(key: str, by: Account) -> Transfer:
    one = lifecycle.take(Transfer, key)
    permits.require(by, *OFFICE, scopes=one.scopes())
    early = not configuration.value("transfer.register_before_payment", on=one.signed_on)
    if one.stage in UNREGISTERED and not early:
        raise Refusal(
            "transfer.not_registered",
            say("The rule in force lets no payment be entered before the contract is registered."),
            say("Enter the registration first."),
        )
    require_stage(one, (*OPEN, *UNREGISTERED) if early else OPEN)
    return one


def _keep(one: Transfer, entry: IncomeEntry, day: date, by: Account) -> Transfer:
    """Write the line if the book holds with it; a plan that was made before is withdrawn."""
    sign = -1 if entry.reverses is not None else 1
    cost_kind = CostKind(entry.cost_kind) if entry.cost_kind else None
    more = rules.Entry(EntryKind(entry.kind), entry.amount, sign, cost_kind, entry.fiscal_funded)
    most = one.price_fen if one.way in (Way.ASSIGN, Way.LICENCE) else None
    rules.book_holds(queries.book(one, more=(more,)), most_received=most)
    entry.transfer, entry.happened_on, entry.recorded_by = one, day, by.pk
    entry.ordinal = one.entries.count() + 1
    entry.save(force_insert=True)
    ledger.record("transfer.income_entered", by=by, subject=one, data={
        "kind": entry.kind, "amount": entry.amount, "line": entry.ordinal, "reverses": sign < 0,
    })  # fmt: skip
    if one.stage in OPEN and one.stage != S.PAYMENTS:
        one.distributions.filter(paid_on=None, withdrawn_on=None).update(withdrawn_on=today())
        first = one.stage == S.REGISTERED
        lifecycle.step(one, "receive" if first else "reopen", by=by if first else permits.the_program())
    else:
        lifecycle.touch(one)
    return one
