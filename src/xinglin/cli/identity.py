"""`xinglin identity`: batch linkage of any registry's records, and training the weights they are judged by."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from xinglin.cli.main import show
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

# Every reason a linkage is refused: the sentence and what to do next.
REASONS = {
    "spec.shape": (say("The spec must be a JSON object that names a column for each role."),
                   say("Write for example {example}.", example='{"id": "no", "name": "姓名"}')),
    "spec.role": (say("The spec names a role nobody knows: {role}."),
                  say("Roles are {roles}.", roles="id, name, family, given, birth_date, sex, document, phone, email, "
                      "address, postcode, city")),
    "spec.id": (say("The spec does not say which column holds the record's id."), say("Add \"id\" to the spec.")),
    "spec.empty": (say("The spec names nothing to compare."), say("Add a name, a birth date or another role.")),
    "file.absent": (say("There is no file {file}."), say("Check the path.")),
    "file.unreadable": (say("{file} cannot be read as a table: {reason}"), say("Give CSV with a heading, or Parquet.")),
    "file.column": (say("{file} has no column {column}; it has: {columns}."), say("Correct the spec.")),
    "file.id": (say("The column {column} does not tell the records apart: {count} are empty or repeated."),
                say("Give a column whose every value is different, over all files.")),
    "file.poor": (say("There is too little in these records to compare them by."),
                  say("Name more roles in the spec, or give more records.")),
    "engine.absent": (say("The engine {engine} is not installed."),
                      say("Install the extra: pip install \"xinglin[spark]\", and Java 17.")),
    "weights.unreadable": (say("{file} does not hold weights of this version: {reason}"),
                           say("Train them again with: xinglin identity train.")),
}  # fmt: skip


@click.group()
def identity() -> None:
    """Who is the same person: link whole files, train the weights."""


@identity.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--spec", required=True, type=click.Path(path_type=Path), help="JSON: which column plays which role.")
@click.option("--pairs", type=click.Path(path_type=Path), help="Write the pairs here: left,right,probability.")
@click.option("--clusters", type=click.Path(path_type=Path), help="Write the clusters here: id,cluster.")
@click.option("--truth", default="", help="A column that says who is who: tells precision, recall and F1.")
@click.option("--threshold", default=None, type=click.FloatRange(0, 1), help="Probability from which a pair counts.")
@click.option("--weights", "weights_file", type=click.Path(path_type=Path), help="Other weights for Chinese records.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def link(
    files: tuple[Path, ...], spec: Path, pairs: Path | None, clusters: Path | None, truth: str, threshold: float | None,
    weights_file: Path | None, engine: str, as_json: bool,
) -> None:  # fmt: skip
    """Link the records of CSV or Parquet FILES, all against all.

    Records with Chinese names are judged by the weights that judge each arriving record; others by weights trained on
    the files themselves.
    """
    from xinglin.exchange.identity.linkage import running

    try:
        given = running.read_spec(_json(spec))
        weights = running.read_weights(weights_file) if weights_file else None
        found = running.run(files, given, truth=truth, threshold=threshold, engine=engine, weights=weights, tell=_tell)
    except running.LinkageRefused as refusal:
        _refuse(refusal)
    if pairs:
        _write(pairs, ("left", "right", "probability"), ((a, b, f"{p:.6f}") for a, b, p in _rows(found.pairs)))
    if clusters:
        _write(clusters, ("id", "cluster"), _rows(found.clusters))
    result: dict[str, Any] = {
        "records": found.records, "pairs": len(found.pairs), "clusters": len(found.clusters["cluster"].unique()),
        "seconds": round(found.seconds, 3), "profile": found.profile, "engine": engine, **found.quality,
    }  # fmt: skip
    text = f"{found.records} records, {len(found.pairs)} pairs, {result['clusters']} clusters, {found.seconds:.1f} s"
    if found.quality:
        text += "\nprecision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}".format(**found.quality)
    show(result, as_json=as_json, text=text)


@identity.command()
@click.option("--records", default=200_000, show_default=True, type=click.IntRange(1_000), help="How many to invent.")
@click.option("--seed", default=11, show_default=True)
@click.option("--name", default="", help="What the weights are called; dated by default.")
@click.option("--em", is_flag=True, help="Do not look at the truth: estimate m by expectation maximisation.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the JSON goes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def train(records: int, seed: int, name: str, em: bool, out: Path, as_json: bool) -> None:
    """Train the weights with Splink on invented records and write them as JSON."""
    from xinglin.exchange.identity.linkage import training

    today = datetime.now(UTC).date()
    weights = training.train_on_invented(
        records, seed, name=name or f"chinese-{today:%Y-%m}", with_truth=not em, tell=_tell, on=today
    )
    out.write_text(json.dumps(weights, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    levels = sum(len(rows) for rows in weights["comparisons"].values())
    result = {
        "name": weights["name"],
        "records": records,
        "levels": levels,
        "prior": weights["prior"],
        "file": str(out),
    }
    show(result, as_json=as_json, text=f"{weights['name']}: {levels} levels from {records} records, in {out}")


def _rows(table: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of an Arrow table, a part of it at a time."""
    for batch in table.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"… {step}", err=True)


def _json(path: Path) -> Any:
    from xinglin.exchange.identity.linkage.running import LinkageRefused

    if not path.is_file():
        raise LinkageRefused("file.absent", file=str(path))
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as problem:
        raise LinkageRefused("spec.shape") from problem


def _write(path: Path, heading: tuple[str, ...], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)


def _refuse(refusal: Any) -> NoReturn:
    sentence, step = REASONS[refusal.code]
    raise Refusal(f"identity.{refusal.code}", sentence(**refusal.params), step)
