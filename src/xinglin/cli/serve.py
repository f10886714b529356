"""`xinglin serve`: the server and its worker by one command, watched and stopped together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

import click

LOOK_EVERY = 0.5  # seconds
PATIENCE = 15  # seconds a child gets to finish after SIGTERM
LONGEST_WAIT = 30.0  # seconds between attempts to start a child that keeps failing
LETTING_GO = 5.0  # seconds a server that was killed may still hold its port


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Server processes (default: half the cores).")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads of each.")
@click.option("--without-worker", is_flag=True, help="Do not run background work here.")
def serve(host: str, port: int, workers: int | None, threads: int, without_worker: bool) -> None:
    """Serve the portal and do its background work until stopped."""
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - said, not listened on
    os.environ.setdefault("XINGLIN_URL", address)
    refuse_taken_port(host, port)
    prepare()
    count = workers or max(1, (os.cpu_count() or 1) // 2)
    children = [Child("server", server_command(host, port, count, threads))]
    if not without_worker:
        children.append(Child("worker", [sys.executable, "-m", "xinglin.cli.main", "worker"]))
    Watch(children, address, (host, port)).run()


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse, with a sentence, when somebody listens there and goes on listening. Raises HomeProblem."""
    from xinglin.kernel.home import HomeProblem

    until = time.monotonic() + LETTING_GO
    while (error := _not_bound(host, port)) is not None:
        if error.errno != errno.EADDRINUSE or time.monotonic() > until:
            raise HomeProblem(
                "port_taken",
                f"{host}:{port} cannot be listened on ({error.strerror}).",
                "Stop what listens there, or choose another with --port.",
            ) from error
        time.sleep(0.1)


def _not_bound(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def prepare() -> None:
    """The database there and in shape. On a database of the city's own, migrations are the operator's decision.

    The embedded database remembers which shape it is in, so that a plain restart need not load Django to find out.
    """
    from xinglin.cli.main import ready
    from xinglin.cli.migrate import in_shape, migrate_now, pending
    from xinglin.kernel import database
    from xinglin.kernel.home import HomeProblem

    if database.is_embedded():
        database.ensure_running()
        if in_shape():
            return

    ready()
    from django.db import connection

    if database.is_embedded():
        migrate_now()
    elif waiting := pending():
        raise HomeProblem(
            "migrations_pending",
            f"The database is {len(waiting)} migrations behind this version.",
            "Make a backup, then run `xinglin migrate`.",
        )
    connection.close_pool()


def server_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Granian, for synchronous Django (measured fastest here)."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
        "--workers-kill-timeout": str(PATIENCE - 3),
        "--log-level": "warning",
    }
    flat = [word for pair in options.items() for word in pair]
    return [
        sys.executable, "-m", "xinglin.cli.server", *flat,
        "--no-ws", "--respawn-failed-workers", "xinglin.portal.served:application",
    ]  # fmt: skip


@dataclass
class Child:
    """A process that is started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    wait: float = 0.5
    not_before: float = 0.0
    started: float = field(default=0.0)

    def look(self, now: float) -> None:
        """Start it if it does not run and its waiting time is over. `now` in monotonic seconds."""
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            click.echo(f"The {self.name} ended with code {self.process.returncode}; starting it again.", err=True)
            self.wait = 0.5 if now - self.started > 60 else min(self.wait * 2, LONGEST_WAIT)
            self.not_before, self.process = now + self.wait, None
        if now >= self.not_before:
            self.started = now
            environment = os.environ | {"XINGLIN_PARENT": str(os.getpid())}
            self.process = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL)


class Watch:
    """Keeps the children and the database alive; on SIGTERM or SIGINT stops them in order and returns."""

    def __init__(self, children: list[Child], address: str, listens: tuple[str, int]) -> None:
        self.children = children
        self.address = address
        self.listens = listens
        self.stopping = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        announced, begun = False, time.monotonic()
        try:
            while not self.stopping:
                self._look_after_database()
                # The page first: background work starts when the server answers, or shows that it cannot.
                patient = not announced and time.monotonic() - begun < PATIENCE
                for child in self.children[:1] if patient else self.children:
                    child.look(time.monotonic())
                if not announced and self._answers():
                    announced = True
                    click.echo(f"Xinglin is at {self.address} (Ctrl-C stops it).")
                time.sleep(LOOK_EVERY if announced else 0.05)
        finally:
            self._stop_children()
            from xinglin.kernel import database

            database.leave()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _look_after_database(self) -> None:
        from xinglin.kernel import database
        from xinglin.kernel.home import HomeProblem

        if not database.is_embedded():
            return
        try:
            database.ensure_running()
        except HomeProblem as problem:
            click.echo(f"{problem.sentence} {problem.next_step}", err=True)
            time.sleep(5)

    def _answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.listens[0], self.listens[0])  # noqa: S104
        try:
            with socket.create_connection((host, self.listens[1]), timeout=1):
                return True
        except OSError:
            return False

    def _stop_children(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
