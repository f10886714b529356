"""The technology contract of a transfer: draft with every mandatory clause, sign after the notice, register once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, documents, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Fen, File
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.money import in_column
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.roster.actions.once import only_once
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.actions.transfers import WITHIN_THE_UNIT, tell_unit
from xinglin.transfer.models import ContractClause, Transfer
from xinglin.transfer.queries import income
from xinglin.transfer.queries import transfers as queries
from xinglin.transfer.rules import contracts as clauses_of
from xinglin.transfer.rules import transfers as rules
from xinglin.transfer.words.transfers import Clause, ContractKind, TransferStage, Way

Title = Annotated[str, Ask("line", longest=120)]
Number = Annotated[str, Ask("line", longest=60)]
Text = Annotated[str, Ask("text", longest=8_000)]
Reason = Annotated[str, Ask("text", longest=4_000)]
DRAFTING = (TransferStage.PRICED, TransferStage.NOTICE, TransferStage.OBJECTION)


@dataclass(frozen=True)
class ClauseRow:
    """One head of the contract and what it says."""

    clause: Clause
    text: Text


@transaction.atomic
def draft_contract(*, transfer_id: str, contract_kind: ContractKind, clauses: list[ClauseRow], by: Account) -> Transfer:
    """Draft the technology contract: every clause its kind must settle. The paper is produced for signature."""
    one = lifecycle.take(Transfer, transfer_id)
    permits.require(by, *rules.OFFICE, scopes=one.scopes())
    require_stage(one, DRAFTING)
    if contract_kind not in clauses_of.FITS[Way(one.way)]:
        raise Refusal(
            "transfer.contract_kind",
            say("A contract of this kind cannot carry the way that was decided."),
            say("Choose the kind that fits, or decide another way."),
            field="contract_kind",
        )
    given = [row.clause for row in clauses]
    gaps = clauses_of.missing_clauses(contract_kind, given)
    if gaps or len(set(given)) != len(given):
        raise Refusal(
            "transfer.clauses",
            say("The contract leaves {count} mandatory clauses open.", count=len(gaps)) if gaps
            else say("Every clause stands once."),
            say("The first one missing: {clause}", clause=gaps[0].label) if gaps else None,
            field="clauses",
        )  # fmt: skip
    one.clauses.all().delete()
    for place, row in enumerate(clauses, start=1):
        ContractClause.objects.create(transfer=one, ordinal=place, clause=row.clause, text=row.text)
    one.contract_kind = contract_kind
    lifecycle.touch(one)
    _paper(one, by)
    ledger.record("transfer.contract_drafted", by=by, subject=one,
                  data={"kind": str(contract_kind), "clauses": len(clauses)})  # fmt: skip
    return one


def _paper(one: Transfer, by: Account) -> None:
    price = one.price_fen or 0
    facts = {
        "title": ContractKind(one.contract_kind).label,
        "number": one.number,
        "subject": one.achievement.title,
        "parties": [
            {"name": str(one.organisation), "role": say("Transferor"), "signature": "", "signed_on": ""},
            {"name": one.buyer_title, "role": say("Transferee"), "signature": "", "signed_on": ""},
        ],
        "price": in_column(price),
        "clauses": [
            {"clause": Clause(row.clause).label, "text": row.text} for row in one.clauses.order_by("ordinal")
        ],
    }  # fmt: skip
    documents.produce(
        template="technology_contract", subject=one, facts=facts, privacy=WITHIN_THE_UNIT, by=by
    )  # fmt: skip


@transaction.atomic
def sign_contract(
    *, transfer_id: str, contract_number: Number, signed_on: Day, contract: File, by: Account
) -> Transfer:
    """Enter the contract both sides signed: not before the notice is over, no objection open, every clause settled."""
    one = lifecycle.take(Transfer, transfer_id)
    facts = queries.signing_facts(one, today=today(), signed_on=signed_on)
    lifecycle.step(one, "sign", by=by, facts=facts)
    kept = documents.add(subject=one, title=contract.name, upload=contract, purpose="contract", by=by)
    one.contract_number, one.signed_on, one.signed_sha256 = contract_number, signed_on, kept.blob_id
    twice = Refusal(
        "transfer.contract_twice", say("This contract is entered already."),
        say("The same contract is registered once: open the transfer it belongs to."), field="contract_number",
    )  # fmt: skip
    with only_once({"contract_number_once": twice, "contract_once": twice}):
        one.save(update_fields=["contract_number", "signed_on", "signed_sha256"])
    ledger.record("transfer.contract_signed", by=by, subject=one,
                  data={"contract_number": contract_number, "price_fen": one.price_fen or 0})  # fmt: skip
    tell_unit(one, "transfer.contract_signed", say("The technology contract is signed."))
    return one


@transaction.atomic
def begin_implementation(*, transfer_id: str, by: Account) -> Transfer:
    """The unit (or the inventors in their own right) implements it; operating profits are entered year by year."""
    one = lifecycle.take(Transfer, transfer_id)
    lifecycle.step(one, "implement", by=by, facts=queries.signing_facts(one, today=today(), signed_on=today()))
    ledger.record("transfer.implementation_begun", by=by, subject=one, data={"by_inventors": one.by_inventors})
    return one


@transaction.atomic
def hand_in_contract(*, transfer_id: str, registered_with: Title, accepted_on: Day, by: Account) -> Transfer:
    """Hand the contract in with the registration office; its decision is due within 30 days of acceptance."""
    one = lifecycle.take(Transfer, transfer_id)
    if one.signed_on is None or not one.signed_on <= accepted_on <= today():
        raise Refusal("transfer.accepted_on", say("The acceptance follows the signing and does not lie ahead."),
                      field="accepted_on")  # fmt: skip
    one.registered_with, one.accepted_on = registered_with, accepted_on
    most = configuration.value("transfer.registration_days", on=accepted_on)
    lifecycle.step(one, "hand_in", by=by, due_on=rules.notice_ends(accepted_on, most))
    ledger.record("transfer.contract_handed_in", by=by, subject=one, data={"office": registered_with})
    return one


@transaction.atomic
def register_contract(
    *,
    transfer_id: str,
    registration_number: Number,
    registered_on: Day,
    technical_fen: Fen,
    plan_source: Title | None = None,
    late_because: Reason | None = None,
    by: Account,
) -> Transfer:
    """Enter the registration: number, day, technical transaction amount. The same contract is registered once."""
    one = lifecycle.take(Transfer, transfer_id)
    accepted, signed = one.accepted_on or today(), one.signed_on or today()
    facts = rules.Registration(
        signed_on=signed, accepted_on=accepted, decided_on=registered_on, today=today(),
        most_days=configuration.value("transfer.registration_days", on=accepted), amount_fen=one.price_fen or 0,
        technical_fen=technical_fen, late_because=late_because or "",
    )  # fmt: skip
    one.registration_number, one.registered_on, one.technical_fen = registration_number, registered_on, technical_fen
    one.plan_source, one.late_because = plan_source or "", late_because or ""
    twice = Refusal(
        "transfer.registered_twice", say("This registration is entered already."),
        say("Open the transfer it belongs to."), field="registration_number",
    )  # fmt: skip
    with only_once({"registration_once": twice}):
        lifecycle.step(one, "register", by=by, facts=facts)
    ledger.record("transfer.contract_registered", by=by, subject=one,
                  data={"registration_number": registration_number, "technical_fen": technical_fen})  # fmt: skip
    if one.entries.exists():
        lifecycle.step(one, "receive", by=by)
    return one


@transaction.atomic
def note_refused_registration(*, transfer_id: str, reason: Reason, by: Account) -> Transfer:
    """Enter that the office refused; the contract may be handed in again."""
    one = lifecycle.take(Transfer, transfer_id)
    one.refused_because, one.accepted_on = require_reason(reason), None
    lifecycle.step(one, "refuse", by=by)
    ledger.record("transfer.registration_refused", by=by, subject=one)
    return one


@transaction.atomic
def terminate_transfer(*, transfer_id: str, reason: Reason, by: Account) -> Transfer:
    """End a signed transfer early, when no money of it is in hand."""
    one = lifecycle.take(Transfer, transfer_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "terminate", by=by, facts=income.in_hand(one))
    ledger.record("transfer.ended", by=by, subject=one, data={"reason": one.ended_because[:200]})
    tell_unit(one, "transfer.ended", say("The transfer ended; the reason is on record."))
    return one
