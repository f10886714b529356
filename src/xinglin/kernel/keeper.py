"""The keeper of an embedded database: it stops PostgreSQL when the last process that uses it is gone, however it went.

Every process that uses a home holds a shared lock on `db/users.lock`; the kernel lets go of it even after kill -9. The
keeper waits for the exclusive lock, which it gets when nobody is left. Start and stop take turns by `db/start.lock`.
Pure standard library, also run as a script of its own: a small process that outlives whoever started it.

Lock order, everywhere: start.lock first, then users.lock. The keeper waits for users.lock alone, holding nothing else.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STOP_TIMEOUT = 40  # seconds
ROOM_TO_STOP = 8 << 20  # bytes


def lock(path: Path, how: int) -> int:
    """Open and flock a file; returns the handle, to be closed by the caller. Raises BlockingIOError with LOCK_NB."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle


def plain_environment() -> dict[str, str]:
    """Our environment without what would steer PostgreSQL's programs elsewhere."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


def run_as(
    command: list[str], account: list[int] | None, timeout: float = 60, extra: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a PostgreSQL program, as another account ([uid, gid]) where we are root. Never raises for its exit code."""
    who: dict[str, Any] = {}
    if account:
        who = {"user": account[0], "group": account[1], "extra_groups": []}
    return subprocess.run(
        command,
        cwd="/",
        env=plain_environment() | (extra or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        **who,
    )


def stop_if_unused(folder: Path, pg_ctl: str, account: list[int] | None) -> bool:
    """Stop the database under `folder` unless somebody uses it. Returns whether nobody did."""
    starting = lock(folder / "start.lock", fcntl.LOCK_EX)
    try:
        try:
            users = lock(folder / "users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            if (folder / "data" / "postmaster.pid").exists():
                _stop(folder / "data", pg_ctl, account)
            return True
        finally:
            os.close(users)
    finally:
        os.close(starting)


def _stop(data: Path, pg_ctl: str, account: list[int] | None) -> None:
    """Stop in order; at once where that cannot work, which loses nothing: the next start recovers."""
    disk = os.statvfs(data)
    modes = ["fast", "immediate"]
    if disk.f_bavail * disk.f_frsize < ROOM_TO_STOP:
        modes.remove("fast")  # it would wait for a last checkpoint that a full disk never takes
    for mode in modes:
        command = [pg_ctl, "stop", "-D", str(data), "-m", mode, "-w", "-t", str(STOP_TIMEOUT)]
        try:
            if run_as(command, account, STOP_TIMEOUT + 10).returncode == 0:
                return
        except subprocess.TimeoutExpired:
            continue


def keep(folder: Path, pg_ctl: str, account: list[int] | None) -> None:
    """Wait until nobody uses the database, then stop it. Returns when it is stopped or its folder is gone."""
    while folder.is_dir():
        try:
            os.close(lock(folder / "users.lock", fcntl.LOCK_EX))
            if stop_if_unused(folder, pg_ctl, account):
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    keep(Path(order["folder"]), order["pg_ctl"], order["account"])
