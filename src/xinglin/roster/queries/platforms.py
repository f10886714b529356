"""Who may see which platforms, and how many of each level are at work."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Platform, PlatformPartner
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.words.platforms import AT_WORK, PlatformLevel


def platforms_for(actor: Actor) -> QuerySet[Platform]:
    """Everybody sees the platforms at work; host and partners see theirs in every stage."""
    rows = Platform.objects.select_related("host", "leader", "agreement")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage__in=AT_WORK) | own_platforms(actor))


def own_platforms(actor: Actor) -> Q:
    places = permits.scope_ids(actor, "organisation")
    shared = PlatformPartner.objects.filter(organisation_id__in=places)
    return Q(host_id__in=places) | Q(pk__in=shared.values("platform_id"))


def is_inside(platform: Platform, actor: Actor) -> bool:
    partners = platform.partners.values_list("organisation_id", flat=True)
    scopes = [*platform.scopes(), *(("organisation", key) for key in partners)]
    return permits.holds(actor, *WHOLE_ALLIANCE, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY, scopes=scopes)


def at_work_by_level() -> dict[PlatformLevel, int]:
    """The counters of seed 45 (市级科技创新平台5个)."""
    rows = Platform.objects.filter(stage__in=AT_WORK).values_list("level").annotate(n=Count("pk")).order_by()
    counted = dict(rows)
    return {level: counted.get(str(level), 0) for level in PlatformLevel}
