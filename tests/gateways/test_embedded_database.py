"""The embedded PostgreSQL as a city meets it: started, shared, killed, recovered, left. Real processes throughout."""

import fcntl
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from xinglin.kernel import keeper
from xinglin.kernel.embedded import LONGEST_SOCKET_PATH, SOCKET_NAME, EmbeddedDatabase
from xinglin.kernel.home import HomeProblem

SOURCE = Path(__file__).parents[2] / "src"
# Joins the database of a home, says so, and stays until its standard input closes.
GUEST = """
import sys
from pathlib import Path
from xinglin.kernel.embedded import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]), unsafe=True)
database.start()
print("in", flush=True)
sys.stdin.read()
database.leave()
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(tmp_path / "home", unsafe=True)
    yield database
    database.leave()


@pytest.fixture
def guest() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start another process that joins the database of a home."""
    guests: list[subprocess.Popen[str]] = []

    def invite(home: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", GUEST, str(home)],
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        guests.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        return process

    yield invite
    for process in guests:
        process.kill()
        process.communicate()


def postmaster_of(database: EmbeddedDatabase) -> psutil.Process:
    return psutil.Process(int((database.data / "postmaster.pid").read_text().split("\n")[0]))


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def put(database: EmbeddedDatabase, word: str) -> None:
    with psycopg.connect(database.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def kept(database: EmbeddedDatabase) -> list[str]:
    with psycopg.connect(database.url()) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept ORDER BY word")]


def setting(database: EmbeddedDatabase, name: str) -> str:
    with psycopg.connect(database.url()) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_only_a_local_socket_reaches_it_and_the_program_is_no_superuser(database: EmbeddedDatabase) -> None:
    database.start()

    assert setting(database, "listen_addresses") == ""
    assert setting(database, "is_superuser") == "off"
    listening = [found for found in postmaster_of(database).net_connections(kind="inet")]
    assert listening == []
    assert database.socket_folder.stat().st_mode & 0o777 == 0o700
    assert database.data.stat().st_mode & 0o777 == 0o700


def test_a_real_home_is_safe_against_power_loss(tmp_path: Path) -> None:
    database = EmbeddedDatabase(tmp_path / "home")
    try:
        database.start()
        assert [setting(database, name) for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
        assert setting(database, "client_connection_check_interval") == "5s"
    finally:
        database.leave()


def test_letters_of_every_script_are_kept_and_folded(database: EmbeddedDatabase) -> None:
    database.start()
    with psycopg.connect(database.url()) as connection:
        row = connection.execute("SELECT lower('ÄÉŌ'), length('𠮷·示例'), '示例' ~* '示'").fetchone()
    assert row == ("äéō", 4, True)


def test_the_log_never_holds_a_value(tmp_path: Path) -> None:
    database = EmbeddedDatabase(tmp_path / "home")
    try:
        database.start()
        with psycopg.connect(database.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (number text PRIMARY KEY)")
            connection.execute("INSERT INTO person VALUES ('110101199003070000')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('110101199003070000')")
    finally:
        database.leave()
    said = "".join(log.read_text() for log in (database.folder / "log").glob("*.log"))
    assert "duplicate key" in said
    assert "110101199003070000" not in said


def test_the_last_to_leave_stops_it(database: EmbeddedDatabase, guest: Callable[[Path], subprocess.Popen[str]]) -> None:
    database.start()
    other = guest(database.home)
    postmaster = postmaster_of(database)

    database.leave()
    assert database.is_running(), "another process still uses it"

    other.communicate()
    assert wait_until(lambda: not alive(postmaster))


def test_the_keeper_stops_it_when_everybody_was_killed(
    database: EmbeddedDatabase, guest: Callable[[Path], subprocess.Popen[str]]
) -> None:
    other = guest(database.home)
    postmaster = postmaster_of(database)

    other.kill()

    assert wait_until(lambda: not alive(postmaster))


@pytest.mark.parametrize("orphans", [False, True], ids=["idle", "with a statement running"])
def test_a_killed_postmaster_is_recovered_with_what_was_committed(
    database: EmbeddedDatabase, guest: Callable[[Path], subprocess.Popen[str]], *, orphans: bool
) -> None:
    other = guest(database.home)
    put(database, "committed")
    busy = psycopg.connect(database.url())
    busy.execute("INSERT INTO kept VALUES ('uncommitted')")
    if orphans:
        busy.pgconn.send_query(b"SELECT pg_sleep(600)")

    postmaster = postmaster_of(database)
    postmaster.send_signal(signal.SIGKILL)
    other.kill()

    started = time.monotonic()
    database.start()
    took = time.monotonic() - started
    print(f"recovered in {took:.2f} s")
    assert kept(database) == ["committed"]
    assert postmaster_of(database).pid != postmaster.pid
    busy.close()


def test_a_pid_file_naming_a_stranger_does_not_stop_the_start(database: EmbeddedDatabase) -> None:
    database.start()
    put(database, "committed")
    database.leave()
    (database.data / "postmaster.pid").write_text(f"{os.getpid()}\n{database.data}\n1\n5432\n/tmp\n\n")
    (database.socket_folder / f"{SOCKET_NAME}.lock").write_text(f"{os.getpid()}\n")

    database.start()

    assert kept(database) == ["committed"]


def test_a_start_killed_half_way_leaves_nothing_in_the_way(database: EmbeddedDatabase) -> None:
    aside = database.folder / "data.new"
    aside.mkdir(parents=True)
    (aside / "PG_VERSION").write_text("18\n")

    database.start()

    put(database, "works")
    assert not aside.exists()


def test_a_long_home_path_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 20) / "示例 家 with spaces, and 'quotes'"
    database = EmbeddedDatabase(home, unsafe=True)
    try:
        database.start()
        put(database, "works")
        assert len(os.fsencode(database.socket_folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        assert database.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        database.leave()


@pytest.mark.parametrize(("name", "inside"), [("'a b' 家 $(x)", True), ('a"b', False), ("a,b", False)])
def test_spaces_commas_and_quotes_in_a_short_path(name: str, *, inside: bool) -> None:
    database = EmbeddedDatabase(Path(f"/tmp/x{os.getpid()}{name}"), unsafe=True)
    try:
        database.start()
        put(database, "works")
        assert database.socket_folder.is_relative_to(database.home) is inside
    finally:
        database.leave()
        subprocess.run(["rm", "-rf", str(database.home)], check=True)


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 20)
    database = EmbeddedDatabase(home, unsafe=True)
    database.socket_folder.symlink_to(tmp_path)
    try:
        with pytest.raises(HomeProblem, match="belongs to somebody else"):
            database.start()
    finally:
        database.socket_folder.unlink()


def test_two_homes_never_touch(tmp_path: Path) -> None:
    one, two = EmbeddedDatabase(tmp_path / "one", unsafe=True), EmbeddedDatabase(tmp_path / "two", unsafe=True)
    try:
        one.start()
        two.start()
        put(one, "one")
        put(two, "two")
        assert kept(one) == ["one"]
        assert kept(two) == ["two"]
        one.leave()
        assert kept(two) == ["two"]
    finally:
        one.leave()
        two.leave()


def test_data_of_another_version_is_refused_with_the_way_out(database: EmbeddedDatabase) -> None:
    database.data.mkdir(parents=True)
    (database.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(HomeProblem, match=r"PostgreSQL 16.*backup"):
        database.start()


def test_many_starting_at_once_get_one_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", GUEST, str(home)]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    crowd = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        for process in crowd:
            assert process.stdout is not None
            assert process.stdout.readline() == "in\n"
        data = home / "db" / "data"
        masters = [p for p in psutil.process_iter() if is_postmaster(p, data)]
        assert len(masters) == 1
    finally:
        for process in crowd:
            process.communicate()
    assert not (data / "postmaster.pid").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_run_it() -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path(f"/tmp/xinglin-user-{os.getpid()}")
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    GUEST.replace("sys.stdin.read()", "print(database.data.stat().st_uid)"),
                    str(home),
                ],
                env=os.environ | {"PYTHONPATH": str(SOURCE), "HOME": "/tmp"},
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        except PermissionError:
            pytest.skip("this Python lies where an ordinary user cannot go")
        assert done.stdout == f"in\n{nobody.pw_uid}\n", done.stderr
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)


def test_restart_takes_less_than_five_seconds(database: EmbeddedDatabase) -> None:
    database.start()
    put(database, "committed")
    started = time.monotonic()
    database.leave()
    database.start()
    took = time.monotonic() - started
    print(f"stopped and started again in {took:.2f} s")
    assert kept(database) == ["committed"]
    assert took < 5


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_postmaster(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and "-D" in process.cmdline() and str(data) in process.cmdline()
    except psutil.Error:
        return False


def test_the_lock_is_free_again_after_a_crash_of_its_holder(tmp_path: Path) -> None:
    handle = keeper.lock(tmp_path / "lock", fcntl.LOCK_EX)
    with pytest.raises(BlockingIOError):
        keeper.lock(tmp_path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)
    os.close(keeper.lock(tmp_path / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB))
