"""Sites: organisations as the exchange counts them."""

from __future__ import annotations

from django.db.models import QuerySet

from xinglin.exchange.catalogue.models import Site
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.queries import bodies
from xinglin.roster.queries.register import organisations_for
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


def organisation_called(text: str, actor: Actor) -> str:
    """The id of the one organisation with this id, medical code or Chinese name; a Refusal where it is not one."""
    rows = organisations_for(actor).order_by()
    for column in ("pk", "medical_code", "name_zh"):
        hits = list(rows.filter(**{column: text}).values_list("pk", flat=True)[:2])
        if len(hits) == 1:
            return hits[0]
        if hits:
            break
    raise Refusal(
        "catalogue.organisation_unknown",
        say("“{name}” is no one organisation of the register.", name=text[:60]),
        say("Use its full Chinese name or its medical code, as the register has them."),
    )
