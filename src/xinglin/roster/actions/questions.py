"""智库: ask, choose experts, write opinions, answer, say what was adopted."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Line, Paragraph, ref
from xinglin.kernel.clock import now
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.models import Opinion, Question
from xinglin.roster.rules.bodies import AnswerFacts
from xinglin.roster.words.bodies import Adoption, QuestionStage

Text = Annotated[str, Ask("text", longest=20_000)]


@transaction.atomic
def draft_question(
    *,
    asker_id: ref("roster.organisation"),
    title: Annotated[str, Ask("line", longest=160)],
    body: Text,
    specialty: Annotated[str, Ask("line", longest=12)] | None = None,
    by: Account,
) -> Question:
    """Write down a question for the think tank."""
    permits.require(
        by, Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY, scopes=[("organisation", asker_id)]
    )
    asker = organisation_or_absent(asker_id)
    question = Question(
        number=lifecycle.next_number("QU"), asker=asker, title=title, body=body, specialty=specialty or "",
        keys=keys_of(title),
    )  # fmt: skip
    lifecycle.begin(question, by=by)
    ledger.record("roster.question_drafted", by=by, subject=question, data={"number": question.number})
    return question


@transaction.atomic
def ask_question(*, question_id: str, by: Account) -> Question:
    """Send the question to the think tank."""
    question = lifecycle.take(Question, question_id)
    lifecycle.step(question, "ask", by=by)
    ledger.record("roster.question_asked", by=by, subject=question)
    notices.tell(
        notices.holders(Role.SECRETARIAT), "roster.question_asked", say("A question was asked."), subject=question
    )
    return question


@transaction.atomic
def assign_question(
    *, question_id: str, expert_ids: list[ref("roster.person")], answer_by: Day | None = None, by: Account
) -> Question:
    """Choose the experts who are asked for a written opinion."""
    question = lifecycle.take(Question, question_id)
    experts = [person_or_absent(key) for key in dict.fromkeys(expert_ids)]
    if not experts:
        raise Refusal("questions.nobody", say("Choose at least one expert."), field="expert_ids")
    for expert in experts:
        Opinion.objects.get_or_create(question=question, person=expert)
    lifecycle.step(question, "assign", by=by, due_on=answer_by)
    ledger.record("roster.question_assigned", by=by, subject=question, data={"experts": len(experts)})
    told = notices.holders(Role.EXPERT, scopes=[("person", one.pk) for one in experts])
    notices.tell(told, "roster.question_assigned", say("Your written opinion is asked for."), subject=question)
    return question


@transaction.atomic
def give_opinion(*, question_id: str, person_id: ref("roster.person"), text: Text, by: Account) -> Question:
    """An expert gives the written opinion; it may be rewritten until the answer is sent."""
    question = lifecycle.take(Question, question_id)
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=[("person", person_id)])
    if question.stage != QuestionStage.WITH_EXPERTS:
        raise Refusal("questions.closed", say("Opinions are taken until the answer is sent."))
    opinion = question.opinions.select_for_update().filter(person_id=person_id).first()
    if opinion is None:
        raise Refusal("questions.not_asked", say("This expert was not asked."), field="person_id")
    opinion.text, opinion.given_at, opinion.given_by = text, now(), by.pk
    opinion.save()
    lifecycle.touch(question)
    ledger.record("roster.opinion_given", by=by, subject=question)
    return question


@transaction.atomic
def answer_question(*, question_id: str, answer: Text, by: Account) -> Question:
    """Send the answer, drawn from the opinions."""
    question = lifecycle.take(Question, question_id)
    question.answer = answer
    asked, given = question.opinions.count(), question.opinions.exclude(given_at=None).count()
    lifecycle.step(question, "answer", by=by, facts=AnswerFacts(asked, given))
    ledger.record("roster.question_answered", by=by, subject=question, data={"asked": asked, "given": given})
    askers = notices.holders(Role.LIAISON, Role.DEPARTMENT_HEAD, scopes=[("organisation", question.asker_id)])
    notices.tell(askers, "roster.question_answered", say("Your question was answered."), subject=question)
    return question


@transaction.atomic
def conclude_question(
    *, question_id: str, adoption: Adoption, adoption_note: Paragraph | None = None, by: Account
) -> Question:
    """The asker says what became of the answer."""
    question = lifecycle.take(Question, question_id)
    if adoption in (Adoption.NOT_ADOPTED, Adoption.PARTLY) and not adoption_note:
        raise Refusal("questions.why", say("Say why it was not adopted in full."), field="adoption_note")
    question.adoption, question.adoption_note = adoption, adoption_note or ""
    lifecycle.step(question, "conclude", by=by)
    ledger.record("roster.question_concluded", by=by, subject=question, data={"adoption": str(adoption)})
    experts = notices.holders(Role.EXPERT, scopes=[("person", one.person_id) for one in question.opinions.all()])
    notices.tell(
        experts, "roster.question_concluded", say("What became of your opinion is on record."), subject=question
    )
    return question


@transaction.atomic
def withdraw_question(*, question_id: str, because: Line, by: Account) -> Question:
    """The asker takes the question back."""
    question = lifecycle.take(Question, question_id)
    question.adoption_note = because
    lifecycle.step(question, "withdraw", by=by)
    ledger.record("roster.question_withdrawn", by=by, subject=question)
    return question
