"""Talks, contracts and their changes, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.challenges.actions import changes, contracts, negotiations, payments, running
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import ChangeRequest, Contract, Negotiation
from xinglin.challenges.queries import contracts as queries
from xinglin.challenges.rules import plans
from xinglin.challenges.rules.challenges import DEMANDERS, OFFICE
from xinglin.challenges.rules.changes import ASKERS
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ChangeKind, Clause, ContractSide, ContractStage
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.money import in_column
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say


def bidder_of(one: Any) -> str:
    """The name of whoever bid."""
    return str(one.bid.organisation or one.bid.person)


def _negotiation_facts(one: Negotiation, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Challenge"), str(one.challenge), links=("challenges.challenge", one.challenge_id)),
        Fact(say("Bid"), one.bid.number, links=("challenges.bid", one.bid_id)),
        Fact(say("Bidder"), bidder_of(one)),
        Fact(say("Agreed price"), one.price_fen, fen=True),
        Fact(say("Project leader"), one.leader or None),
        Fact(say("Note"), one.note or None),
        Fact(say("Reason"), one.closed_because or None),
    ]


def _negotiation_sections(one: Negotiation, _actor: Actor) -> Sequence[Section]:
    found = []
    if rounds := list(one.rounds.all()):
        found.append(Section(
            say("Rounds"), [say("No."), say("Held on"), say("Offered (yuan)"), say("Asked (yuan)"), say("Note")],
            [[row.ordinal, row.held_on, in_column(row.offered_fen), in_column(row.asked_fen), row.note]
             for row in rounds],
        ))  # fmt: skip
    if one.plan:
        found.append(Section(
            say("Agreed plan"),
            [say("No."), say("Content"), say("Due on"), say("Amount (yuan)"), say("Gate"), say("Indicators")],
            [[step.number, step.content, step.due_on, in_column(step.whole), say("Yes") if step.gate else None,
              [f"{t.name} {t.target.normalize():f} {t.unit}" for t in step.targets]]
             for step in plans.unpacked(one.plan)],
        ))  # fmt: skip
    return found


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(number__iexact=text) | Q(challenge__title__icontains=text) | Q(bid__organisation__name_zh__icontains=text)
    )


register(Kind(
    name="challenges.negotiation", model=Negotiation, key="negotiation_id", label=say("Negotiation"),
    plural=say("Negotiations"), visible=queries.negotiations_for, mine=queries.own_negotiations, title=str,
    facts=_negotiation_facts, sections=_negotiation_sections, search=_search,
    columns=[
        (say("Number"), lambda row: row.number), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Bidder"), bidder_of), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("hold_round", negotiations.hold_round, say("Record a round"), move="hold_round"),
        Verb("agree", negotiations.agree_terms, say("Record the agreement"), move="agree"),
        Verb("fail", negotiations.fail_talks, say("End without agreement"), move="fail", danger=True),
    ],
    group=GROUP,
))  # fmt: skip


def _facts(one: Contract, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Challenge"), str(one.challenge), links=("challenges.challenge", one.challenge_id)),
        Fact(ContractSide.DEMANDER.label, str(one.challenge.organisation)),
        Fact(ContractSide.BIDDER.label, bidder_of(one)),
        Fact(say("Bid"), one.bid.number, links=("challenges.bid", one.bid_id)),
        Fact(say("Lane"), one.lane or None),
        Fact(say("Amount"), one.amount_fen, fen=True),
        Fact(say("Project leader"), one.leader or None),
        *(Fact(clause.label, getattr(one, str(clause)) or None) for clause in Clause),
        Fact(say("Bank"), one.bank or None),
        Fact(say("Commitment"), one.commitment or None),
        Fact(say("Committed on"), one.committed_on),
        Fact(say("Ended on"), one.ended_on),
        Fact(say("Reason"), one.closed_because or None),
    ]


def _sections(one: Contract, _actor: Actor) -> Sequence[Section]:
    found = [Section(
        say("Milestones"), [say("No."), say("Content"), say("Due on"), say("Stage"), say("Amount (yuan)")],
        [[step.number, step.content, step.planned_on, step.stage_word, in_column(sum(t.amount_fen for t in
                                                                                step.tranches.all()))]
         for step in one.milestones.order_by("number").prefetch_related("tranches")],
    )]  # fmt: skip
    if signed := list(one.signatures.order_by("signed_on")):
        found.append(Section(
            say("Signatures"), [say("Side"), say("Signatory"), say("Signed on"), say("Paper")],
            [[ContractSide(row.side), row.signatory, row.signed_on, row.paper or None] for row in signed],
        ))  # fmt: skip
    if purses := list(one.purses.order_by("source")):
        found.append(Section(
            say("Money (yuan)"),
            [say("Source of the money"), say("Put in"), say("Committed and not paid"), say("At the bank"),
             say("Paid out"), say("Given back")],
            [[BudgetSource(row.source), *map(in_column, (row.put_in_fen, row.committed_fen, row.on_the_way_fen,
                                                      row.paid_fen, row.given_back_fen))] for row in purses],
        ))  # fmt: skip
    return found


def _related(one: Contract, actor: Actor) -> Iterable[tuple[Any, str, Any]]:
    for milestone in one.milestones.order_by("number"):
        yield say("Milestone"), "challenges.milestone", milestone
    for change in queries.changes_for(actor).filter(contract=one):
        yield say("Change"), "challenges.changerequest", change


def _turn(one: Contract, actor: Account, move: str) -> bool:
    """Each side signs for itself, once; the money is committed once, by the demander's side."""
    if move == "sign":
        return bool(queries.sides_of(one, actor) - queries.standing(one).signed)
    if move in ("open_signing", "revise", "commit"):
        demander = queries.permits.holds(actor, *DEMANDERS, scopes=one.side_scopes(ContractSide.DEMANDER))
        return demander and (move != "commit" or one.committed_on is None)
    return True


def _as_written(one: Contract, _by: Account) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("leader", *map(str, Clause))}


def _stages(*stages: ContractStage) -> frozenset[str]:
    return frozenset(map(str, stages))


ENDED = _stages(ContractStage.ELIMINATED, ContractStage.TERMINATED, ContractStage.NOT_ACCEPTED)

register(Kind(
    name="challenges.contract", model=Contract, key="contract_id", label=say("Challenge contract"),
    plural=say("Challenge contracts"), visible=queries.contracts_for, mine=queries.own_contracts, title=str,
    facts=_facts, sections=_sections, related=_related, search=_search, turn=_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Who takes it up"), bidder_of), (say("Lane"), lambda row: row.lane or None),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("draft", contracts.draft_contract, say("Write the clauses"), roles=DEMANDERS,
             stages=_stages(ContractStage.DRAFT), prefill=_as_written),
        Verb("open_signing", contracts.send_contract_out, say("Send out for signature"), move="open_signing"),
        Verb("sign", contracts.sign_contract, say("Sign"), move="sign"),
        Verb("record_signature", contracts.record_contract_signature, say("Record a signature on paper"),
             move="record_signature"),
        Verb("commit", contracts.record_commitment, say("Record the bank's commitment"), move="commit"),
        Verb("revise", contracts.revise_contract, say("Take back to change it"), move="revise"),
        Verb("change", changes.request_change, say("Ask for a change"), roles=ASKERS,
             stages=_stages(ContractStage.SIGNED)),
        Verb("eliminate", running.eliminate_lane, say("Put out of the race"), move="eliminate", danger=True),
        Verb("repaid", payments.record_repayment, say("Record money paid back"), roles=OFFICE, stages=ENDED),
    ],
    group=GROUP,
))  # fmt: skip


def _change_facts(one: ChangeRequest, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Number"), one.number),
        Fact(say("Contract"), str(one.contract), links=("challenges.contract", one.contract_id)),
        Fact(say("Kind"), ChangeKind(one.kind)),
        Fact(say("Reason"), one.reason),
        Fact(say("Must be announced"), say("Yes") if one.formal else say("No")),
        Fact(say("Amount against the one signed"), one.drift_fen or None, fen=True),
        Fact(say("New leader"), one.leader or None),
        Fact(say("New day"), one.due),
        Fact(say("Under notice until"), one.notice.ends_on if one.notice else None),
        Fact(say("Answer"), one.answer or None),
    ]


def _change_sections(one: ChangeRequest, _actor: Actor) -> Sequence[Section]:
    if not one.amounts:
        return []
    rows = [[row["number"], BudgetSource(row["source"]), in_column(row["fen"])] for row in one.amounts]
    return [Section(say("New amounts"), [say("Milestone"), say("Source of the money"), say("Amount (yuan)")], rows)]


def _change_turn(one: ChangeRequest, _actor: Account, move: str) -> bool:
    return {"approve": one.formal, "record": not one.formal}.get(move, True)


register(Kind(
    name="challenges.changerequest", model=ChangeRequest, key="change_id", label=say("Change of a contract"),
    plural=say("Changes of contracts"), visible=queries.changes_for, mine=queries.own_changes, title=str,
    facts=_change_facts, sections=_change_sections, turn=_change_turn,
    columns=[
        (say("Number"), lambda row: row.number), (say("Contract"), lambda row: str(row.contract)),
        (say("Kind"), lambda row: ChangeKind(row.kind)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("approve", changes.approve_change, say("Approve and announce"), move="approve"),
        Verb("record", changes.record_change, say("Record the change"), move="record"),
        Verb("put_in_force", changes.put_change_in_force, say("Put in force"), move="put_in_force"),
        Verb("refuse", changes.refuse_change, say("Refuse"), move="refuse", danger=True),
        Verb("withdraw", changes.withdraw_change, say("Withdraw"), move="withdraw"),
    ],
    filters={"kind": (say("Kind"), ChangeKind)}, group=GROUP,
))  # fmt: skip
