"""The interface attacked from its own description: no server error, and every answer is one that it promised."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as chosen
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from tests.factories.matching import expert_of, office, open_need, open_offer, skilled
from tests.factories.portal import World, token, world

from xinglin.kernel.dossiers import KINDS
from xinglin.matching.actions import dockings, suggestions
from xinglin.portal.api.service import description
from xinglin.portal.wsgi import application

pytestmark = pytest.mark.slow

# What a program may rely on. Whether bad data is refused is told by the actions' own tests: a schema cannot know
# a need's stage, and everything it calls good may still be refused by a rule, with 422 and a sentence.
load_all_checks()
WANTED = CHECKS.get_by_names([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
])  # fmt: skip
EXAMPLES = 4
BUDGET = 100.0  # seconds for all operations together; each gets at least one example


@pytest.fixture
def things(db: None) -> tuple[World, dict[str, str]]:
    """A small world, and an id of every kind there is one of in it."""
    here = world()
    desk, place, campus = office(), here.active, here.proposed
    surgeon = skilled("示例甲", "腹腔镜肝癌切除手术三百例的经验与并发症处理", "04.03", place=campus)
    need = open_need(place, here.liaison, desk)
    open_offer(desk, desk, organisation_id=place.pk)
    suggestions.rank_need(need_id=need.pk, by=here.liaison)
    docking = dockings.propose_docking(need_id=need.pk, person_id=surgeon.pk, by=here.liaison)
    dockings.accept_docking(docking_id=docking.pk, by=expert_of(surgeon))
    found = {name: kind.model._default_manager.values_list("pk", flat=True).first() for name, kind in KINDS.items()}
    return here, {name: str(key) for name, key in found.items() if key is not None}


@pytest.fixture
def open_connection() -> Iterator[None]:
    """The application is called as a server calls it, which would close the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def key_of(path: str, known: dict[str, str]) -> str | None:
    """An existing id for the dossier an address is about."""
    parts = path.removeprefix("/api/v1/").split("/")
    return known.get(".".join(parts[:2]))


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["secretariat", "stranger"])
def test_every_operation_keeps_its_promise(things: Any, open_connection: None, who: str) -> None:
    here, known = things
    headers = (
        {"Authorization": f"Bearer {token(here.secretary, 'read', 'write', 'personal')}"} if who != "stranger" else {}
    )
    faults: list[str] = []
    tried = 0
    every = list(operations())
    until = time.monotonic() + BUDGET / 2
    for place, operation in enumerate(every):
        left = (until - time.monotonic()) / (len(every) - place)
        examples = 1 if left < 0.1 or (who == "stranger" and place % 4) else EXAMPLES

        def attack(case: Any, real: bool) -> None:
            nonlocal tried
            tried += 1
            if real and (key := key_of(case.path, known)) and "key" in (case.path_parameters or {}):
                case.path_parameters["key"] = key
            # Each attack on the same world: what it did is undone.
            with transaction.atomic():
                response = case.call(headers=headers)
                transaction.set_rollback(True)
            try:
                case.validate_response(response, checks=WANTED)
            except Exception as fault:
                faults.append(f"{case.method} {case.formatted_path} {response.status_code}: {str(fault)[:700]}")

        strategy = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ) if examples > 1 else operation.as_strategy(generation_mode=GenerationMode.POSITIVE)  # fmt: skip
        run: Callable[[], None] = chosen(
            max_examples=examples, phases=[Phase.generate], deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )(given(strategy, st.booleans() if examples > 1 else st.just(True))(attack))  # fmt: skip
        run()
    assert not faults, f"{len(faults)} of {tried}\n" + "\n\n".join(dict.fromkeys(faults))
    assert tried >= len(every)


DEEP = "[" * 20_000 + "]" * 20_000
HOSTILE: dict[str, bytes] = {
    "null byte in text": b'{"name_zh": "a\\u0000b", "kind": "hospital"}',
    "raw null byte": b'{"name_zh": "a\x00b", "kind": "hospital"}',
    "huge integer": b'{"name_zh": ' + b"9" * 5_000 + b', "kind": "hospital"}',
    "huge float": b'{"name_zh": 1e999, "kind": "hospital"}',
    "not a number": b'{"name_zh": NaN, "kind": "hospital"}',
    "deep": DEEP.encode(),
    "deep in a field": b'{"name_zh": ' + DEEP.encode() + b"}",
    "wrong types": b'{"name_zh": {"a": [1]}, "kind": ["hospital"], "region": true}',
    "a list": b"[]", "a word": b'"x"', "null": b"null", "empty": b"", "white": b"  ",
    "invalid UTF-8": b'{"name_zh": "\xff\xfe", "kind": "hospital"}',
    "lone surrogate": b'{"name_zh": "\\ud800", "kind": "hospital"}',
    "overlong": b'{"name_zh": "' + "杏".encode() * 200_000 + b'", "kind": "hospital"}',
    "byte order mark": b'\xef\xbb\xbf{"name_zh": "a", "kind": "hospital"}',
    "half": b'{"name_zh": "a', "prototype": b'{"__proto__": {"a": 1}, "name_zh": "a", "kind": "hospital"}',
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_are_refused_in_words(things: Any, body: bytes) -> None:
    here, known = things
    client = Client(headers={"Authorization": f"Bearer {token(here.secretary, 'read', 'write')}"})
    for address in ("/api/v1/roster/organisation/propose", f"/api/v1/matching/need/{known['matching.need']}/rank"):
        response = client.post(address, data=body, content_type="application/json")
        assert response.status_code in (400, 409, 413, 422), response.content[:500]
        told = json.loads(response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert told["sentence"] and told["code"]


# fmt: off
QUERIES = (
    "?size=99999999999999999999", "?size=-1", "?size=x", "?after=%00", "?after=%FF%FE", "?q=%00", "?q=%ED%A0%80",
    "?q=" + "%27%22%3B--" * 50, "?stage=nothing", "?sort=__class__", "?mine=maybe", "?after=" + "A" * 4000,
    "?figure=%F0%9F%92%A9", "?" + "&".join(f"a{n}=1" for n in range(900)),
)
# fmt: on


@pytest.mark.django_db
@pytest.mark.parametrize("query", QUERIES, ids=lambda text: text[:24])
def test_hostile_queries_are_answered_in_words(things: Any, query: str) -> None:
    """Lists and searches, of the interface and of the pages."""
    here, _known = things
    client = Client(headers={"Authorization": f"Bearer {token(here.secretary, 'read', 'write')}"})
    for address in ("/api/v1/roster/organisation", "/api/v1/matching/need", "/api/v1/search", "/api/v1/figures"):
        response = client.get(address + query)
        assert response.status_code < 500, (address, response.content[:300])
        if response.status_code >= 400:
            assert json.loads(response.content)["sentence"]
    client = here.client("secretary")
    for address in ("/roster/organisation/", "/matching/need/", "/search/", "/overview/", "/notices/"):
        assert client.get(address + query).status_code < 500, address


KEYS = ("%00", "%FF", "..%2F..%2Fetc", "' OR 1=1", "0" * 64, "-1", "9" * 64, "None", "null", "杏林", "a/b", "%ED%A0%80")


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
def test_hostile_ids_are_absent(things: Any, key: str) -> None:
    here, _known = things
    client = Client(headers={"Authorization": f"Bearer {token(here.secretary, 'read', 'write')}"})
    for address in (f"/api/v1/roster/organisation/{key}", f"/api/v1/matching/docking/{key}/accept"):
        method = client.post if address.endswith("accept") else client.get
        response = method(
            address, **({"data": "{}", "content_type": "application/json"} if method == client.post else {})
        )
        assert response.status_code in (400, 404, 405), (address, response.status_code)
    page = here.client("secretary")
    for address in (f"/roster/organisation/{key}/", f"/roster/person/{key}/", f"/documents/{key}/", f"/notices/{key}/"):
        assert page.get(address).status_code in (400, 404), address


HEADERS: tuple[dict[str, str], ...] = (
    {"If-Match": '"' + "9" * 40 + '"'}, {"If-Match": "\u00e9"}, {"Idempotency-Key": "x" * 5000},
    {"Idempotency-Key": "\u00ff\u00fe"}, {"Accept-Language": "xx-" + "y" * 900}, {"Accept": "text/html;q=x"},
    {"Content-Type": "application/xml"}, {"Authorization": "Bearer " + "\u00e9" * 20}, {"Authorization": "Basic !!!"},
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("headers", HEADERS, ids=lambda one: next(iter(one)) + next(iter(one.values()))[:6])
def test_hostile_headers_are_answered_in_words(things: Any, headers: dict[str, str]) -> None:
    here, _known = things
    sent = {"Authorization": f"Bearer {token(here.secretary, 'read', 'write')}", **headers}
    kind = sent.pop("Content-Type", "application/json")
    response = Client(headers=sent).post(
        f"/api/v1/roster/organisation/{here.proposed.pk}/admit", data="{}", content_type=kind
    )
    assert response.status_code < 500
    if response.status_code >= 400:
        assert json.loads(response.content)["sentence"]
