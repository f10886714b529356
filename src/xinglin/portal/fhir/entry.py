"""How a FHIR client is recognised, what its scopes allow, and how it is refused: OperationOutcome for everything."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xinglin.exchange.consent.words import Purpose
from xinglin.exchange.federation.queries import clinical
from xinglin.kernel import tokens
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal, absent
from xinglin.portal.edges import actor_of, status_of
from xinglin.portal.speaking import spoken

JSON = "application/fhir+json"
BASE = "fhir/R4"
# system/Observation.rs, system/*.cruds, and the older system/Observation.read.
_SCOPE = re.compile(r"system/(\*|[A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)")
_OLDER = {"read": "rs", "write": "cud", "*": "cruds"}
# PurposeOfUse of HL7 v3, as it may be sent in the header X-Purpose-Of-Use.
PURPOSES = {
    "TREAT": Purpose.TREATMENT, "HRESCH": Purpose.RESEARCH, "COC": Purpose.CONSULTATION,
    "RECOGNITION": Purpose.RECOGNITION, "CROSSBORDER": Purpose.CROSS_BORDER,
}  # fmt: skip
# Refusals that have an issue type of their own; everything else is a business rule.
_ISSUES = {
    "absent": "not-found", "tokens.bad": "login", "tokens.none": "login", "tokens.ability": "forbidden",
    "permits.not_yours": "forbidden", "fhir.unknown_parameter": "not-supported", "fhir.parameter": "invalid",
    "fhir.not_supported": "not-supported", "fhir.body": "structure", "edges.body": "structure",
    "federation.not_your_hospital": "forbidden", "fhir.condition": "not-supported",
    "fhir.ambiguous": "multiple-matches", "fhir.overlap": "conflict", "fhir.reference": "not-found",
    "fhir.method": "not-supported",
}  # fmt: skip
_STATUS = {
    "fhir.unknown_parameter": 400, "fhir.parameter": 400, "fhir.body": 400, "fhir.not_supported": 404,
    "fhir.condition": 400, "fhir.ambiguous": 412, "fhir.method": 405, "federation.not_your_hospital": 403,
    "fhir.media": 406,
}  # fmt: skip
NOBODY = Refusal(
    "tokens.none",
    say("Nobody is signed in, and no access token came with this request."),
    say("Ask the token endpoint for one: see /.well-known/smart-configuration."),
)


class Caller:
    """Who calls: the reader with its hospital, and what the token allows (None: a signed-in person)."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.abilities: list[str] | None = None
        account = None
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and secret:
            token = tokens.holder(secret.strip())
            account, self.abilities = token.account, list(token.abilities)
        elif request.method in ("GET", "HEAD"):
            # A session may read; writing and operations need a token, which no other page can send for somebody.
            account = actor_of(request)
        if account is None:
            raise NOBODY
        purpose = request.headers.get("X-Purpose-Of-Use", "TREAT").upper()
        if purpose not in PURPOSES:
            raise parameter("X-Purpose-Of-Use", say("The purposes are {names}.", names=", ".join(PURPOSES)))
        self.reader = clinical.reader(
            account=account, organisation_id=request.headers.get("X-Organization", ""), purpose=PURPOSES[purpose],
            doctor=unquote(request.headers.get("X-Practitioner", ""))[:60],
        )  # fmt: skip
        self.reader.visit = unquote(request.headers.get("X-Visit", ""))[:80]

    def need(self, kind: str, letter: str) -> None:
        """Raise unless the scopes allow `letter` (c, r, u, d, s) on resources of `kind`."""
        if self.abilities is None or any(_allows(one, kind, letter) for one in self.abilities):
            return
        raise Refusal(
            "tokens.ability",
            say("This access token does not allow this: it lacks “{ability}”.", ability=f"system/{kind}.{letter}"),
            say("Ask for a token with this ability."),
        )


def _allows(ability: str, kind: str, letter: str) -> bool:
    if ability == "fhir.read":
        return letter in "rs"
    if ability == "fhir.write":
        return letter in "cud"
    found = _SCOPE.fullmatch(ability)
    return bool(found) and found[1] in ("*", kind) and letter in _OLDER.get(found[2], found[2])


def parameter(name: str, sentence: Phrase) -> Refusal:
    """A search parameter that cannot be understood."""
    said = say("The parameter {name} cannot be used like this: {why}", name=name, why=sentence)
    return Refusal("fhir.parameter", said, field=name)


def unsupported(what: str) -> Refusal:
    """A resource or operation this server does not have."""
    return Refusal(
        "fhir.not_supported",
        say("This server does not offer {what}.", what=what),
        say("What it offers is said at /fhir/R4/metadata."),
    )


def method(name: str) -> Refusal:
    """A method an address does not take."""
    return Refusal("fhir.method", say("{method} is not possible here.", method=name))


def base() -> str:
    """The address of the interface, without a slash at the end."""
    return f"{settings.SITE_URL}/{BASE}"


def answer(resource: dict[str, Any], status: int = 200, **headers: str) -> HttpResponse:
    """A resource as the answer."""
    response = HttpResponse(orjson.dumps(resource), status=status, content_type=f"{JSON}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def outcome(refusal: Refusal) -> dict[str, Any]:
    """A refusal as an OperationOutcome: every field's own sentence is an issue."""
    single = refusal.fields.values() if isinstance(refusal, FieldRefusals) else [refusal]
    return {"resourceType": "OperationOutcome", "issue": [_issue(one) for one in single]}


def _issue(one: Refusal) -> dict[str, Any]:
    said = " ".join(spoken(part) for part in (one.sentence, one.next_step) if part)
    issue: dict[str, Any] = {
        "severity": "error",
        "code": _ISSUES.get(one.code, "business-rule"),
        "details": {
            "coding": [{"system": f"{settings.SITE_URL}/fhir/CodeSystem/refusals", "code": one.code}],
            "text": spoken(one.sentence),
        },
        "diagnostics": said,
    }
    if one.field:
        issue["expression"] = [one.field]
    return issue


def status_in(refusal: Refusal) -> str:
    """The status of a refusal, as an entry of a response bundle says it."""
    return str(_STATUS.get(refusal.code) or status_of(refusal))


def refused(refusal: Refusal) -> HttpResponse:
    """The answer to a refusal."""
    status = int(status_in(refusal))
    response = answer(outcome(refusal), status)
    if status == 401:
        response.headers["WWW-Authenticate"] = f'Bearer realm="{settings.SITE_URL}"'
    return response


def gone() -> Refusal:
    """Absent and forbidden look the same."""
    return absent()
