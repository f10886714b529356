"""Objections to what is under public notice: who is heard, and what an open one holds up. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from xinglin.challenges.words.calls import AwardFault, NoticeSubject
from xinglin.challenges.words.calls import ObjectionStage as S
from xinglin.kernel.machine import Machine, Move, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

OFFICE = roles(Role.SECRETARIAT)
RAISERS = roles(Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.EXPERT, Role.DOCTOR, Role.RESIDENT,
                Role.LABORATORY, Role.STEWARD, Role.AUTHORITY, Role.SECRETARIAT)  # fmt: skip
PROGRAM = roles()

OBJECTION_MOVES = Machine(
    "challenges.objection",
    S,
    S.RAISED,
    frozenset({S.UPHELD, S.DISMISSED, S.WITHDRAWN, S.MOOT}),
    (
        Move("hear", S.RAISED, S.HEARD, OFFICE, say("Record the hearing"), awaited=True, due=10),
        Move("uphold", S.HEARD, S.UPHELD, OFFICE, say("Uphold the objection"), awaited=True, due=10),
        Move("dismiss", S.HEARD, S.DISMISSED, OFFICE, say("Dismiss the objection"), awaited=True, due=10),
        Move("withdraw", (S.RAISED, S.HEARD), S.WITHDRAWN, RAISERS, say("Withdraw the objection")),
        Move("lapse", (S.RAISED, S.HEARD), S.MOOT, PROGRAM, say("The challenge ended before")),
    ),
)
OPEN = (S.RAISED, S.HEARD)


@dataclass(frozen=True)
class NoticeFacts:
    """One public notice: what it is about, its first and its last day (both count), and objections still open."""

    about: str
    opened_on: date
    ends_on: date
    open_objections: int
    today: date


def notice_over(notice: NoticeFacts | None) -> None:
    """Refuse to go on before the term of the notice is over. The last day is a day of the notice."""
    if notice is None:
        raise Refusal(
            "challenges.no_notice",
            say("This was never put under public notice."),
            say("Announce it first."),
        )
    if notice.today <= notice.ends_on:
        raise Refusal(
            "challenges.notice_runs",
            say("The public notice runs until {day}.", day=notice.ends_on),
            say("Go on the day after; until then anybody may object."),
        )


def no_open_objection(notice: NoticeFacts | None) -> None:
    """Refuse to go on while an objection to what is under notice is open."""
    if notice is not None and notice.open_objections:
        raise Refusal(
            "challenges.objection_open",
            say("{count} objections to the notice are not decided yet.", count=notice.open_objections),
            say("Hear and decide them; each decision needs its reasons."),
        )


def may_object(*, stage: str, during: Collection[str], notice: NoticeFacts | None) -> None:
    """Refuse an objection to what is not under notice now: too early, or after the last day of the term."""
    if notice is None or (stage not in during and notice.today <= notice.ends_on):
        raise Refusal(
            "challenges.nothing_under_notice",
            say("Nothing of this challenge is under public notice now."),
            say("The page of the call shows what is under notice, and until when."),
        )
    if notice.today > notice.ends_on:
        raise Refusal(
            "challenges.objection_late",
            say("The public notice ended on {day}; an objection had to arrive by then.", day=notice.ends_on),
            say("You may still write to the secretariat; it is then a complaint, and holds nothing up."),
        )


def say_what_was_wrong(*, about: str, fault: AwardFault | None) -> None:
    """Refuse to uphold an objection to an award without saying whom it hits: the next step depends on it."""
    if about == NoticeSubject.AWARD and fault is None:
        raise Refusal(
            "challenges.fault_missing",
            say("Say what was wrong with the award."),
            say("With a bidder, the next in rank follows; with the review, another panel is drawn."),
            field="fault",
        )


def one_at_fault(awarded: Collection[str], named: str | None) -> str:
    """Which of the awarded bids was at fault: the one named, or the only one."""
    if named is None and len(awarded) == 1:
        return next(iter(awarded))
    if named is None or named not in awarded:
        raise Refusal(
            "challenges.which_bid",
            say("Say which of the awarded bids was at fault."),
            say("The award under notice names them; decide an objection to several of them one by one."),
            field="bid_id",
        )
    return named


def heard_first(*, heard_at: datetime | None, decision: str) -> None:
    """Refuse a decision without reasons. A hearing before it is the lifecycle's to insist on."""
    if heard_at is None or len(decision.strip()) < SHORTEST_REASON:
        raise Refusal(
            "challenges.reasons_short",
            say("A decision needs reasons that the objector can check."),
            say("Write at least {least} characters.", least=SHORTEST_REASON),
            field="decision",
        )


SHORTEST_REASON = 10
LIST_STAGES = ("list_notice",)
AWARD_STAGES = ("award_notice", "objection")
CHANGE_STAGES = ("signed", "approved", "running", "final_acceptance")
DURING = {
    NoticeSubject.LIST: LIST_STAGES, NoticeSubject.AWARD: AWARD_STAGES, NoticeSubject.CHANGE: CHANGE_STAGES,
}  # fmt: skip
