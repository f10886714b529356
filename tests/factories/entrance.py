"""Accounts that can really sign in, and what they need for it."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from tests.factories import bonds

from xinglin.kernel.models import Account, LedgerEntry
from xinglin.kernel.words import Role, Scope

PASSWORD = "Gate-Way-2026-x"
NEXT_PASSWORD = "Other-Door-77-y"


def member(name: str = "mei", role: Role | None = None, scope: Scope = ("alliance", "*")) -> Account:
    """An open account with a password of its own choice."""
    one = bonds.account(role, scope, name=name)
    one.set_password(PASSWORD)
    one.save()
    return one


def browser(language: str = "en") -> Client:
    client = Client()
    client.cookies["xinglin_language"] = language
    return client


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def signed_in(account: Account, language: str = "en") -> Client:
    """A browser in which the account came in through the sign-in page."""
    client = browser(language)
    assert sign_in(client, account.username).status_code == 302
    return client


def code_for(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_app(client: Client, password: str = PASSWORD) -> str:
    """Set up an authenticator app as a person does; returns its secret."""
    client.post("/accounts/reauthenticate/", {"password": password})
    client.get("/accounts/2fa/totp/activate/")
    secret = str(client.session["mfa.totp.secret"])
    # The library tells of a new factor after commit, which a test's transaction never reaches by itself.
    with patch("django.db.transaction.on_commit", lambda tell, *_a, **_k: tell()):
        done = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret


def entries(event: str) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(event=event).order_by("id"))
