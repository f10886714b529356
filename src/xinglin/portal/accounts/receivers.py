"""What signing in and out leaves in the ledger: the one place where signals of the account libraries are heard."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as factor_signals
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from xinglin.kernel import audit
from xinglin.kernel.models import Account
from xinglin.portal.accounts import gates, locks

# Set on a request whose session ends for another reason than that somebody asked for it.
ENDING = "_sign_out_reason"


@receiver(account_signals.user_logged_in, dispatch_uid="xinglin.signed_in")
def signed_in(request: HttpRequest, user: Account, **_more: Any) -> None:
    records = get_authentication_records(request, user)
    ways = dict.fromkeys(str(one.get("type") or one.get("method")) for one in records)
    audit.sign_in(factor="+".join(ways) or "password", address=locks.address_of(request), by=user)


@receiver(auth_signals.user_logged_out, dispatch_uid="xinglin.signed_out")
def signed_out(request: HttpRequest | None, user: Account | None, **_more: Any) -> None:
    if isinstance(user, Account):
        audit.sign_out(reason=getattr(request, ENDING, "asked"), by=user)


@receiver(auth_signals.user_login_failed, dispatch_uid="xinglin.sign_in_failed")
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    if request is None:
        return
    account = Account.objects.filter(pk=locks.name_of(request, credentials)).first()
    reason = "unknown" if account is None else "password" if account.is_active else "closed"
    if getattr(request, "axes_locked_out", False) and not getattr(request, "axes_failures_since_start", 0):
        reason = "locked"
    _failed(request, account, reason)


@receiver(factor_signals.authentication_failed, dispatch_uid="xinglin.factor_failed")
def factor_failed(request: HttpRequest, user: Account, **_more: Any) -> None:
    _failed(request, user, "second_factor")


def _failed(request: HttpRequest, account: Account | None, reason: str) -> None:
    name = account.username if account is not None else ""
    audit.sign_in_failed(username=name, address=locks.address_of(request), reason=reason)


@receiver(user_locked_out, dispatch_uid="xinglin.locked_out")
def locked_out(request: HttpRequest, username: str, **_more: Any) -> None:
    failures = getattr(request, "axes_failures_since_start", 0)
    if not failures:
        return  # Tried again while locked: the lock itself is on record already.
    account = Account.objects.filter(pk=username).first()
    name = account.username if account is not None else ""
    audit.locked_out(username=name, address=locks.address_of(request), failures=failures)


@receiver(factor_signals.authenticator_added, dispatch_uid="xinglin.factor_added")
def factor_added(request: HttpRequest, user: Account, authenticator: Any, **_more: Any) -> None:
    gates.open_gate(request, gates.FACTOR)
    audit.factor_changed(factor=str(authenticator.type), added=True, by=user)


@receiver(factor_signals.authenticator_removed, dispatch_uid="xinglin.factor_removed")
def factor_removed(request: HttpRequest, user: Account, authenticator: Any, **_more: Any) -> None:
    audit.factor_changed(factor=str(authenticator.type), added=False, by=user)
