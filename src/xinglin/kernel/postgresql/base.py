"""The backend: Django's own, which starts (or revives) the home's database before it connects.

So commands that need no database (`--help`, checks, making migrations) start none, and a database that was killed is
brought back by the next request instead of by a person.
"""

import select
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from psycopg_pool import ConnectionPool

from xinglin.kernel import database

assert is_psycopg3  # noqa: S101 - the pool needs it
# Seconds for which a connection that answered is asked no more; its socket, which a dead server closes, still is.
FRESH = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects as Django does, to a database that is there."""

    @property
    def pool(self) -> Any:
        """Django's pool of connections, each looked at before it is handed out."""
        found: Any = super().pool
        if found is not None:
            # Django names the pool's own check, a question to the server each time, and leaves no other door.
            found._check = check
        return found

    def get_connection_params(self) -> dict[str, Any]:
        """Where to connect to. Called before every connection, pooled or not. Raises HomeProblem."""
        if database.is_embedded():
            database.ensure_running()
        return super().get_connection_params()


def check(connection: Any) -> None:
    """Return if a pooled connection works; else bring the database back and raise, so that another is taken."""
    since = monotonic()
    if since - getattr(connection, "xinglin_answered", -FRESH) < FRESH and not has_news(connection.fileno()):
        return
    try:
        ConnectionPool.check_connection(connection)
    except Exception:
        if database.is_embedded():
            database.ensure_running(at_once=True)
        raise
    connection.xinglin_answered = since


def has_news(socket: int) -> bool:
    """Whether something lies on a socket on which nothing is awaited: its end, mostly."""
    looked = select.poll()
    looked.register(socket, select.POLLIN)
    return bool(looked.poll(0))
