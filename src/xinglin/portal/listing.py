"""Narrowing and paging a kind's records, for list pages, exports and the API alike.

Pages are found by position (keyset), so the last page of a hundred thousand costs as much as the first; counting stops
at a cap for the same reason.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from xinglin.kernel.dossiers import Kind
from xinglin.kernel.figures import FIGURES
from xinglin.kernel.models import Dossier
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Word

SIZE = 25
MOST = 100
COUNTED = 10_000


@dataclass(frozen=True)
class Sort:
    """An order: by one column, ties by id, both in one direction; empty values come last."""

    name: str
    label: Phrase
    column: str
    down: bool = False


NEWEST = Sort("newest", say("Newest first"), "id", down=True)
OLDEST = Sort("oldest", say("Oldest first"), "id")
DUE = Sort("due", say("Most urgent first"), "due_on")
MOVED = Sort("moved", say("Last moved first"), "stage_since", down=True)


def sorts_of(kind: Kind) -> list[Sort]:
    """The orders a kind's list can be shown in."""
    plain = issubclass(kind.model, Dossier)
    own = [Sort(name, label, name) for name, label in getattr(kind, "sorts", {}).items()]
    return [NEWEST, OLDEST, *([DUE, MOVED] if plain else []), *own]


@dataclass
class Wanted:
    """What somebody asked of a list. Values that make no sense are dropped: a list is never refused."""

    text: str = ""
    stage: str = ""
    mine: bool = False
    sort: Sort = NEWEST
    filters: dict[str, str] = field(default_factory=dict)
    figure: str = ""
    after: str = ""
    before: str = ""

    def query(self, **change: str) -> dict[str, str]:
        """As the parameters of an address, paging left out unless given."""
        found = {"q": self.text, "stage": self.stage, "mine": "1" if self.mine else "", **self.filters}
        found["figure"] = self.figure
        found["sort"] = "" if self.sort is NEWEST else self.sort.name
        return {name: value for name, value in {**found, **change}.items() if value}


def wanted(kind: Kind, given: Mapping[str, str]) -> Wanted:
    """Read the parameters of an address."""
    clean = {name: str(given.get(name, "")).replace("\x00", "").strip()[:200] for name in given}
    stages = {str(word) for word in kind.machine.stages} if kind.machine else set()
    stage = clean.get("stage", "")
    return Wanted(
        text=clean.get("q", ""),
        stage=stage if stage in stages else "",
        mine=clean.get("mine", "") in ("1", "true", "on") and kind.mine is not None,
        sort=next((one for one in sorts_of(kind) if one.name == clean.get("sort")), NEWEST),
        filters={
            name: clean[name] for name, (_label, words) in kind.filters.items() if _fits(words, clean.get(name, ""))
        },
        figure=_figure(kind, clean.get("figure", "")),
        after=clean.get("after", ""),
        before=clean.get("before", ""),
    )


def _figure(kind: Kind, name: str) -> str:
    """A figure narrows the list to what it counts, when it counts this kind."""
    return name if name in FIGURES and FIGURES[name].kind == kind.name else ""


def _fits(words: type, value: str) -> bool:
    if not value:
        return False
    if issubclass(words, Word):
        return value in {str(word) for word in words}
    return value in ("1", "0") if words is bool else True


def rows(kind: Kind, want: Wanted, actor: Actor) -> QuerySet[Any]:
    """The records asked for, as far as `actor` may see them; unordered."""
    found = kind.visible(actor)
    if want.figure:
        found = FIGURES[want.figure].rows(found)
    if want.stage:
        found = found.filter(stage=want.stage)
    if want.mine and kind.mine is not None:
        found = found.filter(kind.mine(actor))
    for name, value in want.filters.items():
        found = found.filter(**{name: value == "1" if kind.filters[name][1] is bool else value})
    if want.text:
        found = kind.search(found, want.text) if kind.search else found.filter(_by_number(kind, want.text))
    return found


def _by_number(kind: Kind, text: str) -> Q:
    columns = {f.name for f in kind.model._meta.fields}
    try:
        wanted = Q(pk=kind.model._meta.pk.to_python(text))
    except ValidationError:  # words, where the kind has running numbers
        wanted = Q(pk__in=[])
    for column in ("number", "code", "title", "name"):
        if column in columns:
            wanted |= Q(**{f"{column}__icontains": text})
    return wanted


@dataclass
class Page:
    """One page of a list, and the positions of its neighbours ("" where there is none)."""

    rows: list[Any]
    after: str = ""
    before: str = ""
    count: int = 0
    capped: bool = False


def page(found: QuerySet[Any], want: Wanted, *, size: int = SIZE, count: bool = True) -> Page:
    """One page of `found` in the wanted order."""
    back = bool(want.before) and not want.after
    place = _place(want.before if back else want.after, found.model, want.sort)
    down = want.sort.down != back
    ordered = found.order_by(*_order(want.sort, down, back))
    if place is not None:
        ordered = ordered.filter(_beyond(want.sort, place, down, back))
    shown = list(ordered[: size + 1])
    more = len(shown) > size
    shown = shown[:size]
    if back:
        shown.reverse()
    result = Page(shown)
    if shown:
        result.after = _mark(want.sort, shown[-1]) if more or back else ""
        result.before = _mark(want.sort, shown[0]) if (more if back else place is not None) else ""
    if count:
        counted = found.order_by().values("pk")[: COUNTED + 1].count()
        result.count, result.capped = min(counted, COUNTED), counted > COUNTED
    return result


def _order(sort: Sort, down: bool, back: bool) -> list[Any]:
    key = F("id").desc() if down else F("id").asc()
    if sort.column == "id":
        return [key]
    column = F(sort.column)
    # Empty values are last forwards, hence first backwards.
    first, last = (True, None) if back else (None, True)
    ordered = (
        column.desc(nulls_first=first, nulls_last=last) if down else column.asc(nulls_first=first, nulls_last=last)
    )
    return [ordered, key]


def _beyond(sort: Sort, place: tuple[Any, str], down: bool, back: bool) -> Q:
    """The rows after a position, in the direction of reading."""
    value, key = place
    side = "lt" if down else "gt"
    beyond_id = Q(**{f"id__{side}": key})
    if sort.column == "id":
        return beyond_id
    if value is None:
        same = Q(**{f"{sort.column}__isnull": True}) & beyond_id
        return same | Q(**{f"{sort.column}__isnull": False}) if back else same
    found = Q(**{f"{sort.column}__{side}": value}) | (Q(**{sort.column: value}) & beyond_id)
    return found if back else found | Q(**{f"{sort.column}__isnull": True})


def _mark(sort: Sort, row: Any) -> str:
    value = None if sort.column == "id" else getattr(row, sort.column)
    if isinstance(value, (date, datetime)):
        value = {"t" if isinstance(value, datetime) else "d": value.isoformat()}
    return base64.urlsafe_b64encode(orjson.dumps([value, str(row.pk)])).decode().rstrip("=")


def _place(mark: str, model: Any, sort: Sort) -> tuple[Any, str] | None:
    """A position; one that was tampered with is no position, and the list begins at its beginning."""
    if not mark:
        return None
    try:
        value, key = orjson.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["t"]) if "t" in value else date.fromisoformat(value["d"])
        if value is not None and sort.column != "id":
            value = model._meta.get_field(sort.column).to_python(value)
        if not isinstance(key, str) or "\x00" in f"{key}{value}":
            return None
    except (binascii.Error, ValueError, KeyError, TypeError, ValidationError):
        return None
    return (value, key)
