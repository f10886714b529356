"""SMART backend services: where a program learns what is offered, and where it exchanges an assertion for a token."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from xinglin.exchange.federation.gateways.keys import published
from xinglin.exchange.federation.tokens import ALGORITHMS, Unproven, give_token
from xinglin.kernel.phrases import say
from xinglin.portal.fhir.entry import base
from xinglin.portal.speaking import spoken

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def token_address() -> str:
    """Where tokens are given; assertions are meant for this address."""
    return f"{settings.SITE_URL}/fhir/token"


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(told), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def configuration(_request: HttpRequest) -> HttpResponse:
    """/.well-known/smart-configuration."""
    return _json({
        "token_endpoint": token_address(),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": ["system/*.rs", "system/*.cruds", "system/Observation.rs", "system/Patient.rs"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    })  # fmt: skip


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint (RFC 6749 4.4, RFC 7523): refusals are OAuth errors, with the sentence beside the code."""
    try:
        if request.POST.get("grant_type") != "client_credentials":
            raise Unproven("unsupported_grant_type", say("The grant type here is client_credentials."))
        if request.POST.get("client_assertion_type") != JWT_BEARER:
            raise Unproven("invalid_request", say("The client assertion type here is {type}.", type=JWT_BEARER))
        given = give_token(
            assertion=request.POST.get("client_assertion", "")[:16_000], scope=request.POST.get("scope", "")[:2_000],
            audiences={token_address(), base(), settings.SITE_URL}, fetch=published,
        )  # fmt: skip
    except Unproven as refused:
        status = 401 if refused.error == "invalid_client" else 400
        return _json({"error": refused.error, "error_description": spoken(refused.sentence)}, status)
    return _json({"access_token": given.secret, "token_type": "bearer", "expires_in": given.seconds,
                  "scope": " ".join(given.scopes)})  # fmt: skip
