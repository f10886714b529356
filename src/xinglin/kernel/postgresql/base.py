"""The backend: Django's own, which starts (or revives) the home's database before it connects.

So commands that need no database (`--help`, checks, making migrations) start none, and a database that was killed is
brought back by the next request instead of by a person.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from xinglin.kernel import database

assert is_psycopg3  # noqa: S101 - the pool needs it


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects as Django does, to a database that is there."""

    def get_connection_params(self) -> dict[str, Any]:
        """Where to connect to. Called before every connection, pooled or not. Raises HomeProblem."""
        if database.is_embedded():
            database.ensure_running()
        return super().get_connection_params()
