"""The kinds of dossier (identity)."""

from xinglin.exchange.identity import events  # noqa: F401
from xinglin.exchange.identity.dossiers import desk  # noqa: F401
