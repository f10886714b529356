"""What the milestone board and the money chain show one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from xinglin.challenges.models import Challenge, Contract, Milestone, MoneyEntry, MoneyPurse
from xinglin.challenges.queries.contracts import contracts_for
from xinglin.challenges.queries.milestones import milestones_for
from xinglin.challenges.rules import plans
from xinglin.challenges.rules.money import Purse, balanced
from xinglin.challenges.rules.tranches import IN_HAND
from xinglin.challenges.words.calls import Direction
from xinglin.challenges.words.challenges import BudgetSource, ChallengeStage
from xinglin.challenges.words.contracts import ContractStage
from xinglin.challenges.words.milestones import MilestoneStage as S
from xinglin.challenges.words.money import MoneyKind, MoneyPlace, TrancheStage
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor

# At most so many cards stand on the board of all challenges.
MOST = 400


@dataclass(frozen=True)
class Card:
    """One milestone on the board. Amounts in fen."""

    milestone: Milestone
    met: int
    measured: int
    indicators: int
    amount: int
    paid: int
    in_hand: int

    @property
    def late(self) -> bool:
        """Its day is past and somebody still has to act."""
        due = self.milestone.due_on
        return self.milestone.stage not in (S.ACCEPTED, S.CALLED_OFF) and due is not None and due < today()

    @property
    def column(self) -> str:
        """Which column it stands in: to come, under way, being judged, failed, accepted and not paid, done."""
        if self.milestone.stage == S.ACCEPTED:
            return "unpaid" if self.in_hand else "done"
        return COLUMN[S(self.milestone.stage)]


COLUMN = {
    S.PLANNED: "ahead", S.OPEN: "open", S.SUBMITTED: "judged", S.VOTING: "judged", S.FAILED: "failed",
    S.REPAIRING: "failed", S.CALLED_OFF: "done",
}  # fmt: skip
COLUMNS = ("ahead", "open", "judged", "failed", "unpaid", "done")


def cards(actor: Actor, *, challenge_id: str = "", late: bool = False) -> list[Card]:
    """The milestones the reader may see: of one challenge, or of all that run; those with the nearest day first."""
    rows = milestones_for(actor).exclude(contract__stage__in=[ContractStage.DRAFT, ContractStage.SIGNING,
                                                              ContractStage.DROPPED])  # fmt: skip
    if challenge_id:
        rows = rows.filter(contract__challenge_id=challenge_id)
    else:
        running = (ChallengeStage.SIGNED, ChallengeStage.APPROVED, ChallengeStage.RUNNING,
                   ChallengeStage.FINAL_ACCEPTANCE, ChallengeStage.PERFORMANCE)  # fmt: skip
        rows = rows.filter(contract__challenge__stage__in=running)
    found = rows.prefetch_related("indicators", "tranches").order_by("planned_on", "contract__number", "number")
    made = [_card(one) for one in found[:MOST]]
    return [one for one in made if one.late] if late else made


def _card(one: Milestone) -> Card:
    targets = [
        (plans.Target(row.name, row.unit, row.target, Direction(row.direction)), row.value)
        for row in one.indicators.all()
    ]
    tranches = [row for row in one.tranches.all() if row.stage != TrancheStage.CALLED_OFF]
    return Card(
        milestone=one,
        met=sum(value is not None and plans.meets(target, value) for target, value in targets),
        measured=sum(value is not None for _target, value in targets), indicators=len(targets),
        amount=sum(row.amount_fen for row in tranches),
        paid=sum(row.amount_fen for row in tranches if row.stage == TrancheStage.PAID),
        in_hand=sum(row.amount_fen for row in tranches if row.stage in IN_HAND),
    )  # fmt: skip


@dataclass(frozen=True)
class Chain:
    """The money of a challenge the reader may see: contracts, purses, movements, and whether the book balances."""

    contracts: Sequence[Contract]
    purses: Sequence[MoneyPurse]
    entries: Sequence[MoneyEntry]
    # (source, contract) -> fen that its givers committed
    given: dict[tuple[BudgetSource, str], int] = field(default_factory=dict)
    # (from contract, to contract) -> fen
    moved: dict[tuple[str, str], int] = field(default_factory=dict)
    whole: bool = True


def chain(challenge: Challenge, actor: Actor) -> Chain | None:
    """The money chain of a challenge, or None for a reader who may see none of its contracts. A team sees its own."""
    contracts = list(contracts_for(actor).filter(challenge=challenge).exclude(purses=None).distinct()
                     .order_by("lane", "number"))  # fmt: skip
    if not contracts:
        return None
    ids = [one.pk for one in contracts]
    entries = list(MoneyEntry.objects.filter(contract_id__in=ids).select_related("contract", "to_contract")
                   .order_by("created_at"))  # fmt: skip
    received = list(MoneyEntry.objects.filter(to_contract_id__in=ids).exclude(contract_id__in=ids))
    given: dict[tuple[BudgetSource, str], int] = {}
    moved: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.kind == MoneyKind.COMMITTED:
            key = (BudgetSource(entry.source), entry.contract_id)
            given[key] = given.get(key, 0) + entry.amount_fen
        if entry.kind == MoneyKind.MOVED:
            pair = (entry.contract_id, entry.to_contract_id or "")
            moved[pair] = moved.get(pair, 0) + entry.amount_fen
    for entry in received:
        pair = ("", entry.to_contract_id or "")
        moved[pair] = moved.get(pair, 0) + entry.amount_fen
    purses = list(MoneyPurse.objects.filter(contract_id__in=ids).select_related("contract")
                  .order_by("contract__lane", "source"))  # fmt: skip
    return Chain(contracts, purses, entries, given, moved, whole=whole(challenge))


def whole(challenge: Challenge) -> bool:
    """Whether the book of a challenge and its purses say the same to the fen."""
    rows = MoneyEntry.objects.filter(challenge=challenge)
    entries = [
        (MoneyPlace(source), MoneyPlace(target), fen)
        for source, target, fen in rows.values_list("from_place", "to_place", "amount_fen")
    ]
    purses = {
        one.pk: Purse(one.put_in_fen, one.committed_fen, one.on_the_way_fen, one.paid_fen, one.given_back_fen)
        for one in MoneyPurse.objects.filter(contract__challenge=challenge)
    }
    paid = MoneyPurse.objects.filter(contract__challenge=challenge).aggregate(fen=Sum("paid_fen"))["fen"] or 0
    into = sum(fen for _source, target, fen in entries if target is MoneyPlace.PAID)
    out = sum(fen for source, _target, fen in entries if source is MoneyPlace.PAID)
    return balanced(entries, purses) and paid == into - out
