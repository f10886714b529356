"""`xinglin demo`: play the alliance's year on an empty home, check it, serve it."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from xinglin.cli.main import ready, show
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@click.command(short_help="Play the alliance's year and serve it.")
@click.option("--check", is_flag=True, help="Play, verify every figure and the ledger, print a summary and stop.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--size", type=click.Choice(["small", "city"]), default="small", show_default=True,
              help="city adds 10,000 organisations and 100,000 people, all invented.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout (with --check).")
@click.pass_context
def demo(context: click.Context, check: bool, port: int, size: str, as_json: bool) -> None:
    """Play the year through the public actions, then serve it; an existing demonstration is served as it is."""
    from xinglin.cli.serve import prepare, refuse_taken_port, serve

    if not check:
        refuse_taken_port("127.0.0.1", port)
    # Letters of the demonstration lie in the home's mail folder, where they can be read; none is sent.
    os.environ.setdefault("XINGLIN_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
    prepare()
    ready()
    the_year, checks = story()
    seconds = 0.0
    if check or not the_year.was_played():
        began = time.monotonic()
        the_year.play(lambda line: click.echo(line, err=True))
        if size == "city":
            click.echo("正在导入示例名录…… Importing the invented register ...", err=True)
            importlib.import_module("demo.city").grow()
        seconds = round(time.monotonic() - began, 1)
    if check:
        figures = checks.figures()
        faults = checks.faults(figures)
        result = figures | {"seconds": seconds, "faults": faults}
        show(result, as_json=as_json, text="\n".join(f"{name}: {value}" for name, value in result.items()))
        sys.exit(1 if faults else 0)
    for line in the_year.welcome():
        click.echo(line, err=True)
    context.invoke(serve, port=port)


def story() -> tuple[Any, Any]:
    """The played year. It stands in the repository's `demo` folder and is no part of the installed program."""
    for base in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (base / "demo" / "the_year.py").is_file():
            sys.path.insert(0, str(base))
            from demo import checks, the_year

            return the_year, checks
    raise Refusal(
        "demo.no_folder",
        say("There is no demo folder here: the demonstration belongs to the repository."),
        say("Run the command inside a clone of the repository."),
    )
