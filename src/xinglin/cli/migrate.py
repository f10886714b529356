"""`xinglin migrate`: bring the database, and what this version derives from it, to the shape this version needs."""

import hashlib
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from xinglin.kernel.database import is_embedded
from xinglin.kernel.home import home, write_atomically

# Libraries that bring migrations of their own.
WITH_TABLES = ("django", "django-allauth", "django-axes", "procrastinate")

# "Xingl" in ASCII: two servers that start at once migrate one after the other.
MIGRATION_LOCK = 0x58696E676C

TELL_EVERY = 2  # seconds


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def migrate(as_json: bool) -> None:
    """Bring the database to the shape this version needs, patients' records included. Safe to run twice."""
    from xinglin.cli.main import ready, show

    ready()
    applied = migrate_now()
    show({"applied": applied}, as_json=as_json, text="\n".join(applied) or "Nothing to do.")


def pending() -> list[str]:
    """What is not done yet, in order: names of migrations, or else that patients' records are to be prepared anew."""
    from xinglin.exchange.identity.queries.patients import outdated

    waiting = unapplied()
    return waiting or (["identity.prepared_anew"] if outdated().exists() else [])


def unapplied() -> list[str]:
    """Names of migrations that are not applied yet, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan: list[tuple[Any, bool]] = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate_now() -> list[str]:
    """Do what is pending, one process at a time; returns its names."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            names = unapplied()
            if names:
                call_command("migrate", verbosity=0, interactive=False)
            names += prepare_records()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
            cursor.execute("RESET statement_timeout")
            cursor.execute("RESET lock_timeout")
    if is_embedded():
        write_atomically(home() / "db" / "shape", shape().encode())
    return names


def prepare_records() -> list[str]:
    """Prepare the patients' records anew that another version prepared; says how far it is on stderr."""
    from xinglin.exchange.identity.actions.arriving import prepare_anew
    from xinglin.exchange.identity.queries.patients import outdated
    from xinglin.kernel import permits

    if not (total := outdated().count()):
        return []
    program, done, told = permits.the_program(), 0, time.monotonic()
    while part := prepare_anew(by=program):
        done += part
        if time.monotonic() - told > TELL_EVERY:
            click.echo(f"patient records prepared anew: {done:,} of {total:,}", err=True)
            told = time.monotonic()
    return ["identity.prepared_anew"]


def in_shape() -> bool:
    """Whether the embedded database was left in the shape this installation needs. Needs no Django."""
    remembered = home() / "db" / "shape"
    return remembered.is_file() and remembered.read_text() == shape()


def shape() -> str:
    """A fingerprint of every migration this installation has: its own files, and the versions of its libraries."""
    source = Path(__file__).parents[1]
    names = sorted(str(path.relative_to(source)) for path in source.glob("**/migrations/*.py"))
    libraries = [f"{name}=={metadata.version(name)}" for name in WITH_TABLES]
    return hashlib.sha256("\n".join([*names, *libraries]).encode()).hexdigest()
