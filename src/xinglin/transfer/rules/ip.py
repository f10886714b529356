"""Terms, fees, reminders and rewards of intellectual property (domain 5.3). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.money import yuan
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.transfer.rules.achievements import months_later
from xinglin.transfer.words.ip import PATENTS, Deadline, IPKind
from xinglin.transfer.words.ip import IPStage as S

OFFICE = roles(Role.LIAISON, Role.COMPANY, Role.SECRETARIAT)
# 专利法 art. 42: years from filing. 计算机软件保护条例 art. 14: fifty for a legal person.
YEARS = {IPKind.INVENTION: 20, IPKind.UTILITY_MODEL: 10, IPKind.DESIGN: 15, IPKind.SOFTWARE: 50}
# 专利法 art. 29: twelve months, six for a design. PCT: thirty from the earliest filing.
PRIORITY_MONTHS = {IPKind.INVENTION: 12, IPKind.UTILITY_MODEL: 12, IPKind.DESIGN: 6}
PCT_MONTHS = 30
# 专利法 art. 42: compensation for the approval of a drug: at most five years, and fourteen after approval in all.
MOST_COMPENSATED_MONTHS, MOST_AFTER_APPROVAL_MONTHS = 60, 168
# 实施细则 art. 93: within three months of the grant.
REWARD_MONTHS = 3
# 实施细则 art. 93, yuan turned into fen; the shipped value of a dated rule.
REWARDS = {"invention": 400_000, "utility_model": 150_000, "design": 150_000}


@dataclass(frozen=True)
class Right:
    """What is known of one right: when it was filed, granted, and what of it was paid."""

    kind: IPKind
    filed_on: date
    granted_on: date | None = None
    priority_on: date | None = None
    pct: bool = False
    ends_on: date | None = None
    fees_paid: frozenset[int] = frozenset()
    rewarded: bool = False
    in_force: bool = False
    abroad_done: bool = False


@dataclass(frozen=True)
class Due:
    """A day in the calendar: what for, which year of the fee."""

    what: Deadline
    on: date
    year: int = 0


def term_end(kind: IPKind, filed_on: date, compensated_months: int = 0) -> date:
    """The last day of the term."""
    return months_later(filed_on, YEARS[kind] * 12 + compensated_months) - timedelta(days=1)


def compensation_holds(*, kind: IPKind, filed_on: date, approved_on: date, months: int) -> None:
    """A drug patent may be prolonged by 5 years at most, and not beyond 14 years after approval. Raises Refusal."""
    if kind != IPKind.INVENTION:
        raise Refusal(
            "transfer.compensation_kind", say("Only a drug's invention patent is compensated."), field="months"
        )
    until = term_end(kind, filed_on, months)
    limit = months_later(approved_on, MOST_AFTER_APPROVAL_MONTHS)
    if months < 1 or months > MOST_COMPENSATED_MONTHS or until > limit:
        raise Refusal(
            "transfer.compensation",
            say("{months} months are too many: at most 60, and the term ends by {limit}.", months=months, limit=limit),
            say("Enter the months the office decided."),
            field="months",
        )


def calendar_of(right: Right) -> list[Due]:
    """Every day ahead that belongs to one right and is not done yet, the earliest first."""
    first, found = right.priority_on or right.filed_on, []
    if right.kind in PRIORITY_MONTHS and right.priority_on is None and not right.abroad_done:
        found.append(Due(Deadline.PRIORITY, months_later(right.filed_on, PRIORITY_MONTHS[right.kind])))
    if right.pct and not right.abroad_done:
        found.append(Due(Deadline.PCT, months_later(first, PCT_MONTHS)))
    if right.in_force and right.granted_on is not None and right.kind in PATENTS:
        year = fee_year(right)
        if year is not None:
            found.append(Due(Deadline.FEE, months_later(right.filed_on, 12 * (year - 1)), year))
        if not right.rewarded:
            found.append(Due(Deadline.REWARD, months_later(right.granted_on, REWARD_MONTHS)))
    if right.in_force:
        found.append(Due(Deadline.EXPIRY, right.ends_on or term_end(right.kind, right.filed_on)))
    return sorted(found, key=lambda due: (due.on, due.what))


def fee_year(right: Right) -> int | None:
    """The first patent year after the one of the grant whose fee is not paid; None when no year is left.

    The fee of the year of grant is paid with the grant; every later one before its year begins (实施细则 art. 114).
    """
    if right.granted_on is None:
        return None
    last = YEARS[right.kind]
    if right.ends_on is not None:
        last = max(last, right.ends_on.year - right.filed_on.year)
    year = patent_year(right.filed_on, right.granted_on) + 1
    while year <= last and year in right.fees_paid:
        year += 1
    return year if year <= last else None


def patent_year(filed_on: date, day: date) -> int:
    """1 in the first year after filing, 2 in the second."""
    year = 1
    while months_later(filed_on, 12 * year) <= day:
        year += 1
    return year


@dataclass(frozen=True)
class Grant:
    filed_on: date
    granted_on: date
    today: date
    certificate: str


def grant_holds(facts: Grant) -> None:
    if not facts.certificate.strip() or not facts.filed_on <= facts.granted_on <= facts.today:
        raise Refusal(
            "transfer.grant",
            say("A grant has a number and a day between the filing and today."),
            say("Enter both as they stand on the certificate."),
            field="granted_on",
        )


def reward_holds(*, kind: IPKind, amount_fen: int, floors: Mapping[str, int]) -> None:
    """The reward on grant is at least what the rule in force says for this kind. Raises Refusal."""
    least = floors.get(str(kind), 0)
    if amount_fen < least:
        raise Refusal(
            "transfer.reward",
            say("The reward is too small: the rule asks for at least {least}.", least=yuan(least)),
            say("Enter the whole reward of all inventors together."),
            field="amount_fen",
        )


def fee_follows(year: int, right: Right) -> None:
    if year != (wanted := fee_year(right)):
        raise Refusal(
            "transfer.fee_year",
            say("The fee that is due is that of year {wanted}.", wanted=wanted or 0),
            say("Enter the fees in their order."),
            field="year",
        )


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` shared by weight to the last unit: whole parts first, what is left over to the largest remainders.

    Equal remainders: the earlier row. The parts always sum to `amount`; nobody without weight gets any.
    """
    total = sum(weights)
    if amount < 0 or total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("nothing can be shared among nobody")
    parts = [amount * weight // total for weight in weights]
    left = amount - sum(parts)
    order = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % total), place))
    for place in order[:left]:
        parts[place] += 1
    return parts


IP_MOVES = Machine(
    "transfer.intellectualproperty",
    S,
    S.FILED,
    frozenset({S.GRANTED, S.REFUSED, S.LAPSED, S.ABANDONED, S.EXPIRED}),
    (
        Move("grant", S.FILED, S.GRANTED, OFFICE, say("Enter the grant"), grant_holds, True),
        Move("refuse", S.FILED, S.REFUSED, OFFICE, say("Enter the refusal")),
        Move("abandon", (S.FILED, S.GRANTED), S.ABANDONED, OFFICE, say("Give it up")),
        Move("lapse", S.GRANTED, S.LAPSED, roles(), say("The fee was not paid")),
        Move("expire", S.GRANTED, S.EXPIRED, roles(), say("The term is over")),
    ),
)
