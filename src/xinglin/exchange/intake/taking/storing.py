"""Rows into tables, many at once: COPY for what is new, one statement for what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, connection, models

LOCK = 0x494E54
# Lines handed to the driver at a time.
LINES = 2_000


@contextmanager
def site_locked(site: int) -> Iterator[None]:
    """One chunk of a sender at a time: two deliveries of the same content never race for the same rows.

    Held by the session over the several transactions of a chunk; a killed process lets go with its connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, site])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, site])


def lock_site(site: int) -> None:
    """The same lock, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, site])


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY tuples whose values the driver knows by themselves (no field preparation: nothing here is encrypted)."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(model._meta.get_field(name).column)) for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN") as copy:
        write = copy.write_row
        for row in rows:
            write(row)


_MARKS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def cell(value: Any) -> str:
    """A value as a cell of a COPY in text form."""
    return "\\N" if value is None else str(value).translate(_MARKS)


def cells(texts: Sequence[str]) -> Sequence[str]:
    """Many texts as cells; most need no change, which is seen at one glance."""
    together = "\n".join(texts)
    plain = together.count("\n") < max(1, len(texts)) and not any(mark in together for mark in "\\\t\r")
    return texts if plain else [text.translate(_MARKS) for text in texts]


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: Sequence[str]) -> None:
    """COPY rows that are written as lines of cells already."""
    quote: Any = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN") as copy:
        for start in range(0, len(lines), LINES):
            copy.write("".join(lines[start : start + LINES]))


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def run(sql: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def run_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def let_fall(change: str) -> str:
    """The statement that runs `change`, an UPDATE of results after which they count no longer, and notes which."""
    return (
        f"WITH fallen AS ({change} RETURNING id) "  # noqa: S608 - our own statements
        "INSERT INTO intake_fallenresult (result) SELECT id FROM fallen ON CONFLICT DO NOTHING"
    )


def next_ids(table: str, many: int) -> list[int]:
    """Running numbers taken ahead of the rows, so that rows of the same chunk can name each other."""
    if not many:
        return []
    found = rows_of(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s)", [many])  # noqa: S608 - our own table
    return [one for (one,) in found]
