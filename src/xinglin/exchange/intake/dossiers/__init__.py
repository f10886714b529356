"""The kinds of dossier (intake)."""

from xinglin.exchange.intake import events  # noqa: F401
from xinglin.exchange.intake.dossiers import arrivals  # noqa: F401
