"""What the catalogue stores. Import models from here."""

from xinglin.exchange.catalogue.models.items import DisabledLevel, Item, ItemMapping, ListImport, Panel, Site
from xinglin.exchange.catalogue.models.terms import (
    ItemPrice,
    QualityEvaluation,
    RecognitionRule,
    ScopeGrant,
    Suspension,
)
from xinglin.exchange.catalogue.models.versions import CatalogueState, CatalogueVersion

__all__ = [
    "CatalogueState",
    "CatalogueVersion",
    "DisabledLevel",
    "Item",
    "ItemMapping",
    "ItemPrice",
    "ListImport",
    "Panel",
    "QualityEvaluation",
    "RecognitionRule",
    "ScopeGrant",
    "Site",
    "Suspension",
]
