"""Keys and assertions of hospitals' programs for tests."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client as Browser
from tests.factories import bonds

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.federation.actions.clients import admit_client, register_client
from xinglin.exchange.federation.models import Client
from xinglin.kernel.words import Role
from xinglin.portal.fhir.smart import JWT_BEARER, token_address


@dataclass
class Keys:
    """A pair: `kind` is RS384 or ES384."""

    kind: str
    private: Any
    kid: str

    @classmethod
    def make(cls, kind: str = "ES384") -> Keys:
        made = ec.generate_private_key(ec.SECP384R1()) if kind == "ES384" else rsa.generate_private_key(65537, 2048)
        return cls(kind, made, uuid.uuid4().hex[:8])

    @property
    def pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def jwks(self) -> str:
        algorithm = jwt.get_algorithm_by_name(self.kind)
        told = json.loads(algorithm.to_jwk(self.private.public_key()))
        return json.dumps({"keys": [{**told, "kid": self.kid, "use": "sig"}]})


def client(at: Site, keys: Keys, *scopes: str, admitted: bool = True, **more: Any) -> Client:
    """A program registered by one administrator and admitted by another."""
    one = register_client(
        organisation_id=at.organisation_id, name="示例信息系统", scopes=list(scopes or ("system/*.rs",)), jwks=keys.jwks(),
        by=bonds.account(Role.SYSTEM_ADMIN), **more,
    )  # fmt: skip
    if admitted:
        admit_client(client_id=one.pk, by=bonds.account(Role.SECURITY_ADMIN))
        one.refresh_from_db()
    return one


def assertion(one: Client, keys: Keys, **more: Any) -> str:
    """A lawful assertion; `more` changes its claims."""
    claims = {"iss": one.pk, "sub": one.pk, "aud": token_address(), "exp": int(time.time()) + 240,
              "jti": uuid.uuid4().hex, **more}  # fmt: skip
    return jwt.encode(claims, keys.private, algorithm=keys.kind, headers={"kid": keys.kid})


def ask(text: str, scope: str = "system/*.rs", **more: str) -> Any:
    """Send an assertion to the token endpoint."""
    body = {"grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "client_assertion": text,
            "scope": scope, **more}  # fmt: skip
    return Browser().post("/fhir/token", body)
