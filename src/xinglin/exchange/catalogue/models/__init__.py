"""What the catalogue stores. Import models from here."""

from xinglin.exchange.catalogue.models.items import Item, ItemMapping, Panel, Site
from xinglin.exchange.catalogue.models.terms import ItemPrice, RecognitionRule, ScopeGrant

__all__ = ["Item", "ItemMapping", "ItemPrice", "Panel", "RecognitionRule", "ScopeGrant", "Site"]
