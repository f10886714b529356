"""Everything a person has, across hospitals, as one reader may see it: results by item, reports, versions.

The access decides for each result; what may not be seen is not counted either. A result whose code nobody has mapped
yet may be of any item, an HIV test too: other hospitals' are shown only to whoever may see those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice

from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.consent.rules.access import Access
from xinglin.exchange.identity.queries.patients import records_of
from xinglin.exchange.intake.models import Report, Result
from xinglin.exchange.intake.rules.ranges import NO_RANGE, Range, in_stored_unit
from xinglin.exchange.intake.words import ABNORMAL, CRITICAL, FINAL, IMAGE, SENSITIVE, UNFIT, ReportStatus

# Newest results looked at for one page; older ones are reached by the filter of days.
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One value. `number` is in the item's unit, `sent` as the hospital wrote it; `bounds` in the unit of `number`."""

    id: int
    item: int
    at: datetime
    reported_at: datetime
    site: int
    number: Decimal | None
    text: str
    unit: str
    sent: str
    status: int
    flags: int
    reference: str
    interpretation: str
    name: str
    report: int
    bounds: Range = NO_RANGE

    @property
    def counts(self) -> bool:
        """Whether it is the valid version: neither preliminary nor corrected nor void."""
        return self.status == FINAL

    @property
    def critical(self) -> bool:
        return bool(self.flags & CRITICAL)

    @property
    def fits(self) -> bool:
        """Whether it is of the specimen and by the method its item demands, as far as it says."""
        return not self.flags & UNFIT

    @property
    def image(self) -> bool:
        return bool(self.flags & IMAGE)

    @property
    def outside(self) -> int:
        """-1 below its reference range, 1 above, 0 within or unknown."""
        if self.number is not None and self.bounds != NO_RANGE:
            if self.bounds.low is not None and self.number < self.bounds.low:
                return -1
            return int(self.bounds.high is not None and self.number > self.bounds.high)
        if self.interpretation in ("L", "LL"):
            return -1
        return int(self.interpretation in ("H", "HH") or (bool(self.flags & ABNORMAL) and not self.interpretation))


@dataclass(frozen=True, slots=True)
class Trend:
    """The readings of one item, the newest first; of one local code where no item is known."""

    key: str
    item: ItemFacts | None
    name: str
    readings: tuple[Reading, ...]

    @property
    def numbers(self) -> tuple[Reading, ...]:
        """What can be drawn as a line: valid readings with a number that compare, the oldest first."""
        return tuple(one for one in reversed(self.readings) if one.counts and one.fits and one.number is not None)


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a report: what it is, from whom, whether it still counts, and where its image is."""

    id: int
    site: int
    number: str
    version: int
    current: bool
    status: ReportStatus
    kind: str
    title: str
    at: datetime | None
    doctor: str
    conclusion: str
    image_url: str
    void_reason: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What one reader sees of one person. `more` says that older results were left out."""

    trends: tuple[Trend, ...] = ()
    papers: tuple[Paper, ...] = ()
    sites: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    more: bool = False
    readings: tuple[Reading, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a category of the catalogue, a hospital, an item, days; empty for everything."""

    category: str = ""
    site: int = 0
    item: int = 0
    since: datetime | None = None
    until: datetime | None = None


def timeline(person: int, access: Access, wanted: Wanted = Wanted()) -> Timeline:
    """The results and reports of an index person that `access` lets its holder see. Three queries."""
    if not access.anything:
        return Timeline()
    patients = records_of(person)
    found = list(islice((one for one in _results(patients, wanted) if _visible(one, access)), MOST + 1))
    shown, more = found[:MOST], len(found) > MOST
    items = current().items
    by_key: dict[str, list[Reading]] = {}
    categories, sites = set(), set()
    for one in shown:
        item = items.get(one.item)
        categories.add(item.category if item else "")
        sites.add(one.site)
        if (not wanted.category or (item and item.category == wanted.category)) and (
            not wanted.site or one.site == wanted.site
        ):
            by_key.setdefault(f"i{one.item}" if one.item else f"l{one.site}-{one.name}", []).append(one)
    trends = tuple(
        Trend(key, items.get(rows[0].item), rows[0].name, tuple(rows)) for key, rows in by_key.items()
    )  # fmt: skip
    papers = _papers(patients, access, wanted)
    return Timeline(
        tuple(sorted(trends, key=_order)), papers, tuple(sorted(sites | {one.site for one in papers})),
        tuple(sorted(categories - {""})), more, tuple(one for rows in by_key.values() for one in rows),
    )  # fmt: skip


def _order(trend: Trend) -> tuple[bool, str, str, int]:
    item = trend.item
    return (item is None, item.category if item else "", item.group if item else trend.name, item.number if item else 0)


def _results(patients: list[int], wanted: Wanted) -> Iterable[Reading]:
    rows = Result.objects.filter(patient__in=patients)
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.since:
        rows = rows.filter(effective_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(effective_at__lt=wanted.until)
    for one in rows.order_by("-effective_at", "-id").iterator(chunk_size=2_000):
        yield Reading(
            one.pk, one.item, one.effective_at, one.reported_at, one.site, one.number, one.text, one.unit, one.sent,
            one.status, one.flags, one.reference, one.interpretation, one.local_name or one.local_code, one.report,
            in_stored_unit(one.reference, stored=one.number, sent=one.sent),
        )  # fmt: skip


def _visible(one: Reading, access: Access) -> bool:
    """Whether the reader may know of this reading."""
    return access.sees(made_by=one.site, sensitive=is_sensitive(one.item, one.flags)) is not None


def is_sensitive(item: int, flags: int) -> bool:
    """Whether only the treating doctor may see a result: by its flag, by its item, or because nobody knows its item."""
    facts = current().items.get(item)
    return bool(flags & SENSITIVE) or facts is None or facts.treating_only


def _papers(patients: list[int], access: Access, wanted: Wanted) -> tuple[Paper, ...]:
    """The reports, the newest first; one that carries a result this reader may not see is left out as a whole, since
    its title or conclusion may tell what the result does not."""
    if wanted.item or wanted.category:
        return ()
    rows = Report.objects.filter(patient__in=patients)
    if wanted.site:
        rows = rows.filter(site=wanted.site)
    if wanted.since:
        rows = rows.filter(effective_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(effective_at__lt=wanted.until)
    reports = list(rows.order_by("-effective_at", "-id")[:MOST])
    carried: dict[int, bool] = {}
    inside = Result.objects.filter(report__in=[one.pk for one in reports]).values_list("report", "item", "flags")
    for report, item, flags in inside:
        carried[report] = carried.get(report, False) or is_sensitive(item, flags)
    return tuple(
        Paper(
            one.pk, one.site, one.report_no, one.version, one.current, ReportStatus(one.status), one.kind, one.title,
            one.effective_at or one.reported_at, one.doctor, one.conclusion, one.image_url, one.void_reason,
        )
        for one in reports
        if access.sees(made_by=one.site, sensitive=carried.get(one.pk, False)) is not None
    )  # fmt: skip
