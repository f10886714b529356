"""The book of a transfer, what is left to share, one distribution with its proofs, the figures of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from xinglin.kernel import configuration
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.queries.sights import organisations_of, sees_all
from xinglin.transfer.models import Achievement, Distribution, IncomeEntry, IntellectualProperty, ShareLine, Transfer
from xinglin.transfer.queries.transfers import sees_money, transfers_for
from xinglin.transfer.rules import income as rules
from xinglin.transfer.rules import sharing
from xinglin.transfer.rules.transfers import Standing
from xinglin.transfer.words.achievements import Post
from xinglin.transfer.words.income import CostKind, EntryKind, Measure, Party
from xinglin.transfer.words.transfers import Way


def _are_kinds(value: Any) -> None:
    if not all(kind in set(map(str, CostKind)) for kind in value):
        raise Refusal("transfer.rule_costs", say("Every kind of cost must be one the book knows."), field="value")


configuration.rule(
    "transfer.costs", [str(kind) for kind in CostKind],
    say("Kinds of cost that may be taken off the income; fiscal research money never is"),
    say("Zhejiang regulation on promoting the transformation of achievements, art. 37").msgid,
    check=_are_kinds,
)  # fmt: skip
configuration.rule(
    "transfer.floors", sharing.FLOORS, say("Floors of the inventors' part, in basis points"),
    say("The law's arts 44 and 45; Guofa [2016] No. 16; Beijing art. 12; Zhejiang arts 37 and 39").msgid,
    check=sharing.are_floors,
)  # fmt: skip


def entries_of(one: Transfer) -> list[rules.Entry]:
    return [_entry(row) for row in one.entries.all()]


def _entry(row: IncomeEntry) -> rules.Entry:
    return rules.Entry(
        EntryKind(row.kind), row.amount, -1 if row.reverses_id else 1,
        CostKind(row.cost_kind) if row.cost_kind else None, row.fiscal_funded,
    )  # fmt: skip


def deducts(one: Transfer) -> list[str]:
    """The kinds of cost that the rule in force when it was signed lets be taken off."""
    return configuration.value("transfer.costs", on=one.signed_on)


def book(one: Transfer, *, more: tuple[rules.Entry, ...] = ()) -> rules.Book:
    """The sums of the book as it stands, with `more` lines that are about to be written."""
    return rules.book_of([*entries_of(one), *more], deducts(one))


def standing(one: Transfer) -> Standing:
    """What there is to share, and what was shared out (reversals taken off)."""
    paid = Distribution.objects.filter(transfer=one, paid_on__isnull=False).aggregate(n=Sum("base"))["n"] or 0
    return Standing(book(one).base(Way(one.way)), paid)


def in_hand(one: Transfer) -> Standing:
    """What is in hand before any cost: a transfer may end early only when that, and what was shared, is nothing."""
    sums = book(one)
    return Standing(sums.in_hand + sums.shares + sums.profit, standing(one).distributed)


def members_of(one: Transfer) -> list[sharing.Member]:
    return [
        sharing.Member(row.name, row.share_bp, row.person_id, row.main, row.owner_bp, Post(row.post))
        for row in one.achievement.contributors.all()
    ]


def plan_of(one: Transfer) -> Distribution | None:
    """The distribution that is planned and not paid yet."""
    return one.distributions.filter(paid_on=None, withdrawn_on=None).first()


@dataclass(frozen=True)
class Sheet:
    """One distribution as it is printed: its book, its lines by party, its proofs."""

    distribution: Distribution
    transfer: Transfer
    book: rules.Book
    lines: list[ShareLine]
    total: int
    proofs: list[sharing.Proof]
    in_shares: bool


def sheet_for(key: str, actor: Actor) -> Sheet | None:
    """The sheet, if the actor may see the money of its transfer."""
    row = Distribution.objects.select_related("transfer__achievement", "transfer__organisation").filter(pk=key).first()
    if row is None or not transfers_for(actor).filter(pk=row.transfer_id).exists():
        return None
    if not sees_money(row.transfer, actor):
        return None
    lines = list(row.lines.all())
    return Sheet(
        row, row.transfer, book(row.transfer), lines, sum(line.amount for line in lines),
        [sharing.Proof(**proof) for proof in row.floors], row.measure == Measure.SHARES,
    )  # fmt: skip


@dataclass
class YearLine:
    """One unit's year for the report of 促进科技成果转化法 art. 21."""

    organisation: str
    registered: int = 0
    filed: int = 0
    granted: int = 0
    signed: int = 0
    signed_fen: int = 0
    technical_fen: int = 0
    received_fen: int = 0
    people_fen: int = 0
    staff_fen: int = 0
    unit_fen: int = 0
    shares_people: int = 0


def year_for(actor: Actor, year: int) -> list[YearLine]:
    """The figures of a year by unit: all units for the secretariat and the authority, others their own."""
    own = Q() if sees_all(actor) else Q(organisation_id__in=organisations_of(actor))
    within = (date(year, 1, 1), date(year, 12, 31))
    found: dict[str, YearLine] = {}

    def line(row: dict[str, Any], at: str = "organisation__name_zh") -> YearLine:
        return found.setdefault(row[at], YearLine(row[at]))

    def counted(rows: Any, **more: Any) -> Any:
        return rows.order_by().values("organisation__name_zh").annotate(n=Count("pk"), **more)

    for row in counted(Achievement.objects.filter(own, registered_on__range=within)):
        line(row).registered = row["n"]
    rights = IntellectualProperty.objects.filter(own)
    for row in counted(rights.filter(filed_on__range=within)):
        line(row).filed = row["n"]
    for row in counted(rights.filter(granted_on__range=within)):
        line(row).granted = row["n"]
    signed = Transfer.objects.filter(own, signed_on__range=within)
    for row in counted(signed, fen=Sum("price_fen"), technical=Sum("technical_fen")):
        one = line(row)
        one.signed, one.signed_fen, one.technical_fen = row["n"], row["fen"] or 0, row["technical"] or 0
    _money(own, within, line)
    return sorted(found.values(), key=lambda one: one.organisation)


def _money(own: Q, within: tuple[date, date], line: Any) -> None:
    of = "transfer__organisation__name_zh"
    mine = Q(transfer__in=Transfer.objects.filter(own))
    entries = IncomeEntry.objects.filter(mine, happened_on__range=within, kind__in=("received", "returned"))
    for row in entries.order_by().values(of, "kind", "reverses__kind").annotate(n=Sum("amount")):
        sign = (1 if row["kind"] == "received" else -1) * (-1 if row["reverses__kind"] else 1)
        line(row, of).received_fen += sign * row["n"]
    paid = ShareLine.objects.filter(
        distribution__transfer__in=Transfer.objects.filter(own), distribution__paid_on__range=within
    )
    of = "distribution__transfer__organisation__name_zh"
    for row in paid.order_by().values(of, "party", "distribution__measure").annotate(n=Sum("amount")):
        one, people = line(row, of), row["party"] in (Party.MAIN, Party.OTHER, Party.OWNER)
        if row["distribution__measure"] == Measure.SHARES:
            one.shares_people += row["n"] if people else 0
        elif people:
            one.people_fen += row["n"]
        elif row["party"] == Party.STAFF:
            one.staff_fen += row["n"]
        else:
            one.unit_fen += row["n"]
