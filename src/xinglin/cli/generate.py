"""`xinglin generate`: invented data to work on, with the truth beside it. Needs neither database nor settings."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click


@click.group(short_help="Invented data to work on, with the truth beside it.")
def generate() -> None:
    """Write invented data: nobody and nothing in it is real, and the same seed gives the same files."""


@generate.command(short_help="An invented region: residents, hospitals, results, prices, grants.")
@click.option(
    "--residents", type=click.IntRange(1, 20_000_000), default=1_000, show_default=True, help="How many people."
)
@click.option("--hospitals", type=click.IntRange(1, 999), default=6, show_default=True, help="How many hospitals.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same files.")
@click.option("--form", type=click.Choice(["mixed", "ndjson", "bundle", "csv"]), default="mixed", show_default=True,
              help="What hospitals send.")  # fmt: skip
@click.option("--orders", type=click.IntRange(0, 1_000_000), default=2_000, show_default=True,
              help="Orders to answer, with what they would have to be answered.")  # fmt: skip
@click.option("--gzip", "packed", is_flag=True, help="Write what hospitals send gzipped (.gz).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("region"), show_default=True,
              help="The folder to write.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def region(
    residents: int, hospitals: int, seed: int, form: str, orders: int, packed: bool, out: Path, as_json: bool
) -> None:
    """Write an invented Guangdong-like region: people with every kind of document and the errors registries have,
    results with units as they are typed, panels, corrected and void reports, prices and HR grants; and the truth:
    which records are one person, which results repeat inside the window, what orders would be answered.
    """
    from xinglin.exchange.invented.region import Spec
    from xinglin.exchange.invented.region import generate as made

    begun = time.perf_counter()
    counts = made(Spec(residents, hospitals, seed, form, orders, packed), out)
    counts["seconds"] = round(time.perf_counter() - begun, 1)
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False))
        return
    told = (
        "示例 {out}: {persons} people, {records} records, {hospitals} hospitals, {results} results, {reports} reports"
    )
    again = "{repeats} repeats inside their window, {repeats_other_hospital} at another hospital; {seconds} s"
    click.echo(told.format_map({**counts, "out": out}))
    click.echo(again.format_map(counts))
