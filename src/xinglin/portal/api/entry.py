"""How programs are recognised, what they send, and how they are refused."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from xinglin.kernel import tokens
from xinglin.kernel.models import Account, ApiToken
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import FieldRefusals, Refusal, absent
from xinglin.portal.edges import problem_response

UNKNOWN = Refusal(
    "tokens.none",
    say("Nobody is signed in, and no access token came with this request."),
    say("Send the header “Authorization: Bearer …”, or sign in."),
)


class Bearer(HttpBearer):
    """An access token in the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        found = tokens.holder(token)
        request.token, request.token_account = found, found.account  # type: ignore[attr-defined]
        return found.account


class Session(APIKeyCookie):
    """The session of somebody signed in; what changes something needs the CSRF token as on a page."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Account | None:
        user = request.user
        if not user.is_authenticated:
            return None
        if check_csrf(request):
            raise Refusal(
                "edges.csrf",
                say("The protection token of this session is missing."),
                say("Send the header X-CSRFToken."),
            )
        return user  # type: ignore[return-value]

    def authenticate(
        self, request: HttpRequest, key: str | None
    ) -> Account | None:  # pragma: no cover - __call__ decides
        return None


class Renderer(BaseRenderer):
    """JSON that keeps Chinese as Chinese."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)


class Reader(Parser):
    """Strict JSON: no NaN, no lone surrogates, no numbers that do not fit."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


def allow(request: HttpRequest, *abilities: str) -> Account:
    """The acting account, if its token (when it came with one) carries one of `abilities`."""
    token: ApiToken | None = getattr(request, "token", None)
    if token is not None:
        tokens.require_ability(token, *abilities)
        return token.account
    return request.auth  # type: ignore[attr-defined]


def answer(data: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    response = HttpResponse(orjson.dumps(data, default=str), status=status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def guard(api: NinjaAPI) -> None:
    """Every way a request can fail becomes problem details."""

    @api.exception_handler(Refusal)
    def refused(_request: HttpRequest, error: Refusal) -> HttpResponse:
        return problem_response(error)

    @api.exception_handler(AuthenticationError)
    def stranger(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        response = problem_response(UNKNOWN)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem_response(absent())

    @api.exception_handler(HttpError)
    def broken(_request: HttpRequest, _error: HttpError) -> HttpResponse:
        return problem_response(
            Refusal(
                "edges.body", say("The body of this request is not valid JSON."), say("Send a JSON object in UTF-8.")
            )
        )

    @api.exception_handler(ValidationError)
    def misshapen(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem_response(_fields(error.errors))


def _fields(errors: list[dict[str, Any]]) -> Refusal:
    """Pydantic's findings as refusals at their fields."""
    found: dict[str, Refusal] = {}
    for one in errors:
        place = [str(part) for part in one.get("loc", ()) if part not in ("body", "query", "path")]
        kind = str(one.get("type", ""))
        found.setdefault(
            ".".join(place) or "body", Refusal(f"fields.{kind}"[:80], _SAID.get(kind, Phrase(str(one.get("msg", "")))))
        )
    return FieldRefusals(found)


_SAID = {
    "missing": say("This is needed."),
    "extra_forbidden": say("There is no entry of this name here."),
    "string_type": say("This must be text."),
    "int_type": say("This must be a whole number."),
    "int_parsing": say("This must be a whole number."),
    "int_from_float": say("This must be a whole number."),
    "bool_type": say("This must be true or false."),
    "bool_parsing": say("This must be true or false."),
    "list_type": say("This must be a list."),
    "model_attributes_type": say("This must be an object."),
    "literal_error": say("This is not one of the choices."),
}
