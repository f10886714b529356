"""The answer at order time: which earlier results stand for which ordered item, and why (domain 2.1, 2.4, 2.6). Pure.

    MUST     valid HR mark inside its scope (or the same alliance), inside the window: accept, or decline with a reason
    MAY      inside the window, but not MUST: listed, never in the way
    HISTORY  everything older, and what is only ever shown: for the trend

The system proposes and never accepts. What the reader may not see takes no part: an answer with a hidden result is the
answer without it. Reasons are kept as codes and spoken when somebody reads them, for this runs thousands of times a
second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from xinglin.exchange.catalogue.rules.scopes import contains
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts, Snapshot, Window
from xinglin.exchange.catalogue.words import Basis
from xinglin.exchange.catalogue.words.marks import mark
from xinglin.exchange.consent.rules.access import Access
from xinglin.exchange.intake.words import CRITICAL, FINAL, IMAGE, PRELIMINARY, SENSITIVE, UNCONVERTED, UNFIT
from xinglin.exchange.recognition.words import Occasion, Standing
from xinglin.kernel.phrases import Phrase, say

# Mainland China keeps one time without summer time; the day of a grant or rule is this day.
CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
NONE, HISTORY, MAY, MUST = Standing.NONE, Standing.HISTORY, Standing.MAY, Standing.MUST
# Rank of a standing: the highest wins.
_RANK = {NONE: 0, HISTORY: 1, MAY: 2, MUST: 3}
_ODD = UNFIT | UNCONVERTED
HISTORY_SHOWN = 5
# Hospitals and days the catalogue's facts are kept for.
MOST_PLACES = 500


class ResultRow(NamedTuple):
    """A stored result as the covering index gives it; times aware."""

    item: int
    effective_at: datetime
    reported_at: datetime
    site: int
    status: int
    flags: int
    id: int
    # Only on rows that are no results (see queries.order).
    reference: str | None = None
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order says beyond its item: compared where both sides say something. Empty says nothing."""

    specimen: str = ""
    body_part: str = ""
    method: str = ""


@dataclass(slots=True)
class Facts:
    """Everything the answer depends on. `rows` are the person's results in any order; `at` is aware.

    `own_counts` offers results of the asking hospital itself as MAY instead of history (domain 2.6 "own history").
    """

    items: Sequence[int]
    rows: Iterable[Any]
    snapshot: Snapshot
    site: int
    at: datetime
    access: Access
    occasion: Occasion = Occasion.ORDINARY
    own_counts: bool = False
    wanted: Mapping[int, Wanted] = field(default_factory=dict)


class ItemAnswer(NamedTuple):
    """What is known of one ordered item. `why` are codes of SENTENCES; `older` further results, the newest first.

    For a panel `coverage` holds the answer of each member and `missing` the members without a usable result; the
    result named is the oldest among the members' (the first to fall out of its window).
    """

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
    coverage: tuple[ItemAnswer, ...] = ()
    missing: tuple[int, ...] = ()
    older: tuple[int, ...] = ()

    @property
    def has_image(self) -> bool:
        return bool(self.flags & IMAGE)

    @property
    def critical(self) -> bool:
        return bool(self.flags & CRITICAL)

    @property
    def complete(self) -> bool:
        """Whether it stands for the whole order: a panel with a member missing does not."""
        return not self.missing

    @property
    def results(self) -> list[int]:
        """The numbers of all results it rests on: a panel's members, or the one."""
        return [each.result_id for each in self.coverage if each.result_id] or [self.result_id]

    @property
    def reasons(self) -> list[Phrase]:
        """Why it is so, in sentences."""
        facts = {
            "days": self.days, "scope": mark(self.scope), "age": self.age // DAY, "until": self.until,
            "covered": sum(one.cls in (Standing.MUST, Standing.MAY) for one in self.coverage),
            "all": len(self.coverage),
        }  # fmt: skip
        return [SENTENCES[code](**facts) for code in self.why]


SENTENCES: dict[str, Phrase] = {
    "marked": say("Its HR mark counts here: {scope}, valid when it was made."),
    "alliance": say("Both hospitals belong to one alliance, in which all items are recognised."),
    "fresh": say("It is inside the window of {days} days, until {until}."),
    "old": say("It is {age} days old; the window is {days} days."),
    "no_mark": say("No HR mark that was valid when it was made."),
    "other_region": say("Its HR mark counts elsewhere, not here."),
    "no_window": say("No window is set for this item here."),
    "window_off": say("Recognition of this item is switched off here."),
    "only_shown": say("This item is shown for information and always repeated."),
    "critical": say("A critical value: the doctor judges, nothing is asked."),
    "preliminary": say("A preliminary report."),
    "newer_differs": say("A newer result of the same item is critical or preliminary."),
    "own": say("Made in this hospital itself."),
    "before_operation": say("Before operations, transfusions and endoscopies this item is made again (reason 03)."),
    "disabled": say("This item is no longer in the catalogue."),
    "unfit": say("Specimen, body part or method differ from what is ordered."),
    "unconverted": say("It was sent in a unit that does not convert to the item's."),
    "panel_whole": say("All {all} members of the panel have a usable result."),
    "panel_part": say("{covered} of {all} members of the panel have a usable result."),
    "nothing": say("No earlier result is known."),
}


def answer(facts: Facts) -> list[ItemAnswer]:
    """One answer per ordered item, in the order asked."""
    snapshot, access, at = facts.snapshot, facts.access, facts.at
    wanted = set(facts.items)
    if snapshot.panels:
        for number in facts.items:
            wanted.update(snapshot.members(number))
    rows = _by_item(facts.rows, wanted, snapshot, access, at)
    view = _View(_place(snapshot, facts.site, at.astimezone(CHINA).date()), at, facts.occasion, facts.own_counts)
    said = facts.wanted
    if not snapshot.panels and not said:
        return [_single(number, rows[number], view, None) if number in rows else _nothing(number)
                for number in facts.items]  # fmt: skip
    known: dict[int, ItemAnswer] = {}
    return [_one(number, rows, view, said.get(number), known) for number in facts.items]


@lru_cache(maxsize=4_096)
def _nothing(number: int) -> ItemAnswer:
    """The answer about an item of which nothing is known."""
    return ItemAnswer(number)


class _Terms(NamedTuple):
    """On what terms items count at a hospital on a day. `why` they are only ever shown, "" where they are not; `plain`
    if nothing about the item itself keeps a result from counting, whatever the occasion."""

    days: int
    span: timedelta
    by_report: bool
    why: str
    before_operation: bool
    plain: bool


class _Place:
    """A hospital on a day: what the catalogue says there, worked out once for all questions of that day."""

    __slots__ = ("alliances", "region", "same", "scopes", "site", "snapshot", "terms", "today")

    def __init__(self, snapshot: Snapshot, site: int, today: date):
        here = snapshot.sites.get(site)
        self.snapshot, self.site, self.today = snapshot, site, today
        self.region, self.alliances = (here.region, here.alliances) if here else ("", frozenset[str]())
        self.terms: dict[int, _Terms] = {}
        # Most items share their terms: kept once, they stay in the processor's own memory.
        self.same: dict[_Terms, _Terms] = {}
        self.scopes: dict[str, bool] = {}

    def terms_of(self, number: int) -> _Terms:
        """Worked out at the first question; `terms` holds what is known already."""
        item = self.snapshot.items.get(number)
        window = self.snapshot.window(number, self.region, self.today, alliances=self.alliances)
        days, span = (window.days, window.span) if window else (0, timedelta(0))
        by_report = window is not None and window.basis == Basis.REPORT_TIME
        why = _only_ever_shown(item, window)
        before_operation = item is not None and item.before_operation and not item.always_repeat
        terms = _Terms(days, span, by_report, why, before_operation, not why and not before_operation)
        found = self.terms[number] = self.same.setdefault(terms, terms)
        return found

    def contained(self, scope: str) -> bool:
        """Whether a mark of this scope counts here."""
        try:
            return self.scopes[scope]
        except KeyError:
            found = self.scopes[scope] = contains(scope, self.region, alliances=self.alliances)
            return found


def _place(snapshot: Snapshot, site: int, today: date) -> _Place:
    places = snapshot.memory
    found = places.get((site, today))
    if found is None:
        if len(places) >= MOST_PLACES:
            places.clear()
        found = places[site, today] = _Place(snapshot, site, today)
    return found


class _View:
    """What stays the same for all items of one question."""

    __slots__ = ("at", "occasion", "own_counts", "place", "site", "snapshot")

    def __init__(self, place: _Place, at: datetime, occasion: Occasion, own_counts: bool):
        self.place, self.snapshot, self.site = place, place.snapshot, place.site
        self.at, self.occasion, self.own_counts = at, occasion, own_counts


def _by_item(
    rows: Iterable[Any], wanted: set[int], snapshot: Snapshot, access: Access, at: datetime
) -> dict[int, list[Any]]:
    """The rows that exist for this reader at this time, by item, the newest first; superseded and void ones never."""
    found: dict[int, list[Any]] = {}
    treating_only, open_to_all = snapshot.treating_only, access.ground is not None
    for row in rows:
        item, effective_at, reported_at, site, status, flags, _id, _reference, _rest = row
        if item not in wanted or status > FINAL or effective_at > at or reported_at > at:
            continue
        sensitive = bool(flags & SENSITIVE) or item in treating_only
        # With a ground for other hospitals' results there is nothing to ask about what is not sensitive.
        if (sensitive or not open_to_all) and access.sees(made_by=site, sensitive=sensitive) is None:
            continue
        if item in found:
            found[item].append(row)
        else:
            found[item] = [row]
    for several in found.values():
        if len(several) > 1:
            several.sort(key=_newest_first, reverse=True)
    return found


_newest_first = itemgetter(1, 2, 6)


def _one(
    number: int, rows: dict[int, list[Any]], view: _View, wanted: Wanted | None, known: dict[int, ItemAnswer]
) -> ItemAnswer:
    members = view.snapshot.panels.get(number)
    if not members:
        return _single(number, rows.get(number, ()), view, wanted)
    # A panel may also have been reported under its own code, as one result.
    whole = _single(number, rows.get(number, ()), view, wanted)
    panel = _panel(number, members, rows, view, wanted, known)
    return whole if _RANK[whole.cls] >= _RANK[panel.cls] and whole.cls is not Standing.NONE else panel


def _single(number: int, rows: Sequence[Any], view: _View, wanted: Wanted | None) -> ItemAnswer:
    """The best of an item's results: the highest standing, then the newest."""
    if not rows:
        return ItemAnswer(number)
    try:
        terms = view.place.terms[number]
    except KeyError:
        terms = view.place.terms_of(number)
    best = _judge(number, terms, rows[0], view, wanted, False)
    if len(rows) == 1:
        return best
    disturbed, rank = rows[0][4] == PRELIMINARY or bool(rows[0][5] & CRITICAL), _RANK[best.cls]
    for row in rows[1:]:
        if best.cls is MUST:
            break
        one = _judge(number, terms, row, view, wanted, disturbed)
        if _RANK[one.cls] > rank:
            best, rank = one, _RANK[one.cls]
        disturbed = disturbed or row[4] == PRELIMINARY or bool(row[5] & CRITICAL)
    return best._replace(older=tuple([row[6] for row in rows if row[6] != best.result_id][:HISTORY_SHOWN]))


_tuple = tuple.__new__
_OLD, _OWN, _CRITICAL, _DIFFERS = ("old",), ("own", "fresh"), ("critical", "fresh"), ("newer_differs", "fresh")


def _judge(
    number: int, terms: _Terms, row: Any, view: _View, wanted: Wanted | None, disturbed: bool
) -> ItemAnswer:  # fmt: skip
    """What one result is worth. `disturbed`: a newer result is critical or preliminary."""
    _item, effective_at, reported_at, site, status, flags, key, _reference, _rest = row
    at, days = view.at, terms.days
    age, own = at - effective_at, site == view.site
    asked = not terms.plain or status == PRELIMINARY or flags & _ODD or wanted is not None
    if asked and (only := _only_shown(number, terms, status, flags, view, wanted)):
        days = 0 if only == "disabled" else days
        return ItemAnswer(number, HISTORY, key, site, effective_at, reported_at, age, flags, days, None, "", "", own,
                          (only,))  # fmt: skip
    until = (reported_at if terms.by_report else effective_at) + terms.span
    cls, scope, grant, reasons = MAY, "", "", _CRITICAL
    if at > until:
        cls, reasons = HISTORY, _OLD
    elif own:
        cls, reasons = MAY if view.own_counts else HISTORY, _OWN
    elif not flags & CRITICAL:
        if disturbed:
            reasons = _DIFFERS
        else:
            why, scope, grant = _mark(number, site, effective_at, view)
            reasons = (why, "fresh")
            if why in ("marked", "alliance"):
                cls = MUST
    # Past the named fields' own constructor, which takes twice as long.
    return _tuple(ItemAnswer, (number, cls, key, site, effective_at, reported_at, age, flags, days, until, scope, grant,
                               own, reasons, (), (), ()))  # fmt: skip


def _only_shown(
    number: int, terms: _Terms, status: int, flags: int, view: _View, wanted: Wanted | None
) -> str:  # fmt: skip
    """Why a result is history whatever its age, or ""."""
    if terms.why == "disabled":
        return terms.why
    if status == PRELIMINARY:
        return "preliminary"
    if flags & _ODD or wanted is not None:
        if flags & UNFIT or (wanted is not None and not fits(view.snapshot.items[number], wanted)):
            return "unfit"
        if flags & UNCONVERTED:
            return "unconverted"
    if terms.before_operation and view.occasion is not Occasion.ORDINARY:
        return "before_operation"
    return terms.why


def _only_ever_shown(item: ItemFacts | None, window: Window | None) -> str:
    """Why all results of an item are history here, or ""."""
    if item is None or not item.enabled:
        return "disabled"
    if item.always_repeat:
        return "only_shown"
    if window is None:
        return "no_window"
    if not window.enabled:
        return "window_off"
    return "only_shown" if window.days == 0 else ""


def _mark(number: int, site: int, effective_at: datetime, view: _View) -> tuple[str, str, str]:
    """Whether the result must be recognised here: a mark valid on its day whose scope contains us, or one alliance.
    Why or why not, and the scope and id of the mark that counts."""
    grants = view.snapshot.grants(number, site)
    elsewhere = False
    if grants:
        day = effective_at.astimezone(CHINA).date()
        for grant in grants:
            if not grant.holds(day):
                continue
            if view.place.contained(grant.scope):
                return "marked", grant.scope, grant.id
            elsewhere = True
    made_by = view.snapshot.sites.get(site)
    if made_by is not None and view.place.alliances & made_by.alliances:
        return "alliance", "", ""
    return "other_region" if elsewhere else "no_mark", "", ""


def _panel(
    number: int, members: Sequence[int], rows: dict[int, list[Any]], view: _View, wanted: Wanted | None,
    known: dict[int, ItemAnswer],
) -> ItemAnswer:  # fmt: skip
    """A panel stands as its members do: MUST when every one must, MAY when some can be used, else history."""
    panel = view.snapshot.items.get(number)
    answers = []
    for member in members:
        if wanted is not None or member not in known:
            found = _single(member, rows.get(member, ()), view, wanted)
            if panel is not None and found.cls is not Standing.NONE and not alike(panel, view.snapshot.items[member]):
                found = ItemAnswer(member, why=("unfit",))
            if wanted is not None:
                answers.append(found)
                continue
            known[member] = found
        answers.append(known[member])
    usable = [one for one in answers if _RANK[one.cls] >= _RANK[Standing.MAY]]
    missing = tuple(one.item for one in answers if _RANK[one.cls] < _RANK[Standing.MAY])
    shown = usable or [one for one in answers if one.cls is Standing.HISTORY]
    if not shown:
        return ItemAnswer(number, coverage=tuple(answers), missing=missing)
    oldest = min(shown, key=lambda one: (one.until or one.effective_at, one.item))
    whole = not missing
    must = whole and all(one.cls is Standing.MUST for one in usable)
    cls = Standing.MUST if must else Standing.MAY if usable else Standing.HISTORY
    if panel is not None and (not panel.enabled or panel.always_repeat):
        cls = Standing.HISTORY
    why = ("panel_whole" if whole else "panel_part", *oldest.why)
    return ItemAnswer(
        number, cls, oldest.result_id, oldest.site, oldest.effective_at, oldest.reported_at, oldest.age,
        _flags(shown), oldest.days, oldest.until, oldest.scope, oldest.grant_id,
        all(one.own for one in shown), why, tuple(answers), missing,
    )  # fmt: skip


def _flags(answers: Sequence[ItemAnswer]) -> int:
    together = 0
    for one in answers:
        together |= one.flags
    return together


def fits(item: ItemFacts, wanted: Wanted) -> bool:
    """Whether an item's results can be what the order asks for; what one side leaves open fits."""
    return (
        _same(item.specimen, wanted.specimen)
        and _same(item.body_part, wanted.body_part)
        and _same(item.method, wanted.method)
    )


def alike(panel: ItemFacts, member: ItemFacts) -> bool:
    """Whether a member's results can stand in a panel: one specimen, body part, modality."""
    return (
        _same(panel.specimen, member.specimen)
        and _same(panel.body_part, member.body_part)
        and _same(panel.modality, member.modality)
    )


def _same(one: str, other: str) -> bool:
    return not one or not other or one.casefold() == other.casefold()


def worth_showing(answers: Sequence[ItemAnswer]) -> list[ItemAnswer]:
    """What a doctor is reminded of: what must and what may be recognised; history is looked at on request."""
    return [one for one in answers if one.cls in (Standing.MUST, Standing.MAY)]
