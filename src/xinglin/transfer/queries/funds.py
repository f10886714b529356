"""Grant calls for everybody once they are open; deals for their own people alone, and for nobody in public."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all
from xinglin.transfer.models import Deal, GrantCall
from xinglin.transfer.rules.funds import Interests
from xinglin.transfer.words.funds import DealStage, GrantStage


def grants_for(actor: Actor) -> QuerySet[GrantCall]:
    """Research grants are public from their opening on; the funder sees its drafts."""
    rows = GrantCall.objects.select_related("organisation")
    if sees_all(actor):
        return rows
    return rows.filter(Q(stage__in=(GrantStage.OPEN, GrantStage.CLOSED)) | own_grants(actor))


def own_grants(actor: Actor) -> Q:
    return Q(organisation_id__in=organisations_of(actor))


def deals_for(actor: Actor) -> QuerySet[Deal]:
    """条例 arts 18 and 20: never in public. The secretariat, the manager's own people, and advising experts; neither
    the rest of the alliance nor the reading authority.
    """
    rows = Deal.objects.select_related("organisation", "minutes")
    if permits.holds(actor, Role.SECRETARIAT):
        return rows
    return rows.filter(own_deals(actor))


def own_deals(actor: Actor) -> Q:
    managing = permits.scope_ids(actor, "organisation", Role.LIAISON, Role.COMPANY)
    mine, people = Q(organisation_id__in=managing), persons_of(actor)
    if people:
        advised = Deal.objects.filter(advisers__person_id__in=people, advisers__left_on=None)
        mine |= Q(pk__in=advised.values("pk"))
    return mine


def advisers_of(one: Deal) -> list[str]:
    """The ids of the experts who advise now."""
    return list(one.advisers.filter(left_on=None).values_list("person_id", flat=True))


def interests(one: Deal, stage: DealStage, **more: Any) -> Interests:
    """What was declared for `stage`, which the deal is about to enter."""
    declared = one.declarations.filter(stage=stage)
    return Interests(
        advisers=advisers_of(one), declared=[row.person_id for row in declared],
        conflicted=list(one.declarations.filter(has_interest=True).values_list("person_id", flat=True)), **more,
    )  # fmt: skip


def next_stage(one: Deal) -> DealStage | None:
    """The stage the deal enters next, for which its advisers declare."""
    for move in one.MACHINE.awaited_from(one.stage):
        return DealStage(move.target)
    return None
