"""When a call may be published, until when it takes bids, and when a notice ends (domain 4.2, 4.4). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xinglin.challenges.rules.demands import DemandFacts, fits_together, quantified
from xinglin.challenges.rules.objections import NoticeFacts, no_open_objection, notice_over
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

LONGEST_CALL = 366
SATURDAY = 5
KEY_ROLES = 2


def announceable(agreed: bool) -> None:
    """Guard of `announce`: the text of the list was agreed with the demander after the argumentation (domain 4.1, 巴中
    2025), where that is the rule."""
    if not agreed:
        raise Refusal(
            "challenges.text_not_agreed",
            say("The demander has not agreed to the text of the list yet."),
            say("Ask the demander to read and agree; on paper, the secretariat records where the paper is kept."),
        )


@dataclass(frozen=True)
class PublishFacts:
    """Everything the guard of `publish` looks at; `key_roles` are the roles of those who hold a key for the opening."""

    demand: DemandFacts
    closes_at: datetime | None
    now: datetime
    least_days: int
    notice: NoticeFacts | None
    key_roles: Collection[str]


def publishable(facts: PublishFacts) -> None:
    """Guard of `publish` (domain 4.2): amount, indicators, IP clause, list notice over without open objection, a
    deadline far enough ahead, and keys in two hands so that what is sealed can be opened at all."""
    if not facts.demand.most_fen:
        raise Refusal(
            "challenges.no_amount",
            say("The call has no amount: nobody knows what is paid at most."),
            say("Let the secretariat set the most that is paid before it is published."),
            field="most_fen",
        )
    quantified(facts.demand.indicators)
    if not facts.demand.ip_clause.strip():
        raise Refusal(
            "challenges.no_ip_clause",
            say("The call does not say whose the results will be."),
            say("Write the clause on intellectual property first; bidders decide by it."),
            field="ip_clause",
        )
    fits_together(facts.demand)
    notice_over(facts.notice)
    no_open_objection(facts.notice)
    far_enough(closes_at=facts.closes_at, now=facts.now, least_days=facts.least_days)
    keys_in_two_hands(facts.key_roles)


def far_enough(*, closes_at: datetime | None, now: datetime, least_days: int) -> None:
    """Refuse a deadline that is none, is past, is too near to write a bid, or lies more than a year away."""
    if closes_at is None or closes_at <= now:
        raise Refusal(
            "challenges.deadline_past",
            say("The deadline must lie ahead."),
            say("Give a later day and time."),
            field="closes_at",
        )
    if closes_at < now + timedelta(days=least_days):
        raise Refusal(
            "challenges.deadline_near",
            say("Bidders need at least {days} days.", days=least_days),
            say("Give a later day and time."),
            field="closes_at",
        )
    if closes_at > now + timedelta(days=LONGEST_CALL):
        raise Refusal(
            "challenges.deadline_far",
            say("A call stands open for at most {days} days.", days=LONGEST_CALL),
            say("Give an earlier day."),
            field="closes_at",
        )


def keys_in_two_hands(key_roles: Collection[str]) -> None:
    """Refuse to take sealed bids that two people of different roles could not open together."""
    if len(set(key_roles)) < KEY_ROLES:
        raise Refusal(
            "challenges.keys_missing",
            say("Bids are sealed for two key holders of different roles; there are not two yet."),
            say("Let two people of different roles make their keys first, then publish."),
        )


def later_than_before(*, closes_at: datetime, before: datetime, now: datetime) -> None:
    """Refuse to move a deadline that has passed, or to bring one forward: somebody may count on it."""
    if now >= before:
        raise Refusal(
            "challenges.deadline_over",
            say("The deadline passed at {before}; it cannot be moved any more.", before=before),
            say("A new call needs a new challenge."),
            field="closes_at",
        )
    if closes_at <= before:
        raise Refusal(
            "challenges.deadline_earlier",
            say("A deadline is only ever moved to a later time than {before}.", before=before),
            field="closes_at",
        )


def takes_bids(*, open_stage: bool, closes_at: datetime | None, now: datetime) -> None:
    """Refuse a bid (or a question) that arrives when the call is not open, by the server's clock.

    What arrives at the very second of the deadline is late, whatever the worker has done by then.
    """
    if not open_stage or closes_at is None:
        raise Refusal(
            "challenges.not_open",
            say("This call is not open."),
            say("The list of calls shows those that are open."),
        )
    if now >= closes_at:
        raise Refusal(
            "challenges.too_late",
            say("The deadline was {closes_at}; this arrived at {now}.", closes_at=closes_at, now=now),
            say("A late byte is late: nothing was taken in. The list of calls shows those that are open."),
        )


def last_day_of_notice(
    opened_on: date, days: int, *, working: bool, holidays: Collection[date] = (), weekends: Collection[date] = ()
) -> date:
    """The last day on which objections are taken. The day of the announcement counts: 04-27 to 05-06 are ten days
    (荣成 2023). With `working`, only working days count (five are common; domain 4.4)."""
    if not working:
        return opened_on + timedelta(days=max(days, 1) - 1)
    day, left = opened_on, max(days, 1)
    while True:
        left -= (day.weekday() < SATURDAY and day not in holidays) or day in weekends
        if left <= 0:
            return day
        day += timedelta(days=1)
