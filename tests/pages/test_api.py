"""The interface for programs: the same deeds, strict bodies, problem details, once only, never a 500."""

from typing import Any

import orjson
import pytest
from django.test import Client
from tests.factories.portal import World, token

from xinglin.kernel.models import Account, LedgerEntry
from xinglin.roster.models import Organisation

BASE = "/api/v1/roster/organisation"


def caller(account: Account, *abilities: str, **headers: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token(account, *abilities)}", "Accept-Language": "en", **headers})


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    raw = body if isinstance(body, (bytes, str)) else orjson.dumps(body)
    return client.post(address, data=raw, content_type="application/json", headers=headers)


NEW = {"name_zh": "示例市第五人民医院", "kind": "hospital"}


def test_list_one_inbox_search_figures_me(world: World) -> None:
    client = caller(world.secretary, "read")
    page = client.get(BASE, {"size": 1}).json()
    assert page["count"] == 2 and len(page["items"]) == 1 and page["next"]
    rest = client.get(BASE, {"size": 1, "after": page["next"]}).json()
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {world.active.pk, world.proposed.pk}
    one = client.get(f"{BASE}/{world.active.pk}")
    assert one.headers["ETag"] == f'"{world.active.version}"'
    assert one.json()["ledger"] and "示例市第一人民医院".encode() in one.content
    assert client.get("/api/v1/inbox").json()[0]["move"] == "admit"
    assert client.get("/api/v1/search", {"q": "第二人民"}).json()[0]["count"] == 1
    assert client.get("/api/v1/figures").status_code == 200
    assert client.get("/api/v1/me").json()["abilities"] == ["read"]


def test_personal_facts_need_the_ability_and_leave_a_trace(world: World) -> None:
    address = f"{BASE}/{world.active.pk}"
    assert "13800000001" not in caller(world.secretary, "read").get(address).content.decode()
    assert caller(world.secretary, "read", "x").get(address, {"personal": "true"}).status_code == 403
    assert (
        "13800000001" in caller(world.secretary, "read", "personal").get(address, {"personal": "true"}).content.decode()
    )
    assert LedgerEntry.objects.filter(event="kernel.read").count() == 1


def test_a_key_acts_once(world: World) -> None:
    client = caller(world.secretary, "roster.write", "read")
    first = post(client, f"{BASE}/propose", NEW, **{"Idempotency-Key": "k1"})
    second = post(client, f"{BASE}/propose", NEW, **{"Idempotency-Key": "k1"})
    assert first.status_code == 201 and second.status_code == 200
    assert first.json()["id"] == second.json()["id"] and second.json()["replayed"]
    assert Organisation.objects.filter(name_zh=NEW["name_zh"]).count() == 1
    assert client.get(first.headers["Location"]).status_code == 200


def test_if_match_protects_what_somebody_changed(world: World) -> None:
    client = caller(world.secretary, "write")
    address = f"{BASE}/{world.proposed.pk}/admit"
    late = post(client, address, {}, **{"If-Match": '"99"'})
    assert late.status_code == 412 and late.json()["code"] == "deeds.changed_meanwhile"
    assert post(client, address, {}, **{"If-Match": "nonsense"}).status_code == 422
    assert post(client, address, {}, **{"If-Match": f'"{world.proposed.version}"'}).status_code == 200


def test_abilities_narrow(world: World) -> None:
    refused = post(caller(world.secretary, "read"), f"{BASE}/propose", NEW)
    assert refused.status_code == 403 and refused.json()["code"] == "tokens.ability"
    assert post(caller(world.secretary, "roster.organisation.propose"), f"{BASE}/propose", NEW).status_code == 201
    assert post(caller(world.secretary, "matching.write"), f"{BASE}/propose", NEW).status_code == 403
    assert caller(world.secretary, "write").get(BASE).status_code == 403


@pytest.mark.parametrize("fault", ["expired", "revoked", "closed", "unknown"])
def test_dead_tokens(world: World, fault: str) -> None:
    from xinglin.kernel import clock
    from xinglin.kernel.models import ApiToken

    text = token(world.secretary, "read", days=-1 if fault == "expired" else 1)
    if fault == "revoked":
        ApiToken.objects.update(revoked_at=clock.now())
    if fault == "closed":
        Account.objects.filter(pk=world.secretary.pk).update(is_active=False)
    text += "x" if fault == "unknown" else ""
    assert Client(headers={"Authorization": f"Bearer {text}"}).get(BASE).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"\xff", 400), (b"null", 422), (b"[]", 422), (b'"x"', 422), (b"", 422),
        (b'{"kind":"hospital"}', 422),
        (b'{"name_zh":"\\ud800","kind":"hospital"}', 400), (b'{"name_zh":"a\\u0000","kind":"hospital"}', 422),
        (b'{"name_zh":1,"kind":"hospital"}', 422), (b'{"name_zh":"x","kind":"castle"}', 422),
        (b'{"name_zh":"x","kind":"hospital","nmae":"y"}', 422), (b'{"name_zh":null,"kind":"hospital"}', 422),
        (b'{"name_zh":"' + b"x" * 100_000 + b'","kind":"hospital"}', 422), (b"1" * 5000, 400),
        (b'{"name_zh":"x","kind":"hospital","parent_id":"nobody"}', 404),
        (b'{"name_zh":"x","kind":"hospital","parent_id":"\\u0000"}', 422),
        (b'{"name_zh":"x","kind":"hospital","aliases":"y"}', 422),
        (b'{"name_zh":"x","kind":"hospital","aliases":[1]}', 422),
        (b"[" * 3000, 400),
    ],
)  # fmt: skip
def test_bad_bodies_are_problems(world: World, body: bytes, status: int) -> None:
    response = post(caller(world.secretary, "write"), f"{BASE}/propose", body)
    assert response.status_code == status, response.content
    told = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert told["code"] and told["sentence"] and told["status"] == status
    if status == 422:
        assert told["fields"]


@pytest.mark.parametrize("key", ["x", "x" * 200, "%00", "..", "a%2Fb", "\u202e", "示例", "9" * 64])
def test_odd_ids_are_absent(world: World, key: str) -> None:
    client = caller(world.secretary, "read", "write")
    assert client.get(f"{BASE}/{key}").status_code == 404
    assert post(client, f"{BASE}/{key}/admit", {}).status_code == 404


def test_wrong_methods_and_addresses(world: World) -> None:
    client = caller(world.secretary, "read", "write")
    assert client.delete(BASE).status_code == 405
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get(BASE, {"size": "many"}).status_code == 422
    assert client.get(BASE, {"size": str(10**30)}).status_code == 422


def test_a_session_needs_the_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/me").status_code == 200
    assert post(client, f"{BASE}/propose", NEW).status_code in (403, 422)
    assert not Organisation.objects.filter(name_zh=NEW["name_zh"]).exists()
    client.get("/")
    secret = client.cookies["csrftoken"].value
    assert post(client, f"{BASE}/propose", NEW, **{"X-CSRFToken": secret}).status_code == 201


def test_refusals_speak_the_caller_s_language(world: World) -> None:
    english = post(caller(world.secretary, "write"), f"{BASE}/propose", {"kind": "hospital"}).json()
    assert english["fields"]["name_zh"]["sentence"] == "This is needed."
    chinese = caller(world.liaison, "write")
    told = chinese.post(
        f"{BASE}/propose", data="{", content_type="application/json", headers={"Accept-Language": "zh-hans"}
    ).json()
    assert told["sentence"] == "请求内容不是有效的 JSON。"


def test_the_description_is_complete(world: World) -> None:
    from tests.pages.test_permissions import operations

    described = Client().get("/api/v1/openapi.json").json()
    for method, address in operations():
        path = address.split("?")[0].replace("/x/", "/{key}/")
        path = path[:-2] + "/{key}" if path.endswith("/x") else path
        operation = described["paths"][path][method]
        assert operation["summary"] and operation["responses"]["422"]
    references = {part.split('"')[0] for part in orjson.dumps(described).decode().split('"#/components/schemas/')[1:]}
    assert references <= set(described["components"]["schemas"])
