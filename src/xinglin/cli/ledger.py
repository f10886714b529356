"""`xinglin ledger`: is the record of what happened whole, and seal what is new."""

from __future__ import annotations

import json
import sys

import click


@click.group()
def ledger() -> None:
    """The ledger: verify that nobody changed it, and seal what is new."""


@ledger.command()
@click.option("--root", metavar="ROOT", help="A root published earlier (portal, backup): it must still occur.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def verify(root: str | None, as_json: bool) -> None:
    """Walk the whole ledger and find the first entry that was changed, removed, added or reordered.

    Exit code 0 when it is whole, 1 when something is wrong, 2 for wrong usage.
    """
    from xinglin.cli.main import ready

    ready()
    from django.utils.translation import gettext

    from xinglin.kernel import ledger as kernel

    if root is not None and (len(root) != 64 or set(root.lower()) - set("0123456789abcdef")):
        raise click.BadParameter("a root is 64 hexadecimal digits", param_hint="--root")
    verdict = kernel.verify(expected_root=root.lower() if root else None)
    if as_json:
        found = {
            "sound": verdict.sound, "entries": verdict.entries, "seals": verdict.seals,
            "unsealed": verdict.unsealed, "root": verdict.root, "fault": verdict.fault,
        }  # fmt: skip
        click.echo(json.dumps(found, ensure_ascii=False))
    elif verdict.sound:
        click.echo(verdict.sentence.spoken(gettext))
        click.echo(verdict.root)
    if not verdict.sound:
        click.echo(verdict.sentence.spoken(gettext), err=True)
        sys.exit(1)


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def seal(as_json: bool) -> None:
    """Seal what happened since the last seal, entries that came late included. The worker does this every minute."""
    from xinglin.cli.main import ready

    ready()
    from xinglin.kernel import ledger as kernel

    made = kernel.seal_all()
    root = kernel.latest_root()
    click.echo(json.dumps({"seals": made, "root": root}) if as_json else f"{made} {root}")
