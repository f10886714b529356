"""Bundles and single resources that hospitals send: handed to intake, answered entry by entry."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from xinglin.exchange.federation.queries import arrived
from xinglin.exchange.intake.actions.receive import take_in
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.portal.fhir.entry import Caller, answer, outcome
from xinglin.portal.fhir.reading import body_of


def take(caller: Caller, request: HttpRequest, kind: str = "", key: str = "") -> HttpResponse:
    """Take in what was sent: a Bundle at the base, or one resource at its own address.

    Entries stand for themselves: what is quarantined is answered with its reason, the others are kept. The same content
    sent again is answered as before and adds nothing.
    """
    told = body_of(request)
    sent = str(told.get("resourceType", ""))
    if kind and (sent != kind or (key and told.get("id") != key)):
        raise Refusal("fhir.body", say("The resource does not fit the address it was sent to."),
                      say("Send a {kind} with the id of the address.", kind=kind))  # fmt: skip
    entries = told.get("entry") if sent == "Bundle" else [{"resource": told}]
    if not isinstance(entries, list):
        raise Refusal("fhir.body", say("The bundle has no list of entries."))
    for one in sorted(_kinds(entries)):
        caller.need(one, "u" if key else "c")
    reader = caller.reader
    if not reader.organisation_id:
        raise Refusal("federation.no_hospital", say("This account sends for no hospital."),
                      say("Ask the secretariat to give it a role at its hospital."))  # fmt: skip
    source = request.body if sent == "Bundle" else orjson.dumps(
        {"resourceType": "Bundle", "type": "batch", "entry": entries})  # fmt: skip
    delivery = take_in(
        source=source, form="bundle", organisation_id=reader.organisation_id, way="api", name=f"FHIR {sent}",
        by=reader.account,
    )  # fmt: skip
    refused = arrived.refused(delivery)
    if sent != "Bundle":
        problem = refused.get(0)
        return answer(outcome(problem), 422) if problem else answer(told, 200)
    return answer(_response(str(told.get("type", "")), len(entries), refused))


def _kinds(entries: list[Any]) -> set[str]:
    """The kinds of resources in a bundle; what has none is intake's to refuse."""
    found = set()
    for one in entries:
        resource = one.get("resource") if isinstance(one, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            found.add(resource["resourceType"][:60])
    return found or {"*"}


def _response(form: str, many: int, refused: dict[int, Refusal]) -> dict[str, Any]:
    entries: list[dict[str, Any]] = [
        {"response": {"status": "422", "outcome": outcome(refused[place])}} if place in refused
        else {"response": {"status": "200"}}
        for place in range(many)
    ]  # fmt: skip
    kind = "transaction-response" if form == "transaction" else "batch-response"
    return {"resourceType": "Bundle", "type": kind, "entry": entries}
