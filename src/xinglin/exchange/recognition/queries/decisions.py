"""Reading decisions and savings: a hospital its own, the alliance's offices all, nobody else any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from xinglin.exchange.catalogue.queries import snapshot as catalogue
from xinglin.exchange.catalogue.queries.snapshot import site_name
from xinglin.exchange.intake.words import CRITICAL
from xinglin.exchange.recognition.models import Decision, ForeignResult, Order, SavingEntry
from xinglin.exchange.recognition.queries.board import hidden_items
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.prepared import INT8S, Prepared, int8s
from xinglin.kernel.words import ALLIANCE, Role

READERS = (Role.DOCTOR, Role.DEPARTMENT_HEAD, Role.LIAISON, Role.LABORATORY, Role.STEWARD)
OFFICES = (Role.SECRETARIAT, Role.AUTHORITY, Role.AUDIT_ADMIN)


def _reach(actor: Actor) -> Q | None:
    """Which hospitals' rows an actor reads; None for all of them."""
    if permits.is_the_program(actor) or permits.holds(actor, *OFFICES, scopes=[ALLIANCE]):
        return None
    return Q(organisation_id__in=permits.scope_ids(actor, "organisation", *READERS))


def reads_all(actor: Actor) -> bool:
    """Whether an actor reads the rows of every hospital, so that sums of them are the published figures."""
    return actor is not None and _reach(actor) is None


def decisions_for(actor: Actor) -> QuerySet[Decision]:
    """The decisions an actor reads. Those about items for the treating doctor alone are that doctor's alone."""
    if actor is None:
        return Decision.objects.none()
    reach = _reach(actor)
    rows = Decision.objects.all() if reach is None else Decision.objects.filter(reach)
    if permits.is_the_program(actor) or not (hidden := hidden_items()):
        return rows
    mine = Q(doctor__in=[actor.pk, actor.username]) | Q(created_by=actor.pk)
    return rows.filter(~Q(item__in=hidden) | mine)


def savings_for(actor: Actor) -> QuerySet[SavingEntry]:
    """The entries of the savings ledger an actor reads."""
    if actor is None:
        return SavingEntry.objects.none()
    reach = _reach(actor)
    rows = SavingEntry.objects.all() if reach is None else SavingEntry.objects.filter(reach)
    hidden = hidden_items()
    return rows.exclude(item__in=hidden) if hidden and not permits.is_the_program(actor) else rows


def sum_of(rows: QuerySet[SavingEntry]) -> int:
    """The sum of the entries themselves: what the board shows, for whoever may see all of them."""
    return int(rows.order_by().aggregate(fen=Sum("amount_fen"))["fen"] or 0)


def orders_of(decision: Decision) -> QuerySet[Order]:
    """The order lines of the visit about the decision's item."""
    return Order.objects.filter(site=decision.site, visit=decision.visit, item=decision.item).order_by("placed_at")


def savings_of(decision: Decision) -> QuerySet[SavingEntry]:
    return SavingEntry.objects.filter(decision=decision.pk).order_by("turn")


# Rows for `value_of`: the results {0}.
VALUES = (
    "SELECT r.id, r.item, r.number, r.text, r.unit, r.reference, r.flags, r.site, r.effective_at, r.reported_at, "
    "p.report_no, p.title, p.image_url FROM intake_result r LEFT JOIN intake_report p ON p.id = r.report "
    "WHERE r.id = ANY({0})"
)
_VALUES = Prepared(VALUES.format("$1"), INT8S)


@dataclass(frozen=True, slots=True)
class Value:
    """A result as a person reads it. `image` is where its images are, "" for none."""

    id: int
    item: int
    text: str
    unit: str
    reference: str
    flags: int
    site: int
    effective_at: datetime
    reported_at: datetime
    report_no: str
    title: str
    image: str
    # The hospital and its city, where it was made in another one's exchange; "" for our own hospitals.
    made_by: str = ""
    # Value and unit as they were told, where they were converted.
    told_as: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.unit}".strip()


def values(results: Iterable[int]) -> dict[int, Value]:
    """What results say, by their numbers. The caller has asked the rules whether they may be shown."""
    numbers = set(results)
    elsewhere = [-number for number in numbers if number < 0]
    found = {-row.pk: _told(row) for row in ForeignResult.objects.filter(pk__in=elsewhere)} if elsewhere else {}
    wanted = sorted(number for number in numbers if number >= 0)
    if not wanted:
        return found
    return found | {row[0]: value_of(row) for row in _VALUES.rows(int8s(wanted))}


def _told(row: ForeignResult) -> Value:
    """A result of another city, from the copy that was kept when it was shown."""
    shown = _plain(row.number) if row.number is not None else row.text
    city = site_name(row.site)
    return Value(-row.pk, row.item, shown, row.unit if row.number is not None else "", "",
                 CRITICAL if row.critical else 0, row.site, row.effective_at, row.reported_at, "", "", "",
                 f"{row.hospital} ({city})" if row.hospital else city,
                 row.told_as)  # fmt: skip


def value_of(row: Any) -> Value:
    """A row of VALUES as a person reads it."""
    number, text = row[2], row[3]
    shown = _plain(number) if number is not None else text
    return Value(row[0], row[1], shown, row[4] if number is not None else "", row[5], row[6], row[7], row[8], row[9],
                 row[10] or "", row[11] or "", row[12] or "")  # fmt: skip


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def result_of(decision: Decision) -> Value | None:
    """What the result behind a decision says, for whoever may read the decision."""
    return values([decision.result]).get(decision.result)


def item_name(number: int, *, chinese: bool) -> str:
    """An item in one of the two languages."""
    item = catalogue.current().items.get(number)
    if item is None:
        return str(number)
    return item.name_zh if chinese or not item.name_en else item.name_en
