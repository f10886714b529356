"""The addresses of the interface: generic ones, and for every registered kind its list, its dossiers and its verbs."""

# No `from __future__ import annotations` here: signatures are read where they stand, with the models made beside them.

import hashlib
from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja import Body, NinjaAPI, Query
from ninja.constants import NOT_SET
from pydantic import TypeAdapter

from xinglin import __version__
from xinglin.kernel import deeds, figures, inbox, reading
from xinglin.kernel.dossiers import KINDS, Kind, Verb
from xinglin.kernel.models import Account
from xinglin.kernel.permits import grants_of
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.kernel.words import Privacy
from xinglin.portal import listing, nouns
from xinglin.portal.api import deliveries, shapes, told
from xinglin.portal.api.entry import Bearer, Reader, Renderer, Session, allow, answer, guard
from xinglin.portal.api.recognition import offer_recognition
from xinglin.portal.edges import problem
from xinglin.portal.pages.search import searched
from xinglin.portal.speaking import spoken

ABOUT = """Everything the portal's pages can do. Lists are paged by cursor; verbs take JSON bodies.

Sign in with `Authorization: Bearer <token>`. Send `Idempotency-Key` with a verb and it acts once, however often it is
sent; send `If-Match` with the version you read (`ETag`) and nothing is changed if somebody was quicker. Refusals are
problem details (RFC 9457) with a sentence and what to do next, in the language of `Accept-Language` (zh-hans, en)."""

api = NinjaAPI(
    title="Xinglin", version=__version__, description=ABOUT, openapi_url=None, docs_url=None, urls_namespace="api",
    auth=[Bearer(), Session()], renderer=Renderer(), parser=Reader(),
)  # fmt: skip
guard(api)


@api.get("/me", tags=["house"], operation_id="me")
def me(request: HttpRequest) -> HttpResponse:
    """Who is calling, and what they hold."""
    actor = allow(request, "read")
    token = getattr(request, "token", None)
    return answer({
        "id": actor.pk, "name": str(actor), "language": actor.language,
        "grants": [{"role": str(role), "scope": scope[0], "id": scope[1]} for role, scope in sorted(grants_of(actor))],
        "abilities": token.abilities if token else None,
    })  # fmt: skip


@api.get("/inbox", tags=["house"], operation_id="inbox")
def awaited(request: HttpRequest) -> HttpResponse:
    """What awaits the caller, the most urgent first."""
    actor = allow(request, "read")
    return answer([
        {
            "kind": one.kind.name, "move": one.move.name, "move_label": spoken(one.move.label),
            "days_left": one.days_left, "dossier": told.row(one.kind, one.dossier),
        }
        for one in inbox.awaiting(actor)
    ])  # fmt: skip


@api.get("/search", tags=["house"], operation_id="search")
def search(request: HttpRequest, q: str, kind: str = "") -> HttpResponse:
    """Everything the caller may see that fits `q`, by kind."""
    actor = allow(request, "read")
    text = q.replace("\x00", "").strip()[:100]
    found = searched(text, actor, only=kind) if text else []
    return answer([
        {
            "kind": one.kind.name, "label": spoken(one.kind.plural), "count": one.count, "count_is_capped": one.capped,
            "items": [told.row(one.kind, hit.row) for hit in one.hits],
        }
        for one in found
        if not kind or one.kind.name == kind
    ])  # fmt: skip


@api.get("/figures", tags=["house"], operation_id="figures")
def counted(request: HttpRequest) -> HttpResponse:
    """The figures of the overview, each with what it counts and the list behind it."""
    actor = allow(request, "read")
    return answer([
        {
            "name": one.figure.name, "label": spoken(one.figure.label), "definition": spoken(one.figure.definition),
            "value": one.value, "as_of": one.as_of, "kind": one.kind.name,
            "href": f"{told.href(one.kind)}?figure={one.figure.name}",
        }
        for one in figures.all_counted(actor)
    ])  # fmt: skip


@api.post("/intake/send", tags=["intake.delivery"], operation_id="intake_send", openapi_extra=deliveries.DESCRIPTION)
def send(request: HttpRequest, organisation: str = "", name: str = "") -> HttpResponse:
    """Send results: a FHIR Bundle or resource (JSON), FHIR NDJSON or CSV, by Content-Type; gzip is unpacked.

    Every entry is accepted, unchanged or quarantined with its reason; the counts add up. Sending twice adds nothing.
    """
    actor = allow(request, "write", "intake.write")
    told, status = deliveries.send(actor, request.body, request.content_type or "", organisation, name)
    return answer(told, status, Location=told["href"])


def list_of(kind: Kind, query: Any, actor: Account) -> HttpResponse:
    """One page of a kind's list."""
    given = {
        name: str(value) if not isinstance(value, bool) else "1" * value for name, value in query.model_dump().items()
    }
    want = listing.wanted(kind, given)
    page = listing.page(listing.rows(kind, want, actor), want, size=query.size)
    return answer({
        "items": [told.row(kind, row) for row in page.rows], "next": page.after or None,
        "count": page.count, "count_is_capped": page.capped,
    })  # fmt: skip


def one_of(kind: Kind, key: str, actor: Account, *, personal: bool) -> HttpResponse:
    """One dossier. Personal facts are given when they are asked for, and that is recorded."""
    found = nouns.find(kind, key, actor)
    if found is None:
        raise absent()
    if personal:
        facts = [fact for fact in kind.facts(found, actor) if fact.privacy == Privacy.PERSONAL]
        if Privacy.PERSONAL in reading.readable(actor, found) and facts:
            names = [fact.label.msgid for fact in facts]
            reading.record_read(subject=found, fields=names, page=f"api {kind.name}", by=actor)
    headers = {"ETag": f'"{found.version}"'} if hasattr(found, "version") else {}
    return answer(told.dossier(kind, found, actor, personal=personal), **headers)  # type: ignore[arg-type]


def act(request: HttpRequest, kind: Kind, verb: Verb, key: str, body: Any) -> HttpResponse:
    """Use a verb once."""
    actor = allow(request, "write", f"{kind.wing}.write", f"{kind.name}.{verb.name}")
    if key and nouns.find(kind, key, actor) is None:
        raise absent()
    arguments = shapes.arguments(kind, verb, body)
    seen = _version(request.headers.get("If-Match", ""))
    try:
        done = deeds.perform(kind, verb, arguments, key=key, seen=seen, token=_token(request, actor), by=actor)
    except Refusal as refusal:
        if refusal.code == "deeds.changed_meanwhile":
            return answer({**problem(refusal), "status": 412}, 412, Content_Type="application/problem+json")
        raise
    target = KINDS.get(done.subject_kind)
    found = nouns.find(target, done.subject_id, actor) if target is not None else None
    address = told.href(target, done.subject_id) if target is not None and found is not None else told.href(kind)
    headers = {"Location": address}
    if found is not None and hasattr(found, "version"):
        headers["ETag"] = f'"{found.version}"'
    result = {
        "kind": done.subject_kind, "id": done.subject_id, "href": address, "replayed": done.again,
        "dossier": told.row(target, found) if target is not None and found is not None else None,
    }  # fmt: skip
    return answer(result, 201 if verb.opening and not done.again else 200, **headers)


def _version(text: str) -> int | None:
    """The version in an If-Match header; anything that is none refuses, it was meant to protect something."""
    text = text.strip().removeprefix("W/").strip('"')
    if text in ("", "*"):
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal("edges.if_match", say("The header If-Match does not carry a version of this record."))
    return int(text)


def _token(request: HttpRequest, actor: Account) -> str:
    given = request.headers.get("Idempotency-Key", "").strip()
    return "api-" + hashlib.sha256(f"{actor.pk}\n{given}".encode()).hexdigest()[:60] if given else ""


def offer(kind: Kind) -> None:
    """Add the addresses of one kind."""
    base, tag = f"/{kind.wing}/{kind.noun}", kind.name
    model = shapes.query_of(kind)

    def listed(request: HttpRequest, query: model = Query(...)) -> HttpResponse:  # type: ignore[valid-type]  # noqa: B008
        return list_of(kind, query, allow(request, "read"))

    def one(request: HttpRequest, key: str, personal: bool = False) -> HttpResponse:
        return one_of(kind, key, allow(request, "personal" if personal else "read"), personal=personal)

    _add("GET", base, listed, tag, f"{tag}.list", f"List: {kind.plural}", {200: shapes.ListOut})
    # What opens comes first: its name stands where an id would.
    for verb in sorted(kind.verbs, key=lambda verb: not verb.opening):
        _offer_verb(kind, verb, base, tag)
    _add("GET", base + "/{key}", one, tag, f"{tag}.one", f"One {kind.label}", {200: shapes.DossierOut})


def _offer_verb(kind: Kind, verb: Verb, base: str, tag: str) -> None:
    model = shapes.body_of(kind, verb)
    operation = {
        (True, True): _opening_with, (True, False): _opening, (False, True): _acting_with, (False, False): _acting,
    }[verb.opening, model is not None](kind, verb, model)  # fmt: skip
    path = f"{base}/{verb.name}" if verb.opening else base + "/{key}/" + verb.name
    answers = {201: shapes.DoneOut, 200: shapes.DoneOut} if verb.opening else {200: shapes.DoneOut}
    _add(
        "POST",
        path,
        operation,
        tag,
        f"{tag}.{verb.name}",
        str(verb.label),
        answers,
        (verb.action.__doc__ or "").strip(),
    )


def _opening_with(kind: Kind, verb: Verb, model: Any) -> Any:
    def operation(request: HttpRequest, body: model = Body(...)) -> HttpResponse:  # type: ignore[operator]  # noqa: B008
        return act(request, kind, verb, "", body)

    return operation


def _opening(kind: Kind, verb: Verb, _model: Any) -> Any:
    def operation(request: HttpRequest) -> HttpResponse:
        return act(request, kind, verb, "", None)

    return operation


def _acting_with(kind: Kind, verb: Verb, model: Any) -> Any:
    def operation(request: HttpRequest, key: str, body: model = Body(...)) -> HttpResponse:  # type: ignore[operator]  # noqa: B008
        return act(request, kind, verb, key, body)

    return operation


def _acting(kind: Kind, verb: Verb, _model: Any) -> Any:
    def operation(request: HttpRequest, key: str) -> HttpResponse:
        return act(request, kind, verb, key, None)

    return operation


def _add(
    method: str, path: str, operation: Any, tag: str, name: str, summary: str, answers: dict[int, Any], about: str = ""
) -> None:
    extra = _HEADERS if method == "POST" else None
    ANSWERS[name.replace(".", "_")] = answers
    api.default_router.add_api_operation(
        path, [method], operation, auth=NOT_SET, operation_id=name.replace(".", "_"), summary=summary,
        description=about,
        tags=[tag], openapi_extra=extra,
    )  # fmt: skip


# operation id -> status -> model. Written into the description by hand: the framework would make a model of its own for
# every status of every operation, which costs seconds at every start.
ANSWERS: dict[str, dict[int, Any]] = {
    "me": {200: shapes.MeOut}, "inbox": {200: list[shapes.AwaitedOut]}, "search": {200: list[shapes.HitsOut]},
    "figures": {200: list[shapes.FigureOut]}, "intake_send": {200: shapes.SentOut, 201: shapes.SentOut},
}  # fmt: skip
_HEADERS = {
    "parameters": [
        {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200}},
        {
            "in": "header",
            "name": "If-Match",
            "required": False,
            "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
        },
    ]
}

offer_recognition(_add)
for _kind in KINDS.values():
    offer(_kind)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description; made once, it depends on the code alone."""
    made: dict[str, Any] = orjson.loads(
        orjson.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), option=orjson.OPT_NON_STR_KEYS)
    )
    schemas = made["components"]["schemas"]
    problem_content = {"application/problem+json": {"schema": _reference(shapes.Problem, schemas)}}
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"] = {
                str(status): {
                    "description": "Done",
                    "content": {"application/json": {"schema": _reference(model, schemas)}},
                }
                for status, model in ANSWERS[operation["operationId"]].items()
            }
            for status in shapes.PROBLEMS:
                operation["responses"][str(status)] = {"description": "Refused", "content": problem_content}
    return made


def _reference(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model, its parts put among the components."""
    found = TypeAdapter(model).json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(found.pop("$defs", {}))
    if "properties" not in found:
        return found
    schemas[model.__name__] = found
    return {"$ref": f"#/components/schemas/{model.__name__}"}


@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    """The description of the interface for programs."""
    return answer(description())
