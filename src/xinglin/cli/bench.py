"""`xinglin bench [NAME]`: a performance claim, measured here and now beside its peer or limit; without a name, each.

The programs stand in the repository's `bench/` folder, one file per claim, each with `run(full) -> dict`. They are no
part of the installed product.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

# Seconds a claim may take when all are measured one after the other, and to clear up when it took longer.
LONGEST, CLEARING = 900, 30


@click.command(short_help="Measure one performance claim, or all.")
@click.argument("name", required=False)
@click.option("--full", is_flag=True, help="The large sizes too, where a claim has them; takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(name: str | None, full: bool, as_json: bool) -> None:
    """Run bench/NAME.py of the repository and print its figures; without NAME every claim, one after the other.

    Without NAME and --full, a claim that takes longer than a quarter of an hour is stopped and named, and the others go
    on.
    """
    figures = run(find(name), full=full) if name else every(full=full)
    click.echo(json.dumps(figures, ensure_ascii=False, default=str, indent=None if as_json else 2))
    if not name and any("failed" in one for one in figures.values()):
        sys.exit(1)


def folder() -> Path | None:
    """The repository's bench folder: beside the source, else in the working folder."""
    for base in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (base / "bench").is_dir() and (base / "pyproject.toml").is_file():
            return base / "bench"
    return None


def claims() -> list[Path]:
    """The files of all claims. Raises Refusal outside the repository."""
    place = folder()
    if place is None:
        raise Refusal(
            "bench.no_folder",
            say("There is no bench folder here: benchmarks belong to the repository, not to the installed program."),
            say("Run the command inside a clone of the repository."),
        )
    return sorted(file for file in place.glob("*.py") if not file.stem.startswith("_"))


def find(name: str) -> Path:
    """The file of a claim. Raises Refusal with the claims there are."""
    there = {file.stem: file for file in claims()}
    if name not in there:
        raise Refusal(
            "bench.unknown",
            say("There is no benchmark “{name}”.", name=name),
            say("There are: {claims}.", claims=", ".join(there)),
        )
    return there[name]


def every(*, full: bool, longest: float = LONGEST) -> dict[str, dict[str, Any]]:
    """The figures of each claim by its name, or {"failed": why}; stderr hears what is being measured.

    Each runs in a process of its own: a home, a memory and a set-up of Django that are its own.
    """
    found: dict[str, dict[str, Any]] = {}
    files = claims()
    for place, file in enumerate(files, start=1):
        click.echo(f"── {file.stem} ({place} of {len(files)})", err=True)
        began = perf_counter()
        found[file.stem] = apart(file, full=full, longest=None if full else longest)
        click.echo(f"   {found[file.stem].get('failed', 'measured')}, {perf_counter() - began:.0f} s", err=True)
    return found


def apart(file: Path, *, full: bool, longest: float | None) -> dict[str, Any]:
    """Run one claim in a process of its own, for `longest` seconds at most."""
    order = [sys.executable, "-m", "xinglin.cli.bench", str(file), *(["--full"] if full else [])]
    with subprocess.Popen(order, cwd=file.parents[1], stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            told, _ = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            return {"failed": f"stopped after {longest:.0f} s"}
        finally:
            _end(process)
    try:
        # Libraries may print too; the figures are the last line.
        return {"failed": f"ended with {process.returncode}"} if process.returncode else json.loads(_last_line(told))
    except ValueError:
        return {"failed": "no figures were printed"}


def _last_line(told: bytes) -> str:
    return told.decode("utf-8", "replace").strip().rpartition("\n")[2]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a claim and its helpers if they still run: first kindly, so that the database of its home is put away."""
    for ending, patience in ((signal.SIGINT, CLEARING), (signal.SIGKILL, None)):
        if process.poll() is None:
            os.killpg(process.pid, ending)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=patience)


def run(path: Path, *, full: bool) -> dict[str, Any]:
    """Load a claim's file and run it; `full` is passed on where the claim knows it."""
    # As bench.NAME from the repository: contenders run in processes of their own, which import it by that name.
    sys.path.insert(0, str(path.parents[1]))
    module = importlib.import_module(f"bench.{path.stem}")
    return module.run(full=full) if "full" in inspect.signature(module.run).parameters else module.run()


if __name__ == "__main__":
    # One claim of `every`, in its own process.
    print(json.dumps(run(Path(sys.argv[1]), full="--full" in sys.argv[2:]), ensure_ascii=False, default=str))
