"""`xinglin worker`: background work, in a process of its own."""

import os
import signal
import threading

import click


@click.command()
@click.option("--concurrency", type=click.IntRange(1, 32), default=2, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Do background work until stopped. `xinglin serve` runs one by itself."""
    from xinglin.cli.main import ready
    from xinglin.kernel.parents import die_with_parent

    if parent := os.environ.get("XINGLIN_PARENT"):
        die_with_parent(int(parent))
    ready()
    work(concurrency)


def work(concurrency: int) -> None:
    """Work on the database of this home; returns when told to stop (SIGTERM, SIGINT).

    A job that was cut off by a kill is taken up again, from its last part, by whoever works next.
    """
    from xinglin.kernel import database
    from xinglin.kernel.worker import run_worker

    if database.is_embedded():
        database.ensure_running()
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    run_worker(stop, concurrency=concurrency)
