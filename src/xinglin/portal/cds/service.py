"""The addresses of CDS Hooks 2.0. A hospital's program calls them with its access token; browsers from anywhere may
read what is offered (the specification asks for CORS)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from xinglin.kernel import tokens
from xinglin.kernel.models import ApiToken
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal, absent
from xinglin.portal.api.entry import UNKNOWN
from xinglin.portal.cds import desk
from xinglin.portal.edges import problem_response

LARGEST = 2 * 2**20
# A token is looked up again after this many seconds: a revoked one works no longer than that.
TRUSTED = 1.0
_known: dict[str, tuple[float, ApiToken]] = {}


def holder(header: str, *abilities: str) -> ApiToken:
    """The token of an Authorization header, with one of `abilities`. Raises Refusal."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise UNKNOWN
    text = text.strip()
    held = _known.get(text)
    if held is None or time.monotonic() - held[0] > TRUSTED:
        if len(_known) > 1_000:
            _known.clear()
        _known.pop(text, None)
        held = (time.monotonic(), tokens.holder(text))
        _known[text] = held
    tokens.require_ability(held[1], *abilities, "recognition.write", "write")
    return held[1]


def forget() -> None:
    """Look every token up again."""
    _known.clear()


def read(body: bytes) -> Any:
    """Strict JSON of at most LARGEST bytes."""
    if len(body) > LARGEST:
        raise Refusal("cds.large", say("The request is larger than {most} bytes.", most=LARGEST))
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(
            "edges.body", say("The body of this request is not valid JSON."), say("Send a JSON object in UTF-8.")
        ) from None


def _open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals as problem details, CORS, no cookies: whoever calls shows a token."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        else:
            try:
                response = view(request, *args, **kwargs)
            except Refusal as refusal:
                response = problem_response(refusal)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept-Language"
        response.headers["Access-Control-Expose-Headers"] = "Origin, Accept, Content-Location, Location"
        return response

    answered.__name__, answered.__doc__ = view.__name__, view.__doc__
    return csrf_exempt(answered)


def _json(data: Any) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json")


@_open
@require_http_methods(["GET"])
def discovery(_request: HttpRequest) -> HttpResponse:
    """What is offered; no token needed."""
    return _json(desk.discovery())


@_open
@require_http_methods(["POST"])
def service(request: HttpRequest, name: str) -> HttpResponse:
    """A hook is called."""
    if name not in desk.HOOKS:
        raise absent()
    token = holder(request.headers.get("Authorization", ""), desk.ASK)
    return _json(desk.serve(name, read(request.body), token.account))


@_open
@require_http_methods(["POST"])
def feedback(request: HttpRequest, name: str) -> HttpResponse:
    """What doctors did with their cards."""
    if name not in desk.HOOKS:
        raise absent()
    token = holder(request.headers.get("Authorization", ""), desk.DECIDE)
    return _json(desk.feedback(read(request.body), token.account))
