"""Who may not review a challenge, each with every reason. Pure. Sources: domain 4.4 and 4.5, 招标投标法 art. 37.

The alliance's own rule: whoever is chief expert, adviser or otherwise appointed at the demander or at a bidder does not
review, even though the alliance itself arranged the appointment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from xinglin.challenges.words.reviews import ExclusionReason as R


@dataclass(frozen=True)
class PanelRules:
    """The dated configuration: seats (odd), years in the field, share of technical or economic experts, and how many
    years a former post or a joint publication counts."""

    seats: int = 5
    years_in_field: int = 8
    technical_share: float = 2 / 3
    tie_years: int = 3


@dataclass(frozen=True)
class Tie:
    """What links a candidate to an organisation or a person: its reason, the other side's id, its name as shown, and
    its days (`since` unknown is None, `until` None is still on)."""

    reason: R
    other: str
    shown: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody who might review. `years` in the field, None when the register does not know; a `technical` expert is
    of the challenge's own field, one of money, management or law need not be."""

    key: str
    senior: bool
    years: int | None
    fields: frozenset[str] = frozenset()
    technical: bool = True
    available: bool = True
    account: str = ""
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Parties:
    """The demander's and the bidders' organisations (with their parents) and people, and who runs the case."""

    organisations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    case_managers: frozenset[str] = frozenset()
    key_holders: frozenset[str] = frozenset()
    fields: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Exclusion:
    """One reason against one candidate; `shown` says with whom or what, `until` until when it counts."""

    reason: R
    shown: str = ""
    until: date | None = None


# These weigh as long as the tie lasts and for some years after; the others only while it lasts.
LINGER = frozenset({R.SAME_ORGANISATION, R.COAUTHOR, R.CONSULTANT, R.APPOINTED, R.SHAREHOLDER})
# A teacher stays a teacher, a brother a brother.
FOR_EVER = frozenset({R.MENTOR, R.RELATIVE})


def exclusions(one: Candidate, parties: Parties, rules: PanelRules, *, on: date) -> list[Exclusion]:
    """Every reason why `one` may not review on a day; an empty list means that they are in the pool."""
    found = [*_unqualified(one, parties, rules), *_at_the_desk(one, parties)]
    if one.key in parties.people:
        found.append(Exclusion(R.TEAM_MEMBER))
    found += [
        Exclusion(tie.reason, tie.shown, weighs_until(tie, rules))
        for tie in one.ties
        if tie.other in parties.organisations | parties.people and weighs(tie, rules, on)
    ]
    return list(dict.fromkeys(found))


def _unqualified(one: Candidate, parties: Parties, rules: PanelRules) -> Iterable[Exclusion]:
    if not one.senior:
        yield Exclusion(R.NOT_SENIOR)
    if one.years is not None and one.years < rules.years_in_field:
        yield Exclusion(R.TOO_FEW_YEARS, f"{one.years} < {rules.years_in_field}")
    if one.years is None:
        # Unknown is not enough: the rule asks for proof of the years.
        yield Exclusion(R.TOO_FEW_YEARS, "?")
    if one.technical and not in_field(one.fields, parties.fields):
        yield Exclusion(R.OTHER_FIELD)
    if not one.available:
        yield Exclusion(R.AWAY)


def _at_the_desk(one: Candidate, parties: Parties) -> Iterable[Exclusion]:
    if not one.account:
        yield Exclusion(R.NO_ACCOUNT)
    elif one.account in parties.case_managers:
        yield Exclusion(R.CASE_MANAGER)
    if one.account and one.account in parties.key_holders:
        yield Exclusion(R.KEY_HOLDER)


def in_field(fields: Collection[str], wanted: Collection[str]) -> bool:
    """Whether a specialty of one side is the other's, or lies above or below it (03 holds 03.02)."""
    if not wanted:
        return True
    return any(a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a in fields for b in wanted)


def weighs_until(tie: Tie, rules: PanelRules) -> date | None:
    """The last day on which a tie counts; None for always."""
    if tie.until is None or tie.reason in FOR_EVER:
        return None
    return years_after(tie.until, rules.tie_years) if tie.reason in LINGER else tie.until


def weighs(tie: Tie, rules: PanelRules, on: date) -> bool:
    """Whether a tie counts on a day. One that begins later does not count yet."""
    if tie.since is not None and tie.since > on:
        return False
    last = weighs_until(tie, rules)
    return last is None or on <= last


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_day_of(year: int) -> date:
    """A publication of a year counts as of its end: the register knows no day."""
    return date(year + 1, 1, 1) - timedelta(days=1)
