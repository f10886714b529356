"""Questions about an open call: asked by anybody at work, answered in public by the demander."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.notices import tell_demander
from xinglin.challenges.models import CallQuestion, Challenge
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.rules.calls import takes_bids
from xinglin.challenges.rules.questions import ASKERS
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, ref
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours

Wording = Annotated[str, Ask("text", longest=2_000)]
MOST_OPEN = 20


@transaction.atomic
def ask_question(*, challenge_id: ref("challenges.challenge"), question: Wording, by: Account) -> CallQuestion:
    """Ask about an open call. The answer is published for everybody; who asked is not."""
    if not {role for role, _scope in permits.grants_of(by)} & ASKERS:
        raise not_yours()
    if len(challenge_id) > 26 or not challenges_for(by).filter(pk=challenge_id).exists():
        raise absent()
    one = lifecycle.take(Challenge, challenge_id)
    takes_bids(open_stage=one.stage == ChallengeStage.PUBLISHED, closes_at=one.closes_at, now=now())
    waiting = CallQuestion.objects.filter(challenge=one, asked_by=by, answered_at=None, stage="asked").count()
    if waiting >= MOST_OPEN:
        raise Refusal(
            "challenges.many_questions",
            say("{count} of your questions wait for an answer already.", count=waiting),
            say("Wait for the answers before you ask more."),
        )
    number = CallQuestion.objects.filter(challenge=one).count() + 1
    row = CallQuestion(challenge=one, number=number, question=question, asked_by=by)
    lifecycle.begin(row, by=by)
    # The ledger of a call is read by its demander: the entry names the question and, as an actor, the program.
    ledger.record("challenges.question_asked", by=permits.the_program(), subject=row)
    tell_demander(one, "challenges.question_asked",
                  say("A question about “{title}” waits for an answer.", title=one.title))  # fmt: skip
    return row


@transaction.atomic
def answer_question(*, question_id: str, answer: Wording, by: Account) -> CallQuestion:
    """Answer in public: everybody reads the question and the answer at the same moment. No name is shown."""
    row = lifecycle.take(CallQuestion, question_id)
    row.answer, row.answered_at = answer, now()
    lifecycle.step(row, "answer", by=by)
    ledger.record("challenges.question_answered", by=by, subject=row)
    notices.tell([row.asked_by], "challenges.question_answered",
                 say("Your question {number} was answered on the page of the call.", number=str(row)),
                 subject=row)  # fmt: skip
    return row


@transaction.atomic
def decline_question(*, question_id: str, answer: Wording, by: Account) -> CallQuestion:
    """Do not answer a question that does not belong to the call, telling whoever asked why. It is not published."""
    row = lifecycle.take(CallQuestion, question_id)
    row.answer = answer
    lifecycle.step(row, "decline", by=by)
    ledger.record("challenges.question_declined", by=by, subject=row)
    notices.tell([row.asked_by], "challenges.question_declined",
                 say("Your question {number} was not answered; the reason stands with it.", number=str(row)),
                 subject=row)  # fmt: skip
    return row
