"""Who may see assignment rounds: those who decide them, and the authority that reads."""

from __future__ import annotations

from django.db.models import QuerySet

from xinglin.kernel.permits import Actor
from xinglin.matching.models import Proposal, Round
from xinglin.matching.queries.sights import organisations_of, sees_all


def rounds_for(actor: Actor) -> QuerySet[Round]:
    return Round.objects.all() if sees_all(actor) else Round.objects.none()


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """Proposals of a round; a hospital sees those for its own needs."""
    rows = Proposal.objects.select_related("round", "need", "need__organisation", "person")
    return rows if sees_all(actor) else rows.filter(need__organisation_id__in=organisations_of(actor))
