"""The kinds of dossier (federation)."""

from xinglin.exchange.federation import events  # noqa: F401
