"""The ways notices leave: signatures as receivers check them, addresses that are refused, the fake like the real."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from xinglin.kernel import gateways
from xinglin.kernel.gateways import FakePost, Message, Post, Robot, Undelivered, Webhook

MESSAGE = Message(
    "01HD", "roster.x", "示例", "请处理 示例", {"zh-hans": "请处理", "en": "Please act"}, "2026-11-22T00:00"
)


class Receiver(BaseHTTPRequestHandler):
    """A real server on this machine that answers as it is told and keeps what it got."""

    answers: list[tuple[int, bytes]]
    got: list[tuple[str, bytes, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, body, dict(self.headers)))
        status, answer = self.answers.pop(0) if self.answers else (200, b'{"errcode": 0, "errmsg": "ok"}')
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(params=["fake", "real"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Post, str, list, list]]:
    """A Post with the address it reaches, its coming answers, and what it brought: once faked, once over a socket."""
    if request.param == "fake":
        fake = FakePost()
        yield fake, "https://hook.example.org", fake.answers, fake.posted
        return
    monkeypatch.setenv("XINGLIN_WEBHOOK_PRIVATE", "1")
    Receiver.answers, Receiver.got = [], []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield gateways.post, f"http://127.0.0.1:{server.server_port}", Receiver.answers, Receiver.got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_signed_so_that_its_receiver_can_check(way: tuple) -> None:
    post, base, _, got = way
    Webhook(post).send(f"{base}/in?x=1", "s" * 16, MESSAGE)
    ((address, body, headers),) = got
    assert address.endswith("/in?x=1")
    stamp = headers["X-Xinglin-Timestamp"]
    expected = hmac.new(b"s" * 16, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Xinglin-Signature"] == f"sha256={expected}"
    sent = json.loads(body)
    assert sent["id"] == headers["X-Xinglin-Delivery"] == "01HD" and sent["text"] == MESSAGE.texts


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (302, False), (404, True), (410, True)])
def test_what_a_receiver_refuses(way: tuple, status: int, permanent: bool) -> None:
    post, base, answers, got = way
    answers.append((status, b"no"))
    with pytest.raises(Undelivered) as caught:
        Webhook(post).send(base, "s" * 16, MESSAGE)
    assert caught.value.permanent is permanent and len(got) == 1, "a redirect is not followed"


def test_a_group_robot_gets_text(way: tuple) -> None:
    post, base, _, got = way
    Robot(frozenset(), post).send(f"{base}/cgi-bin/webhook/send?key=k", "", MESSAGE)
    assert json.loads(got[0][1]) == {"msgtype": "text", "text": {"content": "请处理 示例"}}


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', True), (b'{"errcode": 45009, "errmsg": "x"}', False),
        (b"<html>", False), (b"[]", False), (b'{"errcode": "x"}', False), (b"", False),
    ],
)  # fmt: skip
def test_what_a_robot_answers(way: tuple, answer: bytes, permanent: bool) -> None:
    post, base, answers, _ = way
    answers.append((200, answer))
    with pytest.raises(Undelivered) as caught:
        Robot(frozenset({93000}), post).send(base, "", MESSAGE)
    assert caught.value.permanent is permanent


def test_dingtalk_is_signed_as_its_manual_says(way: tuple) -> None:
    post, base, _, got = way
    gateways.DingTalkRobot(frozenset(), post).send(f"{base}/robot/send?access_token=t", "SECabc", MESSAGE)
    asked = parse_qs(urlsplit(got[0][0]).query)
    stamp = asked["timestamp"][0]
    digest = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert unquote(asked["sign"][0]) == base64.b64encode(digest).decode()
    assert asked["access_token"] == ["t"] and len(stamp) == 13


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/", "ftp://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.5/x",
        "https://169.254.169.254/latest/meta-data", "https://192.168.1.1/", "https://[::ffff:127.0.0.1]/",
        "https://[2002:7f00:1::]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://localhost/",
        "https://user:pass@8.8.8.8/", "https://", "https:///x", "javascript:alert(1)", "https://2130706433/",
        "https://8.8.8.8:99999/", "https://224.0.0.1/", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_addresses_that_lead_into_the_house_are_refused(address: str) -> None:
    with pytest.raises(Undelivered) as caught:
        gateways.post(address, b"{}", {})
    assert caught.value.permanent


def test_a_public_address_is_permitted() -> None:
    assert gateways.permitted("https://8.8.8.8/hook")[1] == "8.8.8.8"
    assert gateways.is_public("2400:3200::1")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(gateways.socket, "getaddrinfo", lambda *_, **__: rows)
    with pytest.raises(Undelivered, match="private network"):
        gateways.permitted("https://two.example.org/")


def test_the_fake_takes_what_the_real_one_takes() -> None:
    import inspect

    real, fake = inspect.signature(gateways.post), inspect.signature(FakePost.__call__)
    assert list(real.parameters) == list(fake.parameters)[1:]
    assert real.return_annotation == fake.return_annotation
    with pytest.raises(Undelivered):
        FakePost()("http://example.org", b"", {})
