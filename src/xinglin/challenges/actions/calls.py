"""A call's life: announced with the list, published with its guards, prolonged, closed at its second, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from xinglin.challenges.actions.argument import release_all
from xinglin.challenges.actions.awards import pass_over_bids, take_back_award
from xinglin.challenges.actions.bids import lapse_bids
from xinglin.challenges.actions.notices import end_notices, open_notice, tell_demander
from xinglin.challenges.actions.panels import close_reviews
from xinglin.challenges.models import Bid, CallQuestion, CallReminder, Challenge, ListEdition
from xinglin.challenges.queries import calls as queries
from xinglin.challenges.queries import demands as facts
from xinglin.challenges.rules import calls as rules
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.calls import NoticeSubject, Openness, QuestionStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Moment, Paragraph, ref
from xinglin.kernel.clock import ZONE, now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role

configuration.rule(
    "challenges.call_days", 20, say("Days a call stands open at least"),
    "by analogy with the Bidding Law art. 24; twelve days were given in xuancheng 2022",
)  # fmt: skip
configuration.rule(
    "challenges.remind_days", [14, 7, 1], say("Days before a call closes on which ranked experts are reminded"),
    "set by the alliance",
)  # fmt: skip
configuration.rule(
    "challenges.remind_experts", 20, say("Experts whom matching ranks that are reminded of a call"),
    "set by the alliance",
)  # fmt: skip

# A bid whose last byte came in time may still be sealed and written for this long; only then is it sure nobody bid.
STILL_WRITTEN = timedelta(minutes=10)
# From here on there are talks, and drafts of contracts, that a cancellation ends.
TALKS = (ChallengeStage.NEGOTIATION, ChallengeStage.AWARD_NOTICE, ChallengeStage.OBJECTION)


@transaction.atomic
def announce_list(
    *, challenge_id: str, others: list[ref("challenges.challenge")] | None = None, by: Account
) -> Challenge:
    """Announce a new version of the list with this challenge on it, and others that are approved; the notice begins."""
    ids: list[str] = list(dict.fromkeys([challenge_id, *(others or [])]))
    # Always in the order of their ids, so that two announcements never wait for each other.
    rows = {key: lifecycle.take(Challenge, key) for key in sorted(ids)}
    for key in ids:
        try:
            lifecycle.step(rows[key], "announce", by=by, facts=facts.text_agreed(rows[key]))
        except Refusal as refusal:
            if key == challenge_id:
                raise
            raise Refusal(refusal.code, say("“{title}”: {why}", title=rows[key].title, why=refusal.sentence),
                          refusal.next_step, field="others") from refusal  # fmt: skip
    edition = ListEdition.objects.create(
        version=(ListEdition.objects.order_by("-version").values_list("version", flat=True).first() or 0) + 1,
        published_on=today(), entries=[_entry(rows[key]) for key in ids],
    )  # fmt: skip
    for key in ids:
        one = rows[key]
        notice = open_notice(challenge=one, about=NoticeSubject.LIST, edition=edition, by=by)
        one.due_on = notice.ends_on + timedelta(days=10)
        lifecycle.touch(one)
        ledger.record("challenges.list_announced", by=by, subject=one, data={
            "version": edition.version, "until": notice.ends_on.isoformat(),
        })  # fmt: skip
        tell_demander(one, "challenges.list_announced",
                      say("“{title}” stands on the list under public notice until {day}.",
                          title=one.title, day=notice.ends_on))  # fmt: skip
    return rows[challenge_id]


def _entry(one: Challenge) -> dict[str, Any]:
    """A line of the list as it was published."""
    return {
        "id": one.pk, "number": one.number, "title": one.title, "organisation": str(one.organisation),
        "most_fen": one.most_fen, "mean_centi": one.mean_centi, "public": one.openness == Openness.PUBLIC,
    }  # fmt: skip


@transaction.atomic
def publish_call(*, challenge_id: str, closes_at: Moment, by: Account) -> Challenge:
    """Publish the call until a deadline, by the server's clock. From then on sealed bids are taken in."""
    one = lifecycle.take(Challenge, challenge_id)
    given = facts.publish_facts(one, closes_at)
    one.closes_at, one.published_at = closes_at, now()
    lifecycle.step(one, "publish", by=by, facts=given, due_on=closes_at.astimezone(ZONE).date())
    ledger.record("challenges.call_published", by=by, subject=one, data={
        "closes_at": closes_at.isoformat(), "most_fen": one.most_fen, "key_roles": sorted(given.key_roles),
    })  # fmt: skip
    tell_demander(one, "challenges.call_published",
                  say("The call “{title}” is open until {closes_at}.", title=one.title,
                      closes_at=closes_at))  # fmt: skip
    return one


@transaction.atomic
def prolong_call(*, challenge_id: str, closes_at: Moment, reason: Paragraph, by: Account) -> Challenge:
    """Move the deadline of an open call to a later time. It is never brought forward."""
    one = lifecycle.take(Challenge, challenge_id)
    permits.require(by, Role.SECRETARIAT)
    if one.stage != ChallengeStage.PUBLISHED or one.closes_at is None:
        raise Refusal(
            "challenges.not_open",
            say("This call is not open."),
            say("The list of calls shows those that are open."),
        )
    before = one.closes_at
    rules.later_than_before(closes_at=closes_at, before=before, now=now())
    rules.far_enough(closes_at=closes_at, now=now(), least_days=0)
    one.closes_at, one.due_on = closes_at, closes_at.astimezone(ZONE).date()
    lifecycle.touch(one)
    data = {"closes_at": closes_at.isoformat(), "before": before.isoformat(), "reason": reason}
    ledger.record("challenges.call_prolonged", by=by, subject=one, data=data)
    sentence = say("The call “{title}” stays open until {closes_at}.", title=one.title, closes_at=closes_at)
    tell_demander(one, "challenges.call_prolonged", sentence)
    notices.tell(queries.bidders(one), "challenges.call_prolonged", sentence, subject=one)
    return one


@transaction.atomic
def close_if_due(*, challenge_id: str, by: Account) -> Challenge:
    """Close the call if its deadline has passed, whether or not the worker has come by; end it later if nobody bid.

    Call it before anything that needs the call to be closed. Only the program closes calls, whoever asked.
    """
    one = lifecycle.take(Challenge, challenge_id)
    if one.closes_at is None or now() < one.closes_at:
        return one
    if one.stage == ChallengeStage.PUBLISHED:
        _close(one)
    if one.stage == ChallengeStage.CLOSED and now() >= one.closes_at + STILL_WRITTEN and not _sealed(one):
        _lapse(one)
    return one


def _sealed(one: Challenge) -> int:
    return Bid.objects.filter(challenge=one, stage=BidStage.SEALED).count()


def _close(one: Challenge) -> None:
    program = permits.the_program()
    lifecycle.step(one, "close", by=program)
    ledger.record("challenges.call_closed", by=program, subject=one)
    _lapse_questions(one)
    sentence = say("The call “{title}” closed.", title=one.title)
    tell_demander(one, "challenges.call_closed", sentence)
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.call_closed", sentence, subject=one)


def _lapse(one: Challenge) -> None:
    program = permits.the_program()
    lifecycle.step(one, "lapse", by=program)
    ledger.record("challenges.call_lapsed", by=program, subject=one)
    sentence = say("Nobody bid for “{title}”.", title=one.title)
    tell_demander(one, "challenges.call_lapsed", sentence)
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.call_lapsed", sentence, subject=one)


@transaction.atomic
def close_calls(*, by: Account) -> int:
    """Each minute: close every call whose deadline has passed, end those nobody bid for; returns how many were."""
    sealed = Bid.objects.filter(challenge=OuterRef("pk"), stage=BidStage.SEALED)
    empty = Q(~Exists(sealed), stage=ChallengeStage.CLOSED, closes_at__lte=now() - STILL_WRITTEN)
    due = Challenge.objects.filter(Q(stage=ChallengeStage.PUBLISHED, closes_at__lte=now()) | empty)
    keys = list(due.order_by("closes_at").values_list("pk", flat=True)[:200])
    for key in keys:
        close_if_due(challenge_id=key, by=by)
    return len(keys)


@transaction.atomic
def cancel_challenge(*, challenge_id: str, reason: Paragraph, by: Account) -> Challenge:
    """Cancel the challenge before a contract is signed, with the reason everybody reads. Sealed bids stay sealed."""
    one = lifecycle.take(Challenge, challenge_id)
    before = one.stage_word
    one.ended_because = reason
    bidders = queries.bidders(one)
    lifecycle.step(one, "cancel", by=by)
    ledger.record("challenges.cancelled", by=by, subject=one, data={"stage": str(before), "reason": reason})
    program = permits.the_program()
    lapse_bids(challenge_id=one.pk, by=program)
    if before in TALKS:
        take_back_award(challenge_id=one.pk, by=program)
    pass_over_bids(challenge_id=one.pk, by=program)
    _lapse_questions(one)
    close_reviews(one)
    release_all(challenge=one, by=program)
    end_notices(challenge=one, because="cancelled", by=program)
    sentence = say("“{title}” was cancelled. The reason stands on its page.", title=one.title)
    tell_demander(one, "challenges.cancelled", sentence)
    notices.tell(bidders, "challenges.cancelled", sentence, subject=one)
    return one


def _lapse_questions(one: Challenge) -> None:
    """Questions nobody answered before the call ended need no answer any more."""
    program = permits.the_program()
    for question in CallQuestion.objects.select_for_update(of=("self",)).filter(
        challenge=one, stage=QuestionStage.ASKED
    ):
        lifecycle.step(question, "lapse", by=program)
        ledger.record("challenges.question_lapsed", by=program, subject=question)


@transaction.atomic
def remind_experts(*, by: Account) -> int:
    """Daily: remind the experts whom matching ranks for an open call, some days before it closes; how many were told.

    Whoever refuses automated matching is not ranked and so not reminded (PIPL art. 24); nobody with a conflict is.
    """
    steps = sorted(configuration.value("challenges.remind_days"))
    told = 0
    for one in queries.closing_within(max(steps, default=0)).select_for_update(of=("self",)):
        left = (one.closes_at.astimezone(ZONE).date() - today()).days
        step = next((days for days in steps if left <= days), None)
        if step is None or CallReminder.objects.filter(challenge=one, days_before=step).exists():
            continue
        reached = 0
        for place, ranked in enumerate(queries.ranked_experts(one), start=1):
            accounts = notices.holders(Role.EXPERT, scopes=[("person", ranked.id)])
            CallReminder.objects.create(challenge=one, person_id=ranked.id, place=place, score=ranked.score,
                                        days_before=step, told_at=now())  # fmt: skip
            sentence = say("The call “{title}” may be yours to take up; it closes at {closes_at}.",
                           title=one.title, closes_at=one.closes_at)  # fmt: skip
            once = f"call:{one.pk}:{one.closes_at.isoformat()}:{step}"
            reached += len(notices.tell(accounts, "challenges.call_closes", sentence, subject=one, once=once))
        data = {"days": step, "experts": reached}
        ledger.record("challenges.experts_reminded", by=by, subject=one, data=data)
        told += reached
    return told
