"""Many rows at once: PostgreSQL's COPY with Django's own preparation of values, so that encryption applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

# Values of these fields and types reach the database as they are; asking the field costs more than the copying.
_AS_THEY_ARE = frozenset({
    "CharField", "TextField", "BooleanField", "DateField", "DateTimeField", "PositiveSmallIntegerField",
    "PositiveIntegerField", "BigAutoField",
})  # fmt: skip
_PLAIN = (str, int, bool, date, datetime, type(None))


def copy_in(model: type[models.Model], rows: Sequence[models.Model], *, leave_out: Sequence[str] = ()) -> int:
    """Insert `rows` of one model; returns how many. Constraints and triggers hold; signals and `save` are not called.

    `leave_out` names columns the database fills itself (running numbers). Must run inside the deed's transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{model._meta.label} rows were copied outside a transaction")
    if not rows:
        return 0
    fields = [field for field in model._meta.concrete_fields if field.name not in leave_out]
    quote: Any = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    order = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        prepared = [(field.attname, field.get_db_prep_save, field.get_internal_type() in _AS_THEY_ARE and
                     type(field).__module__ == "django.db.models.fields") for field in fields]  # fmt: skip
        for row in rows:
            values = row.__dict__
            copy.write_row([
                value if plain and type(value) in _PLAIN else prepare(value, connection)
                for value, prepare, plain in ((values[name], prepare, plain) for name, prepare, plain in prepared)
            ])  # fmt: skip
    return len(rows)


def copy_over(model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[str]) -> int:
    """Write `columns` of rows that exist already, all in one statement; returns how many rows were found.

    Lock the rows first: what somebody else changed meanwhile in these columns would be written over.
    """
    if not rows:
        return 0
    fields = [model._meta.get_field(name) for name in columns]
    key = model._meta.pk
    quote: Any = connection.ops.quote_name
    table, aside = quote(model._meta.db_table), quote(f"over_{model._meta.db_table}")
    listed = ", ".join(quote(field.column) for field in (key, *fields))
    sets = ", ".join(f"{quote(field.column)} = {aside}.{quote(field.column)}" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {aside} ON COMMIT DROP AS SELECT {listed} FROM {table} WHERE false")  # noqa: S608 - names of the model's own columns
        with cursor.copy(f"COPY {aside} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([
                    field.get_db_prep_save(getattr(row, field.attname), connection) for field in (key, *fields)
                ])  # fmt: skip
        found_in = f"{table}.{quote(key.column)} = {aside}.{quote(key.column)}"
        cursor.execute(f"UPDATE {table} SET {sets} FROM {aside} WHERE {found_in}")  # noqa: S608 - the same names
        found = cursor.rowcount
        cursor.execute(f"DROP TABLE {aside}")
    return found
