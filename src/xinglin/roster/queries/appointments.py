"""Who may see which appointments, and what experts gave in each term."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Appointment, AppointmentTerm, DutyDay
from xinglin.roster.queries.register import WHOLE_ALLIANCE
from xinglin.roster.words.appointments import IN_OFFICE, DutyKind, DutyStage


def appointments_for(actor: Actor) -> QuerySet[Appointment]:
    """The two sides see theirs; everybody sees who is in office, if the expert agreed to be published."""
    rows = Appointment.objects.select_related("person", "organisation", "agreement")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    published = Q(stage__in=IN_OFFICE, person__consent_publish_at__isnull=False)
    return rows.filter(published | own_appointments(actor))


def own_appointments(actor: Actor) -> Q:
    """Those of the actor's organisations and those of the actor in person."""
    return Q(organisation_id__in=permits.scope_ids(actor, "organisation")) | Q(
        person_id__in=permits.scope_ids(actor, "person")
    )


def is_inside(appointment: Appointment, actor: Actor) -> bool:
    """Whether the actor may read the terms between the two sides, the fee among them."""
    inside = (*WHOLE_ALLIANCE, Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT)
    return permits.holds(actor, *inside, scopes=appointment.scopes())


def duty_days_for(actor: Actor) -> QuerySet[DutyDay]:
    """The two sides of the appointment, the secretariat and the authority."""
    rows = DutyDay.objects.select_related("appointment__person", "appointment__organisation")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(own_duty_days(actor))


def own_duty_days(actor: Actor) -> Q:
    return Q(appointment__organisation_id__in=permits.scope_ids(actor, "organisation")) | Q(
        appointment__person_id__in=permits.scope_ids(actor, "person")
    )


@dataclass(frozen=True)
class TermTotals:
    """What was given in one term: confirmed days and hours, and people seen."""

    term: AppointmentTerm
    days: int
    hours: Decimal
    people: int
    by_kind: dict[DutyKind, int]


def totals_by_term(appointment: Appointment) -> list[TermTotals]:
    """Confirmed duty counted per term, the first term first. One day counts once however much is done on it."""
    found = []
    for term in appointment.terms.order_by("ordinal"):
        rows = DutyDay.objects.filter(
            appointment=appointment, stage=DutyStage.CONFIRMED, day__gte=term.starts, day__lte=term.until
        )
        sums = rows.aggregate(days=Count("day", distinct=True), hours=Sum("hours"), people=Sum("people_served"))
        kinds = {DutyKind(kind): n for kind, n in rows.values_list("kind").annotate(n=Count("pk")).order_by()}
        found.append(TermTotals(term, sums["days"], sums["hours"] or Decimal(0), sums["people"] or 0, kinds))
    return found
