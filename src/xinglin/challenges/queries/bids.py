"""Who may see which bids. What a bid says is sealed apart from this row until it is opened."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Bid
from xinglin.challenges.words.bids import BidStage
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all

SEALED = (BidStage.SEALED, BidStage.REPLACED, BidStage.WITHDRAWN, BidStage.UNOPENED)


def bids_for(actor: Actor) -> QuerySet[Bid]:
    """Bidders see their own; the secretariat and the authority see bids once they are opened, not who bids before."""
    rows = Bid.objects.select_related("challenge", "organisation", "person")
    seen = own_bids(actor)
    if sees_all(actor):
        seen |= ~Q(stage__in=SEALED)
    return rows.filter(seen)


def own_bids(actor: Actor) -> Q:
    return Q(organisation_id__in=organisations_of(actor)) | Q(person_id__in=persons_of(actor))
