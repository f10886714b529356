"""Who may see which talks, contracts and changes; and what the rules ask of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Sum

from xinglin.challenges.models import ChangeRequest, Contract, Negotiation, Tranche
from xinglin.challenges.rules.contracts import Standing
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ContractSide, ContractStage
from xinglin.challenges.words.money import TrancheStage
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all

SIGNERS = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, Role.EXPERT)


def negotiations_for(actor: Actor) -> QuerySet[Negotiation]:
    """The demander and the bidder see their own talks; the secretariat and the authority all."""
    rows = Negotiation.objects.select_related("challenge", "challenge__organisation", "bid")
    return rows if sees_all(actor) else rows.filter(own_negotiations(actor) | _bidder(actor))


def own_negotiations(actor: Actor) -> Q:
    return Q(challenge__organisation_id__in=organisations_of(actor))


def contracts_for(actor: Actor) -> QuerySet[Contract]:
    """Both sides see their contracts; the secretariat and the authority all."""
    rows = Contract.objects.select_related("challenge", "challenge__organisation", "bid", "bid__organisation",
                                           "bid__person")  # fmt: skip
    return rows if sees_all(actor) else rows.filter(own_contracts(actor))


def own_contracts(actor: Actor) -> Q:
    return Q(challenge__organisation_id__in=organisations_of(actor)) | _bidder(actor)


def changes_for(actor: Actor) -> QuerySet[ChangeRequest]:
    rows = ChangeRequest.objects.select_related("notice", "contract", "contract__challenge", "contract__bid")
    return rows if sees_all(actor) else rows.filter(own_changes(actor))


def own_changes(actor: Actor) -> Q:
    return Q(contract__challenge__organisation_id__in=organisations_of(actor)) | _bidder(actor, "contract__")


def _bidder(actor: Actor, before: str = "") -> Q:
    return Q(**{f"{before}bid__organisation_id__in": organisations_of(actor)}) | Q(
        **{f"{before}bid__person_id__in": persons_of(actor)}
    )


def sides_of(contract: Contract, actor: Actor) -> set[ContractSide]:
    """The sides of a contract the actor may sign for."""
    found = set()
    for side in ContractSide:
        for kind, key in contract.side_scopes(side):
            if key in permits.scope_ids(actor, kind, *SIGNERS):
                found.add(side)
    return found


def live_contracts(challenge_id: str) -> QuerySet[Contract]:
    """The contracts of a challenge that are signed and run, by lane."""
    return Contract.objects.filter(challenge_id=challenge_id, stage=ContractStage.SIGNED).order_by("lane")


def planned_by_source(contract: Contract) -> dict[BudgetSource, int]:
    """What the plan asks of each source, in fen."""
    rows = Tranche.objects.filter(milestone__contract=contract).exclude(stage=TrancheStage.CALLED_OFF)
    sums = rows.order_by().values_list("source").annotate(fen=Sum("amount_fen"))
    return {BudgetSource(source): fen for source, fen in sums}


def standing(contract: Contract) -> Standing:
    """Who signed, what the plan asks, what is committed."""
    signed = contract.signatures.values_list("side", flat=True)
    return Standing(
        signed=frozenset(ContractSide(side) for side in signed),
        planned=planned_by_source(contract),
        committed={BudgetSource(one.source): one.put_in_fen - one.given_back_fen for one in contract.purses.all()},
    )


def may_pay(tranche: Tranche, actor: Actor) -> bool:
    """Own money is paid by the demander, public money and funds by the secretariat, which may record either."""
    if permits.holds(actor, Role.SECRETARIAT):
        return True
    demander = tranche.milestone.contract.challenge.organisation_id
    return tranche.source == BudgetSource.OWN and demander in organisations_of(actor)
