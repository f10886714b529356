"""The kinds of dossier (catalogue)."""

from xinglin.exchange.catalogue import events  # noqa: F401
