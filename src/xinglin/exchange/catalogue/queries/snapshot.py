"""The catalogue in memory, for the answer at order time: read once, and again when its stamp has changed."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max

from xinglin.exchange.catalogue.models import (
    CatalogueState,
    DisabledLevel,
    Item,
    ItemPrice,
    Panel,
    RecognitionRule,
    ScopeGrant,
    Site,
    Suspension,
)
from xinglin.exchange.catalogue.queries.sites import alliances_by_organisation
from xinglin.exchange.catalogue.rules.grants import Stretch, counted
from xinglin.exchange.catalogue.rules.snapshot import GrantFacts, ItemFacts, PriceFacts, SiteFacts, Snapshot, Window
from xinglin.exchange.catalogue.words import Sensitivity
from xinglin.roster.queries import bodies

# Seconds for which the stamp is trusted without asking; tests set 0.
CHECK_EVERY = 1.0

_lock = threading.Lock()
_held: tuple[Any, Snapshot] | None = None
_checked = 0.0


def current() -> Snapshot:
    """The catalogue as it is now. The database is asked for the stamp at most once in CHECK_EVERY seconds."""
    global _held, _checked
    held = _held
    if held is not None and time.monotonic() - _checked < CHECK_EVERY:
        return held[1]
    with _lock:
        held = _held
        if held is not None and time.monotonic() - _checked < CHECK_EVERY:
            return held[1]
        stamp = _stamp()
        if held is None or held[0] != stamp:
            held = (stamp, read(stamp[1]))
            _held = held
        _checked = time.monotonic()
    return held[1]


def site_name(number: int) -> str:
    """The hospital of this number, or the number where there is none."""
    site = current().sites.get(number)
    return site.name if site is not None else str(number)


def forget() -> None:
    """Ask again the next time."""
    global _held, _checked
    _held, _checked = None, 0.0


def _stamp() -> tuple[Any, ...]:
    """What changes whenever the snapshot would: the catalogue's own stamp, and who is a member."""
    row = CatalogueState.objects.filter(only=True).values_list("stamp", "revision").first() or ("", 0)
    members = bodies.memberships_for(None).order_by().aggregate(last=Max("stage_since"), many=Count("pk"))
    return (*row, members["last"], members["many"])


def read(version: int = 0) -> Snapshot:
    """The whole catalogue, read afresh."""
    off = set(DisabledLevel.objects.filter(until=None).values_list("category", "group"))
    items = {row["number"]: _item(row, off) for row in Item.objects.values()}
    keys = dict(Item.objects.values_list("pk", "number"))
    alliances = alliances_by_organisation()
    sites = {
        row.number: SiteFacts(row.number, row.organisation_id, row.name, row.region,
                              alliances.get(row.organisation_id, frozenset()))
        for row in Site.objects.order_by("number")
    }  # fmt: skip
    site_numbers = dict(Site.objects.values_list("pk", "number"))
    by_loinc: dict[str, int] = {}
    for number, item in items.items():
        if item.loinc:
            by_loinc.setdefault(item.loinc, number)
    return Snapshot(
        version=version,
        items=items,
        by_code={item.code: number for number, item in items.items()},
        by_loinc=by_loinc,
        sites=sites,
        panels=_grouped(
            (keys[p], keys[m]) for p, m in Panel.objects.order_by("pk").values_list("panel_id", "member_id")
        ),
        windows=_windows(keys),
        marks=_marks(keys, site_numbers),
        prices=_prices(keys, site_numbers),
        by_organisation={site.organisation_id: site.number for site in sites.values()},
    )


def _item(row: Mapping[str, Any], off: Collection[tuple[str, str]]) -> ItemFacts:
    same = {name: row[name] for name in ItemFacts.__dataclass_fields__ if name in row}
    same["aliases"] = tuple(row["aliases"])
    levels_off = (row["category"], "") in off or (row["category"], row["group"]) in off
    same["enabled"] = row["enabled"] and not row["withdrawn"] and not levels_off
    return ItemFacts(**same, treating_only=row["sensitivity"] == Sensitivity.TREATING_ONLY)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _windows(keys: Mapping[str, int]) -> dict[tuple[int, str], tuple[Window, ...]]:
    rows = RecognitionRule.objects.order_by("-valid_from").values_list(
        "item_id", "region", "window_days", "basis", "enabled", "valid_from", "valid_to", "source"
    )
    return _grouped(
        ((keys[item], region), Window(days, basis, enabled, since, until, region, source))
        for item, region, days, basis, enabled, since, until, source in rows.iterator()
    )


def _prices(keys: Mapping[str, int], sites: Mapping[str, int]) -> dict[tuple[int, int, str], tuple[PriceFacts, ...]]:
    rows = ItemPrice.objects.order_by("-valid_from").values_list(
        "item_id", "site_id", "region", "price_fen", "valid_from", "valid_to", "price_list"
    )
    return _grouped(
        ((keys[item], sites.get(site, 0), region),
         PriceFacts(fen, since, until, price_list, region, sites.get(site, 0)))
        for item, site, region, fen, since, until, price_list in rows.iterator()
    )  # fmt: skip


def _marks(keys: Mapping[str, int], sites: Mapping[str, int]) -> dict[tuple[int, int], tuple[GrantFacts, ...]]:
    """Each mark as the stretches in which it counts: its life, without its suspensions, up to its revocation."""
    gaps: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    for grant, since, until in Suspension.objects.order_by("since").values_list("grant_id", "since", "until"):
        gaps[grant].append((since, until))
    rows = ScopeGrant.objects.order_by("valid_from").values_list(
        "pk", "item_id", "site_id", "scope", "programme", "valid_from", "valid_to", "revoked_from"
    )
    found = []
    for key, item, site, scope, programme, since, until, revoked in rows.iterator():
        last = until if revoked is None else min(until, revoked - timedelta(days=1))
        for stretch in counted(Stretch(since, last), gaps.get(key, ())):
            facts = GrantFacts(key, scope, stretch.since, stretch.until, stretch.suspended_from, programme)
            found.append(((keys[item], sites[site]), facts))
    return _grouped(found)
