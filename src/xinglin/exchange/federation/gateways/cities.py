"""The conversation with one other city: a token where it wants one, who the patient is there, what it has of the items.

No database here: it runs in a thread of its own, with a hard end, and hands back facts or how it failed.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import orjson

from xinglin.exchange.catalogue.rules.snapshot import ItemFacts
from xinglin.exchange.federation.gateways.answers import Deadline, Failed, ask
from xinglin.exchange.federation.rules.telling import Asked, Untrusted, objects, patients_in, results_in
from xinglin.exchange.federation.words import PeerKind
from xinglin.exchange.recognition.rules.foreign import CityResult

ID_CARD, DOCUMENT = "urn:oid:2.16.156.10011.1.3", "urn:xinglin:document:"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Records of the person there that are asked about, for servers that do not link them.
RECORDS = 3
_tokens: dict[tuple[str, str], tuple[float, str]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Address:
    """How a city is reached; the secret in the clear, for the length of one question."""

    key: str
    endpoint: str
    kind: str
    client_id: str = ""
    grant_address: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Question:
    """Whom and what we ask about; `resource` is the Patient as FHIR, `documents` (kind, number) pairs."""

    asked: Asked
    resource: dict[str, Any] = field(repr=False)
    documents: tuple[tuple[str, str], ...] = field(repr=False)
    wanted: frozenset[int]
    items: Mapping[int, ItemFacts]
    by_loinc: Mapping[str, int]
    by_code: Mapping[str, int]
    now: datetime
    born: date | None
    doctor: str = ""
    visit: str = ""


@dataclass(frozen=True)
class Heard:
    """What a city has of the items; `whole` unless it said that there are more pages."""

    results: list[CityResult]
    whole: bool = True


def converse(to: Address, question: Question, deadline: Deadline) -> Heard | None:
    """What a city has; None where it does not know the patient. Raises Failed or Untrusted."""
    headers = _headers(to, question, deadline)
    try:
        return _asked(to, question, headers, deadline)
    except Failed as failed:
        if failed.status == 401:
            with _lock:
                _tokens.pop((to.key, to.client_id), None)
        raise


def _asked(to: Address, question: Question, headers: dict[str, str], deadline: Deadline) -> Heard | None:
    patients = _patients(to, question, headers, deadline)
    if not patients:
        return None
    codes = [_code(question.items[number]) for number in sorted(question.wanted)]
    found: list[CityResult] = []
    whole = True
    for key in sorted(patients)[: 1 if to.kind == PeerKind.XINGLIN else RECORDS]:
        query = {"patient": key, "code": ",".join(codes), "_count": "200"}
        if to.kind == PeerKind.XINGLIN:
            query["_include"] = "Observation:patient"
        told = ask("GET", f"{to.endpoint}/Observation?{urlencode(query)}", deadline=deadline, headers=headers)
        whole = whole and not any(one.get("relation") == "next" for one in objects(told.get("link")))
        known = patients | patients_in(told, question.asked, linked=True)
        found += results_in(
            told, patients=known, by_loinc=question.by_loinc, by_code=question.by_code, items=question.items,
            wanted=question.wanted, now=question.now, born=question.born,
        )  # fmt: skip
    return Heard(list({(one.source_id, one.item): one for one in found}.values()), whole)


def _code(item: ItemFacts) -> str:
    return f"http://loinc.org|{item.loinc}" if item.loinc else item.code


def _patients(
    to: Address, question: Question, headers: dict[str, str], deadline: Deadline
) -> dict[str, dict[str, Any]]:
    if to.kind == PeerKind.XINGLIN:
        body = {"resourceType": "Parameters", "parameter": [
            {"name": "resource", "resource": question.resource}, {"name": "onlyCertainMatches", "valueBoolean": True},
        ]}  # fmt: skip
        told = ask("POST", f"{to.endpoint}/Patient/$match", deadline=deadline, content=orjson.dumps(body),
                   headers={**headers, "Content-Type": "application/fhir+json"})  # fmt: skip
        return patients_in(told, question.asked)
    for kind, number in question.documents:
        system = ID_CARD if kind == "id_card" else DOCUMENT + kind
        told = ask("GET", f"{to.endpoint}/Patient?identifier={quote(f'{system}|{number}', safe='')}",
                   deadline=deadline, headers=headers)  # fmt: skip
        if found := patients_in(told, question.asked):
            return found
    return {}


def _headers(to: Address, question: Question, deadline: Deadline) -> dict[str, str]:
    headers = {}
    if to.kind == PeerKind.XINGLIN:
        headers["X-Purpose-Of-Use"] = "RECOGNITION"
        if question.doctor:
            headers["X-Practitioner"] = quote(question.doctor)
        if question.visit:
            headers["X-Visit"] = quote(question.visit)
    secret = _token(to, deadline) if to.client_id else to.secret
    return headers | ({"Authorization": f"Bearer {secret}"} if secret else {})


def _token(to: Address, deadline: Deadline) -> str:
    with _lock:
        found = _tokens.get((to.key, to.client_id))
    if found and found[0] > time.monotonic():
        return found[1]
    told = ask("POST", to.grant_address, deadline=deadline, largest=64 * 1024, content=urlencode({
        "grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "scope": "system/*.rs",
        "client_assertion": assertion(to),
    }).encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    token = told.get("access_token") if isinstance(told, dict) else None
    seconds = told.get("expires_in", 60) if isinstance(told, dict) else 60
    if not isinstance(token, str) or not token or not token.isascii() or len(token) > 8_000:
        raise Failed("malformed")
    lives = float(seconds) if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else 60.0
    with _lock:
        _tokens[to.key, to.client_id] = (time.monotonic() + max(0.0, min(lives, 3_600) - 30), token)
    return token


def assertion(to: Address) -> str:
    """Our signed assertion for a city's token endpoint. The key's number (kid) is the beginning of its secret file."""
    kid, _, pem = to.secret.partition("\n")
    named = kid.startswith("kid:")
    key = pem if named else to.secret
    claims = {"iss": to.client_id, "sub": to.client_id, "aud": to.grant_address, "exp": int(time.time()) + 240,
              "jti": uuid.uuid4().hex}  # fmt: skip
    headers = {"kid": kid.removeprefix("kid:").strip()} if named else None
    for algorithm in ("ES384", "RS384"):
        try:
            return jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    raise Failed("away")


def forget() -> None:
    """Forget every token; for tests and for keys that were changed."""
    with _lock:
        _tokens.clear()


__all__ = ["Address", "Heard", "Question", "Untrusted", "converse", "forget"]
