"""Who may see which studios and apprentices."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Apprenticeship, Studio
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.rules.lapsing import months_later
from xinglin.roster.words.studios import AT_WORK


def studios_for(actor: Actor) -> QuerySet[Studio]:
    """Everybody sees the studios at work whose master agreed to be published; host, partner and master see theirs."""
    rows = Studio.objects.select_related("host", "partner", "master", "agreement")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    public = Q(stage__in=AT_WORK, master__consent_publish_at__isnull=False)
    return rows.filter(public | own_studios(actor))


def own_studios(actor: Actor) -> Q:
    places, people = permits.scope_ids(actor, "organisation"), permits.scope_ids(actor, "person")
    return Q(host_id__in=places) | Q(partner_id__in=places) | Q(master_id__in=people)


def is_inside(studio: Studio, actor: Actor) -> bool:
    scopes = [*studio.scopes(), *([("organisation", studio.partner_id)] if studio.partner_id else [])]
    return permits.holds(actor, *WHOLE_ALLIANCE, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT, scopes=scopes)


def apprenticeships_for(actor: Actor) -> QuerySet[Apprenticeship]:
    """Teacher, apprentice, the studio's organisations, the secretariat and the authority."""
    rows = Apprenticeship.objects.select_related("studio__host", "teacher", "apprentice")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(own_apprenticeships(actor))


def own_apprenticeships(actor: Actor) -> Q:
    places, people = permits.scope_ids(actor, "organisation"), permits.scope_ids(actor, "person")
    return (
        Q(studio__host_id__in=places)
        | Q(studio__partner_id__in=places)
        | Q(teacher_id__in=people)
        | Q(apprentice_id__in=people)
    )


def next_review(studio: Studio) -> tuple[int, date] | None:
    """The first year of the term without a review, and its last day; None when every year is reviewed."""
    year = studio.reviews.count() + 1
    if months_later(studio.starts, 12 * (year - 1)) > studio.until:
        return None
    return year, min(months_later(studio.starts, 12 * year) - timedelta(days=1), studio.until)
