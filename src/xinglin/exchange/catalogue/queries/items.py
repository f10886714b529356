"""Reading the standard items, their levels, windows and published versions."""

from __future__ import annotations

import re

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


def meant(text: str) -> list[str]:
    """The items somebody typed, as codes: codes, names, abbreviations, parted by commas or, being codes, by spaces.

    What is no item, or could be several, is given back as it was typed.
    """
    codes: list[str] = []
    for piece in re.split(r"[,，、;；\n]+", text):
        whole = _only(piece.strip())
        codes.extend([whole] if whole else [_only(word) or word for word in piece.split()])
    return list(dict.fromkeys(codes))


def _only(text: str) -> str:
    """The code of the one item in use that a text names exactly; else of the only one that contains it; else ""."""
    if not text:
        return ""
    rows = in_use()
    exact = Q(code__iexact=text) | Q(name_zh=text) | Q(name_en__iexact=text) | Q(aliases__contains=[text.upper()])
    for hits in (rows.filter(exact), found(rows, text)):
        codes = list(hits.values_list("code", flat=True)[:2])
        if len(codes) == 1:
            return codes[0]
    return ""
