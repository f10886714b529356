"""The backend: Django's own, which starts (or revives) the home's database before it connects.

So commands that need no database (`--help`, checks, making migrations) start none, and a database that was killed is
brought back by the next request instead of by a person.
"""

import select
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base, schema
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django.db.models import Model
from psycopg_pool import ConnectionPool

from xinglin.kernel import database

assert is_psycopg3  # noqa: S101 - the pool needs it
# Seconds for which a connection that answered is asked no more; its socket, which a dead server closes, still is.
FRESH = 1.0


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Django's own, without a second index of every indexed text for prefixes (`..._like`).

    Nearly all such texts are ids, stages and codes and found whole; a second index of each is written with every row
    for nothing. The embedded database orders text by its bytes, so that the ordinary index finds prefixes too.
    """

    def _create_like_index_sql(self, model: type[Model], field: Any) -> None:
        return None


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects as Django does, to a database that is there."""

    SchemaEditorClass = SchemaEditor

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
