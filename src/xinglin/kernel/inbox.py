"""What awaits whom. Derived from the lifecycles and the open dossiers each time; never a second list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import KINDS, Kind, not_empty
from xinglin.kernel.machine import Move
from xinglin.kernel.models import Account, Dossier

SHOWN = 200


@dataclass(frozen=True)
class Awaited:
    """One dossier that waits for one actor: which move, since when, until when."""

    kind: Kind
    dossier: Any
    move: Move
    due_on: date | None

    @property
    def days_left(self) -> int | None:
        return None if self.due_on is None else (self.due_on - today()).days

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def awaiting(actor: Account, *, limit: int = SHOWN) -> list[Awaited]:
    """What waits for `actor`, the most urgent first; at most `limit` dossiers per kind."""
    asked = {kind.name: rows for kind in KINDS.values() if (rows := _in_reach(kind, actor)) is not None}
    held = not_empty(asked)
    found = [item for name, rows in asked.items() if name in held for item in _in_kind(KINDS[name], rows, actor, limit)]
    far = today() + timedelta(days=36_500)
    return sorted(found, key=lambda item: (item.due_on or far, item.dossier.stage_since))


def _in_reach(kind: Kind, actor: Account) -> QuerySet[Any] | None:
    """The dossiers of a kind in any stage whose awaited moves could be the actor's; None without such a move."""
    if kind.machine is None:
        return None
    wanted = Q(pk__in=[])
    for stage in kind.machine.stages:
        touches = [
            found for move in kind.machine.awaited_from(stage) if (found := reach(kind, actor, move)) is not None
        ]
        if touches:
            # An empty reach means all of them; it must not be lost among the others.
            everything = any(not found for found in touches)
            wanted |= Q(stage=stage) if everything else Q(stage=stage) & touches[0]
    return None if wanted == Q(pk__in=[]) else kind.visible(actor).filter(wanted)


def _in_kind(kind: Kind, rows: QuerySet[Any], actor: Account, limit: int) -> Iterator[Awaited]:
    everywhere = permits.roles_of(actor)
    for dossier in rows.order_by("due_on", "stage_since")[:limit]:
        for move in kind.machine.awaited_from(dossier.stage):
            # The reach is a quick net; the roles on the dossier itself decide, and whose turn it is. Its scopes are
            # asked for only where a role for the whole alliance has not decided already.
            if (everywhere & move.roles or permits.roles_of(actor, dossier.scopes()) & move.roles) and kind.turn(
                dossier, actor, move.name
            ):
                yield Awaited(kind, dossier, move, dossier.due_on)


def reach(kind: Kind, actor: Account, move: Move) -> Q | None:
    """Which dossiers could wait for `actor` because of `move`: all, those `mine` touches, or none (None)."""
    if permits.holds(actor, *move.roles):
        return Q()
    held = {role for role, _scope in permits.grants_of(actor)}
    if not held & move.roles or kind.mine is None:
        return None
    return kind.mine(actor)


def overdue(kind: Kind, *, on: date) -> Any:
    """The dossiers of a kind whose day has passed, for the secretariat's list and for escalation."""
    if not issubclass(kind.model, Dossier):
        return kind.model._default_manager.none()
    open_stages = [str(stage) for stage in kind.machine.stages if stage not in kind.machine.final]
    return kind.model._default_manager.filter(due_on__lt=on, stage__in=open_stages)
