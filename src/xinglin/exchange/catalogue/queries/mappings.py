"""Which local codes mean which standard items, and who may see the desk."""

from __future__ import annotations

from xinglin.exchange.catalogue.models import ItemMapping
from xinglin.exchange.catalogue.words import MappingStage


def table(site: int) -> dict[tuple[str, str], int]:
    """The confirmed local codes of a site (its number): (system, local code) to the number of the standard item."""
    rows = ItemMapping.objects.filter(site__number=site, stage=MappingStage.CONFIRMED).order_by()
    return {
        (system, code): number
        for system, code, number in rows.values_list("local_system", "local_code", "item__number")
    }
