"""The home: one folder that holds everything the program keeps, so that two homes never touch.

    home/
      db/          the embedded database, its socket, its log and its locks
      documents/   files by their SHA-256
      logs/        what the server and the worker said
      secrets/     keys, generated once
      static/      for a web server in front, if there is one

Folders are 0700 and secrets 0600. Where the program runs as root the database runs as its own user, which is then given
the right to pass through the home (and nothing else). Pure standard library: settings read this before Django starts.
"""

import base64
import contextlib
import errno
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from xinglin.kernel import environment

FOLDERS = ("db", "documents", "logs", "secrets", "static")
# Below this the program refuses to begin work that writes (bytes): PostgreSQL needs room to say sorry.
LOW_WATER_MARK = 64 * 1024 * 1024


class HomeProblem(Exception):
    """The home or its database cannot be used, said in one sentence with what to do next.

    Has the three parts of a refusal: `code`, `sentence`, `next_step`. It is not one: it is raised before Django,
    and with it translations, exist.
    """

    def __init__(self, code: str, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence} {next_step}")
        self.code = code
        self.sentence = sentence
        self.next_step = next_step


def home() -> Path:
    """The home folder (XINGLIN_HOME, default ./var) with its rooms, made on first use.

    Raises HomeProblem when the folder cannot be made or written.
    """
    path = home_path()
    with plainly(path):
        for folder in (path, *(path / name for name in FOLDERS)):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def home_path() -> Path:
    """Where the home is, whether or not it exists."""
    return Path(environment.read("XINGLIN_HOME")).expanduser().absolute()


def documents_folder() -> Path:
    """Where documents are kept, by content."""
    return home() / "documents"


def logs_folder() -> Path:
    """Where the server and the worker write their logs."""
    return home() / "logs"


def secret_key() -> str:
    """The key that signs sessions and links: made once, kept in the home."""
    return _once("secret.key", lambda: secrets.token_urlsafe(64).encode()).decode()


def field_keys() -> list[bytes]:
    """Keys (32 bytes each) that encrypt identity numbers, newest first: write with the first, read with any."""

    def fresh() -> bytes:
        return json.dumps({"keys": [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()]}).encode()

    kept = json.loads(_once("fields.json", fresh))
    return [base64.urlsafe_b64decode(key) for key in kept["keys"]]


def rotate_field_key() -> None:
    """Put a new key in front; the old ones stay, so that what they wrote can still be read."""
    old = [base64.urlsafe_b64encode(key).decode() for key in field_keys()]
    new = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    write_atomically(home() / "secrets" / "fields.json", json.dumps({"keys": [new, *old]}).encode())


def lookup_key() -> bytes:
    """The key (32 bytes) of the keyed hashes by which encrypted numbers are looked up. It never changes."""
    return base64.urlsafe_b64decode(_once("lookup.key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32))))


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new and never half of it.

    Raises HomeProblem when the disk is full or the folder cannot be written; the old file is then untouched.
    """
    with plainly(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        _sync_folder(path.parent)


def free_bytes(path: Path | None = None) -> int:
    """Bytes that can still be written under the home."""
    facts = os.statvfs(path or home())
    return facts.f_bavail * facts.f_frsize


def refuse_when_nearly_full() -> None:
    """Refuse work that writes a lot when less than 64 MiB are left. Raises HomeProblem."""
    if free_bytes() < LOW_WATER_MARK:
        raise disk_full(home_path())


def disk_full(path: Path) -> HomeProblem:
    """The sentence for a full disk."""
    return HomeProblem(
        "disk_full",
        f"The disk that holds {path} is full, so nothing was written.",
        "Free some space (64 MiB at least) and try again; nothing that was saved before is lost.",
    )


@contextlib.contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn the operating system's errors about `path` into sentences. Raises HomeProblem."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise disk_full(path) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise HomeProblem(
                "home_not_writable",
                f"{path} cannot be written by this user.",
                "Start Xinglin as the user who owns the folder, or set XINGLIN_HOME to a folder you may write to.",
            ) from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise HomeProblem(
                "home_not_a_folder",
                f"{path} cannot be used: a file stands where a folder should be.",
                "Move that file away, or set XINGLIN_HOME to another folder.",
            ) from error
        raise


def _once(name: str, fresh: Callable[[], bytes]) -> bytes:
    """The secret called `name`, made by `fresh` if there is none: the first of two racing processes wins."""
    path = home() / "secrets" / name
    if not path.exists():
        with plainly(path):
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(fresh())
                    file.flush()
                    os.fsync(file.fileno())
                # A link fails where the name is taken, so nobody's key is ever replaced by a second one.
                with contextlib.suppress(FileExistsError):
                    os.link(temporary, path)
            finally:
                Path(temporary).unlink(missing_ok=True)
            _sync_folder(path.parent)
    with plainly(path):
        return path.read_bytes()


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
