"""Security administration: who has an account, what they may be, who was asked in, who is locked out."""

from __future__ import annotations

from typing import Annotated, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from xinglin.kernel import accounts as opening
from xinglin.kernel import audit, clock, permits
from xinglin.kernel.asks import Ask, Line, ref
from xinglin.kernel.models import Account, ApiToken, Grant, Invitation
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent, not_yours
from xinglin.kernel.words import ALLIANCE, AccountKind, Role, Scope
from xinglin.portal.accounts import gates, locks
from xinglin.portal.accounts.administrators import only
from xinglin.portal.accounts.asked import ask
from xinglin.portal.edges import signed_in, somebody
from xinglin.portal.pages.accounts import may_invite

SIZE = 50
SHOWN = 50
security = only(Role.SECURITY_ADMIN)
ORGANISATION, PERSON = ref("roster.organisation"), ref("roster.person")


def _to_account(key: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("security-account", args=[key]), status=303)


@security
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with its roles, searched by name, role and state."""
    live = Prefetch("grants", Grant.objects.filter(ended_at=None).order_by("role"), to_attr="live_grants")
    rows = Account.objects.prefetch_related(live).order_by("username")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text) | Q(email__icontains=text))
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    if role in set(Role):
        rows = rows.filter(grants__role=role, grants__ended_at=None).distinct()
    locked = locks.locked_accounts()
    if state == "closed":
        rows = rows.filter(is_active=False)
    elif state == "locked":
        rows = rows.filter(pk__in=locked)
    elif state == "idle":
        rows = rows.filter(is_active=True, kind=AccountKind.PERSON).exclude(grants__ended_at=None)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    context = {
        "nav": "security",
        "tab": "accounts",
        "page": page,
        "text": text,
        "role": role,
        "state": state,
        "locked": locked,
        "roles": [(str(one), one.label) for one in Role],
    }
    return render(request, "administration/accounts.html", context)


def scope_of(organisation_id: str | None, person_id: str | None) -> Scope:
    """The scope that was picked. Raises Refusal when both were."""
    if organisation_id and person_id:
        raise Refusal(
            "permits.one_scope",
            say("A role holds for one organisation, or for one person, or for the whole alliance."),
            say("Leave one of the two empty, and give a second role if both are meant."),
            field="person_id",
        )
    if organisation_id:
        return ("organisation", organisation_id)
    return ("person", person_id) if person_id else ALLIANCE


def give(
    *,
    account_id: Line,
    role: Role,
    organisation_id: ORGANISATION | None = None,
    person_id: PERSON | None = None,
    by: Account,
) -> Grant:
    """Give an account a role in the scope that was picked."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise absent()
    return permits.grant(account=account, role=role, scope=scope_of(organisation_id, person_id), by=by)


@security
def account(request: HttpRequest, key: str) -> HttpResponse:
    """One account: its roles now and before, its lock, its factors, its sign-ins; and what can be done."""
    actor = somebody(request)
    found = Account.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    form = ask(request, "give", give, say("Give the role"), actor=actor, key="account_id", value=found.pk)
    shut = ask(
        request,
        "close",
        opening.close_account,
        say("Close the account"),
        actor=actor,
        key="account_id",
        value=found.pk,
        danger=True,
    )
    if form.accepted or shut.accepted:
        messages.success(request, gettext("The role is given.") if form.accepted else gettext("The account is closed."))
        return _to_account(found.pk)
    context = {
        "nav": "security",
        "tab": "accounts",
        "one": found,
        "asked": form,
        "shut": shut,
        "grants": found.grants.filter(ended_at=None).order_by("role"),
        "ended": found.grants.exclude(ended_at=None).order_by("-ended_at")[:SHOWN],
        "minutes": locks.minutes_left(found.pk),
        "has_factor": gates.has_factor(found),
        "needs_factor": gates.needs_factor(found),
        "entries": audit.sign_ins_of(found, actor)[:20],
        "is_program": permits.is_the_program(found),
    }
    return render(request, "administration/account.html", context, status=max(form.status, shut.status))


@security
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Take a role back."""
    row = Grant.objects.filter(pk=key).first()
    if row is None:
        raise absent()
    permits.end_grant(grant_id=row.pk, by=somebody(request))
    messages.success(request, gettext("The role has ended."))
    return _to_account(row.account_id)


@security
@require_POST
def unlock(request: HttpRequest, key: str) -> HttpResponse:
    """Lift the lock after repeated failures."""
    found = Account.objects.filter(pk=key).first()
    if found is None:
        raise absent()
    lifted = locks.unlock(account=found, by=somebody(request))
    messages.success(request, gettext("The lock is lifted.") if lifted else gettext("There was no lock."))
    return _to_account(found.pk)


@security
@require_POST
def expire(request: HttpRequest, key: str) -> HttpResponse:
    """Ask somebody to choose a new password at the next sign-in."""
    opening.ask_for_new_password(account_id=key, by=somebody(request))
    messages.success(request, gettext("They choose a new password when they next sign in."))
    return _to_account(key)


@security
def tokens(request: HttpRequest) -> HttpResponse:
    """Every living token: whose it is, what it may do, until when, when it was last used. Never the token itself."""
    rows = (
        ApiToken.objects.select_related("account")
        .filter(revoked_at=None, expires_at__gt=clock.now())
        .order_by("expires_at")
    )
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    return render(request, "administration/tokens.html", {"nav": "security", "tab": "tokens", "page": page})


def invite(
    *, email: Annotated[str, Ask("line", longest=254)], display_name: Annotated[str, Ask("line", longest=120)],
    role: Role, organisation_id: ORGANISATION | None = None, person_id: PERSON | None = None, by: Account,
) -> Invitation:  # fmt: skip
    """Ask somebody in by e-mail, for one role in the scope that was picked."""
    scope = scope_of(organisation_id, person_id)
    return opening.invite(
        email=email, display_name=display_name, role=role, scope_kind=scope[0], scope_id=scope[1],
        person_id=person_id, by=by,
    )  # fmt: skip


@signed_in
def invitations(request: HttpRequest) -> HttpResponse:
    """Who was asked in; for the security administrator, the secretariat, and liaisons for their own hospital."""
    actor = somebody(request)
    if not may_invite(actor):
        raise not_yours()
    form = ask(request, "invite", invite, say("Invite"), actor=actor)
    if form.accepted:
        messages.success(request, gettext("The invitation is on its way by e-mail."))
        return HttpResponseRedirect(reverse("invitations"), status=303)
    rows = opening.invitations_for(actor)[:200]
    now = clock.now()
    context: dict[str, Any] = {
        "nav": "security" if permits.holds(actor, Role.SECURITY_ADMIN) else "me", "tab": "invitations", "asked": form,
        "rows": [(one, _state(one, now), (one.scope_kind, one.scope_id)) for one in rows],
        "is_security": permits.holds(actor, Role.SECURITY_ADMIN),
    }  # fmt: skip
    return render(request, "administration/invitations.html", context, status=form.status)


def _state(one: Invitation, now: Any) -> str:
    if one.accepted_at is not None:
        return "accepted"
    if one.revoked_at is not None:
        return "revoked"
    return "open" if one.expires_at > now else "over"


@signed_in
@require_POST
def revoke_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw an invitation that was not used yet."""
    opening.revoke_invitation(invitation_id=key, by=somebody(request))
    messages.success(request, gettext("The invitation no longer works."))
    return HttpResponseRedirect(reverse("invitations"), status=303)
