"""Who may see which dockings: the two sides, the secretariat, the authority."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel.permits import Actor
from xinglin.matching.models import Docking
from xinglin.matching.queries.sights import acts_in, organisations_of, persons_of, sees_all
from xinglin.matching.words.dockings import Side


def dockings_for(actor: Actor) -> QuerySet[Docking]:
    rows = Docking.objects.select_related(
        "need",
        "asking_organisation",
        "answering_person",
        "answering_organisation",
        "asking_contact",
        "answering_contact",
    )
    return rows if sees_all(actor) else rows.filter(own_dockings(actor))


def own_dockings(actor: Actor) -> Q:
    places = organisations_of(actor)
    return (
        Q(asking_organisation_id__in=places)
        | Q(answering_organisation_id__in=places)
        | Q(answering_person_id__in=persons_of(actor))
    )


def sides_of(docking: Docking, actor: Actor) -> frozenset[Side]:
    """The sides of a docking the actor may act for; the secretariat may stand in for both."""
    found = set()
    if acts_in(actor, docking.asking_scope()):
        found.add(Side.ASKING)
    if acts_in(actor, docking.answering_scope()):
        found.add(Side.ANSWERING)
    return frozenset(found)
