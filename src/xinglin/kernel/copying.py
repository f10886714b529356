"""Many rows at once: PostgreSQL's COPY with Django's own preparation of values, so that encryption applies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)

# Values of these fields and types reach the database as they are; asking the field costs more than the copying.
_AS_THEY_ARE = frozenset({
    "CharField", "TextField", "BooleanField", "DateField", "DateTimeField", "PositiveSmallIntegerField",
    "PositiveIntegerField", "SmallIntegerField", "BigIntegerField", "BigAutoField", "URLField",
})  # fmt: skip
_PLAIN = frozenset({str, int, bool, date, datetime})


def fresh(model: type[M], /, **given: Any) -> M:
    """A new row of `model` with its defaults, not saved: `model(**given)` for those who make a hundred thousand.

    `given` names columns (`person_id`, not `person`). Nothing is validated and no signal is sent, as in `copy_in`; the
    framework's own way asks each of forty fields for its default every time. Raises TypeError for an unknown column.
    """
    constant, made = _defaults(model)
    row = model.__new__(model)
    values = vars(row)
    values["_state"] = ModelState()
    values.update(constant)
    values.update(given)
    if len(values) != len(constant) + 1:
        raise TypeError(f"{model._meta.label} has no {sorted(values.keys() - constant.keys() - {'_state'})}")
    for name, default in made:
        if name not in given:
            values[name] = default()
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """Every column with its default, and those whose default is made anew for each row (ids, times, lists)."""
    fields = model._meta.concrete_fields
    made = [(f.attname, f.default) for f in fields if f.has_default() and callable(f.default)]
    anew = {name for name, _default in made}
    return {f.attname: None if f.attname in anew else f.get_default() for f in fields}, tuple(made)


def copy_in(model: type[M], rows: Iterable[M], *, leave_out: Sequence[str] = ()) -> int:
    """Insert `rows` of one model; returns how many. Constraints and triggers hold; signals and `save` are not called.

    `leave_out` names columns the database fills itself (running numbers). Must run inside the deed's transaction.
    Rows may be made as they are asked for, while the database takes in those before them; not by asking the database.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{model._meta.label} rows were copied outside a transaction")
    rows, count = iter(rows), 0
    first = next(rows, None)
    if first is None:
        return 0
    fields = [field for field in model._meta.concrete_fields if field.name not in leave_out]
    quote: Any = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    order = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        prepared = [(field.attname, _prepared(field), as_it_is(field)) for field in fields]  # fmt: skip
        for row in chain([first], rows):
            values = row.__dict__
            copy.write_row([
                value if value is None or (plain and type(value) in _PLAIN) else prepare(value, connection)
                for value, prepare, plain in ((values[name], prepare, plain) for name, prepare, plain in prepared)
            ])  # fmt: skip
            count += 1
    return count


def as_it_is(field: Any) -> bool:
    """Whether plain values of this field reach the database unprepared."""
    return field.get_internal_type() in _AS_THEY_ARE and type(field).__module__ == "django.db.models.fields"


def _prepared(field: Any) -> Callable[[Any, Any], Any]:
    """The field's own preparation; but the driver looks long for the type of the members of an empty list."""
    prepare = field.get_db_prep_save
    return (lambda value, to: prepare(value, to) if value else "{}") if isinstance(field, ArrayField) else prepare


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
