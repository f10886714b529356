"""What arrives in a request's body: a JSON object, and a Patient as the index reads it."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest

from xinglin.exchange.federation.queries.matching import described
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.portal.fhir import rendering

LONGEST_BODY = 64 * 2**20


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in a request's body. Raises a Refusal for anything else."""
    try:
        if len(request.body) > LONGEST_BODY:
            raise ValueError
        told = orjson.loads(request.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refusal("fhir.body", say("The body of this request is not a FHIR resource in JSON."),
                      say("Send a JSON object in UTF-8."))  # fmt: skip
    return told


def facts_of(resource: dict[str, Any]) -> Any:
    """What a FHIR Patient says of somebody, as the index reads it. Whatever has another shape is passed over."""
    documents = []
    for one in _objects(resource.get("identifier")):
        system, value = str(one.get("system", "")), str(one.get("value", ""))[:60]
        if system == rendering.ID_CARD:
            documents.append(("id_card", value))
        elif system.startswith(rendering.DOCUMENT):
            documents.append((system.removeprefix(rendering.DOCUMENT), value))
    names = [text for one in _objects(resource.get("name")) if (text := _name(one))]
    chinese = [text for text in names if not text.isascii()]
    latin = [text for text in names if text.isascii()]
    phones = [str(one.get("value", "")) for one in _objects(resource.get("telecom")) if one.get("system") == "phone"]
    addresses = [str(one.get("text", "")) for one in _objects(resource.get("address"))]
    sex = {"male": 1, "female": 2}.get(str(resource.get("gender")), 0)
    return described(
        name_zh=(chinese or [""])[0], name_en=(latin or [""])[0], birth_date=_day(resource),
        sex=sex, phone=(phones or [""])[0], address=(addresses or [""])[0], documents=tuple(documents),
    )  # fmt: skip


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _name(one: dict[str, Any]) -> str:
    if one.get("text"):
        return str(one["text"])[:120]
    given = one.get("given")
    parts = [str(one.get("family", "")), *(str(part) for part in given or [] if isinstance(given, list))]
    joined = "".join(parts)
    return (joined if joined and not joined.isascii() else " ".join(part for part in parts if part))[:120]


def _day(resource: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(resource.get("birthDate", "")))
    except ValueError:
        return None
