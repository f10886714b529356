"""Who may see which organisations and people."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation
from xinglin.roster.words.register import RecordStage

WHOLE_ALLIANCE = (Role.SECRETARIAT, Role.AUTHORITY)


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """The public sees the register; those at work also see what was proposed by or for their own organisation."""
    rows = Organisation.objects.select_related("parent")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage=RecordStage.ACTIVE) | own_organisations(actor))


def own_organisations(actor: Actor) -> Q:
    """The organisations the actor holds a grant in, and their branches."""
    ids = permits.scope_ids(actor, "organisation")
    return Q(pk__in=ids) | Q(parent_id__in=ids)
