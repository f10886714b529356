"""A deal of the investment fund: its advisers declare before each stage; it is shown to nobody outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.kernel import documents, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, File, Paragraph, Yes, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Role
from xinglin.matching.queries.sights import persons_of
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import Adviser, Deal, DealNote, Declaration, Tranche
from xinglin.transfer.queries import funds as queries
from xinglin.transfer.rules import funds as rules
from xinglin.transfer.words.funds import DealStage

Title = Annotated[str, Ask("line", longest=120)]
Line200 = Annotated[str, Ask("line", longest=200)]
Shown = Annotated[str, Ask("line", longest=300)]
Reason = Annotated[str, Ask("text", longest=4_000)]
Number = Annotated[int, Ask("count", least=1, most=99)]


@dataclass(frozen=True)
class TrancheRow:
    """One part of the money and the condition on which it is paid."""

    amount_fen: Fen
    condition: Line200


@transaction.atomic
def enter_deal(
    *, title: Title, company: Title, organisation_id: ref("roster.organisation"), summary: Paragraph, by: Account
) -> Deal:
    """Enter a lead for the investment fund that an organisation manages."""
    seen("roster.organisation", organisation_id, by, field="organisation_id")
    permits.require(by, *rules.MANAGERS, scopes=[("organisation", organisation_id)])
    one = Deal(number=lifecycle.next_number("DL"), title=title, company=company, organisation_id=organisation_id,
               summary=summary)  # fmt: skip
    one.keys = keys_of(one.number, title, company)
    lifecycle.begin(one, by=by)
    ledger.record("transfer.deal_entered", by=by, subject=one)
    return one


@transaction.atomic
def ask_adviser(*, deal_id: str, person_id: ref("roster.person"), by: Account) -> Deal:
    """Ask an expert to advise. They see the deal from now on, and declare before each stage."""
    one = _managed(deal_id, by)
    seen("roster.person", person_id, by, field="person_id")
    row = one.advisers.filter(person_id=person_id).first()
    if row is None:
        Adviser.objects.create(deal=one, person_id=person_id, since=today())
    else:
        row.left_on = None
        row.save(update_fields=["left_on"])
    lifecycle.touch(one)
    ledger.record("transfer.adviser_asked", by=by, subject=one)
    told = notices.holders(Role.EXPERT, scopes=[("person", person_id)])
    told = [account for account in told if queries.deals_for(account).filter(pk=one.pk).exists()]
    notices.tell(told, "transfer.adviser_asked", say("You are asked to advise; declare your interests first."),
                 subject=one)  # fmt: skip
    return one


@transaction.atomic
def release_adviser(*, deal_id: str, person_id: ref("roster.person"), by: Account) -> Deal:
    """An expert advises no more; what they declared stays on record."""
    one = _managed(deal_id, by)
    row = one.advisers.filter(person_id=person_id, left_on=None).first()
    if row is None:
        raise Refusal("transfer.no_adviser", say("This expert does not advise the deal."), field="person_id")
    row.left_on = today()
    row.save(update_fields=["left_on"])
    lifecycle.touch(one)
    ledger.record("transfer.adviser_released", by=by, subject=one)
    return one


@transaction.atomic
def declare_interest(*, deal_id: str, has_interest: Yes, statement: Reason, by: Account) -> Deal:
    """An adviser declares, for themselves alone and before the stage that comes next, an interest or none."""
    one = lifecycle.take(Deal, deal_id)
    mine = [key for key in queries.advisers_of(one) if key in persons_of(by)]
    stage = queries.next_stage(one)
    if not mine:
        permits.require(by, *rules.ADVISERS, scopes=[("person", key) for key in queries.advisers_of(one)])
    if not mine or stage is None:
        raise Refusal("transfer.nothing_to_declare", say("There is nothing for you to declare now."))
    _made, new = Declaration.objects.get_or_create(
        deal=one, person_id=mine[0], stage=stage,
        defaults={"has_interest": has_interest, "statement": statement, "declared_on": today()},
    )  # fmt: skip
    if not new:
        raise Refusal("transfer.declared", say("You have declared for this stage already."))
    lifecycle.touch(one)
    ledger.record(
        "transfer.interest_declared", by=by, subject=one, data={"stage": str(stage), "interest": has_interest}
    )
    return one


def _managed(key: str, by: Account) -> Deal:
    one = lifecycle.take(Deal, key)
    permits.require(by, *rules.MANAGERS, scopes=[("organisation", one.organisation_id)])
    require_stage(one, rules.OPEN_DEAL)
    return one


def _advance(one: Deal, move: str, stage: DealStage, by: Account, facts: rules.Interests | None = None) -> Deal:
    lifecycle.step(one, move, by=by, facts=facts or queries.interests(one, stage))
    ledger.record("transfer.deal_moved", by=by, subject=one, data={"stage": str(stage)})
    return one


@transaction.atomic
def screen_deal(*, deal_id: str, by: Account) -> Deal:
    """Begin the screening."""
    return _advance(lifecycle.take(Deal, deal_id), "screen", DealStage.SCREENING, by)


@transaction.atomic
def examine_deal(*, deal_id: str, by: Account) -> Deal:
    """Begin the due diligence."""
    return _advance(lifecycle.take(Deal, deal_id), "examine", DealStage.DUE_DILIGENCE, by)


@transaction.atomic
def submit_deal(*, deal_id: str, report: File, by: Account) -> Deal:
    """Bring it before the investment committee with the report of the due diligence."""
    one = lifecycle.take(Deal, deal_id)
    _advance(one, "submit", DealStage.COMMITTEE, by)
    documents.add(subject=one, title=report.name, upload=report, purpose="due_diligence", by=by)
    return one


@transaction.atomic
def approve_deal(*, deal_id: str, amount_fen: Fen, minutes: File, by: Account) -> Deal:
    """Enter the committee's approval: the amount, and its minutes."""
    one = lifecycle.take(Deal, deal_id)
    one.amount_fen = amount_fen
    facts = queries.interests(one, DealStage.APPROVED, amount_fen=amount_fen)
    _advance(one, "approve", DealStage.APPROVED, by, facts)
    one.minutes = documents.add(subject=one, title=minutes.name, upload=minutes,
                                purpose="minutes", by=by)  # fmt: skip
    one.save(update_fields=["minutes"])
    return one


@transaction.atomic
def agree_deal(
    *,
    deal_id: str,
    agreement: File,
    tranches: list[TrancheRow],
    promises_nothing: Yes,
    qualified_only: Yes,
    by: Account,
) -> Deal:
    """Enter the agreement: tranches that make the amount exactly, no promise of return, qualified investors only."""
    one = lifecycle.take(Deal, deal_id)
    one.promises_nothing, one.qualified_only = promises_nothing, qualified_only
    facts = queries.interests(
        one, DealStage.AGREED, amount_fen=one.amount_fen or 0, tranches=[row.amount_fen for row in tranches],
        promises_nothing=promises_nothing, qualified_only=qualified_only,
    )  # fmt: skip
    _advance(one, "agree", DealStage.AGREED, by, facts)
    documents.add(subject=one, title=agreement.name, upload=agreement, purpose="agreement", by=by)
    for place, row in enumerate(tranches, start=1):
        Tranche.objects.create(deal=one, ordinal=place, amount_fen=row.amount_fen, condition=row.condition)
    return one


@transaction.atomic
def fund_deal(*, deal_id: str, by: Account) -> Deal:
    """Begin the funding; each tranche is paid on its condition."""
    return _advance(lifecycle.take(Deal, deal_id), "fund", DealStage.FUNDED, by)


@transaction.atomic
def pay_tranche(*, deal_id: str, tranche: Number, shown_by: Shown, paid_on: Day | None = None, by: Account) -> Deal:
    """Note that a tranche was paid, and what shows that its condition was met."""
    one = _managed(deal_id, by)
    require_stage(one, (DealStage.FUNDED,))
    row = one.tranches.filter(ordinal=tranche, paid_on=None).first()
    if row is None:
        raise Refusal("transfer.no_tranche", say("No tranche of this number waits to be paid."), field="tranche")
    row.paid_on, row.shown_by = paid_on or today(), require_reason(shown_by, field="shown_by")
    row.save(update_fields=["paid_on", "shown_by"])
    lifecycle.touch(one)
    ledger.record("transfer.tranche_paid", by=by, subject=one, data={"tranche": tranche})
    return one


@transaction.atomic
def manage_deal(*, deal_id: str, by: Account) -> Deal:
    """All is paid; the company is followed from now on."""
    one = lifecycle.take(Deal, deal_id)
    facts = queries.interests(one, DealStage.POST, unpaid=one.tranches.filter(paid_on=None).count())
    return _advance(one, "manage", DealStage.POST, by, facts)


@transaction.atomic
def note_deal(*, deal_id: str, text: Paragraph, happened_on: Day | None = None, by: Account) -> Deal:
    """Note a meeting, a report of the company, a matter to watch."""
    one = _managed(deal_id, by)
    DealNote.objects.create(deal=one, happened_on=happened_on or today(), text=text, recorded_by=by.pk)
    lifecycle.touch(one)
    ledger.record("transfer.deal_noted", by=by, subject=one)
    return one


@transaction.atomic
def exit_deal(*, deal_id: str, proceeds_fen: Fen, exit_way: Line200, exited_on: Day | None = None, by: Account) -> Deal:
    """Enter the exit: how, when and with which proceeds."""
    one = lifecycle.take(Deal, deal_id)
    one.proceeds_fen, one.exit_way, one.exited_on = proceeds_fen, exit_way, exited_on or today()
    return _advance(one, "exit", DealStage.EXITED, by)


@transaction.atomic
def decline_deal(*, deal_id: str, reason: Reason, by: Account) -> Deal:
    """Decline it before an agreement is signed, and say why."""
    one = lifecycle.take(Deal, deal_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "decline", by=by)
    ledger.record("transfer.deal_declined", by=by, subject=one)
    return one
