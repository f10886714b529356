"""The kinds of dossier (consent)."""

from xinglin.exchange.consent import events  # noqa: F401
