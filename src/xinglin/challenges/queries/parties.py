"""Who a demander or a bidder is, as facts for the rules on relations."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from xinglin.challenges.models import Bid, Challenge
from xinglin.challenges.rules.bidding import Party, controllers, relations
from xinglin.challenges.words.bids import BidStage, RelationKind
from xinglin.kernel.clock import today
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase
from xinglin.kernel.words import Scope
from xinglin.matching.queries.sights import organisations_of, persons_of
from xinglin.roster.queries.register import organisations_for, people_for

OPENED = (BidStage.OPENED, BidStage.QUALIFIED, BidStage.AWARDED, BidStage.NOT_AWARDED)


def bidders_of(actor: Actor) -> list[tuple[Scope, str]]:
    """In whose name the actor may bid: the organisations they work for, the expert they are; with names."""
    found: list[tuple[Scope, str]] = [
        (("organisation", one.pk), str(one))
        for one in organisations_for(actor).filter(pk__in=organisations_of(actor)).order_by("name_zh")
    ]
    people = people_for(actor).filter(pk__in=persons_of(actor)).order_by("name_zh")
    return found + [(("person", one.pk), str(one)) for one in people]


def organisation_party(
    one: Any, legal_representative: str = "", declared: Any = (), held_by: tuple[str, ...] = ()
) -> Party:
    """An organisation with its parent: parent, branches and sisters are one family. It is known by its code too."""
    family = {one.pk, *([one.parent_id] if one.parent_id else [])}
    names = {str(one), one.name_zh, one.credit_code}
    return Party(
        one.pk, one.name_zh, frozenset(family), frozenset(names), legal_representative, tuple(declared), held_by
    )


def person_party(one: Any, declared: Any = ()) -> Party:
    """A person: where they work now is their house."""
    day = today()
    rows = one.affiliations.filter(Q(until=None) | Q(until__gte=day)).select_related("organisation")
    family = {key for row in rows for key in (row.organisation_id, row.organisation.parent_id) if key}
    return Party(one.pk, one.name_zh, frozenset(family), frozenset({one.name_zh}), "", tuple(declared))


def demander(challenge: Challenge) -> Party:
    return organisation_party(challenge.organisation)


def bidder(bid: Bid) -> Party:
    """The bidder of an opened bid, with what it declares."""
    declared = [(row["related_to"], RelationKind(row["relation"])) for row in bid.relations]
    if bid.organisation is not None:
        return organisation_party(
            bid.organisation, bid.legal_representative, declared, controllers(bid.controllers.all())
        )
    return person_party(bid.person, declared)


def relation_reasons(bid: Bid) -> list[Phrase]:
    """Why a bid is related to the demander or to another bidder of the call; every reason blocks (domain 4.5, 1)."""
    own = bidder(bid)
    found = relations(own, demander(bid.challenge))
    rows = Bid.objects.filter(challenge_id=bid.challenge_id, stage__in=OPENED).exclude(pk=bid.pk)
    for other in rows.select_related("organisation", "person").prefetch_related("controllers"):
        found += relations(own, bidder(other))
    return found
