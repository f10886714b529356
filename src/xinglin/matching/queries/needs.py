"""Who may see which needs and offers."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.models import Docking, Need, Offer
from xinglin.matching.queries.sights import is_member, organisations_of, persons_of, sees_all
from xinglin.matching.rules.needs import READABLE
from xinglin.matching.words.needs import Confidentiality, OfferStage


def needs_for(actor: Actor) -> QuerySet[Need]:
    """Strangers see published open needs; members also those open within the alliance, and their own organisation's in
    every stage; an expert also those addressed to them; the secretariat and the authority see all.
    """
    rows = Need.objects.select_related("organisation", "contact_person")
    if sees_all(actor):
        return rows
    seen = Q(stage__in=READABLE, confidentiality=Confidentiality.PUBLISHED)
    if is_member(actor):
        seen |= Q(stage__in=READABLE)
    return rows.filter(seen | own_needs(actor) | Q(pk__in=_addressed(actor)))


def own_needs(actor: Actor) -> Q:
    """The needs of the organisations the actor works for."""
    return Q(organisation_id__in=organisations_of(actor))


def _addressed(actor: Actor) -> QuerySet[Docking, dict[str, str]]:
    """Needs that were brought to the actor (or to their company) in a docking."""
    mine = Q(answering_person_id__in=persons_of(actor)) | Q(answering_organisation_id__in=organisations_of(actor))
    return Docking.objects.filter(mine).values("need_id")


def offers_for(actor: Actor) -> QuerySet[Offer]:
    """As needs: strangers see published open offers, members all open ones, the giver their own in every stage."""
    rows = Offer.objects.select_related("person", "organisation")
    if sees_all(actor):
        return rows
    seen = Q(stage=OfferStage.OPEN, confidentiality=Confidentiality.PUBLISHED)
    if is_member(actor) or permits.scope_ids(actor, "person", Role.EXPERT):
        seen |= Q(stage=OfferStage.OPEN)
    return rows.filter(seen | own_offers(actor))


def own_offers(actor: Actor) -> Q:
    return Q(person_id__in=persons_of(actor)) | Q(organisation_id__in=organisations_of(actor))
