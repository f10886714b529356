"""When the database is away: a page that says so, in both languages, made without a database.

It must stand first in MIDDLEWARE. Django turns an exception inside any later middleware into a plain 500 before it
reaches this one, so the exception is noted by signal and the 500 replaced on its way out.
"""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg_pool import PoolTimeout, TooManyRequests

from xinglin.kernel.home import HomeProblem

log = logging.getLogger("xinglin.outage")
RETRY_AFTER = 10  # seconds
AWAY = (OperationalError, InterfaceError, PoolTimeout, TooManyRequests, HomeProblem)

# What the database says (SQLSTATE) -> which of the sentences below. Anything else of these classes: it is away.
CAUSES = {"53100": "full", "57014": "slow", "55P03": "busy", "40P01": "busy", "40001": "busy"}
# Not gettext: these must come out when nothing else of the program works.
SENTENCES = {
    "away": (
        "数据库暂时无法连接。", "已保存的内容没有丢失；系统会自动恢复，请稍后刷新本页。",
        "The database cannot be reached just now.",
        "Nothing that was saved is lost; the system recovers by itself. Reload this page in a moment.",
    ),
    "full": (
        "服务器磁盘已满，本次内容未保存。", "请联系系统管理员清理磁盘空间后重试。",
        "The server's disk is full, so this was not saved.",
        "Ask the system administrator to free some space, then send it again.",
    ),
    "slow": (
        "本次操作用时过长，已停止，未作任何更改。", "请缩小范围后重试，或稍后再试。",
        "This took too long and was stopped; nothing was changed.",
        "Narrow it down and try again, or try later.",
    ),
    "busy": (
        "有人正在更改同一条记录，本次更改未保存。", "请返回并重试。",
        "Somebody else is changing the same record, so this was not saved.",
        "Go back and send it again.",
    ),
}  # fmt: skip
PAGE = """<!doctype html>
<html lang="zh-Hans">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>杏林 · 暂时无法完成 / Not just now</title></head>
<body><main><h1>{0}</h1><p>{1}</p><div lang="en"><h2>{2}</h2><p>{3}</p></div>
<p><a href="">重新载入 / <span lang="en">Reload</span></a></p></main></body>
</html>
"""


class OutageMiddleware:
    """Answers 503 with a sentence where the database's absence would have been a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = getattr(request, "outage", None)
        if kind is None or response.status_code != 500:
            return response
        return answer(request, kind)


def answer(request: HttpRequest, kind: str) -> HttpResponse:
    """The 503: problem+json for programs, a page for people."""
    sentences = SENTENCES[kind]
    if request.path.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        problem = {
            "type": f"urn:xinglin:refusal:database.{kind}",
            "title": sentences[2],
            "status": 503,
            "code": f"database.{kind}",
            "sentence": sentences[2],
            "next_step": sentences[3],
        }
        body = json.dumps(problem, ensure_ascii=False)
        response = HttpResponse(body, status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(PAGE.format(*sentences), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def kind_of(error: BaseException | None) -> str | None:
    """Which sentence fits this exception; None where it is not the database's absence."""
    if not isinstance(error, AWAY):
        return None
    if isinstance(error, HomeProblem):
        return "full" if error.code == "disk_full" else "away"
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None)
    return CAUSES.get(state or "", "away")


def note(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Remember, on the request, that its failure was the database's."""
    error = sys.exc_info()[1]
    kind = kind_of(error)
    if request is not None and kind is not None:
        request.outage = kind  # type: ignore[attr-defined]
        log.warning("%s %s: %s (%s)", request.method, request.path, kind, type(error).__name__)


got_request_exception.connect(note, dispatch_uid="xinglin.outage")
