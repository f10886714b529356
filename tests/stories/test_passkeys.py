"""A passkey from its making to its removal, in a real browser with a virtual authenticator, under the strict policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from tests.factories.entrance import PASSWORD, entries, member
from tests.stories.visitors import LISTEN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def sign_out(page: Any) -> None:
    page.click("details.menu summary")
    with page.expect_navigation():
        page.click("details.menu form button")


def with_password(page: Any, url: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("#id_login", "mei")
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation():
        page.press("#id_password", "Enter")


def test_a_passkey_signs_in_alone_and_as_a_second_factor(live_server: Any, browser_here: Any) -> None:
    cache.clear()
    member()
    # A passkey belongs to a name; an address of numbers has none.
    url = live_server.url.replace("127.0.0.1", "localhost")
    context = browser_here.new_context(locale="zh-CN")
    context.add_init_script(LISTEN)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    tool = context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    with_password(page, url)
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    page.fill("#id_name", "我的手机")
    page.check("#id_passwordless")
    page.click("#passkey_add")
    page.wait_for_url("**/recovery-codes/**")
    page.goto(f"{url}/accounts/2fa/webauthn/")
    assert "我的手机" in page.inner_text("main")
    sign_out(page)

    page.goto(f"{url}/accounts/login/?next=/lists/")
    page.click("#passkey_login")
    page.wait_for_url(f"{url}/lists/")
    assert entries("kernel.signed_in")[-1].data["factor"] == "webauthn"
    sign_out(page)

    with_password(page, url)
    page.click("#passkey_second")
    page.wait_for_url(f"{url}/")
    assert entries("kernel.signed_in")[-1].data["factor"] == "password+webauthn"
    assert complaints == []
    context.close()
