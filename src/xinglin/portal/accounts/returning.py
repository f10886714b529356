"""Coming back: where a person may be sent after signing in, and what they had typed when their session ended."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from xinglin.kernel import privacy
from xinglin.kernel.models import Account

KEPT = "typed"
# Forms of verbs only: they can be shown again without acting. Longer than this is a pasted book.
KEEPS = frozenset({"begin", "verb"})
LONGEST = 200_000
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "_add", "_sure"})


def is_own(request: HttpRequest, place: str) -> bool:
    """Whether `place` leads to a page of this very house, under the name it was asked by."""
    if not place or any(sign in place for sign in "\\\r\n\t\x00") or not place.isprintable():
        return False
    return url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}, require_https=request.is_secure())


def own_or_home(request: HttpRequest, place: str) -> str:
    """`place` if it is one of this house, else the first page."""
    return place if is_own(request, place) else reverse("home")


def typed(request: HttpRequest, user: Account) -> str:
    """What this request carries of a verb's form, sealed for the account that typed it; "" when there is nothing."""
    if request.method != "POST":
        return ""
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        return ""
    if name not in KEEPS:
        return ""
    fields = {key: values for key, values in request.POST.lists() if key not in NOT_KEPT}
    text = json.dumps({"account": user.pk, "path": request.path, "fields": fields}, ensure_ascii=False)
    return privacy.encrypt(text) if len(text) <= LONGEST else ""


def keep(request: HttpRequest, sealed: str) -> None:
    """Put what was typed into the stranger's session; signing in carries it over."""
    if sealed:
        request.session[KEPT] = sealed


def kept(request: HttpRequest, user: Account) -> dict[str, Any] | None:
    """What this account had typed when its session ended: {"path", "fields": {name: [values]}}; None when nothing."""
    sealed = request.session.get(KEPT, "")
    if not sealed:
        return None
    try:
        found = json.loads(privacy.decrypt(sealed))
    except ValueError:
        return None
    return found if found["account"] == user.pk and is_own(request, found["path"]) else None


def drop(request: HttpRequest) -> None:
    """Forget what was typed."""
    request.session.pop(KEPT, None)
