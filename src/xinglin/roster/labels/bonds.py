"""Parameters of appointments, agreements, plaques, pairings, studios, platforms. Pure."""

from xinglin.kernel.phrases import Phrase

LABELS: dict[str, Phrase] = {}
HELPS: dict[str, Phrase] = {}
