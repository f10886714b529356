"""The kinds of dossier matching has."""

from xinglin.matching import events  # noqa: F401
from xinglin.matching.dossiers import dockings, leads, needs, rounds, suggestions, tickets  # noqa: F401
