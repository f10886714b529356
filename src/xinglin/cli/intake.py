"""`xinglin intake`: FHIR and CSV deliveries from files and folders."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from xinglin.exchange.intake.taking.loading import Loading

# What a folder is searched for; a file that is named is tried whatever it is called.
SUFFIXES = (".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".txt", ".xml", ".gz")


@click.command(short_help="Take results in: FHIR Bundle, NDJSON or CSV.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", metavar="ORG", help="Whose data it is: an organisation's id, credit code or name. "
              "Without it, the hospitals named in the data become sites.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def intake(paths: tuple[Path, ...], source: str | None, as_json: bool) -> None:
    """Take in files and folders, .gz too. Every entry is accepted, unchanged or quarantined with a reason.

    Loading twice adds nothing, and a load that was cut off is loaded again.
    """
    from xinglin.cli.main import ready, show

    ready()
    from xinglin.exchange.intake.queries.counting import summary

    files = _files(paths)
    loading = _loading(source, _bar())
    for file in files:
        _load(loading, file)
    rows = loading.end()
    if sys.stderr.isatty():
        click.echo(err=True)
    result: dict[str, Any] = {"files": len(files), **summary(rows, loading.runnings, many=loading.sender.many)}
    show(result, as_json=as_json, text=_told(result))


def _files(paths: tuple[Path, ...]) -> list[Path]:
    from xinglin.kernel.phrases import say
    from xinglin.kernel.refusals import Refusal

    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
                                and one.name.lower().endswith(SUFFIXES)))  # fmt: skip
        elif path.is_file():
            found.append(path)
        else:
            raise Refusal(
                "intake.no_file", say("There is no file or folder {path}.", path=str(path)),
                say("Give files (.json, .ndjson, .csv, each also .gz) or folders of them."),
            )  # fmt: skip
    return found


def _loading(source: str | None, tick: Any) -> Loading:
    from xinglin.exchange.intake.taking.loading import loading_for
    from xinglin.kernel import permits

    return loading_for(source=source, tick=tick, by=permits.the_program())


def _load(loading: Loading, file: Path) -> None:
    from django.db import InterfaceError, OperationalError

    from xinglin.kernel.phrases import say
    from xinglin.kernel.refusals import Refusal

    try:
        with file.open("rb") as stream:
            loading.feed(stream, file.name)
    except (OperationalError, InterfaceError) as error:
        raise Refusal(
            "intake.database", say("The database went away while {file} was taken in.", file=str(file)),
            say("Give the same files again: what was kept is found unchanged, the rest follows."),
        ) from error  # fmt: skip
    except OSError as error:
        raise Refusal(
            "intake.unreadable", say("{file} cannot be read: {why}.", file=str(file), why=error.strerror or str(error)),
            say("What was loaded before it stays; give the files again when it can be read."),
        ) from error  # fmt: skip


def _told(result: dict[str, Any]) -> str:
    from django.utils.translation import gettext

    head = gettext(
        "{files} files, {entries} entries: {accepted} accepted, {unchanged} unchanged, {quarantined} in quarantine. "
        "{patients} patients, {results} results, {hospitals} hospitals."
    ).format(**result)
    return "\n".join([head, *(f"{count:>9,}  {code}" for code, count in Counter(result["reasons"]).most_common())])


def _bar() -> Any:
    """How far it is, on stderr, when somebody is watching."""
    done = 0

    def shown(more: int) -> None:
        nonlocal done
        done += more
        click.echo(f"\r{done:>12,}", nl=False, err=True)

    return shown if sys.stderr.isatty() else lambda _more: None
