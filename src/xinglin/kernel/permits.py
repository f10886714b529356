"""Who may do what: grants of a role to an account in a scope. Silence means no."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from xinglin.kernel import ledger
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, Grant
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, not_yours
from xinglin.kernel.words import ADMINISTRATORS, ALLIANCE, AccountKind, Role, Scope

Actor = Account | None
# Nobody can sign in under this name and no token is issued for it: `accounts` refuses both.
THE_PROGRAM = "xinglin"


def grants_of(actor: Actor) -> frozenset[tuple[Role, Scope]]:
    """The live grants of `actor`; read once per account object. A stranger and a closed account hold none."""
    if actor is None or not actor.is_active:
        return frozenset()
    known: frozenset[tuple[Role, Scope]] | None = getattr(actor, "_grants", None)
    if known is None:
        rows = Grant.objects.filter(account_id=actor.pk, ended_at=None).values_list("role", "scope_kind", "scope_id")
        known = frozenset((Role(role), (kind, key)) for role, kind, key in rows)
        actor._grants = known  # type: ignore[attr-defined]
    return known


def roles_of(actor: Actor, scopes: Iterable[Scope] = ()) -> frozenset[Role]:
    """The roles `actor` holds in any of `scopes`, or for the whole alliance."""
    wanted = {ALLIANCE, *scopes}
    return frozenset(role for role, scope in grants_of(actor) if scope in wanted)


def at_work(actor: Actor) -> bool:
    """Whether somebody works in the alliance: a resident's account reads its own data and what is public."""
    return any(role != Role.RESIDENT for role, _scope in grants_of(actor))


def only_resident(actor: Actor) -> bool:
    """Whether all somebody may do is read their own data: of everybody else they see what the public sees."""
    return actor is not None and bool(grants_of(actor)) and not at_work(actor)


def scope_ids(actor: Actor, kind: str, *roles: Role) -> list[str]:
    """The ids of the scopes of `kind` in which `actor` holds one of `roles` (any role, if none is named)."""
    return sorted({key for role, (k, key) in grants_of(actor) if k == kind and (not roles or role in roles)})


def holds(actor: Actor, *roles: Role, scopes: Iterable[Scope] = ()) -> bool:
    return bool(roles_of(actor, scopes) & set(roles))


def require(actor: Actor, *roles: Role, scopes: Iterable[Scope] = ()) -> None:
    """Raise unless `actor` holds one of `roles` in one of `scopes` or for the whole alliance."""
    if not holds(actor, *roles, scopes=scopes):
        raise not_yours()


@transaction.atomic
def grant(*, account: Account, role: Role, scope: Scope = ALLIANCE, by: Account) -> Grant:
    """Give `account` a role. Only the security administrator does this (GB/T 22239 8.1.5); programs may at set-up."""
    _require_may_grant(by)
    if account.pk == by.pk:
        raise Refusal(
            "permits.not_oneself",
            say("Nobody gives a role to themselves."),
            say("Ask another security administrator."),
        )
    # One row to queue on: two administrations given at the same moment would otherwise not see each other.
    Account.objects.select_for_update().get(pk=account.pk)
    if role in ADMINISTRATORS and scope != ALLIANCE:
        raise Refusal("permits.admin_scope", say("An administrator's role holds for the whole alliance."))
    held = Grant.objects.select_for_update().filter(account=account, ended_at=None, role__in=sorted(ADMINISTRATORS))
    if role in ADMINISTRATORS and (other := held.exclude(role=role).first()):
        raise Refusal(
            "permits.administrators_exclude",
            say("{name} is already {role}; the three administrations exclude each other.",
                name=str(account), role=Role(other.role).label),
            say("Choose another person, or end the other administration first."),
        )  # fmt: skip
    found, made = Grant.objects.get_or_create(
        account=account, role=role, scope_kind=scope[0], scope_id=scope[1], ended_at=None,
        defaults={"granted_by": by.pk},
    )  # fmt: skip
    if made:
        ledger.record("kernel.granted", by=by, subject=account, data={"role": str(role), "scope": list(scope)})
    account.__dict__.pop("_grants", None)
    return found


@transaction.atomic
def end_grant(*, grant_id: str, by: Account) -> Grant:
    """Take a role back. The row stays with its end."""
    _require_may_grant(by)
    row = Grant.objects.select_for_update().select_related("account").get(pk=grant_id)
    if row.ended_at is None:
        row.ended_at, row.ended_by = now(), by.pk
        row.save(update_fields=["ended_at", "ended_by"])
        data = {"role": row.role, "scope": [row.scope_kind, row.scope_id]}
        ledger.record("kernel.grant_ended", by=by, subject=row.account, data=data)
    return row


def _require_may_grant(by: Account) -> None:
    if not is_the_program(by):
        require(by, Role.SECURITY_ADMIN)


def is_the_program(actor: Actor) -> bool:
    """Whether the program itself acts, on a clock or at set-up. Other programs (a hospital's system) hold grants."""
    return actor is not None and actor.kind == AccountKind.PROGRAM and actor.username == THE_PROGRAM


def the_program() -> Account:
    """The account in whose name the program itself acts: deadlines that pass, imports at set-up."""
    account, _made = Account.objects.get_or_create(
        username=THE_PROGRAM, defaults={"display_name": "杏林 Xinglin", "kind": AccountKind.PROGRAM, "password": "!"}
    )
    return account
