"""`xinglin bench NAME`: one performance claim, measured here and now beside its peer or limit.

The programs stand in the repository's `bench/` folder, one file per claim, each with `run(full) -> dict`. They are no
part of the installed product.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import click

from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


@click.command(short_help="Measure one performance claim.")
@click.argument("name")
@click.option("--full", is_flag=True, help="The large sizes too, where a claim has them; takes minutes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(name: str, full: bool, as_json: bool) -> None:
    """Run bench/NAME.py of the repository and print its figures."""
    figures = run(find(name), full=full)
    click.echo(json.dumps(figures, ensure_ascii=False, default=str, indent=None if as_json else 2))


def folder() -> Path | None:
    """The repository's bench folder: beside the source, else in the working folder."""
    for base in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (base / "bench").is_dir() and (base / "pyproject.toml").is_file():
            return base / "bench"
    return None


def find(name: str) -> Path:
    """The file of a claim. Raises Refusal with the claims there are."""
    place = folder()
    if place is None:
        raise Refusal(
            "bench.no_folder",
            say("There is no bench folder here: benchmarks belong to the repository, not to the installed program."),
            say("Run the command inside a clone of the repository."),
        )
    claims = sorted(file.stem for file in place.glob("*.py") if not file.stem.startswith("_"))
    if name not in claims:
        raise Refusal(
            "bench.unknown",
            say("There is no benchmark “{name}”.", name=name),
            say("There are: {claims}.", claims=", ".join(claims)),
        )
    return place / f"{name}.py"


def run(path: Path, *, full: bool) -> dict[str, Any]:
    """Load a claim's file and run it; `full` is passed on where the claim knows it."""
    # As bench.NAME from the repository: contenders run in processes of their own, which import it by that name.
    sys.path.insert(0, str(path.parents[1]))
    module = importlib.import_module(f"bench.{path.stem}")
    return module.run(full=full) if "full" in inspect.signature(module.run).parameters else module.run()
