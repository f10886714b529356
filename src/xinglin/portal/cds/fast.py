"""The short way for hooks: a call of an order-entry system needs no session, cookie, form protection or page.

The server hands every request to `application`; calls of a hook are answered here by the same code as in `service`,
everything else goes on to the portal. What a doctor is told has been committed before the answer leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError, connection

from xinglin.kernel.lending import lent
from xinglin.kernel.refusals import Refusal
from xinglin.portal.cds import desk, service
from xinglin.portal.edges import problem
from xinglin.portal.speaking import in_language

log = logging.getLogger("xinglin.cds")
BEGIN = "/cds-services/"
Start = Callable[..., Any]
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            409: "Conflict", 422: "Unprocessable Content"}  # fmt: skip


def wrapped(portal: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The portal's WSGI application with the short way before it."""

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if (
            environ.get("REQUEST_METHOD") != "POST"
            or not path.startswith(BEGIN)
            or path[len(BEGIN) :] not in desk.HOOKS
        ):
            return portal(environ, start)
        try:
            with lent():
                status, kind, body = _answered(environ, path[len(BEGIN) :])
        except (OperationalError, InterfaceError):
            # The portal's own way says in both languages that the database is away; the body was read here.
            log.exception("the database was away during a hook")
            status, kind, body = 503, "application/problem+json", orjson.dumps(_AWAY)
        except Exception:
            log.exception("a hook failed")
            status, kind, body = 500, "application/problem+json", orjson.dumps(_FAULT)
        start(f"{status} {_REASONS.get(status, 'Error')}", [
            ("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
            ("Access-Control-Allow-Origin", "*"), ("X-Content-Type-Options", "nosniff"),
        ])  # fmt: skip
        return [body]

    return application


_AWAY = {"type": "urn:xinglin:refusal:database.away", "title": "The database cannot be reached just now.",
         "status": 503, "code": "database.away"}  # fmt: skip
_FAULT = {"type": "urn:xinglin:fault", "title": "The program failed; the fault is in its log.", "status": 500,
          "code": "fault"}  # fmt: skip


def _answered(environ: dict[str, Any], name: str) -> tuple[int, str, bytes]:
    """The answer; a connection that failed is given up before another request gets it."""
    try:
        return _answer(environ, name)
    except (OperationalError, InterfaceError):
        connection.close()
        raise


def _answer(environ: dict[str, Any], name: str) -> tuple[int, str, bytes]:
    with in_language(_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))):
        try:
            token = service.holder(environ.get("HTTP_AUTHORIZATION", ""), desk.ASK)
            told = desk.serve(name, service.read(_body(environ)), token.account)
        except Refusal as refusal:
            said = problem(refusal)
            return said["status"], "application/problem+json", orjson.dumps(said)
        return 200, "application/json", orjson.dumps(told)


def _body(environ: dict[str, Any]) -> bytes:
    """At most one byte more than may be sent, so that too much is seen and not read."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    most = service.LARGEST + 1
    wanted = min(int(length), most) if length.isascii() and length.isdigit() and len(length) < 12 else most
    return environ["wsgi.input"].read(wanted)


def _language(accepted: str) -> str:
    """English for who asks for it first; Chinese for everybody else."""
    return "en" if accepted.strip().lower().startswith("en") else "zh-hans"
