"""Who may see which challenges."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Challenge
from xinglin.challenges.rules.challenges import BEFORE_PUBLICATION
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import organisations_of, sees_all


def challenges_for(actor: Actor) -> QuerySet[Challenge]:
    """Everybody sees a challenge from its publication on, the demander their own from its first draft; the secretariat
    and the authority see all.
    """
    rows = Challenge.objects.select_related("organisation")
    if sees_all(actor):
        return rows
    return rows.filter(~Q(stage__in=BEFORE_PUBLICATION) | own_challenges(actor))


def own_challenges(actor: Actor) -> Q:
    """The challenges of the organisations the actor works for."""
    return Q(organisation_id__in=organisations_of(actor))
