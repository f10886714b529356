"""Stories that cross wings, one file each. `offer()` adds their verbs to the kinds they begin at."""

from __future__ import annotations


def offer() -> None:
    """Register what flows offer on dossiers of the wings below. Called once, when the portal starts."""
    from xinglin.flows import docking_to_agreement

    docking_to_agreement.offer()
