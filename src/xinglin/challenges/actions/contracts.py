"""A contract and its pledge: drafted, sent out, signed by both sides, its money committed by a bank."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction

from xinglin.challenges.actions.booking import Book
from xinglin.challenges.actions.telling import Telling
from xinglin.challenges.models import Contract, ContractSignature
from xinglin.challenges.queries import contracts as queries
from xinglin.challenges.queries.objections import notice_facts
from xinglin.challenges.queries.papers import contract_facts, pledge_facts
from xinglin.challenges.rules import contracts as rules
from xinglin.challenges.rules.challenges import DEMANDERS
from xinglin.challenges.rules.objections import no_open_objection, notice_over
from xinglin.challenges.words.calls import NoticeSubject
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import Clause, ContractSide, ContractStage
from xinglin.kernel import documents, ledger, lifecycle, permits
from xinglin.kernel.asks import Ask, Day, Fen, Paragraph
from xinglin.kernel.clock import today
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.roster.actions.stages import require_stage

Name = Annotated[str, Ask("line", longest=60)]
Bank = Annotated[str, Ask("line", longest=120)]
Reference = Annotated[str, Ask("line", longest=80)]
Paper = Annotated[str, Ask("line", longest=200)]


@transaction.atomic
def draft_contract(
    *,
    contract_id: str,
    leader: Name,
    standard: Paragraph,
    ip: Paragraph,
    confidentiality: Paragraph,
    breach: Paragraph,
    dispute: Paragraph,
    pledge: Paragraph,
    by: Account,
) -> Contract:
    """Write the clauses of the draft; the checklist is asked again when it goes out."""
    contract = lifecycle.take(Contract, contract_id)
    permits.require(by, *DEMANDERS, scopes=contract.side_scopes(ContractSide.DEMANDER))
    require_stage(contract, (ContractStage.DRAFT,))
    contract.leader, contract.standard, contract.ip, contract.confidentiality = leader, standard, ip, confidentiality
    contract.breach, contract.dispute, contract.pledge = breach, dispute, pledge
    lifecycle.touch(contract)
    ledger.record("challenges.contract_drafted", by=by, subject=contract, data={"leader": leader})
    return contract


@transaction.atomic
def send_contract_out(*, contract_id: str, by: Account) -> Contract:
    """Send it out for signature: every mandatory clause is there; the contract and the pledge are made as papers."""
    contract = lifecycle.take(Contract, contract_id)
    _demander(contract, by)
    rules.check_clauses({clause: getattr(contract, str(clause)) for clause in Clause}, contract.leader)
    lifecycle.step(contract, "open_signing", by=by)
    _papers(contract, by)
    ledger.record("challenges.contract_out", by=by, subject=contract, data={"amount_fen": contract.amount_fen})
    Telling.sides(contract, "challenges.contract_out", say("A contract waits for your signature."), contract)
    return contract


@transaction.atomic
def revise_contract(*, contract_id: str, by: Account) -> Contract:
    """Take the contract back to change it, while nobody signed and nothing is committed."""
    contract = lifecycle.take(Contract, contract_id)
    _demander(contract, by)
    if contract.signatures.exists() or contract.committed_on:
        raise Refusal("challenges.signed_already", say("A side has signed, or money is committed."),
                      say("Sign it as it is and ask for a change afterwards."))  # fmt: skip
    lifecycle.step(contract, "revise", by=by)
    ledger.record("challenges.contract_revised", by=by, subject=contract)
    return contract


@transaction.atomic
def sign_contract(*, contract_id: str, signatory: Name, by: Account) -> Contract:
    """Sign for one's own side, once the notice of the award is over and no objection is open."""
    contract = lifecycle.take(Contract, contract_id)
    sides = queries.sides_of(contract, by)
    signed = queries.standing(contract).signed
    if not sides:
        raise not_yours()
    if not sides - signed:
        raise Refusal("challenges.side_signed", say("Your side has signed already."))
    if len(sides) > 1:
        raise Refusal("challenges.both_sides", say("Nobody signs for both sides."),
                      say("Have each side sign by an account of its own."))  # fmt: skip
    return _sign(contract, min(sides), signatory, "", "sign", today(), by)


@transaction.atomic
def record_contract_signature(
    *, contract_id: str, side: ContractSide, signatory: Name, signed_on: Day, paper: Paper, by: Account
) -> Contract:
    """A side signed on paper; say where the paper is kept."""
    contract = lifecycle.take(Contract, contract_id)
    if signed_on > today():
        raise Refusal("challenges.signed_ahead", say("This day has not come yet."), field="signed_on")
    if contract.signatures.filter(side=side).exists():
        raise Refusal("challenges.side_signed", say("This side has signed already."), field="side")
    return _sign(contract, side, signatory, paper, "record_signature", signed_on, by)


def _sign(
    contract: Contract, side: ContractSide, signatory: str, paper: str, move: str, signed_on: Any, by: Account
) -> Contract:
    facts = notice_facts(contract.challenge, NoticeSubject.AWARD)
    notice_over(facts)
    no_open_objection(facts)
    lifecycle.step(contract, move, by=by, due_on=contract.due_on)
    ContractSignature.objects.create(contract=contract, side=side, signatory=signatory, signed_on=signed_on,
                                     signed_by=by.pk, paper=paper)  # fmt: skip
    ledger.record("challenges.contract_signed", by=by, subject=contract, data={"side": str(side), "paper": paper})
    _settle(contract, by)
    return contract


@transaction.atomic
def record_commitment(
    *,
    contract_id: str,
    bank: Bank,
    commitment: Reference,
    own_fen: Fen = 0,
    public_fen: Fen = 0,
    fund_fen: Fen = 0,
    by: Account,
) -> Contract:
    """A bank commits the whole amount, by source; without it the contract is not concluded."""
    contract = lifecycle.take(Contract, contract_id)
    _demander(contract, by)
    if contract.committed_on is not None:
        raise Refusal("challenges.committed", say("The money of this contract is committed already."))
    given = {BudgetSource.OWN: own_fen, BudgetSource.PUBLIC: public_fen, BudgetSource.FUND: fund_fen}
    rules.check_commitment(queries.planned_by_source(contract), given)
    contract.bank, contract.commitment, contract.committed_on = bank, commitment, today()
    lifecycle.step(contract, "commit", by=by, due_on=contract.due_on)
    book = Book(contract, by, reference=commitment)
    for source, fen in given.items():
        if fen:
            book.commit(source, fen)
    data = {"amount_fen": sum(given.values()), "commitment": commitment}
    ledger.record("challenges.money_committed", by=by, subject=contract, data=data)
    _settle(contract, by)
    return contract


def _settle(contract: Contract, by: Account) -> None:
    """The last of both signatures and the commitment concludes the contract."""
    if not queries.standing(contract).ready:
        return
    contract.signed_fen = contract.amount_fen
    lifecycle.step(contract, "settle", by=permits.the_program())
    _papers(contract, by)
    Telling.sides(contract, "challenges.contract_signed", say("The contract is signed by both sides."), contract,
                  office=True)  # fmt: skip


def _papers(contract: Contract, by: Account) -> None:
    """The contract and the pledge, made again with whatever was signed."""
    documents.produce(template="challenge_contract", subject=contract, facts=contract_facts(contract), by=by)
    documents.produce(template="challenge_pledge", subject=contract, facts=pledge_facts(contract), by=by)


def _demander(contract: Contract, by: Account) -> None:
    permits.require(by, *DEMANDERS, scopes=contract.side_scopes(ContractSide.DEMANDER))
