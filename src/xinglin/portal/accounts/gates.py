"""What stands between signing in and working: a password that must be changed, a second factor that must be set up.

Both are decided once, when somebody signs in, and kept in the session until done; no page asks the database for it.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from xinglin.kernel import configuration, passwords, permits
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.portal import edges
from xinglin.portal.accounts import demonstration

GATES, AFTER = "gates", "after_gates"
PASSWORD, FACTOR = "password", "factor"
# Pages that stay open: the account's own, the language switch, what the page itself is made of.
OPEN = ("/accounts/", "/language/", "/static/", "/health")


def needs_factor(account: Account) -> bool:
    """Whether one of the account's roles asks for a second factor; nothing real is protected in a demonstration."""
    if demonstration.shown() is not None:
        return False
    wanted = set(configuration.value("accounts.second_factor_roles"))
    return any(role in wanted for role, _scope in permits.grants_of(account))


def has_factor(account: Account) -> bool:
    """Whether a second factor is set up; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user_id=account.pk, type__in=kinds).exists()


def close(request: HttpRequest, account: Account) -> None:
    """Decide, at sign-in, what must be done before work."""
    gates = []
    if demonstration.shown() is None and passwords.must_change(account):
        gates.append(PASSWORD)
    if needs_factor(account) and not has_factor(account):
        gates.append(FACTOR)
    request.session[GATES] = gates


def open_gate(request: HttpRequest, gate: str) -> None:
    """What was asked for is done."""
    request.session[GATES] = [one for one in request.session.get(GATES, []) if one != gate]


def page_of(gate: str) -> str:
    """Where a gate is opened."""
    return reverse("account_change_password" if gate == PASSWORD else "mfa_index")


def onward(request: HttpRequest) -> str:
    """The next gate's page, or where the person wanted to go before the gates; "" when neither."""
    waiting = request.session.get(GATES, [])
    return page_of(waiting[0]) if waiting else request.session.get(AFTER, "")


class GateMiddleware:
    """Sends people to what must be done first; programs with a session are refused in the same words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._stopped(request) or self.get_response(request)

    def _stopped(self, request: HttpRequest) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(OPEN):
            return None
        waiting = request.session.get(GATES)
        if not waiting or not request.user.is_authenticated:
            if AFTER in request.session:
                del request.session[AFTER]
            return None
        if request.path.startswith(edges.API):
            return edges.problem_response(_refusal(waiting[0]))
        if request.method == "GET":
            request.session[AFTER] = request.get_full_path()
        messages.warning(request, _told(waiting[0]))
        return HttpResponseRedirect(page_of(waiting[0]))


def _told(gate: str) -> str:
    if gate == PASSWORD:
        return gettext("Your password is too old, or was given to you. Please choose a new one before you go on.")
    return gettext("Your role asks for a second factor. Please set one up before you go on.")


def _refusal(gate: str) -> Refusal:
    if gate == PASSWORD:
        return Refusal("accounts.password_due", say("The password of this account must be changed first."))
    return Refusal("accounts.factor_due", say("This account must set up a second factor first."))
