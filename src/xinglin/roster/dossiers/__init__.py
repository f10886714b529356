"""The roster's kinds of dossier, registered with the house."""

from xinglin.roster import events  # noqa: F401
from xinglin.roster.dossiers import agreements, appointments, bodies, counsel, joining, register  # noqa: F401
