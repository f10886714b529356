"""The kinds of dossier (intake)."""

from xinglin.exchange.intake import events  # noqa: F401
