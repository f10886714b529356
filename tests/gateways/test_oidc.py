"""Single sign-on, against a provider that runs on this machine: who is let in, and that nobody is made."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from django.core.cache import cache
from django.test import Client
from tests.factories.entrance import browser, entries, member, set_up_app, signed_in

from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.portal.accounts import sso

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "xinglin", "agreed-secret-0123456789-0123456789"


class Provider(BaseHTTPRequestHandler):
    """As much of OpenID Connect as a relying party meets: discovery, authorisation with PKCE, token, userinfo."""

    person: dict[str, Any]
    issued: dict[str, dict[str, str]]

    @property
    def base(self) -> str:
        return f"http://{self.headers['Host']}"

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path == "/.well-known/openid-configuration":
            self.tell({
                "issuer": self.base, "authorization_endpoint": f"{self.base}/authorize", "token_endpoint": f"{self.base}/token",
                "userinfo_endpoint": f"{self.base}/userinfo", "jwks_uri": f"{self.base}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            })  # fmt: skip
        elif place.path == "/authorize":
            code = f"code-{len(self.issued)}"
            self.issued[code] = asked
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()
        elif place.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
            self.tell(self.person)
        else:
            self.tell({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in form.items()}
        asked = self.issued.pop(given.get("code", ""), None)
        proof = (
            base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
            .decode()
            .rstrip("=")
        )
        if asked is None or given.get("client_secret") != SECRET or proof != asked.get("code_challenge"):
            self.tell({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        told = {"iss": self.base, "aud": CLIENT, "sub": self.person["sub"], "iat": now, "exp": now + 60}
        self.tell({"access_token": "access", "token_type": "Bearer", "id_token": jwt.encode(told, SECRET, "HS256")})

    def tell(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Provider]]:
    cache.clear()
    Provider.person = {"sub": "city-1", "email": "mei@example.org", "email_verified": True, "name": "梅"}
    Provider.issued = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XINGLIN_OIDC_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("XINGLIN_OIDC_CLIENT", CLIENT)
    monkeypatch.setenv("XINGLIN_OIDC_SECRET", SECRET)
    monkeypatch.setenv("XINGLIN_OIDC_NAME", "示例市统一认证")
    settings.SOCIALACCOUNT_PROVIDERS = sso.providers()
    yield Provider
    server.shutdown()
    server.server_close()


def come_in(client: Client, place: str = "") -> Any:
    """From the sign-in page to the provider and back; returns our last answer."""
    begun = client.get(f"/accounts/sso/city/login/{'?' + urlencode({'next': place}) if place else ''}")
    assert begun.status_code == 302, begun.content.decode()
    there = requests.get(begun.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def test_the_button_stands_where_there_is_a_provider(provider: type[Provider]) -> None:
    assert "示例市统一认证" in browser().get("/accounts/login/").content.decode()


def test_no_button_where_there_is_none() -> None:
    assert "/sso/" not in browser().get("/accounts/login/").content.decode()
    assert browser().get("/accounts/sso/city/login/").status_code == 404


def test_somebody_invited_under_their_address_comes_in(provider: type[Provider]) -> None:
    one = member()
    client = browser()
    answer = come_in(client, "/lists/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lists/")
    assert client.get("/overview/").status_code == 200
    last = entries("kernel.signed_in")[-1]
    assert last.actor_id == one.pk
    assert last.data["factor"] == "socialaccount"


def test_the_subject_is_what_is_known_afterwards(provider: type[Provider]) -> None:
    one, other = member(), member("ling")
    assert come_in(browser()).status_code == 302
    provider.person = {**provider.person, "email": "ling@example.org"}
    client = browser()
    come_in(client)
    assert client.session["_auth_user_id"] == one.pk != other.pk


def test_nobody_is_made(provider: type[Provider]) -> None:
    before = Account.objects.count()
    client = browser()
    answer = come_in(client)
    assert answer.status_code == 403
    assert "No account here belongs to this identity" in answer.content.decode()
    assert Account.objects.count() == before
    assert client.get("/overview/").status_code == 302


@pytest.mark.parametrize("person", [{"email_verified": False}, {"email": ""}, {"email": None}])
def test_an_address_nobody_checked_opens_nothing(provider: type[Provider], person: dict[str, Any]) -> None:
    member()
    provider.person = {**provider.person, **person}
    assert come_in(browser()).status_code == 403


def test_unless_the_operator_trusts_the_provider(provider: type[Provider], monkeypatch: pytest.MonkeyPatch) -> None:
    member()
    monkeypatch.setenv("XINGLIN_OIDC_TRUSTS_EMAIL", "1")
    provider.person = {**provider.person, "email_verified": False}
    assert come_in(browser()).status_code == 302


def test_a_closed_account_stays_closed(provider: type[Provider]) -> None:
    Account.objects.filter(pk=member().pk).update(is_active=False)
    assert come_in(browser()).status_code == 403


def test_a_second_factor_is_still_asked_for(provider: type[Provider]) -> None:
    set_up_app(signed_in(member(role=Role.EXPERT, scope=("person", "x"))))
    client = browser()
    assert come_in(client).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/overview/").status_code == 302


def test_an_administrator_without_a_second_factor_sets_one_up(provider: type[Provider]) -> None:
    member(role=Role.SYSTEM_ADMIN)
    client = browser()
    come_in(client)
    assert client.get("/administration/system/").headers["Location"] == "/accounts/2fa/"


def test_an_answer_nobody_asked_for(provider: type[Provider]) -> None:
    member()
    client = browser()
    forged = client.get("/accounts/sso/city/login/callback/?code=code-0&state=made-up")
    assert forged.status_code in (200, 401)
    assert client.get("/overview/").status_code == 302


def test_a_provider_that_is_away(provider: type[Provider], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_OIDC_URL", "http://127.0.0.1:9")
    settings.SOCIALACCOUNT_PROVIDERS = sso.providers()
    answer = browser().get("/accounts/sso/city/login/")
    assert answer.status_code in (200, 401, 502)
    assert "did not answer as it should" in answer.content.decode()


def test_the_way_back_stays_in_the_house(provider: type[Provider]) -> None:
    member()
    assert come_in(browser(), "https://evil.example/").headers["Location"] == "/"
