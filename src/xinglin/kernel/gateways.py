"""The ways notices leave the house: e-mail, a signed webhook, and the group robots of WeCom and DingTalk.

Each gateway takes an address, its secret and a `Message`, and returns, or raises `Undelivered` with a reason an
operator understands. Nobody else opens a connection to the outside. What is posted goes over TLS to a public address
that was looked at after its name was resolved, and redirects are not followed: an address somebody typed must not
become a way into the house (server-side request forgery). `FakePost` stands in for the network in tests and is held to
the same behaviour by `tests/gateways/test_posting.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from dataclasses import dataclass, field
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, Protocol
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from xinglin.kernel import environment
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Channel

TIMEOUT = 10  # seconds, for each of connecting and answering
LONGEST_ANSWER = 64 * 1024  # bytes of an answer that are read
# Public by the registry, yet they carry a private address inside: 6to4, Teredo, NAT64.
CARRIERS = tuple(ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))


class Undelivered(Exception):
    """A message did not arrive. `permanent` says that trying again would not help."""

    def __init__(self, reason: Phrase, *, permanent: bool = False):
        super().__init__(str(reason))
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True)
class Message:
    """What is brought out. `delivery_id` stays the same when it is tried again, so a receiver can drop a double."""

    delivery_id: str
    event: str
    subject: str
    text: str
    texts: dict[str, str]
    at: str
    record: dict[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    def send(self, address: str, secret: str, message: Message) -> None:
        """Bring `message` to `address`. Raises Undelivered."""
        ...


class Post(Protocol):
    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """POST `body`; returns status and the beginning of the answer. Raises Undelivered."""
        ...


def permitted(url: str) -> tuple[SplitResult, str]:
    """The parts of `url` and the address to connect to. Raises Undelivered when it may not be posted to."""
    parts, private = urlsplit(url), environment.is_on("XINGLIN_WEBHOOK_PRIVATE")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise Undelivered(say("The address must begin with https://."), permanent=True)
    if not parts.hostname or parts.username or parts.password:
        raise Undelivered(say("The address must name a host, without a user name."), permanent=True)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except ValueError:
        raise Undelivered(say("The address has an impossible port."), permanent=True) from None
    except (OSError, UnicodeError):
        raise Undelivered(say("The name {host} is not known.", host=parts.hostname)) from None
    addresses = [str(row[4][0]) for row in found]
    # All of them: a name with one public and one private address could be answered with either next time.
    if not private and not all(is_public(address) for address in addresses):
        raise Undelivered(say("The address leads into a private network."), permanent=True)
    return parts, addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet and carries no private one inside."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in net for net in CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to the address that was looked at, under the certificate of the name: no second look-up in between."""

    def __init__(self, host: str, address: str, port: int):
        super().__init__(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The real network: see `Post`."""
    parts, address = permitted(url)
    if parts.scheme == "https":
        line: http.client.HTTPConnection = _Pinned(str(parts.hostname), address, parts.port or 443)
    else:
        line = http.client.HTTPConnection(address, parts.port or 80, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.request("POST", path, body, {"User-Agent": "xinglin", "Host": parts.netloc, **headers})
        answer = line.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER)
    except ssl.SSLCertVerificationError:
        raise Undelivered(say("The certificate of {host} is not valid.", host=parts.hostname)) from None
    except TimeoutError:
        raise Undelivered(
            say("{host} did not answer in {seconds} seconds.", host=parts.hostname, seconds=TIMEOUT)
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(
            say("{host} could not be reached ({fault}).", host=parts.hostname, fault=type(error).__name__)
        ) from None
    finally:
        line.close()


@dataclass
class FakePost:
    """The network in tests: keeps what was posted, answers as told, and guards addresses like the real one."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    posted: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if urlsplit(url).scheme != "https":
            raise Undelivered(say("The address must begin with https://."), permanent=True)
        self.posted.append((url, body, headers))
        status, answer = self.answers.pop(0) if self.answers else (200, b'{"errcode": 0, "errmsg": "ok"}')
        return status, answer[:LONGEST_ANSWER]


def _answered(status: int) -> None:
    if status in (401, 403, 404, 410):
        raise Undelivered(say("The receiver refused for good (HTTP {status}).", status=status), permanent=True)
    if not 200 <= status < 300:
        raise Undelivered(say("The receiver answered HTTP {status}.", status=status))


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Webhook:
    """JSON of our own shape. `X-Xinglin-Signature` is the HMAC-SHA256 of `timestamp.body` by the secret."""

    post: Post = post

    def send(self, address: str, secret: str, message: Message) -> None:
        body = _json({
            "id": message.delivery_id, "event": message.event, "at": message.at, "text": message.texts,
            "record": message.record,
        })  # fmt: skip
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Xinglin-Delivery": message.delivery_id,
            "X-Xinglin-Timestamp": stamp,
            "X-Xinglin-Signature": f"sha256={signature(secret, stamp, body)}",
        }
        _answered(self.post(address, body, headers)[0])


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What the webhook is signed with; a receiver computes the same (hexadecimal)."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass
class Robot:
    """A group robot: text in, `{"errcode": 0}` out. `refusing` are the codes after which trying again is useless."""

    refusing: frozenset[int]
    post: Post = post

    def send(self, address: str, secret: str, message: Message) -> None:
        body = _json({"msgtype": "text", "text": {"content": message.text}})
        status, answer = self.post(self.signed(address, secret), body, {"Content-Type": "application/json"})
        _answered(status)
        try:
            said = json.loads(answer)
            code, why = int(said["errcode"]), str(said.get("errmsg", ""))[:120]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Undelivered(say("The robot's answer could not be read.")) from None
        if code != 0:
            raise Undelivered(
                say("The robot refused: {code} {why}", code=code, why=why), permanent=code in self.refusing
            )

    def signed(self, address: str, secret: str) -> str:
        """WeCom's robots carry their key in the address."""
        return address


class DingTalkRobot(Robot):
    """DingTalk signs the moment (milliseconds) with the robot's secret, in the address."""

    def signed(self, address: str, secret: str) -> str:
        if not secret:
            return address
        stamp = str(round(time.time() * 1000))
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        join = "&" if "?" in address else "?"
        return f"{address}{join}timestamp={stamp}&sign={quote(base64.b64encode(digest), safe='')}"


@dataclass
class Email:
    """One plain-text e-mail. Its Message-ID is the delivery, so a mail server can drop a double."""

    def send(self, address: str, secret: str, message: Message) -> None:
        site = urlsplit(settings.SITE_URL).hostname or "xinglin"
        mail = EmailMessage(
            # A line break in a header would end it; the framework refuses one, so none is passed on.
            " ".join(message.subject.split())[:200], message.text, None, [address],
            headers={"Message-ID": f"<{message.delivery_id}@{site}>", "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        try:
            mail.send()
        except SMTPRecipientsRefused:
            raise Undelivered(say("The mail server refused the recipient."), permanent=True) from None
        except (SMTPException, OSError) as error:
            raise Undelivered(say("The mail server could not be used ({fault}).", fault=type(error).__name__)) from None


# 93000, 40035: the robot or the request is wrong; 310000: signature or keyword; 300001, 400101: the robot is gone.
GATEWAYS: dict[Channel, Gateway] = {
    Channel.EMAIL: Email(),
    Channel.WEBHOOK: Webhook(),
    Channel.WECOM: Robot(frozenset({93000, 40035, 40058})),
    Channel.DINGTALK: DingTalkRobot(frozenset({310000, 300001, 400101, 40035})),
}
