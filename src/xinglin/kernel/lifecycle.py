"""Moving stored dossiers through their lifecycles: the one place where a stage is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction

from xinglin.kernel import permits
from xinglin.kernel.clock import now, today
from xinglin.kernel.machine import Move
from xinglin.kernel.models import Account, Dossier, Series
from xinglin.kernel.refusals import absent
from xinglin.kernel.words import Word

D = TypeVar("D", bound=Dossier)


def begin(dossier: D, *, by: Account) -> D:
    """Give a new dossier its first stage and save it."""
    machine = dossier.MACHINE
    dossier.stage, dossier.stage_since, dossier.created_at = machine.initial, now(), now()
    dossier.created_by = by.pk
    dossier.due_on = dossier.due_on or deadline(dossier)
    dossier.save(force_insert=True)
    return dossier


def take(model: type[D], key: str, **more: Any) -> D:
    """Lock one dossier for change, or refuse as absent. The machine decides who may change it, not this."""
    try:
        return model._default_manager.select_for_update(of=("self",)).get(pk=key, **more)
    except model.DoesNotExist:
        raise absent() from None


def take_below(model: type[D], key: str, **above: type[Dossier]) -> tuple[Any, ...]:
    """Lock a dossier after those it belongs to, or refuse as absent; returns them in this order, itself last.

    `above` names each by the path to its id, the outermost first. Deeds that all lock from the outside in never wait
    for somebody who waits for them.
    """
    keys = model._default_manager.filter(pk=key).values_list(*above).first()
    if keys is None:
        raise absent()
    outer = [take(one, its) for one, its in zip(above.values(), keys, strict=True)]
    return (*outer, take(model, key))


def step(dossier: Dossier, move: str, *, by: Account, facts: Any = None, due_on: Any = None) -> Word:
    """Make `move` if the table, the actor's roles and the guard allow it; returns the stage before.

    The dossier must have been taken with `take` in this transaction. Saves stage, stage_since, due_on and version;
    fields the action changed itself are saved with it.
    """
    roles = None if permits.is_the_program(by) else permits.roles_of(by, dossier.scopes())
    row: Move = dossier.MACHINE.next(stage=dossier.stage, move=move, roles=roles, facts=facts)
    before = dossier.stage_word
    dossier.stage, dossier.stage_since = row.target, now()
    dossier.due_on = due_on or deadline(dossier)
    touch(dossier)
    return before


def touch(dossier: Dossier) -> None:
    """Save a change that is not a move; the version counts it."""
    dossier.version += 1
    dossier.save()


def deadline(dossier: Dossier) -> Any:
    """The day by which somebody must act, from the awaited moves that leave the present stage."""
    days = [move.due for move in dossier.MACHINE.awaited_from(dossier.stage) if move.due is not None]
    return today() + timedelta(days=min(days)) if days else None


@transaction.atomic
def next_number(series: str) -> str:
    """The next running number of a series in the present year, such as `AP-2026-0007`; no gaps, no doubles."""
    year = today().year
    row, _made = Series.objects.select_for_update().get_or_create(name=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{year}-{row.last:04d}"
