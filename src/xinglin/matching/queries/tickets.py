"""Who may see which coordination tickets: the asker, the department that holds it, the secretariat, the authority."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.kernel.permits import Actor
from xinglin.matching.models import Ticket
from xinglin.matching.queries.sights import organisations_of, persons_of, sees_all


def tickets_for(actor: Actor) -> QuerySet[Ticket]:
    rows = Ticket.objects.select_related("person", "organisation", "department")
    return rows if sees_all(actor) else rows.filter(own_tickets(actor))


def own_tickets(actor: Actor) -> Q:
    places = organisations_of(actor)
    return Q(person_id__in=persons_of(actor)) | Q(organisation_id__in=places) | Q(department_id__in=places)
