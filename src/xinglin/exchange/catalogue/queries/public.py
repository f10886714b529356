"""What residents, doctors and the press may look up: the items that count, for how long, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from xinglin.exchange.catalogue.models import Item
from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.catalogue.rules.scopes import NATION, NATION_WORDS
from xinglin.exchange.catalogue.rules.snapshot import ItemFacts, Snapshot, Window


@dataclass(frozen=True)
class Line:
    """One item as published: its window in a region on a day, and how many sites hold a mark of each scope."""

    key: str
    item: ItemFacts
    window: Window | None
    scopes: tuple[tuple[str, int], ...]

    @property
    def recognised(self) -> bool:
        """Whether new matches are made at all."""
        window = self.window
        return self.item.enabled and not self.item.always_repeat and bool(window and window.enabled and window.days)


def lines(*, text: str = "", category: str = "", scope: str = "", region: str = "", on: date) -> list[Line]:
    """The items in the order of their numbers, narrowed by words, category and scope of a mark."""
    now = current()
    keys = dict(Item.objects.values_list("number", "pk"))
    marks = _marks(now, on)
    found = []
    for number in sorted(now.items):
        item, counts = now.items[number], marks.get(number, Counter())
        if category and item.category != category:
            continue
        if scope and scope not in counts:
            continue
        if not text or _matches(item, text):
            window = now.window(number, region, on)
            found.append(Line(keys.get(number, ""), item, window, tuple(sorted(counts.items()))))
    return found


def _matches(item: ItemFacts, text: str) -> bool:
    wanted = text.strip().casefold()
    named = (item.code, item.name_zh, item.name_en, item.loinc, *item.aliases)
    return any(wanted in one.casefold() for one in named)


def _marks(now: Snapshot, on: date) -> dict[int, Counter[str]]:
    """How many sites hold a mark that counts on a day: by item, by scope."""
    found: dict[int, Counter[str]] = {}
    for (number, _site), grants in now.marks.items():
        for scope in {NATION if one.scope in NATION_WORDS else one.scope for one in grants if one.holds(on)}:
            found.setdefault(number, Counter())[scope] += 1
    return found


def scopes_in_use(on: date) -> list[str]:
    """Every scope of which some site holds a mark on a day."""
    return sorted({scope for counts in _marks(current(), on).values() for scope in counts})


def regions_with_rules() -> list[str]:
    """Regions that have windows of their own."""
    return sorted({region for _number, region in current().windows if region})
