"""Questions about calls, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.challenges.actions import questions as actions
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import CallQuestion
from xinglin.challenges.queries import questions as queries
from xinglin.challenges.rules.questions import ASKERS
from xinglin.kernel.dossiers import Fact, Kind, Verb, register
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy

PUBLIC = Privacy.PUBLIC


def _facts(one: CallQuestion, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Challenge"), str(one.challenge), PUBLIC, ("challenges.challenge", one.challenge_id)),
        Fact(say("Question"), one.question, PUBLIC),
        Fact(say("Answer"), one.answer or None, PUBLIC),
        Fact(say("Answered at"), one.answered_at, PUBLIC),
    ]


register(Kind(
    name="challenges.callquestion", model=CallQuestion, key="question_id", label=say("Question about a call"),
    plural=say("Questions about calls"), visible=queries.questions_for, mine=queries.own_questions, title=str,
    facts=_facts,
    columns=[
        (say("Challenge"), lambda row: str(row.challenge)), (say("Question"), lambda row: row.question),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("ask", actions.ask_question, say("Ask a question about a call"), roles=ASKERS, opening=True),
        Verb("answer", actions.answer_question, say("Publish an answer"), move="answer"),
        Verb("decline", actions.decline_question, say("Decline the question"), move="decline"),
    ],
    public=True, group=GROUP,
))  # fmt: skip
