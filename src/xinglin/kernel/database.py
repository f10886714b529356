"""Which database: the one named by XINGLIN_DATABASE_URL, or else the embedded one of this home.

Settings call `django_database()`. All processes on one home share the embedded database; the last to leave stops it.
"""

import atexit
import os
from time import monotonic
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from xinglin.kernel import environment
from xinglin.kernel.embedded import EmbeddedDatabase
from xinglin.kernel.home import HomeProblem, home, home_path

# Seconds for which a database that was seen to live is not looked after again.
SURE = 0.2
_joined: dict[str, tuple[int, EmbeddedDatabase]] = {}
_sure_until: dict[tuple[int, str], float] = {}
POOL = {"min_size": 1, "max_size": 16, "timeout": 5.0, "reconnect_timeout": 10.0, "max_idle": 300.0}


def database_url() -> str:
    """The URL of the database, with the embedded one started, or joined, if it is that.

    Raises HomeProblem when the embedded database cannot run here.
    """
    given = environment.read("XINGLIN_DATABASE_URL")
    if given:
        return given
    return embedded().url()


def embedded() -> EmbeddedDatabase:
    """This home's embedded database, started or joined by this process."""
    path = home()
    pid, database = _joined.get(str(path), (0, None))
    # A forked child makes its own claim: its parent may leave first.
    if database is None or pid != os.getpid():
        database = EmbeddedDatabase(path, unsafe=environment.is_on("XINGLIN_DATABASE_UNSAFE"))
        database.start()
        _joined[str(path)] = (os.getpid(), database)
        atexit.register(_leave, str(path))
    return database


def ensure_running(*, at_once: bool = False) -> None:
    """Start the embedded database, or bring it back if its process is gone. Cheap when all is well.

    Not looked at again within SURE seconds, unless `at_once`. Raises HomeProblem when it cannot run.
    """
    mine = (os.getpid(), environment.read("XINGLIN_HOME"))
    if not at_once and monotonic() < _sure_until.get(mine, 0.0):
        return
    database = embedded()
    if not database.seems_alive():
        database.start()
    _sure_until[mine] = monotonic() + SURE


def is_embedded() -> bool:
    """Whether this home uses its embedded database."""
    return not environment.read("XINGLIN_DATABASE_URL")


def leave() -> None:
    """Let go of the embedded databases this process joined; the last process to leave stops them."""
    for path in list(_joined):
        _leave(path)


def django_database(*, pooled: bool = True) -> dict[str, Any]:
    """The entry for Django's DATABASES. Starts nothing: the embedded database starts at the first connection.

    pooled: keep a pool of connections, each checked before it is handed out, so that a database that was away for a
    minute is found again by the next request. Statements are given up after XINGLIN_STATEMENT_TIMEOUT seconds.
    """
    given_url = environment.read("XINGLIN_DATABASE_URL")
    url = given_url or EmbeddedDatabase(home_path()).url()
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise HomeProblem(
            "database_url",
            "XINGLIN_DATABASE_URL is not a PostgreSQL URL.",
            "Write it as postgresql://user:password@host:5432/name.",
        ) from error
    timeout = int(environment.read("XINGLIN_STATEMENT_TIMEOUT")) * 1000
    given = str(parts.pop("options", "") or "")
    options: dict[str, Any] = {"connect_timeout": 5, "application_name": "xinglin"}
    entry = {
        "ENGINE": "xinglin.kernel.postgresql",
        "NAME": parts.pop("dbname", "xinglin"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
    options |= {name: value for name, value in parts.items() if value is not None}
    # Said by the connection, so that the embedded database and a city's own behave alike.
    session = {
        "statement_timeout": str(timeout),
        "lock_timeout": "20s",
        "work_mem": "16MB",
        # For those statements that are prepared: short ones with arrays, which the server would plan anew each time for
        # the arrays' lengths, and planning takes longer than running.
        "plan_cache_mode": "force_generic_plan",
        "client_connection_check_interval": "5s",
    }
    said = [f"-c {name}={value}" for name, value in session.items()]
    options["options"] = " ".join([given, *said]).strip()
    if pooled:
        options["pool"] = dict(POOL)
    return entry


def _leave(path: str) -> None:
    _sure_until.clear()
    pid, database = _joined.pop(path, (0, None))
    if database is not None and pid == os.getpid():
        database.leave()
