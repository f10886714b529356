"""The lifecycle of a transfer (domain 5.1) as one table, with what each step must show. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.transfer.rules.contracts import missing_clauses
from xinglin.transfer.words.transfers import Clause, ContractKind, Pricing, Relation, Way
from xinglin.transfer.words.transfers import ObjectionStage as O
from xinglin.transfer.words.transfers import TransferStage as S

OFFICE = roles(Role.LIAISON, Role.COMPANY, Role.SECRETARIAT)
RAISERS = roles(
    Role.EXPERT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.DOCTOR, Role.LABORATORY, Role.SECRETARIAT
)
PROGRAM = roles()
BEFORE_CONTRACT = (S.DISCLOSED, S.EVALUATED, S.DECIDED, S.PRICED, S.NOTICE, S.OBJECTION)


@dataclass(frozen=True)
class Evaluation:
    trl: int
    ip_check: str


def is_evaluated(facts: Evaluation) -> None:
    """Readiness is shown by evidence, and somebody looked whose the rights are."""
    if facts.trl < 1 or not facts.ip_check.strip():
        raise Refusal(
            "transfer.not_evaluated",
            say("Neither readiness nor ownership can be taken on trust."),
            say("Keep evidence of level 1 at least with the achievement, and write what the check of rights found."),
            field="ip_check",
        )


@dataclass(frozen=True)
class Decision:
    attendees: int
    needed: int
    decided_on: date
    today: date


def is_collective(facts: Decision) -> None:
    """科技成果转化法 art. 18 and the rules of public units: leaders decide together, with minutes."""
    if facts.attendees < facts.needed or facts.decided_on > facts.today:
        raise Refusal(
            "transfer.not_collective",
            say("{needed} leaders at least decide together, and on a day that has come.", needed=facts.needed),
            say("Enter the meeting as its minutes have it."),
            field="attendees",
        )


@dataclass(frozen=True)
class Worth:
    """What a valuation found, as of which day."""

    value_fen: int
    valued_on: date
    today: date


def valuation_stands(facts: Worth) -> None:
    if facts.value_fen <= 0:
        raise Refusal("transfer.no_value", say("A valuation finds a value."), field="value_fen")
    if facts.valued_on > facts.today:
        raise Refusal("transfer.valued_on", say("This day has not come yet."), field="valued_on")


@dataclass(frozen=True)
class Price:
    way: Way
    pricing: Pricing
    price_fen: int
    place: str
    reference: str


def is_priced(facts: Price) -> None:
    if facts.price_fen <= 0:
        raise Refusal("transfer.no_price", say("The price is missing."), field="price_fen")
    if facts.pricing != Pricing.AGREEMENT and not (facts.place.strip() and facts.reference.strip()):
        raise Refusal(
            "transfer.no_market",
            say("A listing or an auction has a place and a number."),
            say("Name the market or auctioneer and the number of the record there."),
            field="place",
        )


@dataclass(frozen=True)
class Announcement:
    """What the notice says (浙江条例 art. 17: name, abstract, way, price, relation of the transferee)."""

    way: Way
    abstract: str
    buyer: str
    price_fen: int | None
    relation: Relation
    statement: str
    known_relation: bool
    days: int
    least_days: int


def can_be_announced(facts: Announcement) -> None:
    """The notice is complete and long enough. Own implementation has neither price nor transferee."""
    own = facts.way == Way.SELF
    if not facts.abstract.strip() or (not own and not (facts.buyer.strip() and facts.price_fen)):
        raise Refusal(
            "transfer.notice_content",
            say("The notice needs the abstract, the transferee, the way and the price."),
            say("Find the price first; complete the abstract in the achievement."),
        )
    if not facts.statement.strip():
        raise Refusal(
            "transfer.no_statement",
            say("The statement on related parties is missing."),
            say("State how the transferee and the inventors are related, or that they are not."),
            field="relation_statement",
        )
    if facts.known_relation and facts.relation == Relation.NONE:
        raise Refusal(
            "transfer.related",
            say("By the register an inventor works for the transferee; the notice must say so."),
            say("Choose the relation and state it."),
            field="relation",
        )
    if facts.days < facts.least_days:
        raise Refusal(
            "transfer.notice_days",
            say("The notice runs {least} days at least.", least=facts.least_days),
            field="days",
        )


def notice_ends(announced_on: date, days: int) -> date:
    """The first day on which the notice is over: 15 days from the 1st end on the 16th."""
    return announced_on + timedelta(days=days)


@dataclass(frozen=True)
class Signing:
    """Facts of the contract: the notice, what is open against it, and what the contract settles."""

    way: Way
    notice_until: date | None
    today: date
    signed_on: date
    open_objections: int
    kind: ContractKind | None
    clauses: Collection[Clause]


def notice_is_over(facts: Signing) -> None:
    """Nothing is signed or implemented before the last day of the notice, or while an objection is open."""
    until = facts.notice_until
    if until is None or min(facts.today, facts.signed_on) < until or facts.signed_on > facts.today:
        raise Refusal(
            "transfer.notice_runs",
            say("The notice runs until {until}; nothing may be signed before.", until=until or facts.today),
            say("Sign on or after that day."),
            field="signed_on",
        )
    if facts.open_objections:
        raise Refusal("transfer.objection_open", say("An objection is open."), say("Decide it first, with reasons."))


def can_be_signed(facts: Signing) -> None:
    if facts.way == Way.SELF:
        raise Refusal("transfer.own", say("Own implementation needs no contract."), say("Begin the implementation."))
    notice_is_over(facts)
    if facts.kind is None or (gaps := missing_clauses(facts.kind, facts.clauses)):
        raise Refusal(
            "transfer.clauses",
            say("The contract leaves {count} mandatory clauses open.", count=len(gaps) if facts.kind else 0),
            say("Draft the contract with every clause its kind must settle."),
        )


def can_be_implemented(facts: Signing) -> None:
    if facts.way != Way.SELF:
        raise Refusal("transfer.not_own", say("Only own implementation goes on without a contract."))
    notice_is_over(facts)


@dataclass(frozen=True)
class Registration:
    signed_on: date
    accepted_on: date
    decided_on: date
    today: date
    most_days: int
    amount_fen: int
    technical_fen: int
    late_because: str


def can_be_registered(facts: Registration) -> None:
    """北京市技术市场条例 art. 22: a decision within 30 days; the technical amount is part of the contract's."""
    if not facts.signed_on <= facts.accepted_on <= facts.decided_on <= facts.today:
        raise Refusal(
            "transfer.registration_days",
            say("Signing, acceptance and decision follow each other, and none lies ahead."),
            field="registered_on",
        )
    late = (facts.decided_on - facts.accepted_on).days > facts.most_days
    if late and not facts.late_because.strip():
        raise Refusal(
            "transfer.registration_late",
            say("The decision came more than {days} days after acceptance.", days=facts.most_days),
            say("Say why it was late."),
            field="late_because",
        )
    if not 0 < facts.technical_fen <= facts.amount_fen:
        raise Refusal(
            "transfer.technical_amount",
            say("The technical transaction amount is part of the contract's amount."),
            say("Enter more than nothing and at most the contract's amount."),
            field="technical_fen",
        )


@dataclass(frozen=True)
class Standing:
    """What came in, what was shared out, what is left to share."""

    base: int
    distributed: int

    @property
    def balance(self) -> int:
        return self.base - self.distributed


def something_to_share(facts: Standing) -> None:
    if facts.balance <= 0:
        raise Refusal(
            "transfer.nothing_to_share",
            say("There is nothing to share out yet: costs, returns and earlier shares outweigh what came in."),
            say("Enter what came in, or reverse a distribution that was too high."),
        )


def all_is_shared(facts: Standing) -> None:
    if facts.balance != 0:
        raise Refusal(
            "transfer.not_all_shared",
            say("Not everything is shared out, or more was than came in."),
            say("Plan one more distribution, or reverse one."),
        )


def nothing_was_shared(facts: Standing) -> None:
    if facts.base != 0 or facts.distributed != 0:
        raise Refusal(
            "transfer.money_moved",
            say("Money of this transfer is in hand or was shared out."),
            say("Return it or reverse it first."),
        )


@dataclass(frozen=True)
class PlanNotice:
    until: date | None
    today: date


def plan_notice_is_over(facts: PlanNotice) -> None:
    if facts.until is None or facts.today < facts.until:
        raise Refusal(
            "transfer.plan_notice_runs",
            say("The distribution is under notice until {until}.", until=facts.until or facts.today),
            say("Pay on or after that day."),
        )


TRANSFER_MOVES = Machine(
    "transfer.transfer",
    S,
    S.DISCLOSED,
    frozenset({S.CLOSED, S.DROPPED}),
    (
        Move("evaluate", S.DISCLOSED, S.EVALUATED, OFFICE, say("Evaluate"), is_evaluated, True, 30),
        Move("decide", S.EVALUATED, S.DECIDED, OFFICE, say("Enter the collective decision"), is_collective, True, 30),
        Move("price", S.DECIDED, S.PRICED, OFFICE, say("Enter the price found"), is_priced, True, 60),
        Move("announce", S.PRICED, S.NOTICE, OFFICE, say("Announce"), can_be_announced, True, 15),
        # Own implementation has no price.
        Move("announce", S.DECIDED, S.NOTICE, OFFICE, say("Announce"), can_be_announced),
        Move("object", S.NOTICE, S.OBJECTION, PROGRAM, say("An objection was raised")),
        Move("resume", S.OBJECTION, S.NOTICE, PROGRAM, say("The objection was dismissed")),
        Move("uphold", S.OBJECTION, S.EVALUATED, PROGRAM, say("The objection was upheld")),
        Move("sign", S.NOTICE, S.CONTRACT, OFFICE, say("Enter the signed contract"), can_be_signed, True, 60),
        Move("implement", S.NOTICE, S.PAYMENTS, OFFICE, say("Begin the own implementation"), can_be_implemented),
        Move("hand_in", S.CONTRACT, S.REGISTERING, OFFICE, say("Hand in for registration"), None, True, 30),
        Move("register", S.REGISTERING, S.REGISTERED, OFFICE, say("Enter the registration"), can_be_registered, True),
        Move("refuse", S.REGISTERING, S.CONTRACT, OFFICE, say("Enter that registration was refused")),
        Move("receive", S.REGISTERED, S.PAYMENTS, OFFICE, say("Enter what comes in"), None, True, 90),
        Move("reopen", (S.NET_INCOME, S.DISTRIBUTION, S.PLAN_NOTICE, S.PAID, S.FOLLOW_UP), S.PAYMENTS,
             PROGRAM, say("The book was written on")),
        Move("determine", S.PAYMENTS, S.NET_INCOME, OFFICE, say("Determine the net income"), something_to_share, True),
        Move("plan", S.NET_INCOME, S.DISTRIBUTION, OFFICE, say("Plan the distribution"), None, True, 30),
        Move("withdraw_plan", (S.DISTRIBUTION, S.PLAN_NOTICE), S.NET_INCOME, OFFICE, say("Withdraw the plan")),
        Move("announce_plan", S.DISTRIBUTION, S.PLAN_NOTICE, OFFICE, say("Announce the distribution"), None, True, 15),
        Move("pay", S.PLAN_NOTICE, S.PAID, OFFICE, say("Pay the distribution"), plan_notice_is_over, True),
        Move("follow", S.PAID, S.FOLLOW_UP, OFFICE, say("Follow up"), None, True, 30),
        Move("close", S.FOLLOW_UP, S.CLOSED, OFFICE, say("Close"), all_is_shared, True, 365),
        Move("drop", BEFORE_CONTRACT, S.DROPPED, OFFICE, say("Drop")),
        Move("terminate", (S.CONTRACT, S.REGISTERING, S.REGISTERED, S.PAYMENTS), S.DROPPED, OFFICE,
             say("End it early"), nothing_was_shared),
    ),
)  # fmt: skip

OBJECTION_MOVES = Machine(
    "transfer.objection",
    O,
    O.RAISED,
    frozenset({O.DISMISSED, O.UPHELD}),
    (
        Move("dismiss", O.RAISED, O.DISMISSED, OFFICE, say("Dismiss with reasons"), None, True, 30),
        Move("uphold", O.RAISED, O.UPHELD, OFFICE, say("Uphold with reasons"), None, True, 30),
    ),
)
