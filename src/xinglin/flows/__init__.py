"""Stories that cross wings, one file each. `offer()` adds their verbs to the kinds they begin at."""

from __future__ import annotations


def offer() -> None:
    """Register what flows offer on dossiers of the wings below. Called once, when the portal starts."""
    from xinglin.flows import acceptance_to_achievement, docking_to_agreement, need_to_challenge

    docking_to_agreement.offer()
    need_to_challenge.offer()
    acceptance_to_achievement.offer()
