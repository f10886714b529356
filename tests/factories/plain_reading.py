"""The rules of the answer at order time read plainly, one after the other: what the program's own reading, which is made
for speed, is compared with (domain 2.1, 2.4, 2.6). Nothing is remembered here from one result to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from xinglin.exchange.catalogue.rules.scopes import contains
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts, Window
from xinglin.exchange.catalogue.words import Basis
from xinglin.exchange.intake.words import CRITICAL, FINAL, PRELIMINARY, SENSITIVE, UNCONVERTED, UNFIT
from xinglin.exchange.recognition.rules.answer import CHINA, HISTORY_SHOWN, Facts, ItemAnswer, Wanted, alike, fits
from xinglin.exchange.recognition.words import Occasion, Standing

_RANK = {Standing.NONE: 0, Standing.HISTORY: 1, Standing.MAY: 2, Standing.MUST: 3}


@dataclass
class Read:
    """What is read of one item; the fields of ItemAnswer."""

    item: int
    cls: Standing = Standing.NONE
    result_id: int = 0
    site: int = 0
    effective_at: datetime | None = None
    reported_at: datetime | None = None
    age: timedelta = timedelta(0)
    flags: int = 0
    days: int = 0
    until: datetime | None = None
    scope: str = ""
    grant_id: str = ""
    own: bool = False
    why: tuple[str, ...] = ("nothing",)
    coverage: tuple[Read, ...] = ()
    missing: tuple[int, ...] = ()
    older: tuple[int, ...] = ()

    def told(self) -> ItemAnswer:
        """As the program says it."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return ItemAnswer(**{**said, "coverage": tuple(one.told() for one in self.coverage)})


def plain_answer(facts: Facts) -> list[ItemAnswer]:
    """One answer per ordered item, in the order asked."""
    return [_one(number, facts).told() for number in facts.items]


def _rows(number: int, facts: Facts) -> list[Any]:
    """An item's results that exist for this reader at this time, the newest first."""
    found = []
    for row in facts.rows:
        item = facts.snapshot.items.get(row[0])
        sensitive = bool(row[5] & SENSITIVE) or (item is not None and item.treating_only)
        exists = row[4] <= FINAL and row[1] <= facts.at and row[2] <= facts.at
        if row[0] == number and exists and facts.access.sees(made_by=row[3], sensitive=sensitive) is not None:
            found.append(row)
    return sorted(found, key=lambda row: (row[1], row[2], row[6]), reverse=True)


def _one(number: int, facts: Facts) -> Read:
    wanted, members = facts.wanted.get(number), facts.snapshot.panels.get(number)
    whole = _single(number, facts, wanted)
    if not members:
        return whole
    panel = _panel(number, members, facts, wanted)
    return whole if _RANK[whole.cls] >= _RANK[panel.cls] and whole.cls is not Standing.NONE else panel


def _single(number: int, facts: Facts, wanted: Wanted | None) -> Read:
    rows = _rows(number, facts)
    best, disturbed = Read(number), False
    for row in rows:
        one = _judge(number, row, facts, wanted, disturbed)
        if _RANK[one.cls] > _RANK[best.cls]:
            best = one
        if best.cls is Standing.MUST:
            break
        disturbed = disturbed or row[4] == PRELIMINARY or bool(row[5] & CRITICAL)
    best.older = tuple(row[6] for row in rows if row[6] != best.result_id)[:HISTORY_SHOWN]
    return best


def _judge(number: int, row: Any, facts: Facts, wanted: Wanted | None, disturbed: bool) -> Read:
    _item, effective_at, reported_at, site, status, flags, key, *_more = row
    snapshot, here = facts.snapshot, facts.snapshot.sites.get(facts.site)
    region, alliances = (here.region, here.alliances) if here else ("", frozenset())
    today: date = facts.at.astimezone(CHINA).date()
    item, window = snapshot.items.get(number), snapshot.window(number, region, today, alliances=alliances)
    own = site == facts.site
    one = Read(number, Standing.HISTORY, key, site, effective_at, reported_at, facts.at - effective_at, flags, own=own)
    if item is None or not item.enabled:
        one.why = ("disabled",)
        return one
    one.days = window.days if window else 0
    if only := _only_shown(item, window, status, flags, facts, wanted):
        one.why = (only,)
        return one
    assert window is not None
    one.until = (reported_at if window.basis == Basis.REPORT_TIME else effective_at) + timedelta(days=window.days)
    if facts.at > one.until:
        one.why = ("old",)
    elif own:
        one.cls, one.why = Standing.MAY if facts.own_counts else Standing.HISTORY, ("own", "fresh")
    elif flags & CRITICAL:
        one.cls, one.why = Standing.MAY, ("critical", "fresh")
    elif disturbed:
        one.cls, one.why = Standing.MAY, ("newer_differs", "fresh")
    else:
        why = _mark(one, number, facts, region, alliances)
        one.cls, one.why = Standing.MUST if why in ("marked", "alliance") else Standing.MAY, (why, "fresh")
    return one


def _only_shown(
    item: ItemFacts, window: Window | None, status: int, flags: int, facts: Facts, wanted: Wanted | None
) -> str:
    if status == PRELIMINARY:
        return "preliminary"
    if flags & UNFIT or (wanted is not None and not fits(item, wanted)):
        return "unfit"
    if flags & UNCONVERTED:
        return "unconverted"
    if item.always_repeat:
        return "only_shown"
    if item.before_operation and facts.occasion is not Occasion.ORDINARY:
        return "before_operation"
    if window is None:
        return "no_window"
    if not window.enabled:
        return "window_off"
    return "only_shown" if window.days == 0 else ""


def _mark(one: Read, number: int, facts: Facts, region: str, alliances: frozenset[str]) -> str:
    assert one.effective_at is not None
    day, elsewhere = one.effective_at.astimezone(CHINA).date(), False
    for grant in facts.snapshot.grants(number, one.site):
        if grant.holds(day) and contains(grant.scope, region, alliances=alliances):
            one.scope, one.grant_id = grant.scope, grant.id
            return "marked"
        elsewhere = elsewhere or grant.holds(day)
    made_by = facts.snapshot.sites.get(one.site)
    if made_by is not None and alliances & made_by.alliances:
        return "alliance"
    return "other_region" if elsewhere else "no_mark"


def _panel(number: int, members: Sequence[int], facts: Facts, wanted: Wanted | None) -> Read:
    panel, answers = facts.snapshot.items.get(number), []
    for member in members:
        found = _single(member, facts, wanted)
        if panel is not None and found.cls is not Standing.NONE and not alike(panel, facts.snapshot.items[member]):
            found = Read(member, why=("unfit",))
        answers.append(found)
    usable = [one for one in answers if one.cls in (Standing.MAY, Standing.MUST)]
    missing = tuple(one.item for one in answers if one not in usable)
    shown = usable or [one for one in answers if one.cls is Standing.HISTORY]
    if not shown:
        return Read(number, coverage=tuple(answers), missing=missing)
    oldest = min(shown, key=lambda one: (one.until or one.effective_at, one.item))
    cls = Standing.HISTORY if not usable else Standing.MAY
    if not missing and all(one.cls is Standing.MUST for one in usable):
        cls = Standing.MUST
    if panel is not None and (not panel.enabled or panel.always_repeat):
        cls = Standing.HISTORY
    flags = 0
    for one in shown:
        flags |= one.flags
    return Read(
        number, cls, oldest.result_id, oldest.site, oldest.effective_at, oldest.reported_at, oldest.age, flags,
        oldest.days, oldest.until, oldest.scope, oldest.grant_id, all(one.own for one in shown),
        ("panel_part" if missing else "panel_whole", *oldest.why), tuple(answers), missing,
    )  # fmt: skip
