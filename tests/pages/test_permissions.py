"""Every route, with and without the right."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from tests.factories.portal import World, token
from tests.pages.permission_table import (
    ACCOUNTS_PREFIX,
    ADMINISTRATION,
    ADMINISTRATORS,
    BACK_OFFICE_PREFIX,
    INTERFACE_PREFIX,
    READERS,
    TABLE,
    Row,
)

from xinglin.kernel.dossiers import KINDS
from xinglin.portal.edges import CONTENT_SECURITY_POLICY


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(address pattern, name) of every route."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield prefix + str(one.pattern), one.name or ""


def test_every_route_is_in_the_table() -> None:
    known = {row.route for row in (*TABLE, *ADMINISTRATION)}
    ours = {
        name for address, name in routes(get_resolver().url_patterns)
        if not address.startswith((ACCOUNTS_PREFIX, INTERFACE_PREFIX, BACK_OFFICE_PREFIX)) or name in known
    }  # fmt: skip
    assert ours == known


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method}-{row.route}-{'-'.join(row.arguments)}")
def test_table(world: World, row: Row, reader: str) -> None:
    arguments = [getattr(getattr(world, part, None), "pk", part) for part in row.arguments]
    client = world.client(reader)
    response = getattr(client, row.method)(reverse(row.route, args=arguments), row.data)
    assert response.status_code == row.statuses[READERS.index(reader)], row.note
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    if response.status_code == 302 and row.statuses[READERS.index(reader)] == 302 and reader == "stranger":
        assert response.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("reader", ADMINISTRATORS)
@pytest.mark.parametrize("row", ADMINISTRATION, ids=lambda row: f"{row.method}-{row.route}-{'-'.join(row.arguments)}")
def test_administrations_exclude_each_other(world: World, row: Row, reader: str) -> None:
    arguments = [getattr(getattr(world, part, None), "pk", part) for part in row.arguments]
    client = world.client(reader)
    response = getattr(client, row.method)(reverse(row.route, args=arguments), row.data)
    assert response.status_code == row.statuses[ADMINISTRATORS.index(reader)], row.note
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("reader", ADMINISTRATORS)
def test_the_back_office_is_for_system_administrators(world: World, reader: str) -> None:
    client = world.client(reader)
    for address in ("/admin/", "/admin/kernel/account/", "/admin/kernel/grant/", "/admin/kernel/ledgerseal/"):
        response = client.get(address, follow=True)
        expected = 200 if reader in ("system", "stranger") else 403
        assert response.status_code == expected, address
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        if reader == "stranger":
            assert response.redirect_chain[-1][0].startswith("/accounts/login/")
    for address in ("/admin/kernel/account/add/", "/admin/password_change/", "/admin/logout/"):
        assert client.get(address).status_code in (302, 403)


def operations() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        base = f"/api/v1/{kind.wing}/{kind.noun}"
        yield "get", base
        yield "get", f"{base}/x"
        for verb in kind.verbs:
            yield "post", f"{base}/{verb.name}" if verb.opening else f"{base}/x/{verb.name}"
    for name in ("me", "inbox", "figures", "search?q=x"):
        yield "get", f"/api/v1/{name}"


@pytest.mark.django_db
def test_the_interface_is_closed_to_strangers() -> None:
    client = Client()
    for method, address in operations():
        response = getattr(client, method)(
            address, **({"data": "{}", "content_type": "application/json"} if method == "post" else {})
        )
        assert response.status_code == 401, (method, address)
        assert response.headers["Content-Type"] == "application/problem+json"


def test_no_verb_of_the_interface_is_open_to_an_account_without_roles(world: World) -> None:
    client = Client(headers={"Authorization": f"Bearer {token(world.nobody, 'read', 'write')}"})
    for method, address in operations():
        if method == "post":
            status = client.post(address, data="{}", content_type="application/json").status_code
            assert status in (403, 404, 422), address
