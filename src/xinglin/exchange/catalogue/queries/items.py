"""Reading the standard items, their levels, windows and published versions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xinglin.exchange.catalogue.models import CatalogueVersion, DisabledLevel, Item
from xinglin.kernel.permits import Actor


def items_for(_actor: Actor) -> QuerySet[Item]:
    """The items are public (domain 2.1: the list is published for public query)."""
    return Item.objects.all()


def versions_for(_actor: Actor) -> QuerySet[CatalogueVersion]:
    return CatalogueVersion.objects.order_by("-number")


def disabled_levels_for(_actor: Actor) -> QuerySet[DisabledLevel]:
    return DisabledLevel.objects.order_by("-since")


def in_use() -> QuerySet[Item]:
    """The items that may make new matches today: neither they nor a level above them is switched off."""
    rows = Item.objects.filter(enabled=True, withdrawn=False)
    for category, group in DisabledLevel.objects.filter(until=None).values_list("category", "group"):
        rows = rows.exclude(category=category, **({"group": group} if group else {}))
    return rows


def found(rows: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Items whose code, name in either language, abbreviation or LOINC code contains `text`."""
    text = text.strip()[:80]
    return rows.filter(
        Q(code__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(loinc=text)
        | Q(aliases__contains=[text]) | Q(aliases__contains=[text.upper()])
    )  # fmt: skip


def current_version() -> CatalogueVersion | None:
    """The newest published version; None before anything was loaded."""
    return CatalogueVersion.objects.order_by("-number").first()


def named(text: str) -> Item | None:
    """The one item with this code or exact name in either language; None where there is none, or more than one."""
    text = text.strip().split(" ")[0] if text.strip().upper().startswith(("LAB-", "IMG-")) else text.strip()
    hits = list(Item.objects.filter(Q(code__iexact=text) | Q(name_zh=text) | Q(name_en__iexact=text))[:2])
    return hits[0] if len(hits) == 1 else None
