"""What a backup file is: a .tar.gz with its manifest first, then the database, the documents and the keys.

    manifest.json      versions, row counts, the ledger's latest sealed root, and the SHA-256 of every other part
    database.dump      pg_dump's custom format, from one snapshot
    documents/…        as in the home
    secrets/…          as in the home, or encrypted under a passphrase (.sealed), or absent

The counts and the root are read in the very snapshot that is dumped, so that a restore can prove itself.
"""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from xinglin import __version__
from xinglin.kernel import keeper
from xinglin.kernel.embedded import EmbeddedDatabase
from xinglin.kernel.home import HomeProblem, plainly

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
SALT, NONCE = 16, 12  # bytes
CHUNK = 1 << 20
# Settings that a newer pg_dump writes and an older server does not know; none concerns the data.
TOO_NEW_FOR_SOME = ("SET transaction_timeout",)


class ArchiveProblem(HomeProblem):
    """A backup or restore that was not made, in one sentence with what to do next."""


@dataclass(frozen=True)
class Snapshot:
    """What one moment of the database holds: rows by table, applied migrations, and the ledger's last seal."""

    rows: dict[str, int]
    migrations: list[str]
    ledger: dict[str, Any]
    server: str


def write_backup(
    target: Path, *, home: Path, url: str, passphrase: str | None, with_keys: bool = True
) -> dict[str, Any]:
    """Write everything of a home into one new file, readable by its owner only; returns the manifest.

    The file appears under its name only when it is whole. Raises ArchiveProblem.
    """
    if target.exists():
        raise ArchiveProblem("backup_exists", f"{target} exists already.", "Choose a name that is free.")
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    dump = target.with_name(f".{target.name}.{os.getpid()}.dump")
    try:
        with plainly(target.parent):
            snapshot = _dump(url, dump)
            secrets = _secrets(home, passphrase) if with_keys else {}
            files = {DUMP: dump} | {str(p.relative_to(home)): p for p in _files_under(home / "documents")}
            parts = {name: _fingerprint(path) for name, path in files.items()}
            parts |= {name: _fingerprint_of(content) for name, content in secrets.items()}
            manifest = {
                "format": FORMAT,
                "xinglin": __version__,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "postgresql": snapshot.server,
                "migrations": snapshot.migrations,
                "rows": snapshot.rows,
                "ledger": snapshot.ledger,
                "keys": ("sealed" if passphrase else "plain") if secrets else "absent",
                "parts": parts,
            }
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                    _add(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
                    for name, path in files.items():
                        archive.add(path, arcname=name, recursive=False, filter=_anonymous)
                    for name, content in secrets.items():
                        _add(archive, name, content)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(target)
    finally:
        for leftover in (aside, dump):
            leftover.unlink(missing_ok=True)
    return manifest


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest of a backup file. Raises ArchiveProblem when it is not one."""
    with _opened(source) as archive:
        first = archive.next()
        content = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
        if content is None:
            raise _not_a_backup(source)
        try:
            manifest = json.loads(content.read())
        except ValueError as error:
            raise _not_a_backup(source) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ArchiveProblem(
            "backup_format",
            f"{source} was written in a format this version does not read.",
            f"Restore it with Xinglin {manifest.get('xinglin', '') if isinstance(manifest, dict) else ''} or later.",
        )
    return manifest


def unpack(source: Path, into: Path, manifest: dict[str, Any]) -> None:
    """Unpack the parts the manifest names, each checked against its SHA-256. Raises ArchiveProblem on any difference.

    Nothing else in the file is written anywhere, and no name can lead outside `into`.
    """
    wanted: dict[str, dict[str, Any]] = dict(manifest["parts"])
    with plainly(into), _opened(source) as archive:
        for member in archive:
            expected = wanted.pop(member.name, None)
            if member.name == MANIFEST:
                continue
            content = archive.extractfile(member) if expected is not None and member.isfile() else None
            target = into / member.name
            if expected is None or content is None or not target.resolve().is_relative_to(into.resolve()):
                raise _damaged(source, member.name)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with target.open("xb") as file:
                while block := content.read(CHUNK):
                    digest.update(block)
                    file.write(block)
            target.chmod(0o600)
            if digest.hexdigest() != expected["sha256"]:
                raise _damaged(source, member.name)
    if wanted:
        raise _damaged(source, min(wanted))


def load(dump: Path, url: str) -> None:
    """Load a dump into an empty database, all of it or nothing. Raises ArchiveProblem."""
    script = dump.with_suffix(".sql")
    done = _run("pg_restore", url=None, arguments=["--no-owner", "--no-privileges", "-f", str(script), str(dump)])
    if done.returncode:
        raise ArchiveProblem("dump_unreadable", f"The dump cannot be read: {done.stdout[-300:]}", "Use another backup.")
    plain = script.with_suffix(".plain.sql")
    with script.open("rb") as given, plain.open("wb") as kept:
        in_header = True
        for line in given:
            if in_header and line.startswith(b"CREATE "):
                in_header = False
            if not (in_header and line.decode(errors="replace").startswith(TOO_NEW_FOR_SOME)):
                kept.write(line)
    script.unlink()
    done = _run(
        "psql", url=url, arguments=["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(plain)]
    )
    plain.unlink()
    if done.returncode:
        raise ArchiveProblem(
            "restore_failed",
            f"The database refused the backup, and nothing was changed: {done.stdout.strip()[-300:]}",
            "Restore into an empty database of the same or a later PostgreSQL.",
        )


def look(url: str) -> Snapshot:
    """What the database holds now."""
    with psycopg.connect(_stripped(url)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _snapshot(connection)


def unseal_secrets(folder: Path, passphrase: str | None) -> None:
    """Turn `*.sealed` under `folder` back into keys. Raises ArchiveProblem for a wrong passphrase."""
    for path in sorted(folder.glob("*.sealed")):
        if passphrase is None:
            raise ArchiveProblem(
                "passphrase_needed",
                "The keys in this backup are sealed.",
                "Give the passphrase: --passphrase-file.",
            )
        content = path.read_bytes()
        salt, nonce, sealed = content[:SALT], content[SALT : SALT + NONCE], content[SALT + NONCE :]
        try:
            key = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, path.stem.encode())
        except InvalidTag as error:
            raise ArchiveProblem(
                "passphrase_wrong", "This is not the passphrase of the backup.", "Try again; nothing was changed."
            ) from error
        path.with_suffix("").write_bytes(key)
        path.with_suffix("").chmod(0o600)
        path.unlink()


def differences(manifest: dict[str, Any], found: Snapshot) -> list[str]:
    """Tables whose number of rows is not what the manifest says, in words."""
    said: dict[str, int] = manifest["rows"]
    return [
        f"{table}: {said.get(table, 0)} rows in the backup, {found.rows.get(table, 0)} restored"
        for table in sorted({*said, *found.rows})
        if said.get(table, 0) != found.rows.get(table, 0)
    ]


def _dump(url: str, target: Path) -> Snapshot:
    with psycopg.connect(_stripped(url)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101 - it always returns one
        snapshot = _snapshot(connection)
        arguments = ["--format=custom", "--no-owner", "--no-privileges", "--compress=0"]
        done = _run("pg_dump", url=url, arguments=[*arguments, f"--snapshot={row[0]}", f"--file={target}"])
    if done.returncode:
        if "No space left" in done.stdout:
            raise ArchiveProblem("disk_full", f"The disk of {target.parent} is full: no backup.", "Free some space.")
        raise ArchiveProblem("dump_failed", f"The database was not dumped: {done.stdout.strip()[-300:]}", "See above.")
    target.chmod(0o600)
    return snapshot


def _snapshot(connection: "psycopg.Connection[Any]") -> Snapshot:
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    ]
    rows: dict[str, int] = {}
    for table in sorted(tables):
        count = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        rows[table] = count[0] if count else 0
    migrations: list[str] = []
    if "django_migrations" in rows:
        applied = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [name for (name,) in applied]
    ledger: dict[str, Any] = {"root": None, "seals": 0}
    if "kernel_ledgerseal" in rows:
        seal = connection.execute("SELECT id, root FROM kernel_ledgerseal ORDER BY id DESC LIMIT 1").fetchone()
        ledger = {"root": seal[1] if seal else None, "seals": seal[0] if seal else 0}
        ledger["entries"] = rows["kernel_ledgerentry"]
    return Snapshot(rows, migrations, ledger, str(connection.info.server_version))


def _run(program: str, *, url: str | None, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    """One of PostgreSQL's programs from the wheel. The password goes by the environment, never by the command line."""
    command = [EmbeddedDatabase.program(program), *arguments]
    extra: dict[str, str] = {}
    if url is not None:
        parts = conninfo_to_dict(url)
        if password := parts.pop("password", None):
            extra["PGPASSWORD"] = str(password)
        command += ["--dbname", make_conninfo("", **parts)]
    return keeper.run_as(command, None, timeout=24 * 3600, extra=extra)


def _stripped(url: str) -> str:
    return make_conninfo(url, application_name="xinglin backup")


def _secrets(home: Path, passphrase: str | None) -> dict[str, bytes]:
    plain = {f"secrets/{p.name}": p.read_bytes() for p in _files_under(home / "secrets") if not p.name.startswith(".")}
    if passphrase is None:
        return plain
    sealed = {}
    for name, content in plain.items():
        salt, nonce = os.urandom(SALT), os.urandom(NONCE)
        cipher = AESGCM(_key(passphrase, salt)).encrypt(nonce, content, Path(name).name.encode())
        sealed[f"{name}.sealed"] = salt + nonce + cipher
    return sealed


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _fingerprint_of(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(content), int(time.time()), 0o600
    archive.addfile(member, io.BytesIO(content))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names and numbers of this machine's accounts."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    file: IO[bytes]
    try:
        file = source.open("rb")
    except OSError as error:
        raise ArchiveProblem(
            "backup_missing", f"{source} cannot be read ({error.strerror}).", "Check its name."
        ) from error
    with file:
        try:
            with tarfile.open(fileobj=file, mode="r:gz") as archive:
                yield archive
        except (tarfile.TarError, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise _not_a_backup(source) from error


def _not_a_backup(source: Path) -> ArchiveProblem:
    return ArchiveProblem(
        "not_a_backup", f"{source} is not a whole Xinglin backup.", "Use another file; nothing was changed."
    )


def _damaged(source: Path, part: str) -> ArchiveProblem:
    return ArchiveProblem(
        "backup_damaged",
        f"{source} is damaged: “{part}” is missing or not what the manifest says.",
        "Use another backup; nothing was changed.",
    )
