"""The lock after repeated failures: how many, for how long, on which account, and what the person is told.

django-axes counts; the numbers are dated rules (GB/T 22239-2019 8.1.4.1: five failures, twenty minutes).
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.kernel import configuration, ledger, permits
from xinglin.kernel.clock import now
from xinglin.kernel.environment import read
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

LONGEST = 200


def failure_limit(_request: HttpRequest | None = None, _credentials: Any = None) -> int:
    """Wrong passwords until the account is locked."""
    return int(configuration.value("accounts.failures"))


def cool_off(_request: HttpRequest | None = None) -> timedelta:
    """How long the lock lasts."""
    return timedelta(minutes=int(configuration.value("accounts.lock_minutes")))


def account_named(typed: str) -> Account | None:
    """The account that was meant by a user name or e-mail address, in any case."""
    name = typed.replace("\x00", "").strip()[:LONGEST]
    return Account.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first() if name else None


def name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What failures are counted under: the account, however its name was written, else what was typed.

    Names that belong to nobody are counted like others: a stranger cannot tell them apart.
    """
    given = credentials or {}
    name = (
        given.get("username") or given.get("email") or request.POST.get("login") or request.POST.get("username") or ""
    )
    found = account_named(str(name))
    return found.pk if found is not None else str(name).replace("\x00", "").strip().casefold()[:LONGEST]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; headers are believed only as far as one's own proxies wrote them."""
    direct = request.META.get("REMOTE_ADDR", "") or "0.0.0.0"  # noqa: S104 - an unknown address, not one to listen on
    proxies = int(read("XINGLIN_PROXIES")) if read("XINGLIN_PROXIES").isdigit() else 0
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return passed[-proxies] if 0 < proxies <= len(passed) else direct


def minutes_left(name: str) -> int:
    """How many minutes the lock on `name` (see `name_of`) still lasts; 0 when there is none."""
    rows = AccessAttempt.objects.filter(username=name, attempt_time__gte=now() - cool_off())
    facts = rows.aggregate(last=Max("attempt_time"), failures=Sum("failures_since_start"))
    if facts["last"] is None or (facts["failures"] or 0) < failure_limit():
        return 0
    return max(1, math.ceil((facts["last"] + cool_off() - now()).total_seconds() / 60))


def locked_accounts() -> dict[str, int]:
    """Account id -> minutes left, of every account that is locked now."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=now() - cool_off()).values_list("username", flat=True)
    known = Account.objects.filter(pk__in=set(recent)).values_list("pk", flat=True)
    return {key: left for key in known if (left := minutes_left(key))}


@transaction.atomic
def unlock(*, account: Account, by: Account) -> bool:
    """Lift the lock on an account; returns whether there was anything to lift. For the security administrator."""
    permits.require(by, Role.SECURITY_ADMIN)
    lifted = reset(username=account.pk) > 0
    if lifted:
        ledger.record("kernel.unlocked", by=by, subject=account)
    return lifted


def locked_out(request: HttpRequest, _response: Any = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """The answer while the lock holds: the same whether or not the account exists."""
    left = minutes_left(name_of(request, credentials)) or 1
    status = settings.AXES_HTTP_RESPONSE_CODE
    answer = render(request, "account/locked.html", {"minutes": left, "failures": failure_limit()}, status=status)
    answer.headers["Retry-After"] = str(left * 60)
    return answer
