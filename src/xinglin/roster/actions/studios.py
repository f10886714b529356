"""A studio's life and its apprentices': found, bind one to one, review each year, assess, close."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, absent, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.appointments import agreement_or_absent
from xinglin.roster.actions.bodies import organisation_or_absent, person_or_absent
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.plaques import tell_grantors_of_loose_plaques
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Apprenticeship, Studio, StudioReview
from xinglin.roster.queries import studios as queries
from xinglin.roster.rules import studios as rules
from xinglin.roster.rules.lapsing import months_later, require_order, term_end
from xinglin.roster.words.register import RecordStage
from xinglin.roster.words.studios import AT_WORK, ApprenticeStage, StudioStage, StudioVerdict

Name = Annotated[str, Ask("line", longest=160)]
Department = Annotated[str, Ask("line", longest=80)]
Reason = Annotated[str, Ask("text", longest=2_000)]
Days = Annotated[int, Ask("count", least=0, most=366)]

# No national rule; the agreements of published studios run for three years (domain 8.10).
configuration.rule("roster.studio_months", 36, say("Months a studio lasts"), "common practice, set by the alliance")


@transaction.atomic
def propose_studio(
    *,
    name: Name,
    host_id: ref("roster.organisation"),
    master_id: ref("roster.person"),
    starts: Day,
    until: Day | None = None,
    department: Department | None = None,
    partner_id: ref("roster.organisation") | None = None,
    plan: Paragraph | None = None,
    agreement_id: ref("roster.agreement") | None = None,
    by: Account,
) -> Studio:
    """Propose a studio of a master at a host. Without a last day it lasts as long as the alliance has set."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", host_id)])
    studio = Studio(
        name=name, host=organisation_or_absent(host_id), master=person_or_absent(master_id), starts=starts,
        until=until or term_end(starts, configuration.value("roster.studio_months", on=starts)),
        department=department or "", partner=organisation_or_absent(partner_id) if partner_id else None,
        plan=plan or "", agreement=agreement_or_absent(agreement_id) if agreement_id else None,
    )  # fmt: skip
    require_order(studio.starts, studio.until)
    rules.partner_is_another(studio.host_id, studio.partner_id)
    studio.keys = keys_of(name, str(studio.host), studio.master.name_zh, studio.master.name_latin)
    again = Refusal(
        "studios.again", say("This master has a studio here already."), say("Open the studio that exists."),
        field="master_id",
    )  # fmt: skip
    with only_once({"studio_once": again}):
        lifecycle.begin(studio, by=by)
    ledger.record("roster.studio_proposed", by=by, subject=studio)
    return studio


@transaction.atomic
def plan_studio(*, studio_id: str, plan: Paragraph, by: Account) -> Studio:
    """Write the plan: clinics, rounds, operations, lectures, papers of the coming year."""
    studio = lifecycle.take(Studio, studio_id)
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, Role.EXPERT, scopes=studio.scopes())
    require_stage(studio, (StudioStage.PROPOSED, *AT_WORK))
    studio.plan = plan
    lifecycle.touch(studio)
    ledger.record("roster.studio_planned", by=by, subject=studio)
    return studio


@transaction.atomic
def found_studio(*, studio_id: str, by: Account) -> Studio:
    """The studio begins its work."""
    studio = lifecycle.take(Studio, studio_id)
    founding = rules.Founding(
        starts=studio.starts,
        until=studio.until,
        plan=studio.plan,
        master_known=studio.master.stage == RecordStage.ACTIVE,
        host_known=studio.host.stage == RecordStage.ACTIVE,
    )
    due = queries.next_review(studio)
    lifecycle.step(studio, "found", by=by, facts=founding, due_on=due[1] if due else None)
    ledger.record("roster.studio_founded", by=by, subject=studio, data={"until": studio.until.isoformat()})
    _tell(studio, "roster.studio_founded", say("The studio “{name}” was founded.", name=studio.name))
    return studio


@transaction.atomic
def review_studio(
    *,
    studio_id: str,
    verdict: StudioVerdict,
    days_on_site: Days,
    findings: Paragraph,
    next_plan: Paragraph | None = None,
    held_on: Day | None = None,
    by: Account,
) -> Studio:
    """Look back on a year of the studio. Below the minimum, those who granted its plaque are told."""
    studio = lifecycle.take(Studio, studio_id)
    require_stage(studio, AT_WORK)
    due = queries.next_review(studio)
    if due is None:
        raise Refusal("studios.all_reviewed", say("Every year of the term is reviewed."))
    year, last_day = due
    if today() < months_later(last_day, -1):
        raise Refusal(
            "studios.too_early",
            say("Year {year} ends on {day}; it is too early to look back.", year=year, day=last_day),
            say("Review it in its last month."),
        )  # fmt: skip
    StudioReview.objects.create(
        studio=studio, year=year, held_on=held_on or today(), verdict=verdict, days_on_site=days_on_site,
        findings=findings, next_plan=next_plan or "", recorded_by=by.pk,
    )  # fmt: skip
    studio.plan = next_plan or studio.plan
    after = queries.next_review(studio)
    lifecycle.step(studio, "review", by=by, due_on=after[1] if after else studio.until)
    data = {"year": year, "verdict": str(verdict)}
    ledger.record("roster.studio_reviewed", by=by, subject=studio, data=data)
    sentence = say("Year {year} was reviewed: {verdict}.", year=year, verdict=verdict.label)
    _tell(studio, "roster.studio_reviewed", sentence)
    if verdict == StudioVerdict.BELOW:
        tell_grantors_of_loose_plaques(
            event="roster.plaque_in_question", studio=studio,
            sentence=say("The studio behind plaque {number} is below the minimum; decide whether it stays."),
        )  # fmt: skip
    return studio


@transaction.atomic
def prolong_studio(*, studio_id: str, until: Day, by: Account) -> Studio:
    """Let the studio go on after its term."""
    studio = lifecycle.take(Studio, studio_id)
    if until <= studio.until:
        raise Refusal(
            "studios.not_longer", say("The term already lasts until {until}.", until=studio.until),
            say("Choose a later day."), field="until",
        )  # fmt: skip
    require_order(studio.starts, until)
    studio.until = until
    due = queries.next_review(studio)
    lifecycle.step(studio, "prolong", by=by, due_on=due[1] if due else None)
    ledger.record("roster.studio_prolonged", by=by, subject=studio, data={"until": until.isoformat()})
    _tell(studio, "roster.studio_prolonged", say("The studio goes on until {until}.", until=until))
    return studio


@transaction.atomic
def close_studio(*, studio_id: str, reason: Reason, by: Account) -> Studio:
    """End the studio before its day; its apprenticeships end with it."""
    studio = lifecycle.take(Studio, studio_id)
    studio.closed_because = require_reason(reason)
    lifecycle.step(studio, "close", by=by)
    ledger.record("roster.studio_closed", by=by, subject=studio)
    release_apprentices(studio, by)
    tell_grantors_of_loose_plaques(
        event="roster.plaque_in_question", studio=studio,
        sentence=say("The studio behind plaque {number} was closed; decide whether it stays."),
    )  # fmt: skip
    _tell(studio, "roster.studio_closed", say("The studio was closed; the reason is on record."))
    return studio


def release_at_the_end(studio: Studio, program: Account) -> bool:
    """Nothing of a studio is left running when its term is over; the studio itself ends as anything does."""
    release_apprentices(studio, program)
    return False


def release_apprentices(studio: Studio, by: Account) -> None:
    """No pair outlives its studio."""
    program = permits.the_program()
    for key in studio.apprenticeships.filter(stage__in=["proposed", "learning"]).values_list("pk", flat=True):
        pair = lifecycle.take(Apprenticeship, key)
        pair.closed_because, pair.until = studio.name, today()
        lifecycle.step(pair, "leave" if pair.stage == ApprenticeStage.LEARNING else "withdraw", by=program)
        ledger.record("roster.apprentice_left", by=by, subject=pair)


@transaction.atomic
def withdraw_studio(*, studio_id: str, reason: Reason, by: Account) -> Studio:
    """Drop a proposal."""
    studio = lifecycle.take(Studio, studio_id)
    studio.closed_because = require_reason(reason)
    lifecycle.step(studio, "withdraw", by=by)
    ledger.record("roster.studio_withdrawn", by=by, subject=studio)
    return studio


_PAIRED = {
    "one_apprentice_each": Refusal(
        "studios.teacher_taken", say("This teacher has an apprentice already."),
        say("One teacher, one apprentice: end the other pair first, or choose another teacher."), field="teacher_id",
    ),
    "one_teacher_each": Refusal(
        "studios.apprentice_taken", say("This apprentice has a teacher already."),
        say("One teacher, one apprentice: end the other pair first, or choose another apprentice."),
        field="apprentice_id",
    ),
}  # fmt: skip


@transaction.atomic
def propose_apprentice(
    *,
    studio_id: ref("roster.studio"),
    teacher_id: ref("roster.person"),
    apprentice_id: ref("roster.person"),
    plan: Paragraph,
    until: Day | None = None,
    by: Account,
) -> Apprenticeship:
    """Propose a pair with its plan of learning: one teacher, one apprentice."""
    studio = Studio.objects.filter(pk=studio_id).first()
    if studio is None:
        raise absent()
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", studio.host_id)])
    pair = Apprenticeship(
        studio=studio, teacher=person_or_absent(teacher_id), apprentice=person_or_absent(apprentice_id), plan=plan,
        until=until,
    )  # fmt: skip
    rules.may_be_bound(rules.Pair(pair.teacher_id, pair.apprentice_id, studio.stage in AT_WORK))
    with only_once(_PAIRED):
        lifecycle.begin(pair, by=by)
    ledger.record("roster.apprentice_proposed", by=by, subject=pair)
    _tell_pair(pair, "roster.apprentice_proposed", say("A pair of teacher and apprentice is proposed."))
    return pair


@transaction.atomic
def bind_apprentice(*, apprenticeship_id: str, since: Day | None = None, by: Account) -> Apprenticeship:
    """Teacher and apprentice begin."""
    pair = lifecycle.take(Apprenticeship, apprenticeship_id)
    pair.since = since or today()
    pair.until = pair.until or pair.studio.until
    require_order(pair.since, pair.until)
    facts = rules.Pair(pair.teacher_id, pair.apprentice_id, pair.studio.stage in AT_WORK)
    lifecycle.step(pair, "bind", by=by, facts=facts, due_on=pair.until)
    ledger.record("roster.apprentice_bound", by=by, subject=pair)
    _tell_pair(
        pair, "roster.apprentice_bound", say("Teacher and apprentice are bound until {until}.", until=pair.until)
    )
    return pair


@transaction.atomic
def pass_apprentice(*, apprenticeship_id: str, assessment: Paragraph, by: Account) -> Apprenticeship:
    """The apprentice has passed."""
    return _assess(apprenticeship_id, "pass", assessment, by)


@transaction.atomic
def fail_apprentice(*, apprenticeship_id: str, assessment: Paragraph, by: Account) -> Apprenticeship:
    """The apprentice has not passed."""
    return _assess(apprenticeship_id, "fail", assessment, by)


def _assess(key: str, move: str, assessment: str, by: Account) -> Apprenticeship:
    pair = lifecycle.take(Apprenticeship, key)
    pair.assessment, pair.assessed_on = require_reason(assessment, field="assessment"), today()
    lifecycle.step(pair, move, by=by)
    ledger.record("roster.apprentice_assessed", by=by, subject=pair, data={"passed": move == "pass"})
    _tell_pair(pair, "roster.apprentice_assessed", say("The apprenticeship was assessed."))
    return pair


@transaction.atomic
def end_apprenticeship(*, apprenticeship_id: str, reason: Reason, by: Account) -> Apprenticeship:
    """End a pair early."""
    pair = lifecycle.take(Apprenticeship, apprenticeship_id)
    pair.closed_because = require_reason(reason)
    pair.until = max(today(), pair.since or today())
    lifecycle.step(pair, "leave", by=by)
    ledger.record("roster.apprentice_left", by=by, subject=pair)
    _tell_pair(pair, "roster.apprentice_left", say("The apprenticeship was ended early."))
    return pair


@transaction.atomic
def withdraw_apprentice(*, apprenticeship_id: str, reason: Reason, by: Account) -> Apprenticeship:
    """Drop a proposed pair."""
    pair = lifecycle.take(Apprenticeship, apprenticeship_id)
    pair.closed_because = require_reason(reason)
    lifecycle.step(pair, "withdraw", by=by)
    ledger.record("roster.apprentice_withdrawn", by=by, subject=pair)
    return pair


def _tell(studio: Studio, event: str, sentence: Phrase) -> None:
    scopes = [*studio.scopes(), *([("organisation", studio.partner_id)] if studio.partner_id else [])]
    notices.tell(notices.holders(Role.LIAISON, Role.EXPERT, scopes=scopes), event, sentence, subject=studio)


def _tell_pair(pair: Apprenticeship, event: str, sentence: Phrase) -> None:
    told = notices.holders(Role.LIAISON, Role.EXPERT, scopes=pair.scopes())
    notices.tell(told, event, sentence, subject=pair)
