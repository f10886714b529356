"""Who sees what in matching: the questions every query here asks about the reader."""

from __future__ import annotations

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role, Scope

WHOLE_ALLIANCE = (Role.SECRETARIAT, Role.AUTHORITY)
MEMBERS = frozenset({Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY})
AT_WORK = (Role.LIAISON, Role.DEPARTMENT_HEAD, Role.COMPANY)


def sees_all(actor: Actor) -> bool:
    """The secretariat and the reading authority see every record of this wing."""
    return permits.holds(actor, *WHOLE_ALLIANCE)


def is_member(actor: Actor) -> bool:
    """Whether the actor works for a member of the alliance: a hospital's or a company's own people."""
    return bool({role for role, _scope in permits.grants_of(actor)} & MEMBERS)


def organisations_of(actor: Actor) -> list[str]:
    """The organisations the actor works for."""
    return permits.scope_ids(actor, "organisation", *AT_WORK)


def persons_of(actor: Actor) -> list[str]:
    """The experts the actor is (one, ordinarily)."""
    return permits.scope_ids(actor, "person", Role.EXPERT)


def acts_in(actor: Actor, scope: Scope) -> bool:
    """Whether the actor belongs to the side that `scope` names; the secretariat belongs to every side."""
    if permits.holds(actor, Role.SECRETARIAT):
        return True
    kind, key = scope
    return key in (persons_of(actor) if kind == "person" else organisations_of(actor))


def reads_personal(actor: Actor, *scopes: Scope) -> bool:
    """Whether personal wording (minutes, matters of a person) is shown: to those taking part, not to the authority."""
    return any(acts_in(actor, scope) for scope in scopes) or permits.holds(actor, Role.SECRETARIAT)
