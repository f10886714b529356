"""The catalogue as the answer at order time reads it: plain facts, looked up without a database. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from xinglin.exchange.catalogue.rules.scopes import chain


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A standard item. `unit` is UCUM; critical limits are in that unit; `radiation_usv` in micro-sievert;
    `molar_mass` in g/mol, None where mass and amount of it never meet."""

    number: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    category: str
    group: str
    specimen: str = ""
    body_part: str = ""
    modality: str = ""
    method: str = ""
    unit: str = ""
    loinc: str = ""
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None
    treating_only: bool = False
    before_operation: bool = False
    always_repeat: bool = False
    enabled: bool = True
    large_equipment: bool = False
    radiation_usv: int = 0
    wait_days: int = 0
    aliases: tuple[str, ...] = ()
    molar_mass: Decimal | None = None


@dataclass(frozen=True)
class Window:
    """How long results of an item count: `days` of 24 hours from `basis`; 0 is shown, never recognised (domain 2.4)."""

    days: int
    basis: str
    enabled: bool
    valid_from: date
    valid_to: date | None
    region: str
    source: str

    @cached_property
    def span(self) -> timedelta:
        """As long as that, boundary included."""
        return timedelta(days=self.days)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A stretch of days in which an HR mark counts; one mark interrupted by a suspension gives several.

    It counts on the specimen's or examination's day: valid_from <= day <= valid_to, and before `suspended_from`.
    """

    id: str
    scope: str
    valid_from: date
    valid_to: date
    suspended_from: date | None
    programme: str

    def holds(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to and (self.suspended_from is None or on < self.suspended_from)


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """What an item costs, in fen, with the list it is from. `site` is 0 where the price is a region's."""

    price_fen: int
    valid_from: date
    valid_to: date | None
    price_list: str
    region: str
    site: int

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site: `region` is its city (GB/T 2260), `alliances` the ids of the alliances it is a member of."""

    number: int
    organisation_id: str
    name: str
    region: str
    alliances: frozenset[str] = frozenset()

    @property
    def member(self) -> bool:
        """Whether it belongs to an alliance at all."""
        return bool(self.alliances)


@dataclass(frozen=True)
class Snapshot:
    """The whole catalogue at one moment. `version` counts its changes."""

    version: int
    items: dict[int, ItemFacts]
    by_code: dict[str, int]
    by_loinc: dict[str, int]
    sites: dict[int, SiteFacts]
    panels: dict[int, tuple[int, ...]] = field(default_factory=dict)
    # (item, region or alliance) to its windows; (item, site) to its marks; (item, site, region) to its prices.
    windows: dict[tuple[int, str], tuple[Window, ...]] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[GrantFacts, ...]] = field(default_factory=dict)
    prices: dict[tuple[int, int, str], tuple[PriceFacts, ...]] = field(default_factory=dict)
    by_organisation: dict[str, int] = field(default_factory=dict)
    # What the rules worked out from it, kept as long as this snapshot is used.
    memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def treating_only(self) -> frozenset[int]:
        """The items whose results are for the treating doctor alone."""
        return frozenset(number for number, item in self.items.items() if item.treating_only)

    def members(self, number: int) -> tuple[int, ...]:
        """The members of a panel; none for what is no panel."""
        return self.panels.get(number, ())

    def window(self, number: int, region: str, on: date, *, alliances: frozenset[str] = frozenset()) -> Window | None:
        """The window of an item on a day: the city's, then an alliance's, the province's, the general one; or None.

        A rule that is not enabled is returned too: a city that switches an item off overrides its province.
        """
        city, *wider = chain(region)
        for place in (city, *sorted(alliances), *wider):
            for window in self.windows.get((number, place), ()):
                if window.holds(on):
                    return window
        return None

    def grants(self, number: int, site: int) -> tuple[GrantFacts, ...]:
        """Every stretch of days in which an HR mark of this item at this site counts."""
        return self.marks.get((number, site), ())

    def price(self, number: int, site: int, region: str, on: date) -> PriceFacts | None:
        """What an item costs on a day: the site's own price first, then its city's, its province's; or None."""
        places = [(site, ""), *((0, place) for place in chain(region))]
        for at, place in places:
            for price in self.prices.get((number, at, place), ()):
                if price.holds(on):
                    return price
        return None
