"""`xinglin backup FILE`: everything of a home in one file."""

from pathlib import Path
from typing import TextIO

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.File(), help="Seal the keys under the first line of this file (-: stdin)."
)
@click.option("--without-keys", is_flag=True, help="Leave the keys out; keep the home's secrets folder elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def backup(file: Path, passphrase_file: TextIO | None, without_keys: bool, as_json: bool) -> None:
    """Write everything this home holds into FILE (.tar.gz). The server may keep running."""
    from xinglin.cli.main import ready, show

    passphrase = passphrase_of(passphrase_file)
    ready()
    from django.db import connection, transaction

    from xinglin.kernel import archives, database, ledger, permits
    from xinglin.kernel.home import home

    folder, url = home(), database.database_url()
    ledger.seal_all()
    connection.close_pool()
    manifest = archives.write_backup(
        file.absolute(), home=folder, url=url, passphrase=passphrase, with_keys=not without_keys
    )
    program = permits.the_program()
    with transaction.atomic():
        facts = {"root": manifest["ledger"]["root"], "rows": sum(manifest["rows"].values())}
        ledger.record("kernel.backed_up", by=program, subject=program, data=facts)
    if manifest["keys"] == "plain":
        click.echo("The keys lie in this file unsealed: keep it as safe as the home itself.", err=True)
    result = {name: manifest[name] for name in ("made_at", "ledger", "keys", "rows")}
    result |= {"file": str(file), "bytes": file.stat().st_size, "documents": documents_in(manifest)}
    rows = sum(manifest["rows"].values())
    text = f"{file}: {result['bytes']:,} bytes, {rows:,} rows, {result['documents']} documents."
    show(result, as_json=as_json, text=text)


def documents_in(manifest: "dict[str, dict[str, object]]") -> int:
    """How many documents a manifest names."""
    return sum(1 for name in manifest["parts"] if name.startswith("documents/"))


def passphrase_of(file: TextIO | None) -> str | None:
    """The first line of the file; None without a file. Raises UsageError when that line is empty."""
    if file is None:
        return None
    line = str(file.readline()).rstrip("\r\n")
    if not line:
        raise click.UsageError("The passphrase is empty.")
    return line
