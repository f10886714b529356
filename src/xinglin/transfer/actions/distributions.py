"""Sharing out: determine the net income, plan with every floor proved, announce, pay, reverse; follow up and close."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.actions.transfers import tell_unit
from xinglin.transfer.models import Distribution, ShareLine, Transfer
from xinglin.transfer.queries import income as queries
from xinglin.transfer.rules import sharing
from xinglin.transfer.rules import transfers as rules
from xinglin.transfer.rules.income import measure_of
from xinglin.transfer.words.achievements import Post
from xinglin.transfer.words.transfers import TransferStage as S
from xinglin.transfer.words.transfers import Way

Name = Annotated[str, Ask("line", longest=60, label=say("Name of the person"))]
Points = Annotated[int, Ask("count", least=0, most=10_000)]
Number = Annotated[int, Ask("count", least=1, most=9_999)]
Days = Annotated[int, Ask("count", least=1, most=365)]
Reason = Annotated[str, Ask("text", longest=4_000)]
REVERSIBLE = (S.PAYMENTS, S.PAID, S.FOLLOW_UP)


@dataclass(frozen=True)
class StaffRow:
    """One of the transfer staff, with their share of the staff's part."""

    name: Name
    share_bp: Points
    person_id: ref("roster.person") | None = None
    post: Post = Post.NONE


@transaction.atomic
def determine_income(*, transfer_id: str, by: Account) -> Transfer:
    """Determine what there is to share: the net income by the rule in force, the shares, or the operating profit."""
    one = lifecycle.take(Transfer, transfer_id)
    facts = queries.standing(one)
    lifecycle.step(one, "determine", by=by, facts=facts)
    ledger.record("transfer.income_determined", by=by, subject=one,
                  data={"base": facts.base, "balance": facts.balance})  # fmt: skip
    return one


@transaction.atomic
def plan_distribution(
    *, transfer_id: str, pool_bp: Points, main_bp: Points, staff_bp: Points = 0, staff: list[StaffRow] | None = None,
    by: Account,
) -> Transfer:  # fmt: skip
    """Plan who receives what: the pool of the inventors, of it the main contributors and the transfer staff; the unit
    has the rest. Every floor in force is proved to the fen, and a plan that breaks a binding one is refused.
    """
    one = lifecycle.take(Transfer, transfer_id)
    standing, way = queries.standing(one), Way(one.way)
    lifecycle.step(one, "plan", by=by)
    people = [
        sharing.Member(
            row.name, row.share_bp, seen("roster.person", row.person_id, by, field="staff"),
            post=row.post,
        )
        for row in staff or []
    ]  # fmt: skip
    lines = sharing.shared_out(
        standing.balance, contributors=queries.members_of(one), staff=people,
        parts=sharing.Parts(pool_bp, main_bp, staff_bp), unit=str(one.organisation), way=way,
    )  # fmt: skip
    proofs = sharing.proofs(
        lines, floors=configuration.value("transfer.floors"), way=way, region=one.organisation.region,
        inventors_own=one.by_inventors,
    )  # fmt: skip
    sharing.floors_are_kept(proofs)
    plan = Distribution.objects.create(
        transfer=one, ordinal=one.distributions.count() + 1, measure=measure_of(way), base=standing.balance,
        pool_bp=pool_bp, main_bp=main_bp, staff_bp=staff_bp, floors=[asdict(proof) for proof in proofs],
        deducts=queries.deducts(one), planned_on=today(), recorded_by=by.pk,
    )  # fmt: skip
    _write(plan, lines)
    ledger.record("transfer.distribution_planned", by=by, subject=one,
                  data={"number": plan.ordinal, "base": plan.base, "lines": len(lines)})  # fmt: skip
    return one


def _write(plan: Distribution, lines: list[sharing.Line], sign: int = 1) -> None:
    """The lines as rows. They sum to the base, or nothing is written."""
    if sum(line.amount for line in lines) * sign != plan.base:
        raise AssertionError("a distribution that does not sum to its base")
    ShareLine.objects.bulk_create(
        ShareLine(
            distribution=plan, ordinal=place, party=line.party, name=line.name, person_id=line.person_id,
            share_bp=line.share_bp, amount=sign * line.amount,
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip


@transaction.atomic
def withdraw_plan(*, transfer_id: str, reason: Reason, by: Account) -> Transfer:
    """Withdraw a plan that was not paid; it stays on record."""
    one = lifecycle.take(Transfer, transfer_id)
    plan = _plan(one)
    plan.withdrawn_on, plan.because = today(), require_reason(reason)
    plan.save(update_fields=["withdrawn_on", "because"])
    lifecycle.step(one, "withdraw_plan", by=by)
    ledger.record("transfer.plan_withdrawn", by=by, subject=one, data={"number": plan.ordinal})
    return one


@transaction.atomic
def announce_distribution(*, transfer_id: str, days: Days | None = None, by: Account) -> Transfer:
    """Announce the plan with every name and amount in the unit, for 15 days or more."""
    one = lifecycle.take(Transfer, transfer_id)
    plan, least = _plan(one), configuration.value("transfer.plan_notice_days")
    if (days or least) < least:
        raise Refusal("transfer.notice_days", say("The notice runs {least} days at least.", least=least), field="days")
    plan.announced_on, plan.notice_until = today(), rules.notice_ends(today(), days or least)
    plan.save(update_fields=["announced_on", "notice_until"])
    lifecycle.step(one, "announce_plan", by=by, due_on=plan.notice_until)
    ledger.record("transfer.distribution_announced", by=by, subject=one,
                  data={"number": plan.ordinal, "until": plan.notice_until.isoformat()})  # fmt: skip
    tell_unit(one, "transfer.distribution_announced",
              say("The distribution is announced until {until}.", until=plan.notice_until))  # fmt: skip
    return one


@transaction.atomic
def pay_distribution(*, transfer_id: str, by: Account) -> Transfer:
    """Pay what was planned, once its notice is over and while the book still says the same."""
    one = lifecycle.take(Transfer, transfer_id)
    plan = _plan(one)
    lifecycle.step(one, "pay", by=by, facts=rules.PlanNotice(plan.notice_until, today()))
    if queries.standing(one).balance != plan.base:
        raise Refusal(
            "transfer.book_changed", say("The book says something else than the plan."),
            say("Withdraw the plan and make it anew."),
        )  # fmt: skip
    plan.paid_on = today()
    plan.save(update_fields=["paid_on"])
    ledger.record("transfer.distribution_paid", by=by, subject=one, data={"number": plan.ordinal, "base": plan.base})
    tell_unit(one, "transfer.distribution_paid", say("The distribution was paid."))
    return one


@transaction.atomic
def reverse_distribution(*, transfer_id: str, distribution: Number, reason: Reason, by: Account) -> Transfer:
    """Take a paid distribution back line by line, because it was wrong or the money went back; then share out anew."""
    one = lifecycle.take(Transfer, transfer_id)
    permits.require(by, *rules.OFFICE, scopes=one.scopes())
    require_stage(one, REVERSIBLE)
    wrong = one.distributions.filter(ordinal=distribution, paid_on__isnull=False, reverses=None, reversed_by=None)
    paid = wrong.first()
    if paid is None:
        raise Refusal("transfer.no_such_distribution", say("There is no paid distribution of this number."),
                      say("Use the number in the list; one is reversed once."), field="distribution")  # fmt: skip
    back = Distribution.objects.create(
        transfer=one, ordinal=one.distributions.count() + 1, measure=paid.measure, base=-paid.base,
        pool_bp=paid.pool_bp, main_bp=paid.main_bp, staff_bp=paid.staff_bp, deducts=paid.deducts, planned_on=today(),
        paid_on=today(), reverses=paid, because=require_reason(reason), recorded_by=by.pk,
    )  # fmt: skip
    rows = [sharing.Line(row.party, row.name, row.amount, row.share_bp, row.person_id) for row in paid.lines.all()]
    _write(back, rows, sign=-1)
    ledger.record("transfer.distribution_reversed", by=by, subject=one,
                  data={"number": distribution, "base": back.base})  # fmt: skip
    if one.stage == S.PAYMENTS:
        lifecycle.touch(one)
    else:
        lifecycle.step(one, "reopen", by=permits.the_program())
    tell_unit(one, "transfer.distribution_reversed", say("A distribution was taken back; see why."))
    return one


@transaction.atomic
def follow_up(*, transfer_id: str, by: Account) -> Transfer:
    """Nothing more is expected now: follow up, enter what still comes, close in the end."""
    one = lifecycle.take(Transfer, transfer_id)
    lifecycle.step(one, "follow", by=by)
    ledger.record("transfer.followed_up", by=by, subject=one)
    return one


@transaction.atomic
def close_transfer(*, transfer_id: str, by: Account) -> Transfer:
    """Close it: all that came in is shared out to the fen."""
    one = lifecycle.take(Transfer, transfer_id)
    lifecycle.step(one, "close", by=by, facts=queries.standing(one))
    ledger.record("transfer.closed", by=by, subject=one)
    return one


def _plan(one: Transfer) -> Distribution:
    plan = queries.plan_of(one)
    if plan is None:
        raise Refusal("transfer.no_plan", say("No distribution is planned."), say("Plan it first."))
    return plan
