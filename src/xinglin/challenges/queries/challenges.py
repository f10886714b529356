"""Who may see which challenges."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Appraisal, Challenge
from xinglin.challenges.words.calls import AppraisalStage, Openness
from xinglin.challenges.words.challenges import ChallengeStage as S
from xinglin.kernel.permits import Actor, at_work
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all

# The list is announced under public notice; what comes before that is between the demander and the secretariat.
UNANNOUNCED = (S.DEMAND_DRAFT, S.DEMAND_SUBMITTED, S.FORMAL_CHECK, S.ARGUMENTATION, S.LIST_APPROVED, S.REJECTED)


def challenges_for(actor: Actor) -> QuerySet[Challenge]:
    """Everybody sees a challenge from the announcement of the list on, or whoever works in the alliance if it says so;
    the demander their own from its first draft, an expert what they are asked to argue; the secretariat and the
    authority see all.
    """
    rows = Challenge.objects.select_related("organisation")
    if sees_all(actor):
        return rows
    announced = ~Q(stage__in=UNANNOUNCED) & (~Q(stage=S.CANCELLED) | Q(published_at__isnull=False))
    if not at_work(actor):
        return rows.filter(announced, openness=Openness.PUBLIC)
    argued = Appraisal.objects.filter(
        person_id__in=persons_of(actor), stage__in=[AppraisalStage.ASKED, AppraisalStage.SIGNED]
    )
    return rows.filter(announced | own_challenges(actor) | Q(pk__in=argued.values("challenge_id")))


def own_challenges(actor: Actor) -> Q:
    """The challenges of the organisations the actor works for."""
    return Q(organisation_id__in=organisations_of(actor))
