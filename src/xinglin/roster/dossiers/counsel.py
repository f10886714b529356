"""Visits and think-tank questions, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.roster.actions import questions as asking
from xinglin.roster.actions import visits as actions
from xinglin.roster.dossiers.bodies import dash
from xinglin.roster.dossiers.register import link
from xinglin.roster.models import Question, Visit
from xinglin.roster.queries import bodies as queries
from xinglin.roster.words.bodies import Adoption, QuestionStage

GROUP = say("Exchange and counsel")
STAFF = roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD)


def _visit_facts(visit: Visit, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Visitor"), str(visit.visitor), links=link(visit.visitor)),
        Fact(say("Host"), dash(str(visit.host or "")), links=link(visit.host)),
        Fact(say("People met"), [str(person) for person in visit.people.all()] or None),
        Fact(say("Place"), dash(visit.place)),
        Fact(say("Date"), visit.visited_on),
        Fact(say("Series"), dash(visit.series)),
        Fact(say("Purpose"), visit.purpose),
        Fact(say("Outcome"), dash(visit.outcome)),
        Fact(say("Next step"), dash(visit.next_step)),
        Fact(say("Next step by"), visit.next_step_on),
        Fact(say("What followed"), dash(visit.followed)),
    ]


def _question_facts(question: Question, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), question.number),
        Fact(say("Asked by"), str(question.asker), links=link(question.asker)),
        Fact(say("Question"), question.body),
        Fact(say("Specialty"), dash(question.specialty)),
        Fact(say("Answer"), dash(question.answer)),
        Fact(say("Adoption"), Adoption(question.adoption) if question.adoption else None),
        Fact(say("Note on adoption"), dash(question.adoption_note)),
    ]


def _opinions(question: Question, _actor: Actor) -> Sequence[Section]:
    rows = [[one.person, one.text or None, one.given_at] for one in question.opinions.all()]
    return [Section(say("Written opinions"), [say("Expert"), say("Opinion"), say("Given on")], rows)] if rows else []


register(Kind(
    name="roster.visit", model=Visit, key="visit_id", label=say("Visit"), plural=say("Visits"),
    visible=queries.visits_for, mine=queries.own_visits, title=str, facts=_visit_facts,
    columns=[
        (say("Date"), lambda one: one.visited_on), (say("Visitor"), lambda one: one.visitor),
        (say("Host"), lambda one: one.host or one.place), (say("Purpose"), lambda one: one.purpose[:60]),
        (say("Series"), lambda one: one.series or None),
    ],
    search=lambda rows, text: rows.filter(purpose__icontains=text) | rows.filter(series__icontains=text),
    verbs=[
        Verb("plan", actions.plan_visit, say("Plan a visit"), roles=STAFF, opening=True),
        Verb("report", actions.report_visit, say("Report the visit"), move="report"),
        Verb("follow_up", actions.follow_up_visit, say("Record what followed"), move="follow_up"),
        Verb("cancel", actions.cancel_visit, say("Call the visit off"), move="cancel", danger=True),
    ],
    group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.question", model=Question, key="question_id", label=say("Think-tank question"),
    plural=say("Think-tank questions"), visible=queries.questions_for, mine=queries.own_questions, title=str,
    facts=_question_facts, sections=_opinions, search=find,
    columns=[
        (say("Number"), lambda one: one.number), (say("Question"), str), (say("Asked by"), lambda one: one.asker),
        (say("Adoption"), lambda one: Adoption(one.adoption) if one.adoption else None),
    ],
    verbs=[
        Verb("draft", asking.draft_question, say("Write a question"),
             roles=roles(Role.SECRETARIAT, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.AUTHORITY), opening=True),
        Verb("ask", asking.ask_question, say("Ask the think tank"), move="ask"),
        Verb("assign", asking.assign_question, say("Choose the experts"), move="assign"),
        Verb("give_opinion", asking.give_opinion, say("Give a written opinion"),
             roles=roles(Role.SECRETARIAT, Role.EXPERT), stages=frozenset({QuestionStage.WITH_EXPERTS})),
        Verb("answer", asking.answer_question, say("Send the answer"), move="answer"),
        Verb("conclude", asking.conclude_question, say("Say what was adopted"), move="conclude"),
        Verb("withdraw", asking.withdraw_question, say("Withdraw the question"), move="withdraw", danger=True),
    ],
    group=GROUP,
))  # fmt: skip
