"""Who may see which bids. What a bid says is sealed apart from this row until it is opened."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Bid, SealedBid
from xinglin.challenges.words.bids import BidStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel import ledger, permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
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


def is_open(bid: Bid) -> bool:
    """Whether what a bid says is there to be read."""
    return bid.stage not in SEALED


def is_office(actor: Actor) -> bool:
    """The secretariat, which makes the formal check."""
    return permits.holds(actor, Role.SECRETARIAT)


def hidden_entries() -> Q:
    """Ledger entries that would tell how many bid before the opening; they are there, and shown afterwards."""
    before = (ChallengeStage.PUBLISHED, ChallengeStage.CLOSED)
    packages = SealedBid.objects.filter(bid__challenge__stage__in=before)
    return Q(subject_kind="challenges.sealedbid", subject_id__in=packages.values("pk"))


ledger.WITHHELD.append(hidden_entries)
