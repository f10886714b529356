"""Who may see assignment rounds and their proposals; nobody sees what the machine proposed of one who refuses it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel.permits import Actor
from xinglin.matching.models import Proposal, Round
from xinglin.matching.queries.sights import organisations_of, sees_all
from xinglin.matching.words.rounds import ProposalStage


def rounds_for(actor: Actor) -> QuerySet[Round]:
    """Those who decide rounds see them, and the authority that reads."""
    return Round.objects.all() if sees_all(actor) else Round.objects.none()


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """Proposals of a round; a hospital sees those for its own needs."""
    rows = Proposal.objects.select_related("round", "need", "need__organisation", "person").filter(_shown())
    return rows if sees_all(actor) else rows.filter(own_proposals(actor))


def proposals_of(round_: Round) -> QuerySet[Proposal]:
    return round_.proposals.select_related("need", "person").filter(_shown())


def own_proposals(actor: Actor) -> Q:
    return Q(need__organisation_id__in=organisations_of(actor))


def _shown() -> Q:
    return Q(person__refuses_automation_at=None) | Q(stage=ProposalStage.CONFIRMED)
