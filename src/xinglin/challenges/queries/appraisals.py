"""Who may see which expert's opinion on a demand."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import Appraisal
from xinglin.challenges.queries.challenges import UNANNOUNCED, challenges_for
from xinglin.challenges.words.calls import AppraisalStage
from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all


def appraisals_for(actor: Actor) -> QuerySet[Appraisal]:
    """An expert sees their own; the secretariat and the authority all; everybody the signed ones of a published list.

    The demander of a rejected demand sees the opinions that rejected it.
    """
    rows = Appraisal.objects.select_related("challenge", "challenge__organisation", "person")
    if sees_all(actor):
        return rows
    signed = Q(stage=AppraisalStage.SIGNED)
    # Names and scores are published with the list (domain 4.1); until then an expert sees nobody's but their own.
    published = signed & ~Q(challenge__stage__in=UNANNOUNCED) & Q(challenge__in=challenges_for(actor))
    theirs = Q(challenge__organisation_id__in=organisations_of(actor), challenge__stage=ChallengeStage.REJECTED)
    return rows.filter(published | own_appraisals(actor) | signed & theirs)


def own_appraisals(actor: Actor) -> Q:
    """The opinions the actor gives as an expert."""
    return Q(person_id__in=persons_of(actor))
