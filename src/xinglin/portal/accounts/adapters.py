"""How django-allauth behaves in this house: no self sign-up, our passwords, our redirects, encrypted secrets."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.kernel import privacy
from xinglin.kernel.environment import is_on
from xinglin.kernel.models import Account
from xinglin.portal.accounts import gates, locks, returning

log = logging.getLogger("xinglin.accounts")
WRONG = _("The name or the password is not right.")


def display(account: Account) -> str:
    """What an account is called in e-mails."""
    return str(account)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation only; what a password must be is decided by `kernel.passwords`."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "account_inactive": _("This account is closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return context.request is not None and returning.is_own(context.request, url or "")

    def get_client_ip(self, request: HttpRequest) -> str:
        return locks.address_of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        gates.open_gate(request, gates.PASSWORD)
        return gates.onward(request) or reverse("me")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # A mail server that is away must not undo what was done, nor tell strangers which addresses have accounts.
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("an e-mail about an account could not be sent (%s)", template_prefix)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        gates.close(request, user)
        return super().post_login(request, user, **more)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        # "You have signed in" says what the page says itself.
        if message_template in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            return
        super().add_message(request, level, message_template, *args, **more)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Single sign-on finds an account, by subject or by the e-mail it was invited under; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        account = self._invited(sociallogin)
        if account is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/nobody.html", status=403))
        # From now on the subject is what is known: a changed address at the provider changes nothing here.
        sociallogin.connect(request, account)

    def _invited(self, sociallogin: SocialLogin) -> Account | None:
        """The one open account with the provider's checked e-mail address."""
        trusted = is_on("XINGLIN_OIDC_TRUSTS_EMAIL")
        addresses = [one.email for one in sociallogin.email_addresses if one.email and (one.verified or trusted)]
        for address in addresses:
            found = Account.objects.filter(email__iexact=address, is_active=True).exclude(email="").first()
            if found is not None:
                return found
        return None


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted; whoever must have one cannot remove the last."""

    def encrypt(self, text: str) -> str:
        return privacy.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return privacy.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if authenticator.type == Authenticator.Type.RECOVERY_CODES or not gates.needs_factor(authenticator.user):
            return True
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        return (
            Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds)
            .exclude(pk=authenticator.pk)
            .exists()
        )
