"""The database away: a sentence in both languages instead of an error page."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from psycopg import errors
from psycopg_pool import PoolTimeout

from xinglin.kernel.home import HomeProblem
from xinglin.portal import outage

raised: list[Exception] = []


def broken(request: HttpRequest) -> HttpResponse:
    raise raised[0]


class BrokenMiddleware:
    """Fails before any view, as a session without its database does."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raise raised[0]


urlpatterns = [path("broken", broken), path("api/v1/broken", broken)]


def caused(cause: Exception) -> OperationalError:
    error = OperationalError("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("gone"), "数据库暂时无法连接"),
        (InterfaceError("gone"), "The database cannot be reached"),
        (PoolTimeout("gone"), "数据库暂时无法连接"),
        (HomeProblem("database_not_started", "x", "y"), "数据库暂时无法连接"),
        (HomeProblem("disk_full", "x", "y"), "磁盘已满"),
        (caused(errors.DiskFull()), "磁盘已满"),
        (caused(errors.QueryCanceled()), "用时过长"),
        (caused(errors.LockNotAvailable()), "Somebody else is changing"),
        (caused(errors.DeadlockDetected()), "Somebody else is changing"),
    ],
)
@pytest.mark.parametrize("where", ["view", "middleware"])
def test_people_get_a_page_in_both_languages(error: Exception, words: str, where: str) -> None:
    raised[:] = [error]
    chain = ["xinglin.portal.outage.OutageMiddleware"]
    if where == "middleware":
        chain.append(f"{__name__}.BrokenMiddleware")
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=chain):
        response = Client(raise_request_exception=False).get("/broken")
    assert response.status_code == 503
    assert words in response.content.decode()
    assert 'lang="en"' in response.content.decode()
    assert response["Retry-After"]


def test_programs_get_a_problem() -> None:
    raised[:] = [OperationalError("gone")]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["xinglin.portal.outage.OutageMiddleware"]):
        response = Client(raise_request_exception=False).get("/api/v1/broken")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "database.away"


def test_a_bug_stays_a_bug() -> None:
    raised[:] = [ValueError("a bug")]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["xinglin.portal.outage.OutageMiddleware"]):
        response = Client(raise_request_exception=False).get("/broken")
    assert response.status_code == 500


def test_it_stands_first() -> None:
    from django.conf import settings

    assert settings.MIDDLEWARE[0] == f"{outage.__name__}.OutageMiddleware"
