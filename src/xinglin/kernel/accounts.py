"""Accounts, in the order of their life: invited, accepted, opened for a program, given keys, closed.

An invitation's secret is never stored. It is derived from the invitation and a key of the home, so that the worker can
write it into the e-mail after commit; the database holds its hash alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Annotated

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override

from xinglin.kernel import configuration, gateways, home, ledger, passwords, permits, queue, tokens
from xinglin.kernel.asks import Ask, Line
from xinglin.kernel.audit import reads_about, sign_ins_of
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, ApiToken, Grant, Invitation
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import ALLIANCE, AccountKind, Role

__all__ = [
    "accept_invitation", "change_password", "close_account", "invitation_of", "invitations_for",
    "invite", "issue_token", "mail_invitation", "open_account", "open_own_account", "reads_about",
    "revoke_invitation", "revoke_token", "sign_ins_of", "tokens_for",
]  # fmt: skip

# The security administrator invites anybody; those who run the alliance invite those who work in it.
WORKERS = frozenset({Role.LIAISON, Role.DEPARTMENT_HEAD, Role.EXPERT, Role.COMPANY, Role.AUTHORITY})
MAY_INVITE = {Role.SECURITY_ADMIN: frozenset(Role), Role.SECRETARIAT: WORKERS}
# A liaison invites heads of departments of the own hospital.
MAY_INVITE_AT_HOME = {Role.LIAISON: frozenset({Role.DEPARTMENT_HEAD, Role.EXPERT})}
LONGEST_TOKEN_DAYS = 366
TOKEN_MARK = "xl_"  # noqa: S105 - what our tokens begin with, so that scanners find a leaked one
Name = Annotated[str, Ask("line", longest=120)]
Secret = Annotated[str, Ask("secret", longest=passwords.LONGEST)]


@transaction.atomic
def invite(
    *,
    email: Annotated[str, Ask("line", longest=254)],
    display_name: Name,
    role: Role,
    scope_kind: Line = ALLIANCE[0],
    scope_id: Line = ALLIANCE[1],
    person_id: Line | None = None,
    by: Account,
) -> Invitation:
    """Ask somebody in, by e-mail, for one role in one scope. The link works once and for a limited time."""
    _refuse_unless_may_invite(by, role, (scope_kind, scope_id))
    if not _is_email(email):
        raise Refusal("accounts.email", say("This is not an e-mail address."), field="email")
    Invitation.objects.filter(
        email__iexact=email, role=role, scope_kind=scope_kind, scope_id=scope_id, accepted_at=None, revoked_at=None
    ).update(revoked_at=now())
    days = configuration.value("accounts.invitation_days")
    invitation = Invitation(
        email=email.strip(), display_name=display_name, person_id=person_id or "", role=role, scope_kind=scope_kind,
        scope_id=scope_id, invited_by=by.pk, expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    invitation.digest = tokens.digest(secret_of(invitation))
    invitation.save(force_insert=True)
    ledger.record("kernel.invited", by=by, subject=invitation,
                  data={"role": str(role), "scope": [scope_kind, scope_id]})  # fmt: skip
    queue.defer(queue.MAIL_INVITATION, invitation_id=invitation.pk)
    return invitation


def secret_of(invitation: Invitation) -> str:
    """The secret in the invitation's link; the same each time, known only with the home's key."""
    made = hmac.new(home.lookup_key(), f"invitation:{invitation.pk}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def mail_invitation(invitation_id: str) -> bool:
    """Send an open invitation to its address, in both languages; the worker calls this after commit.

    Returns whether it was sent. Raises Undelivered when the mail server cannot be used; the line tries again.
    """
    invitation = invitations_open().filter(pk=invitation_id).first()
    if invitation is None:
        return False
    link = settings.INVITATION_LINK.format(secret=secret_of(invitation))
    title = say("You are invited to Xinglin, the medical alliance's system")
    text = say("{name}, you are invited as {role}. Open this address until {day} to choose a name and a password:",
               name=invitation.display_name, role=Role(invitation.role).label,
               day=invitation.expires_at.date().isoformat())  # fmt: skip
    subjects, texts = {}, {}
    for language in ("zh-hans", "en"):
        with override(language):
            subjects[language], texts[language] = title.spoken(gettext), text.spoken(gettext)
    message = gateways.Message(
        delivery_id=invitation.pk, event="kernel.invited", subject=subjects["zh-hans"],
        text="\n\n".join([*texts.values(), link]), texts=texts, at=invitation.created_at.isoformat(),
    )  # fmt: skip
    gateways.Email().send(invitation.email, "", message)
    return True


def invitations_open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now())


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """The invitations an actor sent; all of them for the security administrator and the secretariat."""
    if actor is None:
        return Invitation.objects.none()
    if permits.holds(actor, *MAY_INVITE):
        return Invitation.objects.order_by("-created_at")
    return Invitation.objects.filter(invited_by=actor.pk).order_by("-created_at")


def invitation_of(secret: str) -> Invitation:
    """The open invitation a link belongs to. Raises a Refusal that says nothing about whether there ever was one."""
    found = invitations_open().filter(digest=tokens.digest(secret)).first()
    if found is None:
        raise Refusal(
            "accounts.invitation",
            say("This invitation is used, withdrawn or too old."),
            say("Ask whoever invited you to send a new one."),
        )
    return found


@transaction.atomic
def accept_invitation(
    *, secret: Secret, username: Line = "", display_name: Name = "", password: Secret = "", by: Account | None = None
) -> Account:
    """Open the invited account with its own name and password; `by` is given when somebody signed in accepts a further
    role for an account they have."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation_of(secret).pk)
    invitation_of(secret)  # again, now that nobody else can take it
    if by is not None:
        if by.email.lower() != invitation.email.lower():
            raise Refusal("accounts.other_invitation", say("This invitation was sent to another e-mail address."))
        account = by
    else:
        account = _opened(invitation, username, display_name, password)
    invitation.accepted_at, invitation.accepted_by = now(), account.pk
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    scope = (invitation.scope_kind, invitation.scope_id)
    permits.grant(account=account, role=Role(invitation.role), scope=scope, by=permits.the_program())
    ledger.record("kernel.invitation_accepted", by=account, subject=account,
                  data={"role": invitation.role, "scope": list(scope)})  # fmt: skip
    return account


@transaction.atomic
def revoke_invitation(*, invitation_id: str, by: Account) -> Invitation:
    """Withdraw an invitation that was not used yet."""
    invitation = invitations_for(by).select_for_update().filter(pk=invitation_id).first()
    if invitation is None:
        raise absent()
    if invitation.accepted_at is not None:
        raise Refusal("accounts.accepted", say("This invitation was accepted already."),
                      say("Close the account, or end its role, instead."))  # fmt: skip
    if invitation.revoked_at is None:
        invitation.revoked_at = now()
        invitation.save(update_fields=["revoked_at"])
        ledger.record("kernel.invitation_revoked", by=by, subject=invitation, data={"role": invitation.role})
    return invitation


@transaction.atomic
def open_account(
    *, username: Line, display_name: Name, kind: AccountKind = AccountKind.PROGRAM, by: Account
) -> Account:
    """Open an account without a password, for a program that comes with a token (a hospital's own system)."""
    permits.require(by, Role.SYSTEM_ADMIN)
    _refuse_name(username)
    account = Account(username=username, display_name=display_name, kind=kind, password=make_password(None))
    account.save(force_insert=True)
    ledger.record("kernel.account_opened", by=by, subject=account, data={"kind": str(kind)})
    return account


@transaction.atomic
def name_of(account_id: str) -> str:
    """Who an account is; what was given, when it is none or gone."""
    return str(Account.objects.filter(pk=account_id).first() or account_id)


def open_own_account(*, username: str, display_name: str, password: str) -> Account:
    """Open an account for somebody a wing has recognised in its own way (a code handed over at a counter). It may do
    nothing until the wing grants it something."""
    _refuse_name(username)
    account = Account(username=username.strip(), display_name=" ".join(display_name.split()))
    passwords.refuse_weak(password, account)
    account.set_password(password)
    account.save(force_insert=True)
    ledger.record("kernel.account_opened", by=account, subject=account, data={"kind": account.kind})
    return account


@transaction.atomic
def close_account(*, account_id: str, reason: Line, by: Account) -> Account:
    """End an account with its roles and tokens. It stays as a name in the record; it cannot come in again."""
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None or permits.is_the_program(account):
        raise absent()
    if account.pk != by.pk:
        permits.require(by, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    held = Grant.objects.select_for_update().filter(account=account, ended_at=None)
    last = Grant.objects.filter(role=Role.SECURITY_ADMIN, ended_at=None).exclude(account=account).exists()
    if held.filter(role=Role.SECURITY_ADMIN).exists() and not last:
        raise Refusal(
            "accounts.last_security_admin",
            say("This is the last security administrator; nobody could give roles any more."),
            say("Make somebody else security administrator first."),
        )
    moment = now()
    held.update(ended_at=moment, ended_by=by.pk)
    account.tokens.filter(revoked_at=None).update(revoked_at=moment)
    account.is_active = False
    account.password = make_password(None)
    account.save(update_fields=["is_active", "password"])
    ledger.record("kernel.account_closed", by=by, subject=account, data={"reason": reason})
    return account


@transaction.atomic
def change_password(*, old_password: Secret, new_password: Secret, by: Account) -> Account:
    """Choose a new password; the rules of `passwords` apply. The ledger entry is written where it is stored."""
    account = Account.objects.select_for_update().get(pk=by.pk)
    if not account.check_password(old_password):
        raise Refusal("accounts.old_password", say("The present password is not right."), field="old_password")
    passwords.refuse_weak(new_password, account, field="new_password")
    account.set_password(new_password)
    account.save()
    return account


@transaction.atomic
def ask_for_new_password(*, account_id: str, by: Account) -> Account:
    """Make somebody choose a new password at the next sign-in."""
    permits.require(by, Role.SECURITY_ADMIN)
    account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
    if account is None:
        raise absent()
    account.must_change_password = True
    account.save(update_fields=["must_change_password"])
    ledger.record("kernel.password_expired", by=by, subject=account)
    return account


@transaction.atomic
def issue_token(
    *, name: Annotated[str, Ask("line", longest=80)], abilities: list[str], days: Annotated[int, Ask("count", least=1)],
    account_id: Line | None = None, by: Account,
) -> tuple[ApiToken, str]:  # fmt: skip
    """Issue an access token and return it with its secret, which is shown this once.

    For oneself; the system administrator issues them for programs. A token never may more than its account.
    """
    account = by if account_id in (None, by.pk) else Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or permits.is_the_program(account):
        raise absent()
    if account.pk != by.pk:
        permits.require(by, Role.SYSTEM_ADMIN)
        if account.kind != AccountKind.PROGRAM:
            raise not_yours()
    if days > LONGEST_TOKEN_DAYS:
        raise Refusal("accounts.token_days", say("A token is valid for {days} days at most.", days=LONGEST_TOKEN_DAYS),
                      field="days")  # fmt: skip
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    expires: datetime = now() + timedelta(days=days)
    token = ApiToken.objects.create(
        account=account,
        name=name,
        prefix=secret[:10],
        digest=tokens.digest(secret),
        abilities=abilities,
        expires_at=expires,
    )
    ledger.record("kernel.token_issued", by=by, subject=account,
                  data={"name": name, "abilities": abilities, "expires": expires.date().isoformat()})  # fmt: skip
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: str, by: Account) -> ApiToken:
    """Make a token worthless, at once."""
    token = tokens_for(by).select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise absent()
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        ledger.record("kernel.token_revoked", by=by, subject=token.account, data={"name": token.name})
    return token


def tokens_for(actor: Actor) -> QuerySet[ApiToken]:
    """One's own tokens; those of programs too for the system administrator."""
    if actor is None:
        return ApiToken.objects.none()
    theirs = Q(account_id=actor.pk)
    if permits.holds(actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        theirs |= Q(account__kind=AccountKind.PROGRAM)
    return ApiToken.objects.filter(theirs).select_related("account").order_by("-created_at")


def _is_email(address: str) -> bool:
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return True


def _refuse_unless_may_invite(by: Account, role: Role, scope: tuple[str, str]) -> None:
    if permits.is_the_program(by):
        return
    everywhere = [roles for holder, roles in MAY_INVITE.items() if permits.holds(by, holder)]
    at_home = [roles for holder, roles in MAY_INVITE_AT_HOME.items()
               if scope != ALLIANCE and permits.holds(by, holder, scopes=[scope])]  # fmt: skip
    if not any(role in roles for roles in [*everywhere, *at_home]):
        raise not_yours()


def _refuse_name(username: str) -> None:
    if not username.strip() or len(username) > 150 or any(c.isspace() for c in username):
        raise Refusal("accounts.name", say("A user name has no spaces and at most 150 characters."), field="username")
    if username.lower() == permits.THE_PROGRAM or Account.objects.filter(username__iexact=username).exists():
        raise Refusal("accounts.name_taken", say("This user name is taken."), say("Choose another."), field="username")


def _opened(invitation: Invitation, username: str, display_name: str, password: str) -> Account:
    if Account.objects.filter(email__iexact=invitation.email).exists():
        raise Refusal(
            "accounts.has_account",
            say("There is an account with this e-mail address."),
            say("Sign in with it, then open the invitation again."),
        )
    _refuse_name(username)
    account = Account(
        username=username, email=invitation.email, display_name=display_name or invitation.display_name,
        person_id=invitation.person_id,
    )  # fmt: skip
    passwords.refuse_weak(password, account)
    account.set_password(password)
    account.save(force_insert=True)
    return account
