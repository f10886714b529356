"""Orders as hospitals report them; reminders whose time ran out, and reports that stand no longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.db import connection, transaction
from django.db.models import Q

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.recognition.actions import counting, savings
from xinglin.exchange.recognition.models import Decision, Order
from xinglin.exchange.recognition.rules.board import contribution
from xinglin.exchange.recognition.words import DecisionStage, OrderStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import AccountKind, Role

OrderNo = Annotated[str, Ask("line", longest=80)]
PART = 500
# Recognised decisions that rest on a result intake let fall (corrected, or void), a panel's members included. What was
# looked at is not looked at again: from then on `decisions.recognise` refuses such a result itself.
FALLEN = (
    "WITH part AS (SELECT result FROM intake_fallenresult ORDER BY result LIMIT %s FOR UPDATE SKIP LOCKED), "
    "gone AS (DELETE FROM intake_fallenresult f USING part WHERE f.result = part.result RETURNING f.result) "
    "SELECT gone.result, d.id FROM gone LEFT JOIN recognition_decision d ON d.results @> to_jsonb(gone.result) "
    "AND d.stage = 'recognised' AND d.invalid_at IS NULL"
)

configuration.rule("recognition.unhandled_hours", 24,
                   say("Hours after which a reminder nobody decided counts as left undecided"),
                   "set by the alliance")  # fmt: skip


@transaction.atomic
def place_orders(*, site: int, visit: str, patient: int, order_no: OrderNo, items: list[int],
                 placed_at: datetime | None = None, by: Account) -> list[Order]:  # fmt: skip
    """A hospital placed an order with these items in a visit. Saying it twice changes nothing.

    An item that was recognised in the visit and is placed again inside its result's window loses its saving; what was
    declined is linked; what was left undecided is marked as ordered.
    """
    _require_hospital(site, by)
    savings.hold_visit(site, visit, patient)
    moment, made = placed_at or now(), []
    for item in sorted(set(items)):
        order, new = Order.objects.get_or_create(
            site=site, visit=visit, order_no=order_no, item=item,
            defaults={"patient": patient, "placed_at": moment},
        )  # fmt: skip
        if new:
            made.append(order)
            _mark(order, moment)
    if made:
        ledger.record("recognition.order_placed", by=by, subject=made[0], data={"lines": len(made)})
        savings.settle_visit(site=site, visit=visit, patient=patient, by=by)
    return made


@transaction.atomic
def revoke_order(*, site: int, visit: str, order_no: OrderNo, by: Account) -> list[Order]:
    """A hospital took an order back: what it had undone stands again."""
    _require_hospital(site, by)
    found = Order.objects.filter(site=site, visit=visit, order_no=order_no)
    first = found.first()
    if first is None:
        raise absent()
    savings.hold_visit(site, visit, first.patient)
    rows = list(found.select_for_update().filter(stage=OrderStage.PLACED).order_by("pk"))
    for order in rows:
        order.stage, order.revoked_at = OrderStage.REVOKED, max(now(), order.placed_at)
        order.save(update_fields=["stage", "revoked_at"])
    if rows:
        ledger.record("recognition.order_revoked", by=by, subject=rows[0])
        _unmark(rows)
        savings.settle_visit(site=site, visit=visit, patient=first.patient, by=by)
    return rows


def _mark(order: Order, moment: datetime) -> None:
    """What an order does to the visit's decisions about its item, or about members of the panel it is."""
    touched = {order.item, *catalogue.current().members(order.item)}
    rows = Decision.objects.select_for_update().filter(site=order.site, visit=order.visit, patient=order.patient)
    for row in rows.filter(item__in=touched).order_by("pk"):
        before = contribution(row)
        if row.stage == DecisionStage.RECOGNISED:
            inside = row.valid_until is None or moment <= row.valid_until
            if row.decided_at is None or moment < row.decided_at or not inside:
                continue
            row.reordered_at = row.reordered_at or moment
        elif row.item != order.item:
            continue
        else:
            row.ordered_at, row.order_no = row.ordered_at or moment, order.order_no
            if row.stage == DecisionStage.DECLINED:
                order.decision = row.pk
                order.save(update_fields=["decision"])
        lifecycle.touch(row)
        counting.moved(row, before)


def _unmark(orders: list[Order]) -> None:
    """Take back what orders did, unless another order of the visit still does it."""
    first, known = orders[0], catalogue.current()
    standing = Order.objects.filter(site=first.site, visit=first.visit, stage=OrderStage.PLACED)
    still = {member for item in standing.values_list("item", flat=True) for member in (item, *known.members(item))}
    gone = {member for order in orders for member in (order.item, *known.members(order.item))} - still
    rows = Decision.objects.select_for_update().filter(site=first.site, visit=first.visit, patient=first.patient)
    for row in rows.filter(item__in=gone).order_by("pk"):
        before = contribution(row)
        row.reordered_at = row.ordered_at = None
        lifecycle.touch(row)
        counting.moved(row, before)


def _require_hospital(site: int, by: Account) -> None:
    here = catalogue.current().sites.get(site)
    if here is None:
        raise Refusal("recognition.site", say("There is no hospital {site} in the exchange.", site=site))
    if not permits.is_the_program(by):
        permits.require(by, Role.DOCTOR, Role.LABORATORY, scopes=[("organisation", here.organisation_id)])


@transaction.atomic
def time_out(*, before: datetime | None = None, by: Account) -> int:
    """Reminders nobody decided in the configured hours are left undecided; returns how many (a part at a time)."""
    hours = configuration.value("recognition.unhandled_hours")
    limit = before or now() - timedelta(hours=hours)
    waiting = (DecisionStage.REMINDED, DecisionStage.VIEWED)
    found = Decision.objects.filter(stage__in=waiting, stage_since__lt=limit).order_by("stage_since")
    rows = list(found.select_for_update(skip_locked=True)[:PART])
    for row in rows:
        counted = contribution(row)
        lifecycle.step(row, "time_out", by=by)
        ledger.record("recognition.timed_out", by=by, subject=row, data={"hours": hours})
        counting.moved(row, counted)
    return len(rows)


@transaction.atomic
def find_invalid(*, by: Account) -> tuple[int, int]:
    """Recognised decisions whose report was corrected or voided since: their savings are taken back, and whoever
    recognised is told. Returns (results looked at, decisions found), a part at a time."""
    with connection.cursor() as cursor:
        cursor.execute(FALLEN, [PART])
        rows = cursor.fetchall()
    keys = sorted({key for _result, key in rows if key is not None})
    for key in keys:
        _invalidate(key, by)
    return len({result for result, _key in rows}), len(keys)


def _invalidate(key: str, by: Account) -> None:
    place = Decision.objects.values_list("site", "visit", "patient").get(pk=key)
    savings.hold_visit(*place)
    row = lifecycle.take(Decision, key)
    if row.stage != DecisionStage.RECOGNISED or row.invalid_at is not None:
        return
    before = contribution(row)
    row.invalid_at = now()
    lifecycle.touch(row)
    ledger.record("recognition.invalidated", by=by, subject=row)
    counting.moved(row, before)
    savings.settle_visit(site=row.site, visit=row.visit, patient=row.patient, by=by)
    notices.tell(
        Account.objects.filter(Q(pk=row.decided_by) | Q(pk=row.created_by), is_active=True, kind=AccountKind.PERSON),
        "recognition.invalidated",
        say("A report you relied on was corrected or voided since. Ask again: the answer takes the present version."),
        subject=row,
    )  # fmt: skip
