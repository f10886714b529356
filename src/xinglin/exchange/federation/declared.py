"""Visits a registered program declares with its question: a treating relation, on the ledger like any other."""

from __future__ import annotations

from xinglin.exchange.consent.actions.relations import begin_visit
from xinglin.exchange.federation.queries.clinical import Reader
from xinglin.exchange.federation.queries.registrations import client_of


def declare_visit(who: Reader, person: int) -> None:
    """Begin the relation a program declares (header X-Visit), where its registration lets it declare visits."""
    if not who.visit or not who.site:
        return
    client = client_of(who.account.pk)
    if client is None or not client.declares_visits:
        return
    begin_visit(person=person, site=who.site, visit=who.visit, doctor=who.doctor, began_at=who.at, by=who.account)
    who.known.pop(person, None)
