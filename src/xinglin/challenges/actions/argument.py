"""How a demand is argued: experts are asked, score by criterion, sign or decline; the secretariat draws the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.notices import tell_demander
from xinglin.challenges.models import Appraisal, AppraisalScore, Challenge
from xinglin.challenges.queries import demands as facts
from xinglin.challenges.rules import appraisals as rules
from xinglin.challenges.words.calls import AppraisalStage, Criterion, CriterionSet
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Paragraph, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import inputs
from xinglin.roster.queries.register import people_for

PaperPlace = Annotated[str, Ask("line", longest=200)]
Points = Annotated[int, Ask("count", least=0, most=100)]

configuration.rule(
    "challenges.opinions_least", 5, say("Experts who must have argued a demand before it is put on the list"),
    "by analogy with the Bidding Law art. 37, five or more; nine were heard in bazhong 2025",
)  # fmt: skip
# Who may agree for the demander.
SPEAKERS = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)
configuration.rule(
    "challenges.demander_agrees", True, say("The demander agrees to the text before the list is announced"),
    "domain 4.1: the text is agreed with the demander after the argumentation (Bazhong 2025)",
)  # fmt: skip
configuration.rule(
    "challenges.pass_mark", 60, say("Points of 100 a demand needs to be put on the list"), "set by the alliance"
)


@dataclass(frozen=True)
class ScoreRow:
    """Points for one criterion, 0 to 100."""

    criterion: Criterion
    points: Points


@transaction.atomic
def ask_experts(*, challenge_id: str, experts: list[ref("roster.person")], by: Account) -> Challenge:
    """Ask more experts to argue the demand."""
    one = lifecycle.take(Challenge, challenge_id)
    permits.require(by, Role.SECRETARIAT)
    if one.stage != ChallengeStage.ARGUMENTATION:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=one.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )
    ask_each(challenge=one, persons=experts, by=by)
    lifecycle.touch(one)
    return one


@transaction.atomic
def ask_each(*, challenge: Challenge, persons: Sequence[str], by: Account) -> list[Appraisal]:
    """Ask each of `persons`, refusing who is partial, who manages the case, and who could not answer."""
    one = challenge
    for person in persons:
        inputs.registered_person(person, field="experts")
    known = [row.person_id for row in facts.opinions(one)]
    rules.panel_named_once(persons, known)
    rules.one_part_only(experts=persons, manager=facts.persons_behind(one.case_manager))
    partial = facts.partial_experts(one, persons, by)
    names = {row.pk: str(row) for row in people_for(by).filter(pk__in=list(persons))}
    for person, why in partial.items():
        raise Refusal(
            "challenges.expert_partial",
            say("{name} cannot argue this demand: {why}.", name=names.get(person, ""), why=why),
            say("Ask somebody who has no tie to the demander."),
            field="experts",
        )
    asked = []
    for person in persons:
        accounts = notices.holders(Role.EXPERT, scopes=[("person", person)])
        if not accounts:
            raise Refusal(
                "challenges.expert_without_account",
                say("{name} has no account to answer with.", name=names.get(person, "")),
                say("Invite them first; an opinion is signed by the expert in person."),
                field="experts",
            )
        row = lifecycle.begin(Appraisal(challenge=one, person_id=person, round=one.argument_round), by=by)
        ledger.record("challenges.expert_asked", by=by, subject=row, data={"challenge": one.number})
        notices.tell(accounts, "challenges.expert_asked",
                     say("You are asked to argue the demand “{title}”.", title=one.title), subject=row)  # fmt: skip
        asked.append(row)
    return asked


@transaction.atomic
def sign_appraisal(*, appraisal_id: str, scores: list[ScoreRow], opinion: Paragraph, by: Account) -> Appraisal:
    """Score every criterion, write an opinion and sign. Name and points are published with the list."""
    row = lifecycle.take(Appraisal, appraisal_id)
    one = _argued(row)
    points = rules.all_criteria(CriterionSet(one.criterion_set), [(str(s.criterion), s.points) for s in scores])
    row.opinion, row.signed_at = opinion, now()
    row.mean_centi = rules.mean_centi(list(points.values()))
    lifecycle.step(row, "sign", by=by)
    AppraisalScore.objects.bulk_create(
        AppraisalScore(appraisal=row, criterion=criterion, points=value) for criterion, value in points.items()
    )
    ledger.record("challenges.appraisal_signed", by=by, subject=row, data={"mean_centi": row.mean_centi})
    if not facts.argument_facts(one).waiting:
        notices.tell(notices.holders(Role.SECRETARIAT), "challenges.argued",
                     say("All experts asked have argued “{title}”.", title=one.title), subject=one)  # fmt: skip
    return row


@transaction.atomic
def decline_appraisal(*, appraisal_id: str, reason: Paragraph, by: Account) -> Appraisal:
    """Decline to argue the demand, saying why; a tie to the demander is a good reason."""
    row = lifecycle.take(Appraisal, appraisal_id)
    row.reason = reason
    lifecycle.step(row, "decline", by=by)
    ledger.record("challenges.appraisal_declined", by=by, subject=row)
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.appraisal_declined",
                 say("An expert declined to argue “{title}”.", title=row.challenge.title),
                 subject=row.challenge)  # fmt: skip
    return row


@transaction.atomic
def release_expert(*, appraisal_id: str, reason: Paragraph, by: Account) -> Appraisal:
    """Go on without an expert who does not answer. Whoever has signed stays."""
    row = lifecycle.take(Appraisal, appraisal_id)
    row.reason = reason
    lifecycle.step(row, "release", by=by)
    ledger.record("challenges.expert_released", by=by, subject=row)
    return row


@transaction.atomic
def release_all(*, challenge: Challenge, by: Account) -> int:
    """Release every expert who was asked and need not answer any more: the demand is over."""
    rows = Appraisal.objects.select_for_update(of=("self",)).filter(challenge=challenge, stage=AppraisalStage.ASKED)
    for row in rows:
        lifecycle.step(row, "release", by=by)
        ledger.record("challenges.expert_released", by=by, subject=row)
    return len(rows)


@transaction.atomic
def approve_demand(*, challenge_id: str, by: Account) -> Challenge:
    """Put the demand on the approved list. Enough experts must have signed, and their mean must reach the mark."""
    one = lifecycle.take(Challenge, challenge_id)
    argued = facts.argument_facts(one)
    one.mean_centi = rules.overall_centi(argued.means) if argued.means else None
    one.text_agreed_on = None
    lifecycle.step(one, "approve", by=by, facts=argued)
    data = {"mean_centi": one.mean_centi, "opinions": len(argued.means)}
    ledger.record("challenges.demand_approved", by=by, subject=one, data=data)
    tell_demander(one, "challenges.demand_approved",
                  say("The experts approved your demand “{title}”. Please read and agree to its text for the list.",
                      title=one.title))  # fmt: skip
    return one


@transaction.atomic
def agree_list_text(*, challenge_id: str, paper: PaperPlace | None = None, by: Account) -> Challenge:
    """Agree to the text as the list will say it (巴中 2025): the demander's own people here; the secretariat for an
    agreement on paper, saying where it is kept. A change of the text asks for it anew.
    """
    one = lifecycle.take(Challenge, challenge_id)
    if not paper and not permits.holds(by, *SPEAKERS, scopes=one.scopes()):
        raise Refusal(
            "challenges.text_on_paper",
            say("Only the demander agrees here."),
            say("If they agreed on paper, say where it is kept."),
            field="paper",
        )
    if one.text_agreed_on is not None:
        raise Refusal("challenges.text_agreed", say("The demander agreed to this text already."))
    one.text_agreed_on = today()
    lifecycle.step(one, "agree_text", by=by, due_on=one.due_on)
    ledger.record("challenges.list_text_agreed", by=by, subject=one, data={"paper": paper or ""})
    notices.tell(notices.holders(Role.SECRETARIAT), "challenges.list_text_agreed",
                 say("The demander agreed to the text of “{title}”; the list can be announced.", title=one.title),
                 subject=one)  # fmt: skip
    return one


def _argued(row: Appraisal) -> Challenge:
    """The demand an opinion is about, if it is being argued still."""
    one = row.challenge
    if one.stage != ChallengeStage.ARGUMENTATION or row.round != one.argument_round:
        raise Refusal(
            "challenges.not_argued",
            say("This demand is not being argued any more."),
            say("There is nothing left to sign; thank you for your readiness."),
        )
    return one
