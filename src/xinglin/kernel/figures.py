"""Figures: counted numbers that open down to the records behind them.

A wing registers its figures in `figures.py`. A figure is a kind and a narrowing of what the reader may see of it, so
the number and the list behind it are the same question, and no reader is told more than they could look up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.clock import now
from xinglin.kernel.dossiers import KINDS, Kind
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase

Narrowing = Q | Callable[[QuerySet[Any]], QuerySet[Any]]
# A number is at most this old; the page says how old (数据截至).
SECONDS = 30
REMEMBERED = 5_000


@dataclass(frozen=True)
class Figure:
    """A number: what it is called, exactly what it counts (口径), which records it counts, where it stands.

    `narrow` is a Q or a function of a queryset; None counts everything the reader may see. `public` figures are also
    shown to strangers, counted over what strangers may see.
    """

    name: str
    label: Phrase
    definition: Phrase
    kind: str
    narrow: Narrowing | None = None
    group: Phrase | None = None
    public: bool = False

    def rows(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """`found` narrowed to what this figure counts."""
        if self.narrow is None:
            return found
        return found.filter(self.narrow) if isinstance(self.narrow, Q) else self.narrow(found)


@dataclass(frozen=True)
class Counted:
    """A figure with its number for one reader, and when it was counted."""

    figure: Figure
    kind: Kind
    value: int
    as_of: datetime


FIGURES: dict[str, Figure] = {}
_remembered: dict[Any, tuple[float, Any]] = {}


def figure(
    name: str, label: Phrase, definition: Phrase, kind: str, narrow: Narrowing | None = None, *,
    group: Phrase | None = None, public: bool = False,
) -> Figure:  # fmt: skip
    """Register a figure. Raises ValueError when the name is taken."""
    if name in FIGURES:
        raise ValueError(f"the figure {name} is written twice")
    FIGURES[name] = Figure(name, label, definition, kind, narrow, group, public)
    return FIGURES[name]


def counted(one: Figure, actor: Actor) -> Counted | None:
    """The figure for `actor`; None when its kind is not registered."""
    kind = KINDS.get(one.kind)
    if kind is None:
        return None
    value, as_of = remembered(
        (one.name,), actor, lambda: (one.rows(kind.visible(actor)).order_by().values("pk").count(), now())
    )
    return Counted(one, kind, value, as_of)


def remembered(what: tuple[str, ...], actor: Actor, count: Callable[[], Any]) -> Any:
    """What `count` gives for this reader, kept for half a minute. It forgets at once when their grants change."""
    key = (what, actor.pk if actor is not None else None, permits.grants_of(actor))
    at, value = _remembered.get(key, (0.0, None))
    if at == 0.0 or time.monotonic() - at > SECONDS:
        value = count()
        if len(_remembered) > REMEMBERED:
            _remembered.clear()
        _remembered[key] = (time.monotonic(), value)
    return value


def forget() -> None:
    """Count everything afresh the next time."""
    _remembered.clear()


def all_counted(actor: Actor) -> list[Counted]:
    """Every figure this reader is shown, in the order in which they were registered."""
    shown = (one for one in FIGURES.values() if one.public or permits.at_work(actor))
    return [found for one in shown if (found := counted(one, actor)) is not None]
