"""Objections to a list or an award: raised inside the term, heard, decided with reasons."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.awards import take_back_award
from xinglin.challenges.actions.notices import end_notices, tell_demander
from xinglin.challenges.models import Challenge, Objection
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.queries.objections import notice_facts, notice_in_force
from xinglin.challenges.rules import objections as rules
from xinglin.challenges.words.calls import NoticeSubject, ObjectionStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Line, Paragraph, ref
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
    *, challenge_id: ref("challenges.challenge"), about: NoticeSubject, grounds: Grounds, by: Account
) -> Objection:
    """Object to the list or the award while it is under public notice. Nothing goes on until it is decided."""
    return _raise(challenge_id, about, grounds, by=by)


@transaction.atomic
def raise_objection_from_outside(
    *, challenge_id: str, about: NoticeSubject, grounds: Grounds, name: Line, contact: Line, by: Account
) -> Objection:
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
    return _raise(challenge_id, about, grounds, name=name, contact=contact, by=by)


def _seen_by_all(challenge_id: str) -> Challenge:
    found = challenges_for(None).filter(pk=challenge_id).first() if len(challenge_id) <= 26 else None
    if found is None:
        raise absent()
    return found


def _raise(challenge_id: str, about: NoticeSubject, grounds: str, *, name: str = "", contact: str = "",
           by: Account) -> Objection:  # fmt: skip
    outside = permits.is_the_program(by)
    if len(challenge_id) > 26 or not challenges_for(None if outside else by).filter(pk=challenge_id).exists():
        raise absent()
    one = lifecycle.take(Challenge, challenge_id)
    rules.may_object(stage=one.stage, during=rules.DURING[about], notice=notice_facts(one, about))
    if len(grounds.strip()) < rules.SHORTEST_REASON:
        raise Refusal(
            "challenges.grounds_short",
            say("The grounds are too short to be heard."),
            say("Write at least {least} characters: what is wrong, and how it can be checked.",
                least=rules.SHORTEST_REASON),
            field="grounds",
        )  # fmt: skip
    row = Objection(
        number=lifecycle.next_number("YY"), challenge=one, notice=notice_in_force(one, about), about=about,
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


@transaction.atomic
def hear_objection(*, objection_id: str, minutes: Paragraph, by: Account) -> Objection:
    """Record that the objector was heard, and what was said."""
    row = lifecycle.take(Objection, objection_id)
    row.minutes, row.heard_at = minutes, now()
    lifecycle.step(row, "hear", by=by)
    ledger.record("challenges.objection_heard", by=by, subject=row)
    return row


@transaction.atomic
def dismiss_objection(*, objection_id: str, decision: Paragraph, by: Account) -> Objection:
    """Dismiss the objection, with reasons that are published. The last one decided lets the challenge go on."""
    row = _decide(objection_id, "dismiss", decision, by)
    _settle(row.challenge_id)
    return row


@transaction.atomic
def uphold_objection(*, objection_id: str, decision: Paragraph, by: Account) -> Objection:
    """Uphold the objection, with reasons that are published. A list is argued again, an award reviewed again."""
    row = _decide(objection_id, "uphold", decision, by)
    one = lifecycle.take(Challenge, row.challenge_id)
    program = permits.the_program()
    # One that somebody decides at this moment is left to them.
    others = Objection.objects.select_for_update(of=("self",), skip_locked=True).filter(
        challenge=one, about=row.about, stage__in=rules.OPEN
    )
    for other in others:
        lifecycle.step(other, "lapse", by=program)
        ledger.record("challenges.objection_moot", by=program, subject=other)
    if row.about == NoticeSubject.AWARD:
        take_back_award(challenge_id=one.pk, by=program)
    end_notices(challenge=one, because="objection", by=program)
    data = {"objection": row.number}
    if row.about == NoticeSubject.LIST and one.stage == ChallengeStage.LIST_NOTICE:
        one.argument_round += 1
        one.mean_centi = None
        lifecycle.step(one, "reconsider", by=program)
        ledger.record("challenges.list_reconsidered", by=program, subject=one, data=data)
    elif one.stage == ChallengeStage.OBJECTION:
        lifecycle.step(one, "uphold", by=program)
        ledger.record("challenges.award_upset", by=program, subject=one, data=data)
    tell_demander(one, "challenges.objection_upheld",
                  say("An objection to “{title}” was upheld.", title=one.title))  # fmt: skip
    return row


@transaction.atomic
def withdraw_objection(*, objection_id: str, by: Account) -> Objection:
    """Take the objection back. Only whoever raised it may; the secretariat for somebody without an account."""
    row = lifecycle.take(Objection, objection_id)
    if row.raised_by_id != by.pk and not (row.raised_by_id is None and permits.holds(by, Role.SECRETARIAT)):
        raise not_yours()
    lifecycle.step(row, "withdraw", by=by)
    ledger.record("challenges.objection_withdrawn", by=permits.the_program(), subject=row)
    _settle(row.challenge_id)
    return row


def _decide(objection_id: str, move: str, decision: str, by: Account) -> Objection:
    # Always the challenge before its objections, as raising does: two that wait for each other would be stuck.
    key = Objection.objects.filter(pk=objection_id).values_list("challenge_id", flat=True).first()
    if key is None:
        raise absent()
    lifecycle.take(Challenge, key)
    row = lifecycle.take(Objection, objection_id)
    if row.heard_at is not None:
        rules.heard_first(heard_at=row.heard_at, decision=decision)
    row.decision, row.decided_at = decision, now()
    lifecycle.step(row, move, by=by)
    ledger.record("challenges.objection_decided", by=by, subject=row, data={"outcome": str(row.stage)})
    if row.raised_by is not None:
        notices.tell([row.raised_by], "challenges.objection_decided",
                     say("Your objection {number} was decided: {outcome}.", number=row.number,
                         outcome=ObjectionStage(row.stage).label), subject=row)  # fmt: skip
    return row


def _settle(challenge_id: str) -> None:
    """With no objection to the award left open, its notice runs on."""
    one = lifecycle.take(Challenge, challenge_id)
    award = Objection.objects.filter(challenge=one, about=NoticeSubject.AWARD, stage__in=rules.OPEN)
    if one.stage == ChallengeStage.OBJECTION and not award.exists():
        program = permits.the_program()
        lifecycle.step(one, "settle", by=program)
        ledger.record("challenges.objections_settled", by=program, subject=one)
