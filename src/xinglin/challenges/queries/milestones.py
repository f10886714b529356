"""Who may see which milestones and tranches; and what the rules ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Contract, Milestone, PanelSeat, Submission, Tranche
from xinglin.challenges.queries.contracts import live_contracts, own_changes, own_contracts
from xinglin.challenges.rules.lanes import Lane
from xinglin.challenges.rules.milestones import IN_HAND, Progress
from xinglin.challenges.rules.tranches import IN_HAND as EARNED
from xinglin.challenges.words.bids import MemberPart
from xinglin.challenges.words.contracts import ContractStage
from xinglin.challenges.words.milestones import MilestoneStage, Verdict
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import persons_of, sees_all

_JOINED = ("contract", "contract__challenge", "contract__challenge__organisation", "contract__bid",
           "contract__bid__organisation", "contract__bid__person")  # fmt: skip


def milestones_for(actor: Actor) -> QuerySet[Milestone]:
    """Both sides of the contract, whoever sits on its panel, the secretariat and the authority."""
    rows = Milestone.objects.select_related(*_JOINED)
    return rows if sees_all(actor) else rows.filter(own_milestones(actor)).distinct()


def own_milestones(actor: Actor) -> Q:
    seats = PanelSeat.objects.filter(person_id__in=persons_of(actor), left_because="")
    return own_changes(actor) | Q(pk__in=seats.values("submission__milestone_id"))


def tranches_for(actor: Actor) -> QuerySet[Tranche]:
    """Both sides of the contract, the secretariat and the authority."""
    rows = Tranche.objects.select_related("milestone", *(f"milestone__{name}" for name in _JOINED))
    return rows if sees_all(actor) else rows.filter(own_tranches(actor))


def own_tranches(actor: Actor) -> Q:
    return Q(milestone__contract__in=Contract.objects.filter(own_contracts(actor)).values("pk"))


def latest(milestone: Milestone) -> Submission | None:
    """What was handed in last."""
    return milestone.submissions.order_by("-ordinal").first()


def seats_of(milestone: Milestone) -> list[PanelSeat]:
    """The members who judge what was handed in last."""
    submission = latest(milestone)
    if submission is None:
        return []
    return list(submission.seats.filter(left_because="").select_related("person").order_by("created_at"))


def seat_of(milestone: Milestone, actor: Actor) -> PanelSeat | None:
    """The actor's own seat, if they have one."""
    own = persons_of(actor)
    return next((seat for seat in seats_of(milestone) if seat.person_id in own), None)


def votes_of(seats: list[PanelSeat]) -> list[Verdict]:
    return [Verdict(seat.verdict) for seat in seats if seat.verdict]


def barred_from(contract: Contract, persons: Iterable[Any]) -> dict[str, str]:
    """Of `persons` (of the register, with their `places`), who belongs to the team: the bidder, whoever works there,
    the leader, and the people of the bid by name and institution.
    """
    bid, found = contract.bid, {}
    team = list(bid.members.exclude(part=MemberPart.CONTACT).values_list("name", "institution"))
    for one in persons:
        at_work = {place.organisation_id for place in one.places}
        known = {str(place.organisation) for place in one.places}
        named = {institution for name, institution in team if name in (one.name_zh, one.name_latin)}
        alike = bool(named) and (not known or bool(named & known))
        if one.pk == bid.person_id or str(one) == contract.leader or bid.organisation_id in at_work or alike:
            found[one.pk] = str(one)
    return found


def progress(challenge_id: str) -> list[Progress]:
    """The milestones of every team that runs."""
    return [
        Progress(tuple(one.milestones.order_by("number").values_list("stage", flat=True)))
        for one in live_contracts(challenge_id)
    ]


def lane_of(contract: Contract) -> Lane:
    """A team of a race as the rules see it."""
    rows = list(contract.milestones.all())
    judged = any(one.stage == MilestoneStage.FAILED for one in rows) or any(
        one.gate and one.stage == MilestoneStage.ACCEPTED for one in rows
    )
    return Lane(
        number=contract.lane, live=contract.stage == ContractStage.SIGNED, gate_judged=judged,
        in_hand=any(one.stage in IN_HAND for one in rows) or bool(payments_in_hand([contract.pk])),
    )  # fmt: skip


def payments_in_hand(contract_ids: list[str]) -> int:
    """Tranches that are earned and not with the team yet."""
    return Tranche.objects.filter(milestone__contract_id__in=contract_ids, stage__in=EARNED).count()
