"""A city's single sign-on, from the environment. Read by the settings, so it knows nothing of Django."""

from __future__ import annotations

from typing import Any

from xinglin.kernel.environment import is_on, read

PROVIDER = "city"


def offered() -> bool:
    """Whether this installation has a single sign-on."""
    return bool(read("XINGLIN_OIDC_URL") and read("XINGLIN_OIDC_CLIENT"))


def name() -> str:
    """What the button says."""
    return read("XINGLIN_OIDC_NAME")


def providers() -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS: one OpenID Connect provider with PKCE, or none."""
    if not offered():
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": name(),
        "client_id": read("XINGLIN_OIDC_CLIENT"),
        "secret": read("XINGLIN_OIDC_SECRET"),
        "settings": {"server_url": read("XINGLIN_OIDC_URL"), "verified_email": is_on("XINGLIN_OIDC_TRUSTS_EMAIL")},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
