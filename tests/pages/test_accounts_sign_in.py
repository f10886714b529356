"""Coming in and going out: names, locks, factors, gates, idle ends, ways back."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.entrance import (
    NEXT_PASSWORD,
    PASSWORD,
    browser,
    code_for,
    entries,
    member,
    set_up_app,
    sign_in,
    signed_in,
)

from xinglin.kernel import clock, home
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.portal import edges
from xinglin.portal.accounts import returning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("name", ["mei", "MEI", "mei@example.org", "Mei@Example.org", " mei "])
def test_the_name_or_the_address_in_any_case(name: str) -> None:
    member()
    answer = sign_in(browser(), name, next="/overview/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/overview/")
    last = entries("kernel.signed_in")[-1]
    assert last.actor_name == "mei"
    assert last.data["factor"] == "password"


def test_a_wrong_password_says_nothing_about_the_name() -> None:
    member()
    for name in ("mei", "nobody"):
        page = sign_in(browser(), name, "Wrong-Pass-1").content.decode()
        assert "The name or the password is not right." in page
    assert [one.data["reason"] for one in entries("kernel.sign_in_failed")] == ["password", "unknown"]
    # What was typed as a name may be a password; it is not written down.
    assert "nobody" not in json.dumps([one.subject_title for one in entries("kernel.sign_in_failed")])


def test_five_failures_lock_the_account_however_its_name_is_written() -> None:
    member()
    names = ("mei", "MEI", "mei@example.org", "Mei@example.org")
    for number in range(4):
        assert sign_in(browser(), names[number], "Wrong-Pass-1").status_code == 200
    fifth = sign_in(browser(), "mei", "Wrong-Pass-1")
    assert fifth.status_code == 429
    assert fifth.headers["Retry-After"] == "1200"
    page = fifth.content.decode()
    assert "20 minutes" in page
    assert "20 分钟" in page
    # The right password does not help while the lock holds, nor does trying make it longer.
    assert sign_in(browser(), "mei").status_code == 429
    assert [one.data["failures"] for one in entries("kernel.locked_out")] == [5]
    assert entries("kernel.sign_in_failed")[-1].data["reason"] == "locked"


def test_a_name_nobody_has_is_locked_the_same_way() -> None:
    statuses = [sign_in(browser(), "nobody", "Wrong-Pass-1").status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]


def test_the_lock_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from axes.models import AccessAttempt

    member()
    for _ in range(5):
        sign_in(browser(), "mei", "Wrong-Pass-1")
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=21))
    assert sign_in(browser(), "mei").status_code == 302


def test_success_forgets_failures() -> None:
    member()
    for _ in range(4):
        sign_in(browser(), "mei", "Wrong-Pass-1")
    assert sign_in(browser(), "mei").status_code == 302
    for _ in range(4):
        assert sign_in(browser(), "mei", "Wrong-Pass-1").status_code == 200


def test_nobody_signs_up() -> None:
    client = browser()
    assert "invitation" in client.get("/accounts/signup/").content.decode()
    data = {"username": "eve", "email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", data).status_code == 403
    assert client.post("/accounts/3rdparty/signup/", data).status_code == 403
    assert not Account.objects.filter(username="eve").exists()


def test_a_closed_account_stays_outside() -> None:
    one = member()
    one.is_active = False
    one.save()
    client = browser()
    assert sign_in(client, "mei").headers["Location"] == "/accounts/inactive/"
    assert client.get("/overview/").status_code == 302


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil",
        "\x00/",
        "/a\nb",
    ],
)
def test_the_way_back_stays_in_the_house(place: str) -> None:
    member()
    assert sign_in(browser(), "mei", next=place).headers["Location"] == "/"


@given(st.text(max_size=60) | st.from_regex(r"\A(https?:)?[/\\]{0,4}[a-z.:@%\\/]{0,20}\Z"))
def test_no_address_leads_out_of_the_house(place: str) -> None:
    """Whatever is accepted resolves, as browsers do it, to the host it was asked from."""
    from urllib.parse import urljoin, urlsplit

    request = RequestFactory().get("/")
    if returning.is_own(request, place):
        # Browsers take a backslash for a slash and drop tabs and line ends.
        seen = place.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
        there = urlsplit(urljoin("http://testserver/accounts/login/", seen))
        assert there.scheme in ("http", "https")
        assert there.hostname == "testserver"
    assert returning.own_or_home(request, place) in (place, "/")


def test_signing_out_is_a_deed_of_its_own() -> None:
    client = signed_in(member())
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/overview/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/overview/").status_code == 302
    assert entries("kernel.signed_out")[-1].data == {"reason": "asked"}


def test_administrators_must_have_a_second_factor() -> None:
    client = signed_in(member(role=Role.SYSTEM_ADMIN))
    stopped = client.get("/administration/system/")
    assert (stopped.status_code, stopped.headers["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/api/v1/me").status_code == 422
    set_up_app(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "/administration/system/" in page, "the way on leads where the person wanted to go"
    assert client.get("/administration/system/").status_code == 200
    assert entries("kernel.factor_added")[0].data == {"factor": "totp"}
    # The last factor cannot be removed while a role asks for one.
    assert "disabled" in client.get("/accounts/2fa/totp/deactivate/").content.decode()


def test_an_expert_needs_none_and_a_rule_can_say_otherwise() -> None:
    from xinglin.kernel import configuration

    one = member(role=Role.EXPERT, scope=("person", "x"))
    assert signed_in(one).get("/overview/").status_code == 200
    configuration.set_rule(
        key="accounts.second_factor_roles", value=["expert"], valid_from=clock.today(), source_document="示例文件",
        by=member("sys", Role.SYSTEM_ADMIN),
    )  # fmt: skip
    assert signed_in(one).get("/overview/").headers["Location"] == "/accounts/2fa/"


def test_signing_in_with_a_second_factor() -> None:
    one = member(role=Role.EXPERT, scope=("person", "x"))
    secret = set_up_app(signed_in(one))
    client = browser()
    first = sign_in(client, "mei", next="/lists/")
    assert first.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/overview/").status_code == 302, "half signed in is not signed in"
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert entries("kernel.sign_in_failed")[-1].data["reason"] == "second_factor"
    cache.clear()  # A code works once; the library remembers which were used.
    done = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert (done.status_code, done.headers["Location"]) == (302, "/lists/")
    assert entries("kernel.signed_in")[-1].data["factor"] == "password+totp"


def test_secrets_of_second_factors_lie_encrypted() -> None:
    from allauth.mfa.models import Authenticator

    secret = set_up_app(signed_in(member()))
    kept = json.dumps([one.data for one in Authenticator.objects.all()])
    assert secret not in kept
    assert "x1." in kept


def test_an_old_password_must_be_changed_first() -> None:
    one = member()
    Account.objects.filter(pk=one.pk).update(password_changed_at=clock.now() - timedelta(days=91))
    client = signed_in(one)
    assert client.get("/overview/").headers["Location"] == "/accounts/password/change/"
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "cannot be used again" in client.post("/accounts/password/change/", same).content.decode()
    short = {"oldpassword": PASSWORD, "password1": "Ab1", "password2": "Ab1"}
    assert "at least 10 characters" in client.post("/accounts/password/change/", short).content.decode()
    good = {"oldpassword": PASSWORD, "password1": NEXT_PASSWORD, "password2": NEXT_PASSWORD}
    assert client.post("/accounts/password/change/", good).headers["Location"] == "/overview/"
    assert client.get("/overview/").status_code == 200


def test_an_idle_session_ends_and_the_person_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(member())
    client.get("/overview/")
    later = time.time() + 16 * 60
    monkeypatch.setattr(edges.time, "time", lambda: later)
    away = client.get("/lists/?q=1")
    assert away.headers["Location"] == "/accounts/login/?next=%2Flists%2F%3Fq%3D1"
    assert "nothing happened" in client.get(away.headers["Location"]).content.decode()
    assert entries("kernel.signed_out")[-1].data == {"reason": "idle"}


def test_what_was_typed_when_the_session_ended_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(member(role=Role.LIAISON, scope=("organisation", "x")))
    session = client.session
    session["gates"] = []
    session.save()
    address = "/roster/organisation/new/propose/"
    assert client.get(address).status_code == 200
    later = time.time() + 16 * 60
    monkeypatch.setattr(edges.time, "time", lambda: later)
    lost = client.post(address, {"name_zh": "潮州示例医院", "kind": "hospital", "_token": "t1", "_seen": ""})
    assert lost.headers["Location"] == "/accounts/login/?next=%2Faccounts%2Fresume%2F"
    monkeypatch.undo()
    # Somebody else at the same machine sees nothing of it.
    assert "潮州示例医院" not in client.get("/accounts/login/").content.decode()
    assert sign_in(client, "mei", next="/accounts/resume/").headers["Location"] == "/accounts/resume/"
    session = client.session
    session["gates"] = []
    session.save()
    page = client.get("/accounts/resume/").content.decode()
    assert "潮州示例医院" in page
    assert f'action="{address}"' in page
    again = client.post(
        address, {"name_zh": "潮州示例医院", "kind": "hospital", "_token": "t1", "_seen": "", "_add": "_"}
    )
    assert again.status_code == 200
    assert "潮州示例医院" in again.content.decode()
    assert client.get("/accounts/resume/").status_code == 303, "shown once"


def test_another_account_does_not_get_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = member("mei"), member("ling")
    request = RequestFactory().post("/roster/organisation/new/propose/", {"name_zh": "秘密"})
    request.session = {}  # type: ignore[assignment]
    returning.keep(request, returning.typed(request, one))
    assert returning.kept(request, other) is None
    found = returning.kept(request, one)
    assert found is not None
    assert found["fields"] == {"name_zh": ["秘密"]}
    assert "秘密" not in json.dumps(request.session)


def test_a_new_password_by_e_mail(mailoutbox: list) -> None:  # type: ignore[type-arg]
    member()
    client = browser()
    assert client.post("/accounts/password/reset/", {"email": "nobody@example.org"}).status_code == 302
    assert mailoutbox == []
    assert client.post("/accounts/password/reset/", {"email": "mei@example.org"}).status_code == 302
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    where = page.redirect_chain[-1][0]
    weak = client.post(where, {"password1": "short", "password2": "short"})
    assert "at least 10 characters" in weak.content.decode()
    assert client.post(where, {"password1": NEXT_PASSWORD, "password2": NEXT_PASSWORD}).status_code == 302
    assert sign_in(browser(), "mei", NEXT_PASSWORD).status_code == 302
    assert "already" in browser().get("/" + link.split("/", 3)[3], follow=True).content.decode()


def test_a_mail_server_that_is_away_breaks_nothing(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail import EmailMessage

    def away(*_a: object, **_k: object) -> int:
        raise ConnectionRefusedError

    member()
    monkeypatch.setattr(EmailMessage, "send", away)
    assert browser().post("/accounts/password/reset/", {"email": "mei@example.org"}).status_code == 302


def test_sessions_elsewhere_are_listed_and_ended() -> None:
    one = member()
    here, there = signed_in(one), signed_in(one)
    assert "End all others" in here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")
    assert there.get("/overview/").status_code == 302
    assert here.get("/overview/").status_code == 200


def test_cookies_are_kept_from_scripts_and_other_sites(settings: object) -> None:
    client = signed_in(member())
    for name in ("xinglin_session", "csrftoken"):
        cookie = client.cookies.get(name)
        if cookie is not None:
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"


@pytest.fixture
def demo() -> Iterator[Path]:
    path = home.home_path() / "demo.json"
    path.write_text(json.dumps({"password": "Shown-Pass-1", "accounts": [{"username": "mei", "name": "示例"}]}))
    yield path
    path.unlink()


def test_the_demonstration_shows_its_accounts_and_nothing_else_does(demo: Path) -> None:
    member(role=Role.SYSTEM_ADMIN)
    page = browser().get("/accounts/login/").content.decode()
    assert "Shown-Pass-1" in page
    assert "<code>mei</code>" in page
    client = browser()
    sign_in(client, "mei")
    assert client.get("/administration/system/").status_code == 200, "no gates in a demonstration"
    demo.write_text("{broken")
    assert "demonstration" not in browser().get("/accounts/login/").content.decode()


def test_no_accounts_are_shown_on_a_real_installation() -> None:
    assert "demonstration" not in browser().get("/accounts/login/").content.decode()


def test_pages_of_the_library_speak_chinese_and_keep_the_policy() -> None:
    client = signed_in(member(), "zh-hans")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for address in (
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/", "/accounts/sessions/", "/accounts/reauthenticate/", "/accounts/logout/",
    ):  # fmt: skip
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert answer.headers["Content-Security-Policy"] == edges.CONTENT_SECURITY_POLICY
        assert "<script>" not in page
        assert "json_script" not in page
        assert 'type="application/json"' not in page
        assert " style=" not in page
        assert "Security Key" not in page
