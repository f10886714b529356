"""Which cities fail, known to every process that asks: one small row per city that has failed of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from xinglin.exchange.federation.models import PeerHealth
from xinglin.exchange.federation.queries.health import state_of
from xinglin.exchange.federation.rules.breaker import Breaker
from xinglin.kernel import ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account


@transaction.atomic
def take_try(*, peer_id: str, by: Account) -> bool:
    """After a rest one question is let through: whether it is this one, of all processes that would ask."""
    row = PeerHealth.objects.select_for_update().select_related("peer").filter(pk=peer_id).first()
    state = Breaker() if row is None else state_of(row.peer)
    if row is None or not state.may_ask(now()):
        return row is None
    _write(row, state.tried(now()))
    ledger.record("federation.city_tried", by=by, subject=row.peer)
    return True


@transaction.atomic
def note_outcomes(*, outcomes: Sequence[tuple[str, bool | None]], by: Account) -> None:
    """How questions to cities (their ids) ended: good, not good, or None for one that never began.

    A city that never failed and answers well has no row, so a good day writes nothing.
    """
    bad = {peer for peer, good in outcomes if good is False}
    PeerHealth.objects.bulk_create([PeerHealth(peer_id=one) for one in sorted(bad)], ignore_conflicts=True)
    ended = dict(outcomes)
    for row in PeerHealth.objects.select_for_update().select_related("peer").filter(pk__in=ended).order_by("pk"):
        before, good = Breaker(row.failures, row.rests_until, row.trying_until), ended[row.pk]
        after = Breaker() if good else before.untried() if good is None else before.failed(now())
        _write(row, after)
        if after.tripped != before.tripped:
            name = "federation.city_rests" if after.tripped else "federation.city_recovered"
            ledger.record(name, by=by, subject=row.peer, data={"failures": max(before.failures, after.failures)})


def _write(row: PeerHealth, state: Breaker) -> None:
    for name, value in asdict(state).items():
        setattr(row, name, value)
    row.save(update_fields=["failures", "rests_until", "trying_until"])
