"""Objections to a list, an award or a change: raised inside the term, heard, decided with reasons."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.awards import take_back_award
from xinglin.challenges.actions.checks import disqualify_bid
from xinglin.challenges.actions.ending import Ending
from xinglin.challenges.actions.notices import end_notices, tell_demander
from xinglin.challenges.models import Challenge, ChangeRequest, Contract, Objection, PublicNotice
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.queries.objections import facts_of, notice_in_force, open_notices
from xinglin.challenges.rules import objections as rules
from xinglin.challenges.words.bids import Exclusion
from xinglin.challenges.words.calls import AwardFault, NoticeSubject, ObjectionStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.challenges.words.contracts import ContractStage
from xinglin.challenges.words.reviews import ReviewStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Line, Paragraph, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import Role

Grounds = Annotated[str, Ask("text", longest=5_000)]
configuration.rule(
    "challenges.objections_a_day", 50, say("Objections of strangers to one notice that are taken in a day"),
    "set by the alliance",
)  # fmt: skip


@transaction.atomic
def raise_objection(
    *,
    challenge_id: ref("challenges.challenge"),
    about: NoticeSubject,
    grounds: Grounds,
    notice_number: Count | None = None,
    by: Account,
) -> Objection:
    """Object to the list, the award or a heavy change while it is under public notice. It does not go on until the
    objection is decided. The number of the notice is needed only where several changes are under notice."""
    return _raise(challenge_id, about, grounds, number=notice_number, by=by)


@transaction.atomic
def raise_objection_from_outside(
    *, challenge_id: str, about: NoticeSubject, grounds: Grounds, name: Line, contact: Line,
    notice_number: int | None = None, by: Account,
) -> Objection:  # fmt: skip
    """Take in the objection of somebody without an account, with a name and how to be reached. The program's own."""
    if not permits.is_the_program(by):
        raise not_yours()
    if len(name.strip()) < 2 or len(contact.strip()) < 5:
        raise Refusal(
            "challenges.objector_unknown",
            say("An objection needs your name and how you can be reached."),
            say("Give a telephone number or an e-mail address; the secretariat will call you to be heard."),
            field="contact",
        )
    one = _seen_by_all(challenge_id)
    today = Objection.objects.filter(challenge=one, raised_by=None, received_at__date=now().date()).count()
    if today >= configuration.value("challenges.objections_a_day"):
        raise Refusal(
            "challenges.objections_many",
            say("Too many objections were sent today."),
            say("Write or telephone to the secretariat; your objection counts from the moment it arrives there."),
        )
    return _raise(challenge_id, about, grounds, number=notice_number, name=name, contact=contact, by=by)


def _seen_by_all(challenge_id: str) -> Challenge:
    found = challenges_for(None).filter(pk=challenge_id).first() if len(challenge_id) <= 26 else None
    if found is None:
        raise absent()
    return found


def _raise(challenge_id: str, about: NoticeSubject, grounds: str, *, number: int | None, name: str = "",
           contact: str = "", by: Account) -> Objection:  # fmt: skip
    outside = permits.is_the_program(by)
    if len(challenge_id) > 26 or not challenges_for(None if outside else by).filter(pk=challenge_id).exists():
        raise absent()
    one = lifecycle.take(Challenge, challenge_id)
    notice = _meant(one, about, number)
    rules.may_object(stage=one.stage, during=rules.DURING[about], notice=facts_of(notice))
    if len(grounds.strip()) < rules.SHORTEST_REASON:
        raise Refusal(
            "challenges.grounds_short",
            say("The grounds are too short to be heard."),
            say("Write at least {least} characters: what is wrong, and how it can be checked.",
                least=rules.SHORTEST_REASON),
            field="grounds",
        )  # fmt: skip
    row = Objection(
        number=lifecycle.next_number("YY"), challenge=one, notice=notice, about=about,
        grounds=grounds, received_at=now(), raised_by=None if outside else by, name=name, contact=contact,
    )  # fmt: skip
    lifecycle.begin(row, by=by)
    program = permits.the_program()
    # Who objects is not on the ledger of a challenge that its demander reads.
    ledger.record("challenges.objection_raised", by=program, subject=row, data={"about": str(about)})
    if one.stage == ChallengeStage.AWARD_NOTICE:
        lifecycle.step(one, "object", by=program)
        ledger.record("challenges.award_objected", by=program, subject=one, data={"objection": row.number})
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.objection_raised",
                 say("An objection to “{title}” was raised and must be heard.", title=one.title),
                 subject=row)  # fmt: skip
    return row


def _meant(one: Challenge, about: NoticeSubject, number: int | None) -> PublicNotice | None:
    """The notice an objection is about: the one of this number, or the only one."""
    if number is not None:
        return PublicNotice.objects.filter(challenge=one, about=about, number=number, ended_at=None).first()
    if open_notices(one).filter(about=about).count() > 1:
        raise Refusal(
            "challenges.which_notice",
            say("Several changes of this challenge are under notice."),
            say("Give the number of the notice; the page of the call shows it."),
            field="notice_number",
        )
    return notice_in_force(one, about)


@transaction.atomic
def hear_objection(*, objection_id: str, minutes: Paragraph, by: Account) -> Objection:
    """Record that the objector was heard, and what was said."""
    _one, row = _taken(objection_id)
    row.minutes, row.heard_at = minutes, now()
    lifecycle.step(row, "hear", by=by)
    ledger.record("challenges.objection_heard", by=by, subject=row)
    return row


@transaction.atomic
def dismiss_objection(*, objection_id: str, decision: Paragraph, by: Account) -> Objection:
    """Dismiss the objection, with reasons that are published. The last one decided lets the challenge go on."""
    one, row = _decide(objection_id, "dismiss", decision, by)
    _settle(one)
    return row


@transaction.atomic
def uphold_objection(
    *,
    objection_id: str,
    decision: Paragraph,
    fault: AwardFault | None = None,
    bid_id: ref("challenges.bid") | None = None,
    by: Account,
) -> Objection:
    """Uphold the objection, with reasons that are published. A list is argued again; a change does not come into force;
    an award is taken back, and what was wrong with it decides who comes next. In a race, name the bid at fault.
    """
    one, row = _decide(objection_id, "uphold", decision, by)
    rules.say_what_was_wrong(about=row.about, fault=fault)
    program = permits.the_program()
    end_notices(challenge=one, because="objection", only=row.notice, by=program)
    data = {"objection": row.number}
    if row.about == NoticeSubject.AWARD:
        _upset_award(one, row, fault, bid_id, by)
    if row.about == NoticeSubject.CHANGE:
        Ending.upset(lifecycle.take(ChangeRequest, row.notice.change.pk), row.number)
    if row.about == NoticeSubject.LIST and one.stage == ChallengeStage.LIST_NOTICE:
        one.argument_round += 1
        one.mean_centi = None
        lifecycle.step(one, "reconsider", by=program)
        ledger.record("challenges.list_reconsidered", by=program, subject=one, data=data)
    tell_demander(one, "challenges.objection_upheld",
                  say("An objection to “{title}” was upheld.", title=one.title))  # fmt: skip
    return row


def _upset_award(one: Challenge, row: Objection, fault: AwardFault | None, bid_id: str | None, by: Account) -> None:
    """The award is taken back. A bidder at fault is excluded and the panel's ranking stands; a review at fault is set
    aside, and what hangs on it with it."""
    program, data = permits.the_program(), {"objection": row.number}
    awarded = Contract.objects.filter(notice=row.notice).exclude(stage=ContractStage.DROPPED)
    bids = list(awarded.values_list("bid_id", flat=True))
    key = rules.one_at_fault(bids, bid_id) if fault is AwardFault.BIDDER else None
    take_back_award(challenge_id=one.pk, by=program)
    if key is not None:
        disqualify_bid(bid_id=key, reasons=[Exclusion.OBJECTION], explanation=row.decision, by=by)
        lifecycle.step(one, "uphold", by=program)
        ledger.record("challenges.award_upset", by=program, subject=one, data=data)
    else:
        for task in one.reviews.select_for_update(of=("self",)).filter(stage=ReviewStage.SIGNED):
            lifecycle.step(task, "void", by=program)
        lifecycle.step(one, "reopen", by=program)
        ledger.record("challenges.review_set_aside", by=program, subject=one, data=data)


@transaction.atomic
def withdraw_objection(*, objection_id: str, by: Account) -> Objection:
    """Take the objection back. Only whoever raised it may; the secretariat for somebody without an account."""
    one, row = _taken(objection_id)
    if row.raised_by_id != by.pk and not (row.raised_by_id is None and permits.holds(by, Role.SECRETARIAT)):
        raise not_yours()
    lifecycle.step(row, "withdraw", by=by)
    ledger.record("challenges.objection_withdrawn", by=permits.the_program(), subject=row)
    _settle(one)
    return row


def _taken(objection_id: str) -> tuple[Challenge, Objection]:
    """The challenge and the objection, locked in this order by every deed: nobody waits for somebody who waits, and
    nobody hears, decides or takes back one objection while another is decided."""
    challenge, row = lifecycle.take_below(Objection, objection_id, challenge_id=Challenge)
    return challenge, row


def _decide(objection_id: str, move: str, decision: str, by: Account) -> tuple[Challenge, Objection]:
    one, row = _taken(objection_id)
    if row.heard_at is not None:
        rules.heard_first(heard_at=row.heard_at, decision=decision)
    row.decision, row.decided_at = decision, now()
    lifecycle.step(row, move, by=by)
    ledger.record("challenges.objection_decided", by=by, subject=row, data={"outcome": str(row.stage)})
    if row.raised_by is not None:
        notices.tell([row.raised_by], "challenges.objection_decided",
                     say("Your objection {number} was decided: {outcome}.", number=row.number,
                         outcome=ObjectionStage(row.stage).label), subject=row)  # fmt: skip
    return one, row


def _settle(one: Challenge) -> None:
    """With no objection to the award left open, its notice runs on."""
    award = Objection.objects.filter(challenge=one, about=NoticeSubject.AWARD, stage__in=rules.OPEN)
    if one.stage == ChallengeStage.OBJECTION and not award.exists():
        program = permits.the_program()
        lifecycle.step(one, "settle", by=program)
        ledger.record("challenges.objections_settled", by=program, subject=one)
