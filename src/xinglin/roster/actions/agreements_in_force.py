"""An agreement's life once it is in force: deliver, renew, amend, end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Count, Day
from xinglin.kernel.clock import today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.roster.actions.agreements import PARTY, Reason, tell_parties
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.roster.models import Agreement, AgreementParty, Deliverable
from xinglin.roster.rules import agreements as rules
from xinglin.roster.rules.lapsing import term_end
from xinglin.roster.words.agreements import Succession, TerminationGround

Evidence = Annotated[str, Ask("text", longest=4_000)]


@transaction.atomic
def renew_agreement(*, agreement_id: str, until: Day | None = None, by: Account) -> Agreement:
    """Prepare a renewal: an agreement of the same parties from the day after this one ends. Returns the new draft."""
    before = lifecycle.take(Agreement, agreement_id)
    if before.until is None:
        raise Refusal(
            "agreements.no_end", say("This agreement has no last day, so there is nothing to renew."),
            say("Prepare a new version instead."),
        )  # fmt: skip
    lifecycle.step(before, "renew", by=by, due_on=before.due_on)
    starts = before.until + timedelta(days=1)
    months = max(1, round(((before.until - before.starts).days + 1) / 30.44))
    made = _successor(before, Succession.RENEWAL, by)
    _begin_successor(made, before, starts, until or term_end(starts, months), by)
    ledger.record("roster.renewal_prepared", by=by, subject=before, data={"until": str(made.until)})
    tell_parties(before, "roster.renewal_prepared", say("A renewal is being prepared."))
    return made


@transaction.atomic
def amend_agreement(*, agreement_id: str, by: Account) -> Agreement:
    """Prepare a new version; the present one stays in force until the new one is signed. Returns the new draft."""
    before = lifecycle.take(Agreement, agreement_id)
    lifecycle.step(before, "amend", by=by, due_on=before.due_on)
    made = _successor(before, Succession.AMENDMENT, by)
    made.edition = before.edition + 1
    _begin_successor(made, before, before.starts, before.until, by)
    ledger.record("roster.amendment_prepared", by=by, subject=before, data={"edition": made.edition})
    tell_parties(before, "roster.amendment_prepared", say("A new version is being prepared."))
    return made


def _successor(before: Agreement, succession: Succession, by: Account) -> Agreement:
    return Agreement(
        title=before.title, kind=before.kind, categories=before.categories, purpose=before.purpose,
        terms=before.terms, amount_fen=before.amount_fen, auto_renews=before.auto_renews,
        renew_months=before.renew_months, published=before.published, predecessor=before, succession=succession,
        keys=keys_of(before.title, *(str(party.organisation) for party in before.parties.all())),
    )  # fmt: skip


def _begin_successor(made: Agreement, before: Agreement, starts: date, until: date | None, by: Account) -> None:
    made.starts, made.until = starts, until
    rules.term_makes_sense(made.starts, made.until, made.auto_renews, made.renew_months)
    again = Refusal(
        "agreements.successor_exists",
        say("A renewal or a new version is being prepared already."),
        say("Open that one; it is named on this page."),
    )
    with only_once({"one_successor_at_a_time": again}):
        lifecycle.begin(made, by=by)
    for party in before.parties.all():
        AgreementParty.objects.create(
            agreement=made, organisation_id=party.organisation_id, role=party.role, ordinal=party.ordinal,
            on_behalf_of=party.on_behalf_of, signatory_name=party.signatory_name,
            signatory_position=party.signatory_position,
        )  # fmt: skip
    for promise in before.deliverables.filter(done_on=None):
        Deliverable.objects.create(
            agreement=made, ordinal=promise.ordinal, what=promise.what, organisation_id=promise.organisation_id,
            due_on=promise.due_on,
        )  # fmt: skip
    ledger.record(
        "roster.agreement_drafted", by=by, subject=made, data={"kind": made.kind, "parties": made.parties.count()}
    )


@transaction.atomic
def record_delivery(
    *, agreement_id: str, number: Count, evidence: Evidence, done_on: Day | None = None, by: Account
) -> Agreement:
    """Something promised was done; say what shows it. `number` is the row in the list of deliverables."""
    agreement = lifecycle.take(Agreement, agreement_id)
    permits.require(by, Role.SECRETARIAT, *PARTY, scopes=agreement.scopes())
    require_stage(agreement, rules.IN_FORCE)
    promise = agreement.deliverables.select_for_update().filter(ordinal=number).first()
    if promise is None:
        raise Refusal(
            "agreements.no_deliverable", say("There is no deliverable {number}.", number=number), field="number"
        )
    if promise.done_on is not None:
        raise Refusal(
            "agreements.delivered", say("This was recorded as done on {day}.", day=promise.done_on), field="number"
        )
    day = done_on or today()
    if day > today():
        raise Refusal("agreements.delivered_later", say("It cannot have been done in the future."), field="done_on")
    promise.done_on, promise.evidence, promise.done_by = day, require_reason(evidence, field="evidence"), by.pk
    promise.save()
    lifecycle.touch(agreement)
    ledger.record("roster.delivered", by=by, subject=agreement, data={"number": number, "on": day.isoformat()})
    tell_parties(agreement, "roster.delivered", say("“{what}” is recorded as done.", what=promise.what))
    return agreement


@transaction.atomic
def stop_auto_renewal(*, agreement_id: str, by: Account) -> Agreement:
    """Let the agreement end on its last day instead of renewing by itself."""
    agreement = lifecycle.take(Agreement, agreement_id)
    permits.require(by, Role.SECRETARIAT, *PARTY, scopes=agreement.scopes())
    if agreement.stage not in rules.IN_FORCE or not agreement.auto_renews:
        raise Refusal("agreements.not_renewing", say("This agreement does not renew by itself."))
    agreement.auto_renews = False
    lifecycle.touch(agreement)
    ledger.record("roster.auto_renewal_stopped", by=by, subject=agreement)
    tell_parties(agreement, "roster.auto_renewal_stopped", say("It will not renew by itself any more."))
    return agreement


@transaction.atomic
def terminate_agreement(
    *, agreement_id: str, end_ground: TerminationGround, reason: Reason, ended_on: Day | None = None, by: Account
) -> Agreement:
    """End an agreement before its day, with the ground and the reason."""
    agreement = lifecycle.take(Agreement, agreement_id)
    day = ended_on or today()
    if day > today() or (agreement.signed_on and day < agreement.signed_on):
        raise Refusal(
            "agreements.end_day", say("It cannot have ended on {day}.", day=day),
            say("Choose a day after its signature, today at the latest."), field="ended_on",
        )  # fmt: skip
    agreement.end_ground, agreement.closed_because, agreement.ended_on = end_ground, require_reason(reason), day
    lifecycle.step(agreement, "terminate", by=by)
    data = {"ground": str(end_ground), "on": day.isoformat()}
    ledger.record("roster.agreement_terminated", by=by, subject=agreement, data=data)
    tell_parties(
        agreement, "roster.agreement_terminated", say("The agreement was terminated; the reason is on record.")
    )
    return agreement


def extend_by_itself(agreement: Agreement, program: Account) -> bool:
    """On its last day an agreement that renews by itself goes on, once or as often as the days since ask for."""
    if not agreement.auto_renews or agreement.until is None or not agreement.renew_months:
        return False
    until = agreement.until
    while until < today():
        until = term_end(until + timedelta(days=1), agreement.renew_months)
    agreement.until = until
    lifecycle.step(agreement, "extend", by=program)
    ledger.record("roster.agreement_extended", by=program, subject=agreement, data={"until": until.isoformat()})
    tell_parties(agreement, "roster.agreement_extended", say("It renewed by itself until {until}.", until=until))
    return True
