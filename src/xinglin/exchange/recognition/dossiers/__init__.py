"""The kinds of dossier (recognition)."""

from xinglin.exchange.recognition import events  # noqa: F401
