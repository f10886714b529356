"""The addresses of the FHIR interface: metadata, reading, searching, operations, and taking bundles in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from xinglin.exchange.catalogue.queries import mappings, sites
from xinglin.exchange.federation.declared import declare_visit
from xinglin.exchange.federation.queries import clinical, matching
from xinglin.exchange.federation.queries.matching import Match
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.portal.fhir import incoming, rendering, searches
from xinglin.portal.fhir.entry import Caller, answer, base, method, refused, unsupported
from xinglin.portal.fhir.reading import body_of, facts_of
from xinglin.portal.fhir.statement import RESOURCES, statement

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
SENT = frozenset({"Encounter", "ServiceRequest", "Specimen", "ImagingStudy", "Practitioner"})
Query = dict[str, list[str]]


@csrf_exempt
def fhir(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every address below /fhir/R4. Tokens only for what writes, so no other site's page can send it for somebody."""
    try:
        parts = [part for part in rest.split("/") if part]
        if parts == ["metadata"]:
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                raise method(str(request.method))
            return answer(statement())
        return _answered(Caller(request), request, parts)
    except Refusal as refusal:
        return refused(refusal)


def _answered(caller: Caller, request: HttpRequest, parts: list[str]) -> HttpResponse:
    query: Query = {name: request.GET.getlist(name) for name in request.GET}
    reading = request.method in ("GET", "HEAD")
    if not parts:
        return incoming.take(caller, request) if request.method == "POST" else _no(request)
    kind = parts[0]
    if kind not in RESOURCES and request.method in ("POST", "PUT") and len(parts) <= 2:
        return incoming.take(caller, request, kind)
    if kind not in RESOURCES:
        raise unsupported(kind[:60])
    match parts[1:]:
        case []:
            if reading:
                return answer(searches.search(caller, kind, query, lenient=_lenient(request)))
            return incoming.take(caller, request, kind) if request.method in ("POST", "PUT") else _no(request)
        case ["_search"] if request.method == "POST":
            form = {name: request.POST.getlist(name) for name in request.POST}
            return answer(searches.search(caller, kind, {**query, **form}, lenient=_lenient(request)))
        case [operation] if operation.startswith("$"):
            return _operation(caller, request, kind, operation, query)
        case [key] if reading:
            return _read(caller, request, kind, key)
        case [key] if request.method == "PUT":
            return incoming.take(caller, request, kind, key)
        case [key, "_history", version] if reading:
            return _read(caller, request, kind, key, version)
        case [key, "_history"] if reading and kind == "DiagnosticReport":
            return answer(_history(caller, key))
        case [key, "$everything"] if kind == "Patient" and reading:
            return answer(_everything(caller, key, query))
        case _:
            return _no(request)


def _no(request: HttpRequest) -> HttpResponse:
    raise method(f"{request.method} {request.path[:80]}")


def _lenient(request: HttpRequest) -> bool:
    return "handling=lenient" in request.headers.get("Prefer", "").replace(" ", "")


def _read(caller: Caller, request: HttpRequest, kind: str, key: str, version: str = "") -> HttpResponse:
    """One resource, or one version of it. The look is written down unless nothing had to be sent again."""
    caller.need(kind, "r")
    found = READERS[kind](caller, key, version)
    if found is None:
        raise absent()
    told, patient = found
    current = told.get("meta", {}).get("versionId", "")
    if version and version != current:
        raise absent()
    tag = f'W/"{current}"'
    known = {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}
    if current and (tag in known or f'"{current}"' in known):
        response = HttpResponse(status=304)
        response.headers["ETag"] = tag
        return response
    searches.looked(caller, kind, [patient])
    return answer(told, ETag=tag) if current else answer(told)


def _patient(caller: Caller, key: str, _version: str) -> Any:
    one = clinical.patient_of(caller.reader, key)
    if one is None:
        return None
    return rendering.patient(one, caller.reader, clinical.linked_records(caller.reader, one)), one.pk


def _observation(caller: Caller, key: str, _version: str) -> Any:
    one = clinical.result_of(caller.reader, key)
    return None if one is None else (rendering.observation(one), one.patient)


def _report(caller: Caller, key: str, version: str) -> Any:
    one = clinical.report_of(caller.reader, key, version)
    return None if one is None else (searches.shown_reports(caller, [one])[0], one.patient)


def _sent(kind: str) -> Callable[[Caller, str, str], Any]:
    def read(caller: Caller, key: str, _version: str) -> Any:
        one = clinical.resource_of(caller.reader, kind, key)
        return None if one is None else (rendering.as_sent(one), one.patient)

    return read


def _organisation(_caller: Caller, key: str, _version: str) -> Any:
    one = sites.site_of(key)
    return None if one is None else (rendering.organisation(one), 0)


def _consent(caller: Caller, key: str, _version: str) -> Any:
    for one in clinical.consents_by_id(caller.reader, key):
        return rendering.consent(one[0], one[1].pk), one[1].pk
    return None


def _event(caller: Caller, key: str, _version: str) -> Any:
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    one = clinical.views(caller.reader, None).filter(pk=int(key)).first()
    return None if one is None else (rendering.audit_event(one), 0)


def _map(_caller: Caller, key: str, _version: str) -> Any:
    one = next((site for site in sites.sites_for(None) if str(site.number) == key), None)
    return None if one is None else (rendering.concept_map(one, mappings.table(one.number)), 0)


def _system(_caller: Caller, key: str, _version: str) -> Any:
    return (rendering.items_system(), 0) if key == "items" else None


READERS: dict[str, Callable[[Caller, str, str], Any]] = {
    "Patient": _patient, "Observation": _observation, "DiagnosticReport": _report, "Organization": _organisation,
    "Consent": _consent, "AuditEvent": _event, "ConceptMap": _map, "CodeSystem": _system,
    **{kind: _sent(kind) for kind in SENT},
}  # fmt: skip


def _history(caller: Caller, key: str) -> dict[str, Any]:
    """Every version of a report, newest first: what was corrected stays readable."""
    caller.need("DiagnosticReport", "r")
    versions = clinical.versions_of(caller.reader, key)
    if not versions:
        raise absent()
    told = searches.shown_reports(caller, versions)
    searches.looked(caller, "DiagnosticReport", [versions[0].patient])
    entries = [
        {"fullUrl": f"{base()}/DiagnosticReport/{one['id']}", "resource": one,
         "request": {"method": "PUT", "url": f"DiagnosticReport/{one['id']}"}, "response": {"status": "200"}}
        for one in told
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries}


def _everything(caller: Caller, key: str, query: Query) -> dict[str, Any]:
    caller.need("Patient", "r")
    one = clinical.patient_of(caller.reader, key)
    if one is None:
        raise absent()
    return searches.everything(caller, one, query)


def _operation(caller: Caller, request: HttpRequest, kind: str, operation: str, query: Query) -> HttpResponse:
    if (kind, operation) == ("Observation", "$lastn") and request.method == "GET":
        return answer(searches.last_of_each(caller, query))
    if (kind, operation) == ("Patient", "$match") and request.method == "POST":
        return answer(_match(caller, request))
    raise unsupported(f"{request.method} {kind}/{operation[:40]}")


def _match(caller: Caller, request: HttpRequest) -> dict[str, Any]:
    """`Patient/$match`: a Parameters resource with the patient as known, and onlyCertainMatches."""
    caller.need("Patient", "s")
    told = body_of(request)
    resource, certain, most = told, False, 20
    if told.get("resourceType") == "Parameters":
        named = {one.get("name"): one for one in told.get("parameter") or [] if isinstance(one, dict)}
        resource = named.get("resource", {}).get("resource") or {}
        certain = named.get("onlyCertainMatches", {}).get("valueBoolean") is True
        count = named.get("count", {}).get("valueInteger")
        most = min(count, 100) if isinstance(count, int) and count > 0 else most
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        raise Refusal("fhir.body", say("The operation needs a Patient in its parameter “resource”."))
    found = matching.match(caller.reader, facts_of(resource), only_certain=certain, most=most, declare=declare_visit)
    entries = [_graded(caller, one) for one in found]
    searches.looked(caller, "$match", [one.patient.pk for one in found])
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})


def _graded(caller: Caller, one: Match) -> dict[str, Any]:
    return {
        "fullUrl": f"{base()}/Patient/{one.patient.pk}",
        "resource": rendering.patient(one.patient, caller.reader),
        "search": {"extension": [{"url": GRADE, "valueCode": one.grade}], "mode": "match", "score": one.score},
    }
