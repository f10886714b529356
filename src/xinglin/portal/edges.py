"""The edge of the house: refusals become answers, answers get headers, idle sessions end, languages are chosen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from xinglin.kernel import configuration
from xinglin.kernel.models import Account
from xinglin.kernel.refusals import FieldRefusals, Refusal, absent
from xinglin.portal import speaking
from xinglin.portal.accounts import returning

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
API = "/api/"
ACTIVE = "active_at"
# A session's last activity is written at most this often, so that reading pages does not write.
STEP = 60
_STATUS = {
    "absent": 404, "permits.not_yours": 403, "deeds.changed_meanwhile": 409, "deeds.token": 409,
    "machine.wrong_stage": 409, "edges.csrf": 403, "edges.body": 400,
    "tokens.bad": 401, "tokens.none": 401, "tokens.ability": 403,
}  # fmt: skip


def actor_of(request: HttpRequest) -> Account | None:
    """Who acts: the signed-in account, the account of a token, or None for a stranger."""
    holder = getattr(request, "token_account", None)
    if holder is not None:
        return holder
    user = getattr(request, "user", None)
    return user if isinstance(user, Account) or getattr(user, "is_authenticated", False) else None


def somebody(request: HttpRequest) -> Account:
    """Who acts, on pages that are for somebody; such pages are behind `signed_in`."""
    actor = actor_of(request)
    if actor is None:
        raise absent()
    return actor


def status_of(refusal: Refusal) -> int:
    """The HTTP status a refusal answers with."""
    return _STATUS.get(refusal.code, 422)


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as RFC 9457 problem details, in the reader's language."""
    told: dict[str, Any] = {
        "type": f"urn:xinglin:refusal:{refusal.code}",
        "title": speaking.spoken(refusal.sentence),
        "status": status_of(refusal),
        "code": refusal.code,
        "sentence": speaking.spoken(refusal.sentence),
        "next_step": speaking.spoken(refusal.next_step) if refusal.next_step else "",
    }
    if refusal.field:
        told["field"] = refusal.field
    if isinstance(refusal, FieldRefusals):
        told["fields"] = {
            name: {
                "code": one.code,
                "sentence": speaking.spoken(one.sentence),
                "next_step": speaking.spoken(one.next_step) if one.next_step else "",
            }
            for name, one in refusal.fields.items()
        }
    return told


def problem_response(refusal: Refusal) -> HttpResponse:
    told = problem(refusal)
    return HttpResponse(orjson.dumps(told), status=told["status"], content_type="application/problem+json")


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal outside a form: problem+json for programs, a page for people."""
    if request.path.startswith(API):
        return problem_response(refusal)
    if status_of(refusal) == 404:
        return render(request, "404.html", status=404)
    return render(request, "portal/refusal.html", {"refusal": refusal}, status=status_of(refusal))


def to_sign_in(request: HttpRequest, back: str = "") -> HttpResponse:
    """The way in, and back to here (or to `back`) afterwards."""
    place = back or request.get_full_path()
    return HttpResponseRedirect(f"{settings.LOGIN_URL_PATH}?{urlencode({'next': place})}")


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For pages that need somebody: strangers are sent to the way in."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return to_sign_in(request) if actor_of(request) is None else view(request, *args, **kwargs)

    guarded.__name__ = getattr(view, "__name__", "guarded")
    guarded.__doc__ = view.__doc__
    return guarded


class EdgeMiddleware:
    """Ends idle sessions, chooses the language, answers refusals, sets the strict policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._idle(request) or self._answer(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        # What a signed-in person saw is not left in a shared computer's cache.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        language = _chosen_language(request)
        if language is None:
            return self.get_response(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return refuse(request, error)
        return None

    def _idle(self, request: HttpRequest) -> HttpResponse | None:
        """End a session that nobody used for the configured minutes; remember activity."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        now, last = int(time.time()), request.session.get(ACTIVE)
        if last is not None and now - last > idle_seconds():
            typed = returning.typed(request, cast(Account, user))
            request._sign_out_reason = "idle"  # type: ignore[attr-defined]  # for accounts.receivers
            logout(request)
            returning.keep(request, typed)
            messages.info(request, gettext("You were signed out because nothing happened for a while."))
            if request.path.startswith(API):
                return None
            return to_sign_in(request, reverse("resume") if typed else "")
        if last is None or now - last >= STEP:
            request.session[ACTIVE] = now
        return None


_idle: tuple[float, int] = (0.0, 0)


def idle_seconds() -> int:
    """The configured idle time in seconds; looked up at most once a minute."""
    global _idle
    read_at, seconds = _idle
    if time.monotonic() - read_at > STEP or not seconds:
        seconds = int(configuration.value("accounts.idle_minutes")) * 60
        _idle = (time.monotonic(), seconds)
    return seconds


def _chosen_language(request: HttpRequest) -> str | None:
    """The account's language where no cookie says otherwise; None leaves Django's choice alone."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = actor_of(request)
    known = dict(settings.LANGUAGES)
    return user.language if user is not None and user.language in known else None
