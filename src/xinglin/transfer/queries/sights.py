"""Who sees what in transfer: the questions every query here asks about the reader."""

from __future__ import annotations

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role

WHOLE_ALLIANCE = (Role.SECRETARIAT, Role.AUTHORITY)
AT_WORK = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)


def sees_all(actor: Actor) -> bool:
    """The secretariat and the reading authority see every record but investment deals."""
    return permits.holds(actor, *WHOLE_ALLIANCE)


def organisations_of(actor: Actor) -> list[str]:
    """The organisations the actor works for."""
    return permits.scope_ids(actor, "organisation", *AT_WORK)


def persons_of(actor: Actor) -> list[str]:
    """The experts the actor is (one, ordinarily)."""
    return permits.scope_ids(actor, "person", Role.EXPERT)
