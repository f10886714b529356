"""Transfers and objections to them, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy
from xinglin.transfer.actions import contracts, distributions, income, transfers
from xinglin.transfer.dossiers.naming import GROUP, leads_to, stages
from xinglin.transfer.models import Objection, Transfer
from xinglin.transfer.queries import income as money
from xinglin.transfer.queries import transfers as queries
from xinglin.transfer.rules.achievements import INVENTORS, percent
from xinglin.transfer.rules.contracts import FITS, mandatory
from xinglin.transfer.rules.transfers import BEFORE_CONTRACT, OFFICE, RAISERS
from xinglin.transfer.words.income import CostKind, EntryKind
from xinglin.transfer.words.transfers import Clause, ContractKind, Pricing, Relation, Way
from xinglin.transfer.words.transfers import TransferStage as S


def _word(words: type[Any], value: str) -> Any:
    return words(value) if value else None


def _facts(one: Transfer, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Number"), one.number),
        leads_to(say("Achievement"), one.achievement),
        Fact(say("Abstract"), one.achievement.abstract or None),
        leads_to(say("Completing unit"), one.organisation),
        Fact(say("Way"), Way(one.way)),
        leads_to(say("Transferee"), one.buyer) if one.buyer else Fact(say("Transferee"), one.buyer_name or None),
        Fact(say("Price"), one.price_fen, fen=one.price_fen is not None),
        Fact(say("How the price was found"), _word(Pricing, one.pricing)),
        Fact(say("Transferee and inventors"), _word(Relation, one.relation)),
        Fact(say("Statement on related parties"), one.relation_statement or None),
        Fact(say("Under notice from"), one.announced_on),
        Fact(say("Notice over on"), one.notice_until),
    ]
    return [*facts, *_inside(one)] if money.sees_money(one, actor) else facts


def _inside(one: Transfer) -> list[Fact]:
    standing, shares = money.standing(one), one.way == Way.SHARES
    return [
        Fact(say("Implemented by the inventors in their own right"), one.by_inventors or None),
        Fact(say("What the check of rights found"), one.ip_check or None),
        Fact(say("Decided on"), one.decided_on),
        Fact(say("Leaders present"), one.attendees or None),
        Fact(say("Market or auctioneer"), one.place or None),
        Fact(say("Number there"), one.reference or None),
        Fact(say("Kind of contract"), _word(ContractKind, one.contract_kind)),
        Fact(say("Number of the contract"), one.contract_number or None),
        Fact(say("Signed on"), one.signed_on),
        Fact(say("Registration office"), one.registered_with or None),
        Fact(say("Number of the registration"), one.registration_number or None),
        Fact(say("Registered on"), one.registered_on),
        Fact(say("Technical transaction amount"), one.technical_fen, fen=one.technical_fen is not None),
        Fact(say("Plan it belongs to"), one.plan_source or None),
        Fact(say("Why the decision was late"), one.late_because or None),
        Fact(say("Why registration was refused"), one.refused_because or None),
        Fact(say("To share out in all"), standing.base, fen=not shares),
        Fact(say("Shared out"), standing.distributed, fen=not shares),
        Fact(say("Left to share"), standing.balance, fen=not shares),
        Fact(say("Why it ended"), one.ended_because or None),
    ]


def _sections(one: Transfer, actor: Actor) -> Sequence[Section]:
    if not money.sees_money(one, actor):
        return []
    shares = one.way == Way.SHARES

    def amount(value: int) -> Fact:
        return Fact(say("Amount"), value, fen=not shares)

    found = []
    if one.valuations.exists():
        rows = [
            [row.report_number, row.appraiser, row.valued_on, Fact(say("Value found"), row.value_fen, fen=True),
             row.document.file_name]
            for row in one.valuations.select_related("document")
        ]  # fmt: skip
        columns = [say("Number of the report"), say("Appraiser"), say("Value as of"), say("Value found"),
                   say("Document")]  # fmt: skip
        found.append(Section(say("Valuations"), columns, rows))
    if one.clauses.exists():
        found.append(Section(say("Clauses"), [say("Clause"), say("What is agreed")],
                             [[Clause(row.clause), row.text] for row in one.clauses.all()]))  # fmt: skip
    if one.entries.exists():
        rows = [
            [row.ordinal, row.happened_on, EntryKind(row.kind), _word(CostKind, row.cost_kind), row.what,
             amount(-row.amount if row.reverses_id else row.amount),
             row.fiscal_funded or None, row.reverses.ordinal if row.reverses else None]
            for row in one.entries.select_related("reverses")
        ]  # fmt: skip
        columns = [say("Line"), say("Day"), say("Kind"), say("Kind of cost"), say("What for"), say("Amount"),
                   say("Paid by fiscal research money"), say("Reverses line")]  # fmt: skip
        found.append(Section(say("Book"), columns, rows))
    if one.distributions.exists():
        rows = [
            [row.ordinal, amount(row.base), f"{percent(row.pool_bp)} %", row.planned_on, row.notice_until, row.paid_on,
             row.withdrawn_on, row.reverses.ordinal if row.reverses else None]
            for row in one.distributions.select_related("reverses")
        ]  # fmt: skip
        columns = [say("No."), say("Amount"), say("Inventors' pool"), say("Planned on"), say("Notice over on"),
                   say("Paid on"), say("Withdrawn on"), say("Reverses")]  # fmt: skip
        found.append(Section(say("Distributions"), columns, rows))
    return found


def _related(one: Transfer, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    yield say("Achievement"), "transfer.achievement", one.achievement
    for objection in queries.objections_for(actor).filter(transfer=one):
        yield say("Objection"), "transfer.objection", objection


def _turn(one: Transfer, _actor: Actor, move: str) -> bool:
    """Own implementation is begun and needs no contract; every other way is signed."""
    own = one.way == Way.SELF
    return {"implement": own, "sign": not own}.get(move, True)


def _buyer(one: Transfer, _by: Account) -> dict[str, Any]:
    return {"way": Way(one.way), "buyer_id": one.buyer_id, "buyer_name": one.buyer_name}


def _clauses(one: Transfer, _by: Account) -> dict[str, Any]:
    known = {row.clause: row.text for row in one.clauses.all()}
    kind = ContractKind(one.contract_kind) if one.contract_kind else None
    kind = kind or next((each for each in ContractKind if each in FITS[Way(one.way)]), None)
    wanted = mandatory(kind) if kind else ()
    rows = [contracts.ClauseRow(clause, known.get(str(clause), "")) for clause in wanted]
    rows += [contracts.ClauseRow(Clause(clause), text) for clause, text in known.items() if clause not in wanted]
    return {"contract_kind": kind, "clauses": rows}


BOOK = stages(*income.OPEN, *income.UNREGISTERED)
register(Kind(
    name="transfer.transfer", model=Transfer, key="transfer_id", label=say("Transfer"), plural=say("Transfers"),
    visible=queries.transfers_for, mine=queries.own_transfers, title=str, facts=_facts, sections=_sections,
    related=_related, search=find, turn=_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Achievement"), lambda row: row.achievement.title),
        (say("Completing unit"), lambda row: str(row.organisation)), (say("Way"), lambda row: Way(row.way)),
        (say("Transferee"), lambda row: row.buyer_title or None), (say("Due"), lambda row: row.due_on),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("put_forward", transfers.put_forward, say("Put an achievement forward"), roles=INVENTORS, opening=True),
        Verb("evaluate", transfers.evaluate_transfer, say("Evaluate"), move="evaluate"),
        Verb("decide", transfers.decide_transfer, say("Enter the collective decision"), move="decide", prefill=_buyer),
        Verb("value", transfers.enter_valuation, say("Enter a valuation report"), roles=OFFICE,
             stages=stages(*BEFORE_CONTRACT)),
        Verb("price", transfers.price_transfer, say("Enter the price found"), move="price"),
        Verb("announce", transfers.announce_transfer, say("Announce"), move="announce"),
        Verb("sign", contracts.sign_contract, say("Enter the signed contract"), move="sign"),
        Verb("implement", contracts.begin_implementation, say("Begin the own implementation"), move="implement"),
        Verb("hand_in", contracts.hand_in_contract, say("Hand in for registration"), move="hand_in"),
        Verb("register", contracts.register_contract, say("Enter the registration"), move="register"),
        Verb("refuse", contracts.note_refused_registration, say("Enter that registration was refused"), move="refuse"),
        Verb("determine", distributions.determine_income, say("Determine the net income"), move="determine"),
        Verb("plan", distributions.plan_distribution, say("Plan the distribution"), move="plan"),
        Verb("announce_plan", distributions.announce_distribution, say("Announce the distribution"),
             move="announce_plan"),
        Verb("pay", distributions.pay_distribution, say("Pay the distribution"), move="pay"),
        Verb("follow", distributions.follow_up, say("Follow up"), move="follow"),
        Verb("close", distributions.close_transfer, say("Close"), move="close"),
        Verb("draft_contract", contracts.draft_contract, say("Draft the contract"), roles=OFFICE,
             stages=stages(*contracts.DRAFTING), prefill=_clauses),
        Verb("receive_first", income.receive_payment, say("Enter the first payment"), move="receive"),
        Verb("receive", income.receive_payment, say("Enter a payment"), roles=OFFICE,
             stages=BOOK - stages(S.REGISTERED)),
        Verb("give_back", income.return_payment, say("Enter a returned payment"), roles=OFFICE, stages=BOOK),
        Verb("enter_cost", income.enter_cost, say("Enter a cost"), roles=OFFICE, stages=BOOK),
        Verb("enter_tax", income.enter_tax, say("Enter a tax"), roles=OFFICE, stages=BOOK),
        Verb("enter_shares", income.enter_shares, say("Enter shares"), roles=OFFICE, stages=BOOK),
        Verb("enter_profit", income.enter_profit, say("Enter a year's profit"), roles=OFFICE, stages=BOOK),
        Verb("reverse_entry", income.reverse_entry, say("Reverse a line"), roles=OFFICE, stages=BOOK),
        Verb("withdraw_plan", distributions.withdraw_plan, say("Withdraw the plan"), move="withdraw_plan"),
        Verb("reverse_distribution", distributions.reverse_distribution, say("Take a distribution back"),
             roles=OFFICE, stages=stages(*distributions.REVERSIBLE), danger=True),
        Verb("drop", transfers.drop_transfer, say("Drop"), move="drop", danger=True),
        Verb("terminate", contracts.terminate_transfer, say("End it early"), move="terminate", danger=True),
    ],
    filters={"way": (say("Way"), Way)}, group=GROUP,
))  # fmt: skip


def _objection_facts(one: Objection, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        leads_to(say("Transfer"), one.transfer),
        Fact(say("Raised by"), one.raised_by, Privacy.PERSONAL),
        Fact(say("Statement"), one.statement, Privacy.PERSONAL),
        Fact(say("Decision with reasons"), one.decision or None),
        Fact(say("Decided on"), one.decided_on),
    ]


register(Kind(
    name="transfer.objection", model=Objection, key="objection_id", label=say("Objection to a transfer"),
    plural=say("Objections to transfers"), visible=queries.objections_for, mine=queries.own_objections, title=str,
    facts=_objection_facts,
    columns=[
        (say("Number"), lambda row: row.number), (say("Transfer"), lambda row: str(row.transfer)),
        (say("Due"), lambda row: row.due_on), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("raise", transfers.raise_objection, say("Object to a transfer"), roles=RAISERS, opening=True),
        Verb("dismiss", transfers.dismiss_objection, say("Dismiss with reasons"), move="dismiss"),
        Verb("uphold", transfers.uphold_objection, say("Uphold with reasons"), move="uphold"),
    ],
    group=GROUP,
))  # fmt: skip
