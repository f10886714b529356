"""Payments: the bank is told, it pays, or it sends the money back and is told again."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.challenges.actions.booking import Book
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Contract, Tranche
from xinglin.challenges.queries.contracts import may_pay
from xinglin.challenges.rules import tranches as rules
from xinglin.challenges.words.challenges import BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ContractStage
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import configuration, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Fen
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import Role
from xinglin.roster.actions.stages import require_stage

Reference = Annotated[str, Ask("line", longest=80)]
Reason = Annotated[str, Ask("line", longest=300)]
# A bank returns money when it likes; what follows after the archive stands on the ledger under names of its own.
AFTER_ARCHIVE = {
    "challenges.payment_returned": "challenges.payment_returned_late",
    "challenges.payment_instructed": "challenges.payment_reissued_late",
    "challenges.payment_confirmed": "challenges.payment_confirmed_late",
}


@transaction.atomic
def instruct_payment(*, tranche_id: str, reference: Reference, by: Account) -> Tranche:
    """Tell the bank to pay a tranche whose milestone was accepted. Told twice at once, the second finds it told."""
    return _tell_bank(_taken(tranche_id, by), "instruct", reference, by)


@transaction.atomic
def reissue_payment(*, tranche_id: str, reference: Reference, by: Account) -> Tranche:
    """Tell the bank again after it returned the money, under a new reference."""
    tranche = _taken(tranche_id, by)
    if tranche.money.filter(reference=reference).exists():
        raise Refusal("challenges.reference_used", say("This reference was used for the payment that came back."),
                      say("Give the new payment's own reference."), field="reference")  # fmt: skip
    return _tell_bank(tranche, "reissue", reference, by)


def _tell_bank(tranche: Tranche, move: str, reference: str, by: Account) -> Tranche:
    siblings = tranche.milestone.tranches.filter(source=BudgetSource.OWN).exclude(stage=TrancheStage.CALLED_OFF)
    facts = rules.Facts(
        milestone=tranche.milestone.stage, source=BudgetSource(tranche.source),
        own_unpaid=siblings.exclude(stage=TrancheStage.PAID).exists(),
        own_first=configuration.value("challenges.demander_pays_first"),
    )  # fmt: skip
    tranche.attempts, tranche.reference = tranche.attempts + 1, reference
    lifecycle.step(tranche, move, by=by, facts=facts)
    Book(tranche.milestone.contract, by, reference=reference).instruct(tranche)
    data = {"amount_fen": tranche.amount_fen, "source": tranche.source, "attempt": tranche.attempts,
            "reference": reference}  # fmt: skip
    ledger.record(_event("challenges.payment_instructed", tranche), by=by, subject=tranche, data=data)
    return tranche


@transaction.atomic
def confirm_payment(*, tranche_id: str, paid_on: Day, by: Account) -> Tranche:
    """Record that the money arrived."""
    tranche = _taken(tranche_id, by)
    _not_ahead(paid_on, "paid_on")
    lifecycle.step(tranche, "confirm", by=by)
    Book(tranche.milestone.contract, by, day=paid_on, reference=tranche.reference).confirm(tranche)
    data = {"amount_fen": tranche.amount_fen, "source": tranche.source, "reference": tranche.reference}
    ledger.record(_event("challenges.payment_confirmed", tranche), by=by, subject=tranche, data=data)
    Telling.bidder(tranche.milestone.contract.bid, "challenges.payment_confirmed", say("A tranche was paid."), tranche)
    return tranche


@transaction.atomic
def record_return(*, tranche_id: str, returned_on: Day, reason: Reason, by: Account) -> Tranche:
    """The bank sent the money back (wrong account, closed account): it is committed again, and issued again. Banks
    return late, so this and the new payment are all that an archived challenge still takes.
    """
    tranche = _taken(tranche_id, by)
    _not_ahead(returned_on, "returned_on")
    was_paid = tranche.stage == TrancheStage.PAID
    lifecycle.step(tranche, "bank_return", by=by)
    book = Book(tranche.milestone.contract, by, day=returned_on, reference=tranche.reference, note=reason)
    book.returned(tranche, was_paid=was_paid)
    data = {"amount_fen": tranche.amount_fen, "source": tranche.source, "reason": reason}
    ledger.record(_event("challenges.payment_returned", tranche), by=by, subject=tranche, data=data)
    Telling.sides(tranche.milestone.contract, "challenges.payment_returned",
                  say("The bank returned a payment."), tranche, office=True)  # fmt: skip
    return tranche


def _taken(tranche_id: str, by: Account) -> Tranche:
    tranche = lifecycle.take(Tranche, tranche_id)
    if not may_pay(tranche, by):
        raise not_yours()
    return tranche


def _event(name: str, tranche: Tranche) -> str:
    archived = tranche.milestone.contract.challenge.stage == ChallengeStage.ARCHIVED
    return AFTER_ARCHIVE[name] if archived else name


def _not_ahead(day: Day, field: str) -> None:
    if day > today():
        raise Refusal("challenges.day_ahead", say("This day has not come yet."), field=field)


@transaction.atomic
def record_repayment(
    *, contract_id: str, source: BudgetSource, amount_fen: Fen, reference: Reference, by: Account
) -> Contract:
    """A team that was put out, or whose contract was terminated or not accepted, paid money back."""
    contract = lifecycle.take(Contract, contract_id)
    permits.require(by, Role.SECRETARIAT)
    require_stage(contract, (ContractStage.ELIMINATED, ContractStage.TERMINATED, ContractStage.NOT_ACCEPTED))
    if contract.challenge.stage == ChallengeStage.ARCHIVED:
        raise Refusal("challenges.archived", say("This challenge is archived; nothing in it changes any more."))
    if not amount_fen:
        raise Refusal("challenges.nothing_repaid", say("Nothing was paid back."), field="amount_fen")
    Book(contract, by, reference=reference).repaid(source, amount_fen)
    lifecycle.touch(contract)
    data = {"amount_fen": amount_fen, "source": str(source), "reference": reference}
    ledger.record("challenges.repayment_recorded", by=by, subject=contract, data=data)
    return contract
