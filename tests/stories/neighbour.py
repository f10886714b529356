"""A second city: another Xinglin in processes of its own, and a line to it on which what it says can be changed."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
from tests.factories.smart import Keys
from tests.stories import served

Change = Callable[[str, bytes], bytes]


@dataclass
class Second:
    """The second city: its server, and our key and client id there."""

    server: served.Server
    keys: Keys
    client: str
    home: Path
    environment: dict[str, str]

    def change(self, **values: object) -> None:
        """Write other values over the results it has."""
        said = [f"{name}={value}" for name, value in values.items()]
        subprocess.run([sys.executable, "-m", "tests.stories.second_city", "change", *said], env=self.environment,
                       cwd=served.ROOT, check=True, capture_output=True, timeout=120)  # fmt: skip

    def start(self) -> None:
        """Serve, again after it was killed."""
        more = {"XINGLIN_URL": self.environment["XINGLIN_URL"]}
        self.server = served.Server(self.home, ["serve"], port=self.server.port, **more)
        self.server.wait()


@contextmanager
def second_city(place: Path) -> Iterator[Second]:
    """A city with one hospital and one resident's result, served until the end."""
    home, keys = place / "second", Keys.make()
    port = served.free_port()
    more = {"XINGLIN_URL": f"http://127.0.0.1:{port}"}
    environment = served.environment(home, **more)
    environment["PYTHONPATH"] += os.pathsep + str(served.ROOT)
    subprocess.run(
        served.command("migrate"), env=environment, cwd=served.ROOT, check=True, capture_output=True, timeout=300
    )
    made = subprocess.run([sys.executable, "-m", "tests.stories.second_city", keys.jwks()], env=environment,
                          cwd=served.ROOT, capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    assert made.returncode == 0, made.stderr[-3000:]
    server = served.Server(home, ["serve"], port=port, **more)
    city = Second(server, keys, json.loads(made.stdout.splitlines()[-1])["client"], home, environment)
    try:
        server.wait()
        yield city
    finally:
        city.server.stop()


def workers(server: served.Server) -> list[psutil.Process]:
    """The processes that answer; not their database."""
    head = psutil.Process(server.process.pid)
    return [one for one in [head, *head.children(recursive=True)] if "postgres" not in one.name()]


class Line:
    """Passes every question on to the city and its answer back: after `before` (path), through `change` (path, answer)
    where they are set. Hangs up where the city does."""

    def __init__(self, port: int) -> None:
        self.before: Callable[[str], None] | None = None
        self.change: Change | None = None
        self.asked: list[str] = []
        line = self

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                line.asked.append(self.path)
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                told = line._told(port, self.command, self.path, dict(self.headers), sent)
                if told is None:
                    self.close_connection = True
                    return
                status, kind, body = told
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass

            do_GET = do_POST = _pass_on

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _told(
        self, port: int, method: str, path: str, headers: dict[str, str], sent: bytes
    ) -> tuple[int, str, bytes] | None:
        headers = {name: value for name, value in headers.items() if name.lower() not in ("host", "content-length")}
        if self.before is not None:
            self.before(path)
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            asked.request(method, path, sent or None, headers)
            answer = asked.getresponse()
            body = answer.read()
            asked.close()
        except (OSError, http.client.HTTPException):
            return None
        changed = self.change(path, body) if self.change is not None else body
        return answer.status, answer.headers.get("Content-Type", ""), changed


@contextmanager
def line_to(city: Second) -> Iterator[Line]:
    line = Line(city.server.port)
    threading.Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()
