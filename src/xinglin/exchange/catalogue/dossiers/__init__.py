"""The kinds of dossier (catalogue)."""

from xinglin.exchange.catalogue import events  # noqa: F401
from xinglin.exchange.catalogue.dossiers import items, mappings, terms  # noqa: F401
