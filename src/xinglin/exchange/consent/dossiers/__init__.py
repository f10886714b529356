"""The kinds of dossier (consent)."""

from xinglin.exchange.consent import events  # noqa: F401
from xinglin.exchange.consent.actions import relations, views  # noqa: F401 - their dated rules
from xinglin.exchange.consent.dossiers import desks, giving  # noqa: F401
