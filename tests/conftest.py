"""The tests' own home, its database, and the closed door to the network. Read by every test process first.

By default an embedded PostgreSQL in a temporary home, shared by all xdist workers, each with a database of its own;
XINGLIN_DATABASE_URL=… runs the same suite on any other PostgreSQL 15 or later whose user may create databases.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of a property; CI draws the same examples each time, so a red build is about the change.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("house")

# Ours only if we made it: xdist's workers inherit the variable and must not make (or remove) another.
_made_home = "XINGLIN_TEST_HOME" not in os.environ

if _made_home:
    os.environ["XINGLIN_TEST_HOME"] = tempfile.mkdtemp(prefix="xinglin-test-")
os.environ["XINGLIN_HOME"] = os.environ["XINGLIN_TEST_HOME"]
os.environ["XINGLIN_DATABASE_UNSAFE"] = "1"
# A busy machine is no reason to fail: a minute is for people who wait.
os.environ["XINGLIN_STATEMENT_TIMEOUT"] = "600"
os.environ["DJANGO_SETTINGS_MODULE"] = "xinglin.portal.settings"
# The browser tests' live server runs beside Playwright's event loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # pytest-django sets Django up after this, if the settings are configured by then.
    assert settings.DATABASES["default"]["NAME"]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their number: a packed file holds the moment it was made, and all workers must agree on names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_unconfigure(config: pytest.Config) -> None:
    if _made_home:
        from xinglin.kernel import database

        database.leave()
        shutil.rmtree(os.environ["XINGLIN_TEST_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """One connection per thread, no pool: a test's transaction is rolled back on the connection it was made on."""
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session", autouse=True)
def flushing_may_empty_what_is_only_added_to() -> Iterator[None]:
    """The ledger's tables and the books of money refuse to be emptied, which tests with real transactions need.

    The guards are lifted for that statement alone, by the owner of the tables; the program never does this.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.execute_sql_flush
    guarded = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"

    def lifted(self: Any, sql_list: list[str]) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(guarded)
            tables = [row[0] for row in cursor.fetchall()]
        lift = [f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in tables]
        close = [f"ALTER TABLE {table} ENABLE TRIGGER USER;" for table in tables]
        plain(self, [*lift, *sql_list, *close])

    DatabaseOperations.execute_sql_flush = lifted
    yield
    DatabaseOperations.execute_sql_flush = plain


@pytest.fixture(scope="session", autouse=True)
def the_catalogue_is_asked_each_time() -> None:
    """Between two requests a second may pass unasked; between two tests nothing may be remembered."""
    from xinglin.exchange.catalogue.queries import snapshot

    snapshot.CHECK_EVERY = 0.0
