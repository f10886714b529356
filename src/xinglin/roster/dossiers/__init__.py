"""The roster's kinds of dossier, registered with the house."""

from xinglin.roster import events  # noqa: F401
from xinglin.roster.dossiers import (  # noqa: F401
    agreements,
    appointments,
    bodies,
    counsel,
    imports,
    joining,
    pairings,
    plaques,
    platforms,
    register,
    specialty_alliances,
    studios,
)
