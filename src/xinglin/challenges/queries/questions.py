"""Who may see which question about a call. Nobody sees who asked but the secretariat."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.challenges.models import CallQuestion
from xinglin.challenges.queries.challenges import challenges_for
from xinglin.challenges.words.calls import QuestionStage
from xinglin.kernel.permits import Actor
from xinglin.matching.queries.sights import organisations_of, sees_all


def questions_for(actor: Actor) -> QuerySet[CallQuestion]:
    """Whoever sees the call sees its answered questions; the demander all; whoever asked, their own."""
    rows = CallQuestion.objects.select_related("challenge", "challenge__organisation")
    if sees_all(actor):
        return rows
    answered = Q(stage=QuestionStage.ANSWERED, challenge__in=challenges_for(actor))
    mine = Q(asked_by_id=actor.pk) if actor is not None else Q(pk=None)
    return rows.filter(answered | mine | own_questions(actor))


def own_questions(actor: Actor) -> Q:
    """The questions the actor's organisations have to answer."""
    return Q(challenge__organisation_id__in=organisations_of(actor))
