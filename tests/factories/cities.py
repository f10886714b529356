"""Cities that answer over HTTP as they are told to: honest, dead, slow, dripping, lying. On this machine alone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.factories import bonds

from xinglin.exchange.federation.actions.peers import ask_peer, enter_peer
from xinglin.exchange.federation.models import Peer
from xinglin.exchange.federation.words import PeerKind
from xinglin.kernel.words import Role

Say = Callable[[str, str], Any]


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "77", "name": [{"text": "陈示例"}], "gender": "male", **more}


def observation(loinc: str = "14749-6", value: float = 5.5, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": f"o{loinc}", "status": "final", "subject": {"reference": "Patient/77"},
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "effectiveDateTime": "2026-10-31T08:00:00+08:00", "issued": "2026-10-31T10:00:00+08:00",
        "valueQuantity": {"value": value, "unit": "mmol/L"}, "performer": [{"display": "示例东莞医院"}], **more,
    }  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def marked(scope: str) -> list[dict[str, Any]]:
    return [{"url": "https://city.example/fhir/StructureDefinition/hr-mark",
             "extension": [{"url": "scope", "valueString": scope}]}]  # fmt: skip


def honest(*observations: dict[str, Any]) -> Say:
    """A city that knows the patient and has these results."""
    return lambda _method, path: bundle(patient()) if "/Patient" in path else bundle(*observations)


@contextmanager
def city(say: Say, *, wait: float = 0.0, drip: float = 0.0, status: int = 200) -> Iterator[str]:
    """A server; `say` may return JSON's value or bytes. `wait` before answering, `drip` between bytes."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(wait)
            told = say(self.command, self.path)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if drip:
                    for place in range(len(body)):
                        self.wfile.write(body[place : place + 1])
                        time.sleep(drip)
                else:
                    self.wfile.write(body)
            except OSError:
                pass

        do_GET = do_POST = _answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/fhir"
    finally:
        server.shutdown()
        server.server_close()


def peer(
    endpoint: str, name: str = "示例东莞", region: str = "441900", kind: PeerKind = PeerKind.XINGLIN, **more: Any
) -> Peer:
    """A city entered by one administrator and opened by another."""
    one = enter_peer(name=name, city=region, endpoint=endpoint, kind=kind, by=bonds.account(Role.SYSTEM_ADMIN), **more)
    return ask_peer(peer_id=one.pk, by=bonds.account(Role.SECURITY_ADMIN))
