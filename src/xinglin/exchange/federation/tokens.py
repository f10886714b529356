"""A signed assertion is exchanged for a token of five minutes (SMART backend services)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction

from xinglin.exchange.federation.models import Client, UsedAssertion
from xinglin.exchange.federation.rules.assertions import (
    ALGORITHMS,
    LONGEST,
    SKEW,
    TOKEN_SECONDS,
    Unproven,
    check_claims,
    check_keys,
    granted,
)
from xinglin.exchange.federation.words import ClientStage
from xinglin.kernel import ledger, tokens
from xinglin.kernel.clock import now
from xinglin.kernel.models import Account, ApiToken
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

Fetch = Callable[[str, str], Any]
UNKNOWN = say("This client is unknown, not admitted or revoked.")


@dataclass(frozen=True)
class Given:
    """A token as it is told, once."""

    secret: str
    scopes: list[str]
    seconds: int = TOKEN_SECONDS


def give_token(*, assertion: str, scope: str, audiences: Collection[str], fetch: Fetch) -> Given:
    """The token for a client's assertion. `fetch(address, kid)` reads published keys. Raises Unproven; a refusal of a
    client that is known is written down."""
    client, kid = _named(assertion)
    try:
        claims = _verified(client, kid, assertion, fetch)
        jti, end = check_claims(claims, client_id=client.pk, audiences=audiences, now=now().timestamp())
        scopes = granted(scope, client.abilities)
    except Unproven as refused:
        with transaction.atomic():
            account = Account.objects.get(pk=client.account_id)
            ledger.record("federation.token_refused", by=account, subject=client, data={"error": refused.error})
        raise
    return _issued(client, jti, end, scopes)


def _named(assertion: str) -> tuple[Client, str]:
    """The client an assertion says it is from, before anything is believed, and the key it names."""
    try:
        header = jwt.get_unverified_header(assertion)
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        raise Unproven("invalid_client", say("The client assertion is not a signed JSON Web Token.")) from None
    if header.get("alg") not in ALGORITHMS:
        raise Unproven("invalid_client", say("The assertion must be signed with RS384 or ES384."))
    client = Client.objects.filter(pk=str(claims.get("sub"))[:26], stage=ClientStage.ADMITTED).first()
    if client is None:
        raise Unproven("invalid_client", UNKNOWN)
    return client, str(header.get("kid", ""))


def _verified(client: Client, kid: str, assertion: str, fetch: Fetch) -> dict[str, Any]:
    keys = client.public_keys
    if client.keys_address:
        try:
            keys = check_keys(fetch(client.keys_address, kid))
        except Refusal:
            raise Unproven("invalid_client", say("The client's published keys cannot be read.")) from None
    for one in keys.get("keys", []):
        if one["kid"] != kid:
            continue
        algorithm = "RS384" if one["kty"] == "RSA" else "ES384"
        try:
            return jwt.decode(
                assertion, jwt.PyJWK(one, algorithm=algorithm).key, algorithms=[algorithm],
                options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Unproven(
                "invalid_client", say("The signature of the assertion is not by this client's key.")
            ) from None
    raise Unproven("invalid_client", say("The client has no key of this number (kid)."))


@transaction.atomic
def _issued(client: Client, jti: str, end: float, scopes: list[str]) -> Given:
    digest = hashlib.sha256(jti.encode()).hexdigest()
    ends_at = datetime.fromtimestamp(end, UTC) + timedelta(seconds=2 * SKEW)
    UsedAssertion.objects.filter(ends_at__lt=now() - timedelta(seconds=LONGEST)).delete()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(client=client, number_key=digest, ends_at=ends_at)
    except IntegrityError:
        raise Unproven("invalid_client", say("This assertion was used before.")) from None
    secret = "xs_" + secrets.token_urlsafe(32)
    account = Account.objects.get(pk=client.account_id)
    ApiToken.objects.filter(account=account, name="SMART", expires_at__lt=now() - timedelta(days=1)).delete()
    ApiToken.objects.create(
        account=account, name="SMART", prefix=secret[:10], digest=tokens.digest(secret), abilities=scopes,
        expires_at=now() + timedelta(seconds=TOKEN_SECONDS),
    )  # fmt: skip
    ledger.record("federation.token_given", by=account, subject=client,
                  data={"scopes": scopes, "seconds": TOKEN_SECONDS})  # fmt: skip
    return Given(secret, scopes)
