"""`xinglin worker`: background work, in a process of its own."""

import os

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
    """Run Procrastinate's worker on the database of this home; returns when told to stop (SIGTERM, SIGINT).

    A job that was cut off by a kill is taken up again: stalled jobs are found by the worker's heartbeat.
    """
    from django.core.management import call_command

    from xinglin.kernel import database

    if database.is_embedded():
        database.ensure_running()
    call_command("procrastinate", "worker", "--concurrency", str(concurrency), "--shutdown-graceful-timeout", "20")
