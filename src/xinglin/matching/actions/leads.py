"""An investment lead's life: enter, contact, visit, memorandum, settled or lost; every running lead has a next step."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, Line, Paragraph, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.matching.actions import inputs
from xinglin.matching.models import Lead, LeadStep
from xinglin.matching.rules import leads as rules
from xinglin.matching.words.leads import LeadField, LeadStage, LossReason
from xinglin.roster.actions.codes import region_code

Title = Annotated[str, Ask("line", longest=120)]
NextStep = Annotated[str, Ask("line", longest=300)]


@transaction.atomic
def enter_lead(
    *,
    title: Title,
    investor: Title,
    field: LeadField,
    next_step: NextStep,
    next_on: Day,
    body: Paragraph | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    host_id: ref("roster.organisation") | None = None,
    region: Line | None = None,
    amount_fen: Fen | None = None,
    source_person_id: ref("roster.person") | None = None,
    by: Account,
) -> Lead:
    """Enter somebody who might invest here, with what is done next and when. Whoever enters it keeps it."""
    permits.require(by, *rules.KEEPERS, scopes=[("organisation", host_id)] if host_id else [])
    seen("roster.organisation", host_id, by, field="host_id")
    lead = Lead(number=lifecycle.next_number("IL"), host_id=host_id or None, owner=by)
    _fill(
        lead,
        by,
        title=title,
        investor=investor,
        field=field,
        body=body,
        organisation_id=organisation_id,
        region=region,
        amount_fen=amount_fen,
        source_person_id=source_person_id,
    )
    rules.has_next_step(rules.StepFacts(next_step, next_on, today()))
    lead.next_step, lead.due_on = next_step, next_on
    lifecycle.begin(lead, by=by)
    _note(lead, say("Entered").msgid, today(), by)
    ledger.record("matching.lead_entered", by=by, subject=lead, data={
        "number": lead.number, "field": str(field), "amount_fen": amount_fen or 0,
    })  # fmt: skip
    return lead


@transaction.atomic
def change_lead(
    *,
    lead_id: str,
    title: Title,
    investor: Title,
    field: LeadField,
    body: Paragraph | None = None,
    organisation_id: ref("roster.organisation") | None = None,
    region: Line | None = None,
    amount_fen: Fen | None = None,
    source_person_id: ref("roster.person") | None = None,
    by: Account,
) -> Lead:
    """Correct what is known of the lead."""
    lead = lifecycle.take(Lead, lead_id)
    permits.require(by, *rules.KEEPERS, scopes=lead.scopes())
    before = {name: getattr(lead, name) for name in _CHANGEABLE}
    _fill(
        lead,
        by,
        title=title,
        investor=investor,
        field=field,
        body=body,
        organisation_id=organisation_id,
        region=region,
        amount_fen=amount_fen,
        source_person_id=source_person_id,
    )
    lifecycle.touch(lead)
    changed = sorted(name for name, value in before.items() if getattr(lead, name) != value)
    ledger.record("matching.lead_changed", by=by, subject=lead, data={"fields": changed})
    return lead


@transaction.atomic
def contact_lead(
    *, lead_id: str, text: Paragraph, next_step: NextStep, next_on: Day, done_on: Day | None = None, by: Account
) -> Lead:
    """Note the first contact, and what comes next."""
    return _advance(lead_id, "contact", text, next_step, next_on, done_on, by)


@transaction.atomic
def visit_lead(
    *, lead_id: str, text: Paragraph, next_step: NextStep, next_on: Day, done_on: Day | None = None, by: Account
) -> Lead:
    """Note a visit, either way, and what comes next."""
    return _advance(lead_id, "visit", text, next_step, next_on, done_on, by)


@transaction.atomic
def sign_memorandum(
    *, lead_id: str, text: Paragraph, next_step: NextStep, next_on: Day, done_on: Day | None = None, by: Account
) -> Lead:
    """Note that a memorandum was signed, and what comes next."""
    return _advance(lead_id, "sign", text, next_step, next_on, done_on, by)


@transaction.atomic
def revive_lead(
    *, lead_id: str, text: Paragraph, next_step: NextStep, next_on: Day, done_on: Day | None = None, by: Account
) -> Lead:
    """Take a lost lead up again."""
    return _advance(lead_id, "revive", text, next_step, next_on, done_on, by)


@transaction.atomic
def note_step(
    *, lead_id: str, text: Paragraph, next_step: NextStep, next_on: Day, done_on: Day | None = None, by: Account
) -> Lead:
    """Note a step that does not change the stage, and what comes next."""
    lead = lifecycle.take(Lead, lead_id)
    permits.require(by, *rules.KEEPERS, scopes=lead.scopes())
    if lead.stage not in rules.RUNNING:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=lead.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )
    rules.has_next_step(rules.StepFacts(next_step, next_on, today()))
    lead.next_step, lead.due_on = next_step, next_on
    lifecycle.touch(lead)
    _note(lead, text, _done(done_on), by)
    ledger.record("matching.lead_advanced", by=by, subject=lead,
                  data={"stage": lead.stage, "next_on": next_on.isoformat()})  # fmt: skip
    return lead


@transaction.atomic
def settle_lead(*, lead_id: str, amount_fen: Fen, text: Paragraph | None = None, by: Account) -> Lead:
    """Note that the investment settled here, with the amount agreed."""
    lead = lifecycle.take(Lead, lead_id)
    lead.amount_fen, lead.next_step = amount_fen, ""
    lifecycle.step(lead, "settle", by=by, facts=amount_fen)
    _note(lead, text or "", today(), by)
    ledger.record("matching.lead_settled", by=by, subject=lead, data={"amount_fen": amount_fen})
    notices.tell(notices.holders(Role.SECRETARIAT), "matching.lead_settled",
                 say("The lead “{title}” settled.", title=lead.title), subject=lead)  # fmt: skip
    return lead


@transaction.atomic
def lose_lead(*, lead_id: str, loss_reason: LossReason, loss_text: Paragraph | None = None, by: Account) -> Lead:
    """Note that the lead is lost, and why."""
    lead = lifecycle.take(Lead, lead_id)
    lead.loss_reason, lead.loss_text, lead.next_step = loss_reason, loss_text or "", ""
    lifecycle.step(lead, "lose", by=by)
    _note(lead, loss_text or "", today(), by)
    ledger.record("matching.lead_lost", by=by, subject=lead, data={"loss_reason": str(loss_reason)})
    return lead


@transaction.atomic
def hand_over_lead(*, lead_id: str, owner: Line, by: Account) -> Lead:
    """Give the lead to another keeper, by user name or e-mail address."""
    lead = lifecycle.take(Lead, lead_id)
    permits.require(by, *rules.KEEPERS, scopes=lead.scopes())
    found = (
        Account.objects.filter(is_active=True, username__iexact=owner).first()
        or Account.objects.filter(is_active=True, email__iexact=owner).exclude(email="").first()
    )
    if found is None or not permits.holds(found, *rules.KEEPERS, scopes=lead.scopes()):
        raise Refusal(
            "matching.no_keeper",
            say("Nobody who may keep this lead has an account under “{owner}”.", owner=owner[:60]),
            say("Name somebody of the secretariat or of the hosting organisation."),
            field="owner",
        )
    lead.owner = found
    lifecycle.touch(lead)
    ledger.record("matching.lead_handed_over", by=by, subject=lead, data={"owner": str(found)})
    notices.tell([found], "matching.lead_handed_over", say("The lead “{title}” is yours now.", title=lead.title),
                 subject=lead)  # fmt: skip
    return lead


_CHANGEABLE = ("title", "investor", "field", "body", "organisation_id", "region", "amount_fen", "source_person_id")


def _fill(lead: Lead, by: Account, *, body: str | None, region: str | None, organisation_id: str | None,
          source_person_id: str | None, **plain: Any) -> None:  # fmt: skip
    for name, value in plain.items():
        setattr(lead, name, value)
    lead.body, lead.region = body or "", region_code(region)
    lead.organisation_id = seen("roster.organisation", organisation_id, by, field="organisation_id")
    lead.source_person_id = inputs.registered_person(source_person_id, field="source_person_id")
    lead.keys = keys_of(lead.title, lead.investor, lead.number)


def _advance(
    lead_id: str, move: str, text: str, next_step: str, next_on: date, done_on: date | None, by: Account
) -> Lead:
    lead = lifecycle.take(Lead, lead_id)
    day = _done(done_on)
    lead.next_step = next_step
    lead.loss_reason, lead.loss_text = "", ""
    lifecycle.step(lead, move, by=by, facts=rules.StepFacts(next_step, next_on, today()), due_on=next_on)
    _note(lead, text, day, by)
    ledger.record("matching.lead_advanced", by=by, subject=lead,
                  data={"stage": lead.stage, "next_on": next_on.isoformat()})  # fmt: skip
    if lead.owner_id != by.pk:
        notices.tell([lead.owner], "matching.lead_advanced",
                     say("The lead “{title}” moved on: {stage}.", title=lead.title, stage=LeadStage(lead.stage).label),
                     subject=lead)  # fmt: skip
    return lead


def _done(done_on: date | None) -> date:
    if done_on is not None and done_on > today():
        raise Refusal("matching.step_future", say("A step is noted once it is done."),
                      say("Give today or an earlier day."), field="done_on")  # fmt: skip
    return done_on or today()


def _note(lead: Lead, text: str, day: date, by: Account) -> None:
    LeadStep.objects.create(lead=lead, stage=lead.stage, text=text, done_on=day, next_step=lead.next_step,
                            next_on=lead.due_on, entered_by=by.pk)  # fmt: skip
