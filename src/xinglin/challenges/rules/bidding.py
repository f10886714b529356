"""Who may bid, what a bid must say, and relations that exclude (domain 4.1, 4.3, 4.5). Pure: facts in, reasons out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from xinglin.challenges.words.bids import ControllerKind, MemberPart, RelationKind, WorkCategory
from xinglin.kernel.asks import Ask, Day, Line, Paragraph, Yes
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.roster.codes import CodeRefused, credit_code

# 宣城 2022: at most five representative works of a category, of the last three years.
WORKS_MOST, WORK_YEARS = 5, 3
PEOPLE_MOST, PLAN_MOST, COSTS_MOST, CONTROLLERS_MOST = 60, 24, 40, 20
# Bank account numbers, spaces and hyphens taken out.
ACCOUNT = re.compile(r"[0-9A-Za-z]{8,34}")


@dataclass(frozen=True)
class MemberRow:
    """Somebody of the team; the share is that of the institution in a consortium."""

    name: Annotated[str, Ask("line", longest=120, label=say("Name of the person"))]
    institution: Annotated[str, Ask("line", longest=200)]
    part: MemberPart = MemberPart.MEMBER
    phone: Annotated[str, Ask("line", longest=40)] = ""
    email: Annotated[str, Ask("line", longest=120)] = ""
    share_percent: Annotated[int, Ask("count", least=0, most=100)] = 0


@dataclass(frozen=True)
class WorkRow:
    """A representative work."""

    category: WorkCategory
    title: Annotated[str, Ask("line", longest=300)]
    published_on: Day
    authors: Annotated[str, Ask("line", longest=300)] = ""


@dataclass(frozen=True)
class PlanRow:
    """A milestone as the bidder plans it."""

    content: Annotated[str, Ask("line", longest=2000)]
    due_months: Annotated[int, Ask("count", least=1, most=120)]
    share_percent: Annotated[int, Ask("count", least=0, most=100)]


@dataclass(frozen=True)
class CostRow:
    """A line of the bidder's own budget: for what, and how much in fen."""

    purpose: Annotated[str, Ask("line", longest=200)]
    amount_fen: Annotated[int, Ask("fen", least=1, most=10**15)]


@dataclass(frozen=True)
class ControllerRow:
    """Somebody who controls the bidder in the end (实际控制人); an organisation also by its credit code."""

    name: Annotated[str, Ask("line", longest=200)]
    kind: ControllerKind
    credit_code: Annotated[str, Ask("line", longest=40)] = ""


@dataclass(frozen=True)
class RelationRow:
    """An organisation the bidder declares to be related to."""

    related_to: Annotated[str, Ask("line", longest=200)]
    relation: RelationKind
    remark: Annotated[str, Ask("line", longest=300)] = ""


@dataclass(frozen=True)
class BidContent:
    """All a bidder writes (domain 4.3). Attachments come beside it."""

    title: str
    summary: str
    route: str
    price_fen: int
    months: int
    credit_commitment: bool
    no_conflict: bool
    conflict_statement: str = ""
    legal_representative: str = ""
    guarantee_account: str = ""
    members: Sequence[MemberRow] = field(default_factory=list)
    plan: Sequence[PlanRow] = field(default_factory=list)
    costs: Sequence[CostRow] = field(default_factory=list)
    controllers: Sequence[ControllerRow] = field(default_factory=list)
    works: Sequence[WorkRow] = field(default_factory=list)
    relations: Sequence[RelationRow] = field(default_factory=list)


# Said here: other deeds of the wing ask for things of the same name.
TEAM = say("Exactly one leader. Shares only for a consortium; together 100 %.")


def written(
    *,
    title: Annotated[str, Ask("line", longest=120)],
    summary: Paragraph,
    route: Paragraph,
    price_fen: Annotated[int, Ask("fen", least=0, most=10**15, label=say("Price offered"))],
    months: Annotated[int, Ask("count", least=1, most=120, label=say("Months needed"))],
    members: Annotated[list[MemberRow], Ask("rows", row=MemberRow, many=True, label=say("Team of the bid"), help=TEAM)],
    plan: list[PlanRow],
    costs: list[CostRow] | None = None,
    works: list[WorkRow] | None = None,
    legal_representative: Line = "",
    controllers: list[ControllerRow] | None = None,
    guarantee_account: Annotated[str, Ask("line", longest=60)] = "",
    relations: list[RelationRow] | None = None,
    conflict_statement: Paragraph = "",
    credit_commitment: Yes = False,
    no_conflict: Yes = False,
) -> BidContent:
    """The questions of a bid's form, and their answers as one thing."""
    return BidContent(
        title=title, summary=summary, route=route, price_fen=price_fen, months=months, members=members, plan=plan,
        costs=costs or [], works=works or [], legal_representative=legal_representative or "",
        controllers=controllers or [], guarantee_account=guarantee_account or "", relations=relations or [],
        conflict_statement=conflict_statement or "", credit_commitment=credit_commitment, no_conflict=no_conflict,
    )  # fmt: skip


@dataclass(frozen=True)
class CallFacts:
    """What a bid is held against: the call's greatest amount and months, and the day."""

    most_fen: int | None
    months: int
    today: date


def refuse_incomplete(content: BidContent, call: CallFacts) -> None:
    """Raise FieldRefusals naming everything a bid lacks (domain 4.1, 4.3)."""
    found: dict[str, Refusal] = {}
    for name, refusal in (
        *_amounts(content, call), *_team(content), *_plan(content), *_works(content, call.today), *_costs(content),
        *_holders(content),
    ):  # fmt: skip
        found.setdefault(name, refusal)
    if not content.credit_commitment:
        found["credit_commitment"] = _no("commitment", say("A bid needs the credit commitment of all its parties."),
                                         say("Read the commitment and tick it."))  # fmt: skip
    if not content.no_conflict and not content.conflict_statement.strip():
        found["conflict_statement"] = _no(
            "conflict", say("Declare that there is no conflict of interest, or say which there is."),
            say("Tick that there is none, or describe it here."))  # fmt: skip
    if found:
        raise FieldRefusals(found)


Found = Iterable[tuple[str, Refusal]]


def _amounts(content: BidContent, call: CallFacts) -> Found:
    if content.price_fen <= 0:
        yield "price_fen", _no("price", say("The price must be more than nothing."))
    if call.most_fen is not None and content.price_fen > call.most_fen:
        yield "price_fen", _no("over_amount", say("The price is above the most this challenge pays."),
                               say("Lower the price, or ask the demander in the questions of the call."))  # fmt: skip
    if content.months > call.months:
        yield "months", _no("over_months", say("The challenge lasts {most} months at most.", most=call.months))


def _team(content: BidContent) -> Found:
    leaders = sum(row.part == MemberPart.LEADER for row in content.members)
    if leaders != 1:
        yield "members", _no("leader", say("A team has exactly one leader; this one names {count}.", count=leaders),
                             say("Mark one person as the leader."))  # fmt: skip
    if len(content.members) > PEOPLE_MOST:
        yield "members", _no("people", say("At most {most} people fit.", most=PEOPLE_MOST))
    shares = sum(row.share_percent for row in content.members)
    if shares not in (0, 100):
        yield "members", _no("shares", say("The shares of the institutions make {sum} %, not 100 %.", sum=shares))


def _plan(content: BidContent) -> Found:
    if not 1 <= len(content.plan) <= PLAN_MOST:
        yield "plan", _no("milestones", say("Plan between 1 and {most} milestones.", most=PLAN_MOST))
    total = sum(row.share_percent for row in content.plan)
    if content.plan and total != 100:
        yield "plan", _no("plan_shares", say("The milestones' shares of the price make {sum} %, not 100 %.", sum=total))
    if any(row.due_months > content.months for row in content.plan):
        yield "plan", _no("plan_months", say("A milestone lies behind the end of the project."))


def _works(content: BidContent, today: date) -> Found:
    for category, count in Counter(row.category for row in content.works).items():
        if count > WORKS_MOST:
            yield "works", _no("works", say("{count} works of the kind “{kind}” are too many; at most {most} count.",
                                            count=count, kind=category.label, most=WORKS_MOST))  # fmt: skip
    oldest = today.replace(year=today.year - WORK_YEARS, day=min(today.day, 28))
    for row in content.works:
        if not oldest <= row.published_on <= today:
            yield "works", _no("work_age", say("“{title}” is not of the last {years} years.",
                                               title=row.title[:80], years=WORK_YEARS))  # fmt: skip


def _costs(content: BidContent) -> Found:
    """A budget is not asked for; one that is given adds up to the price."""
    if len(content.costs) > COSTS_MOST:
        yield "costs", _no("costs", say("At most {most} lines fit.", most=COSTS_MOST))
    total = sum(row.amount_fen for row in content.costs)
    if content.costs and total != content.price_fen:
        yield "costs", _no("cost_sum", say("The lines of the budget add up to {sum}, not to the price.",
                                           sum=yuan(total)))  # fmt: skip


def _holders(content: BidContent) -> Found:
    if len(content.controllers) > CONTROLLERS_MOST:
        yield "controllers", _no("controllers", say("At most {most} lines fit.", most=CONTROLLERS_MOST))
    for row in content.controllers:
        try:
            if row.credit_code:
                credit_code(row.credit_code)
        except CodeRefused:
            yield "controllers", _no("credit_code", say("“{code}” is not a credit code.", code=row.credit_code),
                                     say("Copy the eighteen characters from the business licence."))  # fmt: skip
    if content.guarantee_account and not ACCOUNT.fullmatch(account(content.guarantee_account)):
        yield "guarantee_account", _no("account", say("This is not the number of a bank account."),
                                       say("Letters and digits only, as the bank writes it."))  # fmt: skip


def account(typed: str) -> str:
    """The number of a bank account as it is compared: spaces and hyphens do not tell two apart."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """A bid is in time when its last byte was read before the deadline; the very moment is late."""
    return received_at >= closes_at


@dataclass(frozen=True)
class Party:
    """One side, as far as it is known: an organisation of the roster with its family, or a person and employers."""

    key: str
    name: str
    family: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    legal_representative: str = ""
    declared: tuple[tuple[str, RelationKind], ...] = ()
    # Names and credit codes of whoever controls it, the state left out.
    controllers: tuple[str, ...] = ()


def controllers(rows: Iterable[Any]) -> tuple[str, ...]:
    """The names and credit codes by which control is compared, of rows with `name`, `kind` and `credit_code`.

    Houses that the state holds are not related by that alone (公司法 2023 art. 265).
    """
    told = [(row.name, "".join(row.credit_code.split()).upper()) for row in rows if row.kind != ControllerKind.STATE]
    return tuple(value for names in told for value in names if value)


def same(name: str) -> str:
    """A name as it is compared: width, case and spaces do not tell two apart."""
    return re.sub(r"[\s()()·,。.,、-]", "", unicodedata.normalize("NFKC", name)).casefold()


def relations(one: Party, other: Party) -> list[Phrase]:
    """Why two sides are related (domain 4.5, 1; 宣城 2022): each reason blocks. Empty when nothing is known."""
    found: list[Phrase] = []
    if one.key and one.key == other.key:
        found.append(say("Both are {name}.", name=one.name))
    elif one.family & other.family:
        found.append(say("{one} and {other} belong to one house.", one=one.name, other=other.name))
    a, b = same(one.legal_representative), same(other.legal_representative)
    if a and a == b:
        found.append(say("{one} and {other} have the same legal representative.", one=one.name, other=other.name))
    behind, common = held(one), held(one).keys() & held(other).keys() - {a if a == b else ""}
    for key in sorted(common):
        found.append(say("{one} and {other} are under the same control: {name}.",
                         one=one.name, other=other.name, name=behind[key]))  # fmt: skip
    for teller, told in ((one, other), (other, one)):
        known = {same(told.name), *map(same, told.names)} - {""}
        if known & set(map(same, teller.controllers)):
            found.append(say("{other} controls {one}.", one=teller.name, other=told.name))
        for name, kind in teller.declared:
            if same(name) in known:
                found.append(say("{one} declares towards {other}: {kind}.",
                                 one=teller.name, other=told.name, kind=kind.label))  # fmt: skip
    return found


def held(one: Party) -> dict[str, str]:
    """Everybody who runs or controls a party: their names as they are compared, and as they are written."""
    return {same(name): name for name in (one.legal_representative, *one.controllers) if same(name)}


def as_stored(content: BidContent) -> dict[str, Any]:
    """The form as JSON values, for the package."""

    def plain(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if hasattr(value, "__dataclass_fields__"):
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, str) else value

    return plain(content)


def _no(code: str, sentence: Phrase, step: Phrase | None = None) -> Refusal:
    return Refusal(f"challenges.bid_{code}", sentence, step)
