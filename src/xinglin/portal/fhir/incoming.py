"""Bundles and single resources that hospitals send: handed to intake, answered whole or entry by entry."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
from django.http import HttpRequest, HttpResponse

from xinglin.exchange.federation.queries import arrived
from xinglin.exchange.intake.actions.receive import PartlyRefused, take_in, take_whole
from xinglin.exchange.intake.queries import records
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import FieldRefusals, Refusal
from xinglin.portal.fhir import bundles
from xinglin.portal.fhir.bundles import Step
from xinglin.portal.fhir.entry import Caller, answer, base, outcome, status_in
from xinglin.portal.fhir.reading import body_of


def take(caller: Caller, request: HttpRequest, kind: str = "", key: str = "") -> HttpResponse:
    """Take in what was sent: a Bundle at the base, or one resource at its own address.

    A transaction is kept whole or not at all; the entries of a batch stand for themselves: what is quarantined is
    answered with its reason, the others are kept. The same content sent again adds nothing.
    """
    told = body_of(request)
    sent = str(told.get("resourceType", ""))
    if kind and sent != kind:
        raise Refusal("fhir.body", say("The resource does not fit the address it was sent to."),
                      say("Send a {kind} with the id of the address.", kind=kind))  # fmt: skip
    entries = told.get("entry") if sent == "Bundle" else [_single(request, told, kind or sent, key)]
    if not isinstance(entries, list):
        raise Refusal("fhir.body", say("The bundle has no list of entries."))
    organisation = caller.reader.organisation_id
    if not organisation:
        raise Refusal("federation.no_hospital", say("This account sends for no hospital."),
                      say("Ask the secretariat to give it a role at its hospital."))  # fmt: skip
    whole = sent == "Bundle" and told.get("type") == "transaction"
    made = bundles.steps(entries, whole=whole, find=lambda *named: records.own_records(organisation, *named))
    for one, letter in sorted(set(bundles.kinds(made)) or {("*", "c")}):
        caller.need(one, letter)
    if whole:
        return answer(_response("transaction-response", _taken_whole(caller, made, request.body)))
    answered = _taken_each(caller, made, sent, request.body)
    if sent == "Bundle":
        return answer(_response("batch-response", answered))
    return _alone(made[0], answered[0])


def _single(request: HttpRequest, told: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    """One resource at its own address, as the entry of a bundle it would be."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    given = {"method": request.method, "url": f"{kind}/{key}" if key else f"{kind}{query}"}
    if condition := request.headers.get("If-None-Exist"):
        given["ifNoneExist"] = condition
    if version := request.headers.get("If-Match"):
        given["ifMatch"] = version
    return {"resource": told, "request": given}


def _alone(step: Step, answered: dict[str, Any]) -> HttpResponse:
    response = answered["response"]
    status = int(response["status"][:3])
    if "outcome" in response:
        return answer(response["outcome"], status)
    headers = {"Location": f"{base()}/{response['location']}"} if "location" in response else {}
    return answer(step.resource or {}, status, **headers)


class _Entries(msgspec.Struct):
    entry: list[msgspec.Raw] = msgspec.field(default_factory=list)


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"")


def _sent(made: list[Step], form: str, body: bytes, *, single: bool) -> tuple[list[Step], bytes]:
    """The steps there is something to take of, and the Bundle they make for intake: of the bytes that came."""
    taken = [step for step in made if step.refusal is None and not step.matched]
    if not single and len(taken) == len(made) and all(not one.pointers and one.name == one.own_id for one in made):
        return taken, body
    raws = [body] if single else [
        bytes(msgspec.json.decode(one, type=_Entry).resource) if step.refusal is None else b""
        for step, one in zip(made, msgspec.json.decode(body, type=_Entries).entry, strict=True)
    ]  # fmt: skip
    entries = []
    for step in taken:
        head = orjson.dumps({name: value for name, value in step.entry.items() if name != "resource"})
        raw = raws[step.place]
        resource = bundles.written(step, raw) if step.resource is not None else raw
        entries.append(head[:-1] + (b"," if head != b"{}" else b"") + b'"resource":' + resource + b"}" if raw else head)
    return taken, b'{"resourceType":"Bundle","type":"' + form.encode() + b'","entry":[' + b",".join(entries) + b"]}"


def _taken_whole(caller: Caller, made: list[Step], body: bytes) -> list[dict[str, Any]]:
    """All of it, or a refusal that names every entry that stands in the way."""
    refused = {str(step.refusal.field): step.refusal for step in made if step.refusal is not None}
    if refused:
        raise FieldRefusals(refused)
    taken, source = _sent(made, "transaction", body, single=False)
    organisation = caller.reader.organisation_id
    before = records.known(organisation, {step.key for step in taken})
    if taken:
        try:
            take_whole(source=source, organisation_id=organisation, name="FHIR transaction", by=caller.reader.account)
        except PartlyRefused as partly:
            raise FieldRefusals({
                place: Refusal(f"intake.{code}", why, partly.next_step, field=place)
                for at, (code, why) in partly.entries.items()
                for place in [f"Bundle.entry[{taken[at].place if at < len(taken) else 0}]"]
            }) from None  # fmt: skip
    return _answered(organisation, made, before, {})


def _taken_each(caller: Caller, made: list[Step], sent: str, body: bytes) -> list[dict[str, Any]]:
    taken, source = _sent(made, "batch", body, single=sent != "Bundle")
    organisation = caller.reader.organisation_id
    before = records.known(organisation, {step.key for step in taken})
    refused: dict[int, Refusal] = {}
    if taken:
        delivery = take_in(source=source, form="bundle", organisation_id=organisation, name=f"FHIR {sent}",
                           by=caller.reader.account)  # fmt: skip
        refused = {taken[at].place: why for at, why in arrived.refused(delivery).items() if at < len(taken)}
    return _answered(organisation, made, before, refused)


def _answered(
    organisation: str, made: list[Step], before: set[tuple[str, str]], refused: dict[int, Refusal]
) -> list[dict[str, Any]]:  # fmt: skip
    """One response per entry, in the order they were sent."""
    numbers = records.numbers(organisation, {step.key for step in made if all(step.key)})
    found = []
    for step in made:
        refusal = step.refusal or refused.get(step.place)
        if refusal is not None:
            response: dict[str, Any] = {"status": status_in(refusal), "outcome": outcome(refusal)}
        else:
            response = {"status": "200 OK" if step.matched or step.key in before else "201 Created"}
            if step.key in numbers:
                response["location"] = f"{step.kind}/{numbers[step.key]}"
        found.append({"response": response})
    return found


def _response(form: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": form, "entry": entries}
