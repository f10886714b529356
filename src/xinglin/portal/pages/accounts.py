"""One's own account: profile, second factors, tokens, ways of notices, sessions, who read my data, consents."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Annotated

import requests
from allauth.socialaccount.providers.openid_connect import views as provider_views
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xinglin.kernel import accounts as opening
from xinglin.kernel import audit, notices, permits, profiles
from xinglin.kernel.asks import Ask
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Account, ApiToken
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role, Word
from xinglin.portal import nouns
from xinglin.portal.accounts import gates, returning
from xinglin.portal.accounts.asked import ask
from xinglin.portal.edges import actor_of, signed_in, somebody

log = logging.getLogger("xinglin.accounts")
SHOWN = 100
# The verbs of a person's record that are the person's own decision (PIPL art. 13-15, 24).
CONSENTS = ("agree_to_publication", "withdraw_publication", "refuse_automation", "allow_automation")


class Ability(Word):
    """What a token may do; it never does more than its account may."""

    READ = "read", say("Read lists and records")
    PERSONAL = "personal", say("Read personal data (every read is on record)")
    WRITE = "write", say("Do everything the account may do")
    ROSTER = "roster.write", say("Do everything in the register")
    MATCHING = "matching.write", say("Do everything with needs and offers")


class Validity(Word):
    MONTH = "30", say("30 days")
    QUARTER = "90", say("90 days")
    HALF = "180", say("180 days")
    YEAR = "365", say("One year")


def _to(name: str, *args: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """The account's first page: profile, roles, and the ways to everything else."""
    account = somebody(request)
    profile = ask(
        request,
        "profile",
        profiles.rename_oneself,
        say("Keep"),
        actor=account,
        initial={"display_name": account.display_name},
    )
    if profile.accepted:
        messages.success(request, gettext("Kept."))
        return _to("me")
    context = {
        "nav": "me",
        "profile": profile,
        "grants": sorted(permits.grants_of(account)),
        "has_factor": gates.has_factor(account),
        "needs_factor": gates.needs_factor(account),
        "consents": consents(account),
        "may_invite": may_invite(account),
        "languages": settings.LANGUAGES,
    }
    return render(request, "account/me.html", context, status=profile.status)


def may_invite(account: Account) -> bool:
    """Whether one of the account's roles may ask others in."""
    held = {role for role, _scope in permits.grants_of(account)}
    return bool(held & {Role.SECURITY_ADMIN, Role.SECRETARIAT, Role.LIAISON})


def consents(account: Account) -> list[tuple[object, str]]:
    """(label, address) of each decision about one's own data that can be made now."""
    kind = KINDS.get("roster.person")
    person = nouns.find(kind, account.person_id, account) if kind and account.person_id else None
    if kind is None or person is None:
        return []
    offered = {verb.name: verb for verb in open_verbs(kind, person, account)}
    done = {
        "agree_to_publication": person.consent_publish_at is not None,
        "withdraw_publication": person.consent_publish_at is None,
        "refuse_automation": person.refuses_automation_at is not None,
        "allow_automation": person.refuses_automation_at is None,
    }
    return [
        (offered[n].label, nouns.form_of(kind, offered[n], person.pk)) for n in CONSENTS if n in offered and not done[n]
    ]


def issue(
    *, name: Annotated[str, Ask("line", longest=80)], abilities: list[Ability], validity: Validity, by: Account
) -> tuple[ApiToken, str]:
    """Issue a token for oneself."""
    if not abilities:
        raise Refusal("tokens.empty", say("Choose at least one thing the token may do."), field="abilities")
    return opening.issue_token(name=name, abilities=[str(one) for one in abilities], days=int(validity), by=by)


@signed_in
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Access tokens for programs. A new one is shown once, on the page that answers the form, and never again."""
    account = somebody(request)
    form = ask(request, "issue", issue, say("Issue a token"), actor=account)
    made, secret = form.done if form.accepted else (None, "")
    rows = opening.tokens_for(account)[:SHOWN]
    context = {"nav": "me", "asked": form, "made": made, "secret": secret, "rows": rows}
    return render(request, "account/tokens.html", context, status=form.status)


@signed_in
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Make a token worthless."""
    opening.revoke_token(token_id=key, by=somebody(request))
    messages.success(request, gettext("The token no longer works."))
    return _to("tokens")


@signed_in
def outlets(request: HttpRequest) -> HttpResponse:
    """Where one's notices go besides the page."""
    account = somebody(request)
    form = ask(request, "set", notices.set_outlet, say("Keep"), actor=account, initial={"is_active": True})
    if form.accepted:
        messages.success(request, gettext("Kept."))
        return _to("outlets")
    form.form.fields = [
        one for one in form.form.fields if one.name != "for_alliance" or permits.holds(account, Role.SYSTEM_ADMIN)
    ]
    context = {"nav": "me", "asked": form, "rows": notices.outlets_for(account)}
    return render(request, "account/outlets.html", context, status=form.status)


@signed_in
@require_POST
def remove_outlet(request: HttpRequest, key: str) -> HttpResponse:
    """Stop sending notices there."""
    notices.remove_outlet(outlet_id=key, by=somebody(request))
    messages.success(request, gettext("Removed."))
    return _to("outlets")


@signed_in
def reads(request: HttpRequest) -> HttpResponse:
    """Who read my data: who, when, which fields, from which page (PIPL art. 44)."""
    account = somebody(request)
    rows = audit.reads_about(account.person_id, account) if account.person_id else ()
    return render(request, "account/reads.html", {"nav": "me", "rows": rows[:SHOWN], "person": account.person_id})


@signed_in
def sign_ins(request: HttpRequest) -> HttpResponse:
    """When and from where somebody came in, or tried to, under my name."""
    account = somebody(request)
    return render(request, "account/sign_ins.html", {"nav": "me", "rows": audit.sign_ins_of(account, account)[:SHOWN]})


@signed_in
@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    """What was typed when the session ended, ready to go on with; nothing is sent until the person sends it."""
    found = returning.kept(request, somebody(request))
    returning.drop(request)
    if found is None:
        return _to("home")
    fields = [(name, value) for name, values in found["fields"].items() for value in values]
    return render(request, "account/resume.html", {"path": found["path"], "fields": fields})


def accept(
    *,
    username: Annotated[str, Ask("line", longest=150)],
    display_name: Annotated[str, Ask("line", longest=120)],
    password: Annotated[str, Ask("secret", longest=128)],
    again: Annotated[str, Ask("secret", longest=128)],
    secret: str,
    by: Account | None,
) -> Account:
    """Open the invited account."""
    if password != again:
        raise Refusal("accounts.again", say("The two passwords differ."), say("Type both again."), field="again")
    return opening.accept_invitation(
        secret=secret, username=username, display_name=display_name, password=password, by=by
    )


def join(*, secret: str, by: Account) -> Account:
    """Accept a further role for the account one has."""
    return opening.accept_invitation(secret=secret, by=by)


@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the link of an invitation leads: open an account, or accept a further role."""
    actor = actor_of(request)
    try:
        invited = opening.invitation_of(secret)
    except Refusal as refusal:
        return render(request, "account/invitation_over.html", {"refusal": refusal}, status=410)
    if actor is not None:
        form = ask(request, "join", join, say("Accept"), actor=actor, key="secret", value=secret)
    else:
        start = {"display_name": invited.display_name}
        form = ask(
            request, "accept", accept, say("Open my account"), actor=None, initial=start, key="secret", value=secret
        )
    if form.accepted:
        messages.success(request, gettext("Welcome. Your account is open."))
        return _to("home" if actor is not None else "account_login")
    context = {"invited": invited, "asked": form, "scope": (invited.scope_kind, invited.scope_id)}
    answer = render(request, "account/invitation.html", context, status=form.status)
    # The address is a secret: it is not told to any other page.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@signed_in
def own_instead(_request: HttpRequest, **_more: str) -> HttpResponse:
    """Pages of the account library that this house does not use lead to one's own account page."""
    return _to("me")


def closed(request: HttpRequest) -> HttpResponse:
    """Nobody opens an account for themselves."""
    return render(request, "account/signup_closed.html", status=403 if request.method == "POST" else 200)


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The city's provider may be away, or answer nonsense: a sentence, not a fault of ours."""

    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, KeyError, ValueError):
            log.warning("the single sign-on did not answer as it should", exc_info=True)
            return render(request, "socialaccount/authentication_error.html", status=502)

    return guarded


to_provider = _answering(provider_views.login)
from_provider = _answering(provider_views.callback)
