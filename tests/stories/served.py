"""The demonstration, played once for a whole test session by the command people use, and served by a real server.

Everything that looks at it shares one xdist group ("year"), so that one worker plays it and the others do not.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds the play may take on a busy machine; it takes about one minute on an idle one
PASSWORD = "Xinglin-Demo-2025"


@dataclass
class Year:
    """A played home: where it is, what the play said, what it counted."""

    home: Path
    figures: dict[str, Any]
    told: str
    code: int
    url: str = ""
    password: str = PASSWORD
    log: Path = field(default_factory=Path)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command on a home of its own, with its own embedded database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGLIN_", "DJANGO_"))}
    return kept | {
        "XINGLIN_HOME": str(home), "XINGLIN_DATABASE_UNSAFE": "1", "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8",
        **more,
    }  # fmt: skip


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "xinglin.cli.main", *words]


def play(home: Path) -> Year:
    """`xinglin demo --check --json` on an empty home."""
    done = subprocess.run(
        command("demo", "--check", "--json"), env=environment(home), cwd=ROOT, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    figures = json.loads(done.stdout) if done.stdout.strip() else {}
    return Year(home, figures, done.stderr, done.returncode)


def free_port() -> int:
    """A port nobody listens on, below those the system lends to connections going out: a server that comes back on its
    port must not find somebody's connection there."""
    while True:
        port = random.randint(15_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(url: str) -> int:
    """The status an address answers with; 0 where nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Server:
    """A `xinglin …` command that serves, started and stopped by its own process id."""

    def __init__(self, home: Path, words: list[str], *, port: int = 0, **more: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"{home.name}.log"
        self._out = self.log.open("wb")
        self.process = subprocess.Popen(
            command(*words, "--port", str(self.port)), env=environment(home, **more), cwd=ROOT, stdout=self._out,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self, seconds: float = 120) -> None:
        """Until the first page is there."""
        deadline = time.monotonic() + seconds
        while answers(f"{self.url}/health") != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not come: {self.log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._out.close()


def password_of(home: Path) -> str:
    """What the demonstration printed for its sign-in page."""
    return str(json.loads((home / "demo.json").read_text())["password"])


def chromium() -> str | None:
    """The system's Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None


def ident(address: str) -> str:
    """The id in a dossier's address."""
    found = re.search(r"/([0-9A-Za-z_-]{1,64})/(?:[?#].*)?$", address)
    assert found, address
    return found[1]
