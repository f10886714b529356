"""The kinds of dossier (identity)."""

from xinglin.exchange.identity import events  # noqa: F401
