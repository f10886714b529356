"""Who may see which investment leads: the secretariat, the authority, the organisation that hosts it, its owner."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.matching.models import Lead
from xinglin.matching.queries.sights import sees_all


def leads_for(actor: Actor) -> QuerySet[Lead]:
    rows = Lead.objects.select_related("organisation", "host", "source_person", "owner")
    return rows if sees_all(actor) else rows.filter(own_leads(actor))


def own_leads(actor: Actor) -> Q:
    """Leads of the organisations the actor works for as their staff; a company does not read leads about itself."""
    return Q(host_id__in=permits.scope_ids(actor, "organisation", Role.LIAISON, Role.DEPARTMENT_HEAD))
