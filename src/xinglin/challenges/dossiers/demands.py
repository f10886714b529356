"""The part of a challenge's page that a demand and its call fill: facts, tables, and verbs until bids are opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.challenges.actions import argument, calls
from xinglin.challenges.actions import demands as actions
from xinglin.challenges.dossiers.naming import plain, points, stages
from xinglin.challenges.models import Challenge
from xinglin.challenges.queries.appraisals import appraisals_for
from xinglin.challenges.queries.demands import text_agreed
from xinglin.challenges.queries.objections import notice_in_force, objections_for
from xinglin.challenges.queries.questions import questions_for
from xinglin.challenges.rules.challenges import BEFORE_CONTRACT, DEMANDERS, OFFICE
from xinglin.challenges.words.calls import (
    AppraisalStage,
    Criterion,
    CriterionSet,
    Direction,
    NoticeSubject,
    Openness,
    QuestionStage,
)
from xinglin.challenges.words.challenges import AwardMode, BudgetSource, ChallengeStage
from xinglin.kernel.dossiers import Fact, Section, Verb
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy
from xinglin.matching.dossiers.naming import specialty_names
from xinglin.matching.queries.sights import sees_all
from xinglin.roster.places import place_name

PUBLIC = Privacy.PUBLIC
SHOWN = 50


def demand_facts(one: Challenge, actor: Actor) -> list[Fact]:
    """What the demander wrote, what stands about the call, and for those inside how the case is handled."""
    notice = notice_in_force(one, NoticeSubject.LIST) or notice_in_force(one, NoticeSubject.AWARD)
    return [
        Fact(say("Number"), one.number, PUBLIC),
        Fact(say("Posted by"), str(one.organisation), PUBLIC, ("roster.organisation", one.organisation_id)),
        Fact(say("The problem"), one.problem, PUBLIC),
        Fact(say("What is possible today"), one.current_level or None, PUBLIC),
        Fact(say("Where it will be used"), one.scene or None, PUBLIC),
        Fact(say("Final user"), one.end_user or None, PUBLIC),
        Fact(say("Specialties"), specialty_names(one.specialty_codes), PUBLIC),
        Fact(say("Region"), place_name(one.region), PUBLIC),
        Fact(say("Most that is paid"), one.most_fen, PUBLIC, fen=one.most_fen is not None),
        Fact(say("Months from the contract on"), one.months, PUBLIC),
        Fact(say("How many teams run"), AwardMode(one.mode), PUBLIC),
        Fact(say("Whose the results will be"), one.ip_clause or None, PUBLIC),
        Fact(say("Data that can be used"), one.data_available or None, PUBLIC),
        Fact(say("Needs an ethics review"), one.needs_ethics, PUBLIC),
        Fact(say("Uses human genetic resources"), one.needs_hgr, PUBLIC),
        Fact(say("Bids are taken until"), one.closes_at, PUBLIC),
        Fact(say("Public notice until"), notice.ends_on if notice else None, PUBLIC),
        Fact(say("Mean of the experts' points"), points(one.mean_centi), PUBLIC),
        Fact(say("Why it ended"), one.ended_because or None, PUBLIC),
        Fact(say("Who may read the call"), Openness(one.openness)),
        Fact(say("Argued by"), CriterionSet(one.criterion_set)),
        Fact(say("Case manager"), str(one.case_manager) if actor is not None and one.case_manager else None),
        Fact(say("Speaks for the demander"), str(one.contact) if actor is not None and one.contact else None),
        Fact(say("Number of the need it grew from"), one.need_number or None),
        Fact(say("Text agreed by the demander on"), one.text_agreed_on),
        Fact(say("Remark of the secretariat"), one.remark or None),
    ]


def demand_sections(one: Challenge, actor: Actor) -> list[Section]:
    """Indicators, money by source, milestones, opinions, questions, notices, reminders: those that hold anything."""
    found = [
        Section(say("Indicators"), [say("Indicator"), say("Target"), say("Unit"), say("How it is tested")],
                [[row.name, say("{direction} {target}", direction=Direction(row.direction).label,
                                target=plain(row.target)), row.unit, row.test_method]
                 for row in one.indicators.all()]),
        Section(say("Money by source"), [say("Money from"), say("For what"), say("Amount")],
                [[BudgetSource(row.source), row.purpose or None,
                  Fact(say("Amount"), row.amount_fen, PUBLIC, fen=True)] for row in one.budget_lines.all()]),
        Section(say("Milestones planned by the demander"),
                [say("No."), say("What is to be reached"), say("Due in month"), say("Share of the money, percent")],
                [[row.number, row.content, row.due_months, row.share_percent]
                 for row in one.planned_milestones.all()]),
        _opinions(one, actor),
        _questions(one, actor),
        _notices(one),
    ]  # fmt: skip
    if sees_all(actor):
        found.append(_reminded(one))
    return [section for section in found if section.rows]


def _opinions(one: Challenge, actor: Actor) -> Section:
    """Each expert's points by criterion; experts of an earlier round stay on record."""
    criteria = list(Criterion)
    given = appraisals_for(actor).filter(challenge=one).prefetch_related("scores").order_by("round", "id")
    used = [c for c in criteria if any(s.criterion == c for row in given for s in row.scores.all())]
    rows = []
    for row in given:
        by = {score.criterion: score.points for score in row.scores.all()}
        expert = Fact(say("Expert"), str(row.person), PUBLIC, ("challenges.appraisal", row.pk))
        rows.append([row.round, expert, *[by.get(str(c)) for c in used], points(row.mean_centi), row.stage_word])
    columns = [say("Round"), say("Expert"), *[c.label for c in used], say("Mean of the points"), say("Stage")]
    return Section(say("How the experts argued it"), columns, rows)


def _questions(one: Challenge, actor: Actor) -> Section:
    rows = questions_for(actor).filter(challenge=one).order_by("number")
    shown = [
        [Fact(say("No."), row.number, PUBLIC, ("challenges.callquestion", row.pk)), row.question,
         row.answer if row.stage == QuestionStage.ANSWERED else row.stage_word]
        for row in rows[:SHOWN]
    ]  # fmt: skip
    return Section(say("Questions and answers"), [say("No."), say("Question"), say("Answer")], shown)


def _notices(one: Challenge) -> Section:
    rows = [
        [NoticeSubject(row.about), row.number, row.edition.version if row.edition else None, row.opened_on, row.ends_on,
         say("Ended early") if row.ended_at else None]
        for row in one.public_notices.select_related("edition").order_by("opened_on", "id")
    ]  # fmt: skip
    columns = [say("What is under notice"), say("No."), say("Version of the list"), say("From"), say("Until"),
               say("Remark")]  # fmt: skip
    return Section(say("Public notices"), columns, rows)


def _reminded(one: Challenge) -> Section:
    rows = [
        [row.told_at, row.days_before, row.place,
         Fact(say("Expert"), str(row.person), Privacy.ALLIANCE, ("roster.person", row.person_id))]
        for row in one.reminders.select_related("person").order_by("-told_at", "place")[:SHOWN]
    ]  # fmt: skip
    columns = [say("When"), say("Days before it closed"), say("Rank"), say("Expert")]
    return Section(say("Experts reminded of the call"), columns, rows)


def demand_related(one: Challenge, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    """Opinions that are asked for and objections, as far as the reader may see them."""
    for row in appraisals_for(actor).filter(challenge=one, stage=AppraisalStage.ASKED)[:SHOWN]:
        yield say("Experts' opinions on demands"), "challenges.appraisal", row
    for row in objections_for(actor).filter(challenge=one).order_by("-received_at")[:SHOWN]:
        yield say("Objections"), "challenges.objection", row


def _now(one: Challenge, _by: Account) -> dict[str, Any]:
    """What the demand says now, for the form that changes it."""
    names = ("title", "problem", "end_user", "current_level", "scene", "region", "months", "most_fen", "ip_clause",
             "data_available", "needs_ethics", "needs_hgr")  # fmt: skip
    return {name: getattr(one, name) for name in names} | {
        "mode": AwardMode(one.mode), "openness": Openness(one.openness), "specialties": list(one.specialty_codes),
        "indicators": [
            actions.IndicatorRow(row.name, row.unit, row.target.normalize(), row.test_method, Direction(row.direction))
            for row in one.indicators.all()
        ],
        "budget": [
            actions.BudgetRow(BudgetSource(row.source), row.amount_fen, row.purpose or None)
            for row in one.budget_lines.all()
        ],
        "milestones": [
            actions.MilestoneRow(row.content, row.due_months, row.share_percent) for row in one.planned_milestones.all()
        ],
    }  # fmt: skip


def demand_turn(one: Challenge, _actor: Account, move: str) -> bool:
    """The text is agreed once, and announced once it is agreed."""
    return {"agree_text": one.text_agreed_on is None, "announce": text_agreed(one)}.get(move, True)


def _not_over(*more: str) -> frozenset[str]:
    return stages(*(stage for stage in ChallengeStage if stage in BEFORE_CONTRACT), *more)


DEMAND_VERBS: Sequence[Verb] = [
    Verb("draft", actions.draft_demand, say("Write down a demand"), roles=DEMANDERS, opening=True),
    Verb("change", actions.change_demand, say("Change"), roles=DEMANDERS, stages=stages(ChallengeStage.DEMAND_DRAFT),
         prefill=_now),
    Verb("reword", actions.change_demand, say("Put the wording right"), roles=OFFICE,
         stages=stages(*(actions.WRITTEN - {ChallengeStage.DEMAND_DRAFT})), prefill=_now),
    Verb("submit", actions.submit_demand, say("Submit the demand"), move="submit"),
    Verb("withdraw", actions.withdraw_demand, say("Withdraw the demand"), move="withdraw", danger=True),
    Verb("take_up", actions.take_up_demand, say("Begin the check"), move="take_up"),
    Verb("send_back", actions.send_back_demand, say("Send back for changes"), move="send_back"),
    Verb("pass_check", actions.pass_check, say("Pass the check and ask experts"), move="pass_check"),
    Verb("ask_experts", argument.ask_experts, say("Ask more experts"), roles=OFFICE,
         stages=stages(ChallengeStage.ARGUMENTATION)),
    Verb("approve", argument.approve_demand, say("Put on the list"), move="approve"),
    Verb("reject", actions.reject_demand, say("Reject the demand"), move="reject", danger=True),
    Verb("agree_text", argument.agree_list_text, say("Agree to the text of the list"), move="agree_text"),
    Verb("announce", calls.announce_list, say("Announce the list"), move="announce"),
    Verb("publish", calls.publish_call, say("Publish the call"), move="publish"),
    Verb("prolong", calls.prolong_call, say("Prolong the call"), roles=OFFICE,
         stages=stages(ChallengeStage.PUBLISHED)),
    Verb("take_case", actions.take_case, say("Take the case"), roles=OFFICE, stages=_not_over()),
]  # fmt: skip
CANCEL_VERBS: Sequence[Verb] = [
    Verb("cancel", calls.cancel_challenge, say("Cancel the challenge"), move="cancel", danger=True),
]
