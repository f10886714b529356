"""Programs of hospitals and other cities: who may see their dossiers."""

from __future__ import annotations

from django.db.models import QuerySet

from xinglin.exchange.federation.models import Client, Peer
from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role

ADMINISTRATIONS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def clients_for(actor: Actor) -> QuerySet[Client]:
    """Every registration to the administrations; a hospital's own to its liaison and its laboratory staff."""
    rows = Client.objects.order_by("-created_at")
    if permits.holds(actor, *ADMINISTRATIONS):
        return rows
    mine = permits.scope_ids(actor, "organisation", Role.LIAISON, Role.LABORATORY) if actor is not None else []
    return rows.filter(organisation_id__in=mine)


def peers_for(actor: Actor) -> QuerySet[Peer]:
    """Which cities are asked is known to the administrations, the secretariat and the authority."""
    if permits.holds(actor, *ADMINISTRATIONS, Role.SECRETARIAT, Role.AUTHORITY):
        return Peer.objects.order_by("name")
    return Peer.objects.none()


def client_of(account_id: str) -> Client | None:
    """The registration an account acts for, if it is a program's."""
    return Client.objects.filter(account_id=account_id).first()
