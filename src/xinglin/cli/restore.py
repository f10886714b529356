"""`xinglin restore FILE`: a backup into an empty home, proved before and after."""

import shutil
from pathlib import Path
from typing import Any, TextIO

import click

from xinglin.cli.backup import documents_in, passphrase_of


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.File(), help="Passphrase of the keys: first line of this file (-: stdin)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def restore(file: Path, passphrase_file: TextIO | None, as_json: bool) -> None:
    """Bring FILE back into an empty home. Anything but an empty home is refused."""
    from xinglin.cli.main import show

    manifest = bring_back(file.absolute(), passphrase_of(passphrase_file))
    result = {name: manifest[name] for name in ("made_at", "rows", "ledger", "keys", "applied")}
    result |= {"file": str(file), "documents": documents_in(manifest), "verified": True}
    rows = sum(manifest["rows"].values())
    text = f"{rows:,} rows and {result['documents']} documents are back; the ledger verifies."
    show(result, as_json=as_json, text=text)


def bring_back(source: Path, passphrase: str | None) -> dict[str, Any]:
    """Unpack and check, then load and check again; on any failure the home is empty again.

    Returns the manifest, with `applied`: migrations this version added. Raises HomeProblem.
    """
    from xinglin.kernel import archives, database
    from xinglin.kernel.home import home, home_path

    manifest = archives.read_manifest(source)
    refuse_unless_empty(home_path())
    existed = home_path().is_dir()
    folder = home()
    staging = folder / "restoring"
    try:
        staging.mkdir(mode=0o700)
        archives.unpack(source, staging, manifest)
        archives.unseal_secrets(staging / "secrets", passphrase)
        if manifest["keys"] != "absent":
            replace(staging / "secrets", folder / "secrets")
        # The database only now: a damaged file or a wrong passphrase has cost nothing.
        url = database.database_url()
        refuse_unless_no_tables(url)
        archives.load(staging / archives.DUMP, url)
        applied = prove(manifest, url)
        if (staging / "documents").is_dir():
            replace(staging / "documents", folder / "documents")
    except BaseException:
        database.leave()
        for child in folder.iterdir():
            shutil.rmtree(child)
        if not existed:
            folder.rmdir()
        raise
    shutil.rmtree(staging)
    return manifest | {"applied": applied}


def prove(manifest: dict[str, Any], url: str) -> list[str]:
    """Row counts and ledger as in the manifest, then this version's migrations. Raises ArchiveProblem."""
    from xinglin.cli.main import ready
    from xinglin.cli.migrate import migrate_now
    from xinglin.kernel import archives

    if wrong := archives.differences(manifest, archives.look(url)):
        raise archives.ArchiveProblem("restore_differs", "; ".join(wrong[:5]), "Use another backup; nothing was kept.")
    ready()
    from django.db import connection, transaction

    from xinglin.kernel import ledger, permits

    verdict = ledger.verify(expected_root=manifest["ledger"]["root"])
    if not verdict.sound:
        raise archives.ArchiveProblem(
            "ledger_broken", f"The ledger in this backup does not verify: {verdict.fault}", "Use another backup."
        )
    applied = migrate_now()
    program = permits.the_program()
    with transaction.atomic():
        facts = {"root": manifest["ledger"]["root"], "made_at": manifest["made_at"]}
        ledger.record("kernel.restored", by=program, subject=program, data=facts)
    connection.close_pool()
    return applied


def refuse_unless_empty(folder: Path) -> None:
    """Raises ArchiveProblem when the home holds anything."""
    from xinglin.kernel.archives import ArchiveProblem

    if folder.is_dir() and any(path.is_file() for path in folder.rglob("*")):
        raise ArchiveProblem(
            "home_not_empty",
            f"{folder} is not empty, and a restore never overwrites.",
            "Set XINGLIN_HOME to a new folder, or move this one away first.",
        )


def refuse_unless_no_tables(url: str) -> None:
    """Raises ArchiveProblem when the database holds tables."""
    from xinglin.kernel import archives

    if archives.look(url).rows:
        raise archives.ArchiveProblem(
            "database_not_empty", "The database holds tables already.", "Restore into an empty database."
        )


def replace(source: Path, target: Path) -> None:
    """Put a folder where an empty one is."""
    if target.is_dir():
        shutil.rmtree(target)
    source.rename(target)
