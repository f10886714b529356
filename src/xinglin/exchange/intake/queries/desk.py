"""Who may see which deliveries and which quarantined entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from xinglin.exchange.intake.models import ColumnMap, Delivery, Quarantined
from xinglin.exchange.intake.words import QuarantineStage
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role

# Whoever runs or watches the exchange as a whole; a hospital's own people see their own.
WHOLE = (Role.STEWARD, Role.SECRETARIAT)
OWN = (Role.LABORATORY, Role.STEWARD, Role.LIAISON)


def own(actor: Actor) -> Q:
    return Q(organisation_id__in=permits.scope_ids(actor, "organisation", *OWN))


def deliveries_for(actor: Actor) -> QuerySet[Delivery]:
    """What came, for the hospital that sent it and for those who look after the exchange."""
    rows = Delivery.objects.order_by("-created_at")
    return rows if permits.is_the_program(actor) or permits.holds(actor, *WHOLE) else rows.filter(own(actor))


def quarantined_for(actor: Actor) -> QuerySet[Quarantined]:
    """What was set aside: the sender's laboratory and the data steward may see it."""
    rows = Quarantined.objects.select_related("delivery")
    if permits.is_the_program(actor) or permits.holds(actor, Role.STEWARD):
        return rows
    return rows.filter(organisation_id__in=permits.scope_ids(actor, "organisation", Role.LABORATORY, Role.STEWARD))


def columns_for(actor: Actor) -> QuerySet[ColumnMap]:
    rows = ColumnMap.objects.all()
    return rows if permits.is_the_program(actor) or permits.holds(actor, *WHOLE) else rows.filter(own(actor))


@dataclass(frozen=True)
class Group:
    """Entries of one hospital that are set aside for one reason."""

    organisation_id: str
    reason: str
    count: int
    oldest: datetime


def groups(actor: Actor) -> list[Group]:
    """What waits at the desk, by hospital and reason, the most first."""
    rows = (
        quarantined_for(actor).filter(stage=QuarantineStage.WAITING).order_by()
        .values("organisation_id", "reason").annotate(count=Count("pk"), oldest=Min("created_at"))
    )  # fmt: skip
    found = [Group(row["organisation_id"], row["reason"], row["count"], row["oldest"]) for row in rows]
    return sorted(found, key=lambda one: (-one.count, one.reason, one.organisation_id))
