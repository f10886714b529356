"""`xinglin challenges`: what a receipt of a sealed bid proves."""

from __future__ import annotations

import sys
from pathlib import Path

import click

LONGEST = 20_001


@click.group()
def challenges() -> None:
    """Open challenges: prove that a bid was opened as it was sealed."""


@challenges.command()
@click.argument("receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def verify(receipt: Path, as_json: bool) -> None:
    """Hold RECEIPT, the file offered when a bid was sealed, against the sealed bytes, the ledger and the opening.

    Exit code 0 when everything that can be known now agrees, 1 when something does not or the receipt is unknown.
    """
    from xinglin.cli.main import ready, show

    ready()
    from django.utils.translation import gettext

    from xinglin.challenges.queries import receipts

    with receipt.open("rb") as file:
        proof = receipts.verify(receipts.read_receipt(file.read(LONGEST)))
    marks = {True: "✓", False: "✗", None: "·"}
    told = [f"{proof.number}: {proof.stage.spoken(gettext)}"]
    told += [f"{marks[point.holds]} {point.sentence.spoken(gettext)}" for point in proof.points]
    found = {
        "number": proof.number, "sound": proof.sound, "opened": proof.opened,
        "points": [{"what": str(point.sentence), "holds": point.holds} for point in proof.points],
    }  # fmt: skip
    show(found, as_json=as_json, text="\n".join(told))
    if not proof.sound:
        sys.exit(1)
