"""Sites: organisations as the exchange counts them."""

from __future__ import annotations

from django.db.models import QuerySet

from xinglin.exchange.catalogue.models import Site
from xinglin.kernel.permits import Actor
from xinglin.roster.queries import bodies
from xinglin.roster.words.bodies import MembershipStage


def sites_for(_actor: Actor) -> QuerySet[Site]:
    """Which organisations exchange results is public."""
    return Site.objects.order_by("number")


def site_of(organisation_id: str) -> Site | None:
    """The site of an organisation; None before one was opened."""
    return Site.objects.filter(organisation_id=organisation_id).first()


def alliances_by_organisation() -> dict[str, frozenset[str]]:
    """The alliance each member organisation belongs to, by the organisation's id. Suspended members are left out."""
    alliance = bodies.the_alliance()
    if alliance is None:
        return {}
    members = bodies.memberships_for(None).filter(stage=MembershipStage.MEMBER)
    only = frozenset({alliance.pk})
    return dict.fromkeys(members.order_by().values_list("organisation_id", flat=True), only)
