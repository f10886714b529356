"""What the database refuses of the money of a challenge."""

from __future__ import annotations

from xinglin.kernel.models.guards import Guard, refused


def paid_on_acceptance(name: str) -> Guard:
    """No money leaves for the bank before the milestone of its tranche was accepted."""
    unless = (
        "NEW.to_place <> 'on_the_way' OR EXISTS (SELECT 1 FROM challenges_tranche t JOIN challenges_milestone m "
        "ON m.id = t.milestone_id WHERE t.id = NEW.tranche_id AND m.stage = 'accepted')"
    )
    return Guard(name=name, when="BEFORE INSERT", body=refused(name, "the milestone was not accepted", unless))
