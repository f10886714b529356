"""What the pages for signing in need to know."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext

from xinglin.kernel import permits
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.phrases import unpacked
from xinglin.kernel.words import ALLIANCE, Role, Scope
from xinglin.portal import nouns, speaking
from xinglin.portal.accounts import demonstration, gates, sso
from xinglin.portal.edges import actor_of

register = template.Library()
DESK_ROLES = {Role.LABORATORY, Role.STEWARD}


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON, for an attribute (the template escapes it)."""
    return json.dumps(value)


@register.simple_tag
def the_demonstration() -> dict[str, Any] | None:
    return demonstration.shown()


@register.simple_tag
def single_sign_on() -> dict[str, str] | None:
    return {"provider": sso.PROVIDER, "name": sso.name()} if sso.offered() else None


@register.simple_tag(takes_context=True)
def way_onward(context: dict[str, Any]) -> str:
    """Where the person wanted to go before a gate stopped them."""
    request: HttpRequest = context["request"]
    return gates.onward(request)


@register.filter
def role_name(role: str) -> str:
    return speaking.spoken(Role(role)) if role in set(Role) else role


@register.filter
def scope_name(scope: Scope) -> str:
    """A scope as people read it: the whole alliance, or the name of the organisation or person."""
    if scope == ALLIANCE:
        return gettext("The whole alliance")
    kind = KINDS.get(f"roster.{scope[0]}")
    found = kind.model._default_manager.filter(pk=scope[1]).first() if kind else None
    return str(found) if found is not None else scope[1]


@register.filter
def page_of_scope(scope: Scope) -> str:
    kind = KINDS.get(f"roster.{scope[0]}") if scope != ALLIANCE else None
    return nouns.page_of(kind, scope[1]) if kind else ""


@register.filter
def msgid(text: str) -> str:
    """An English msgid in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def field_names(names: list[str] | None) -> str:
    """The names of the fields somebody read, as they stand in the ledger, in the reader's language."""
    return speaking.listed(gettext(name) for name in names or [])


@register.filter
def rule_value(value: Any) -> str:
    """A value of a rule as people read it: roles by their names, what a law is called in the reader's language."""
    if isinstance(value, list):
        return speaking.listed(rule_value(one) for one in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {rule_value(one)}" for name, one in value.items()) + "}"
    return msgid(role_name(value)) if isinstance(value, str) else speaking.spoken(value)


@register.filter
def failure(packed: Any) -> str:
    """Why a delivery failed, as it was kept."""
    return speaking.spoken(unpacked(packed)) if isinstance(packed, dict) and "say" in packed else str(packed or "")


@register.filter
def grant_scope(grant: Any) -> Scope:
    return (grant.scope_kind, grant.scope_id)


@register.simple_tag(takes_context=True)
def same_query(context: dict[str, Any], **change: Any) -> str:
    """The address's parameters with some of them changed."""
    query = context["request"].GET.copy()
    for name, value in change.items():
        query[name] = str(value)
    return query.urlencode()


@register.simple_tag(takes_context=True)
def house_roles(context: dict[str, Any]) -> dict[str, bool]:
    """Which administrations, and whether inviting, the menu shows."""
    request = context.get("request")
    held = {role for role, _scope in permits.grants_of(actor_of(request))} if request is not None else set()
    return {
        "system": Role.SYSTEM_ADMIN in held,
        "security": Role.SECURITY_ADMIN in held,
        "audit": Role.AUDIT_ADMIN in held,
        "doctor": Role.DOCTOR in held,
        "any": bool(held),
        "bids": bool(held & {Role.EXPERT, Role.COMPANY, Role.LIAISON, Role.DEPARTMENT_HEAD}),
        "keys": bool(held & {Role.SECRETARIAT, Role.AUTHORITY, Role.AUDIT_ADMIN}),
        "works": bool(held - {Role.RESIDENT}),
        "invite": bool(held & {Role.SECRETARIAT, Role.LIAISON, Role.SECURITY_ADMIN}),
        "resident": Role.RESIDENT in held,
        "looks": bool(held & {Role.DOCTOR, Role.LABORATORY}),
        "counter": bool(held & {Role.LIAISON, Role.LABORATORY}),
    }


@register.filter
def alliance_name(alliance: Any) -> str:
    """The alliance's name in the reader's language, as far as it has one."""
    return (alliance.name_zh if speaking.chinese() else alliance.name_en) or alliance.name_zh


@register.filter
def web_link(text: str) -> bool:
    """Whether a link somebody typed is one to the web, and nothing that runs."""
    return str(text or "").lower().startswith(("https://", "http://"))


@register.simple_tag(takes_context=True)
def mapping_desk_open(context: dict[str, Any]) -> bool:
    """Whether the reader has anything to do, or to see, at the desk of local codes."""
    request = context.get("request")
    held = {role for role, _scope in permits.grants_of(actor_of(request))} if request is not None else set()
    return bool(held & DESK_ROLES)
