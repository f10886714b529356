"""Rows of several models stored by one deed: a few in one prepared statement, many by COPY; with Django's own
preparation of values, so that encryption applies.

Django sends one statement for each model, planned anew and waited for: where one record must be answered in
milliseconds, that is most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, models

from xinglin.kernel.copying import as_it_is, copy_in
from xinglin.kernel.prepared import prepared_cursor

# Rows up to which one statement for all of them is faster than a COPY for each model.
FEW = 60


@dataclass(frozen=True, slots=True)
class Numbers:
    """Rows of whole numbers, many to a deed, that need no model each: lists of equal length by column."""

    model: type[models.Model]
    columns: dict[str, list[int]]


def store(*groups: Sequence[models.Model] | Numbers) -> None:
    """Insert rows of several models, each group's in its order: few in one round trip, many by COPY.

    Constraints and triggers hold; signals and `save` are not called. A running number that is not set is the database's
    to give. Must run inside the deed's transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("rows were stored outside a transaction")
    numbers = [group for group in groups if isinstance(group, Numbers) and any(group.columns.values())]
    rows = [group for group in groups if not isinstance(group, Numbers) and group]
    if sum(map(len, rows)) > FEW:
        for one in numbers:
            _copy_numbers(one)
        for some in rows:
            copy_in(type(some[0]), some, leave_out=_unset(some[0]))
    elif numbers or rows:
        _insert(numbers, rows)


def _unset(row: models.Model) -> tuple[str, ...]:
    return (row._meta.pk.name,) if row.pk is None else ()


def _insert(numbers: Sequence[Numbers], groups: Sequence[Sequence[models.Model]]) -> None:
    """One statement, planned once a connection for each set of models; the rows travel as JSON."""
    kinds = tuple((type(rows[0]), _unset(rows[0])) for rows in groups)
    text = _statement(tuple((one.model, tuple(one.columns)) for one in numbers), kinds)
    values = ["{" + ",".join(map(str, column)) + "}" for one in numbers for column in one.columns.values()]
    for rows, (model, leave_out) in zip(groups, kinds, strict=True):
        columns = _columns(model, leave_out)
        told = [{column: prepare(row.__dict__[name]) for column, name, prepare in columns} for row in rows]
        values.append(orjson.dumps(told).decode())
    with prepared_cursor() as cursor:
        cursor.execute(text, values, prepare=True)


@lru_cache(maxsize=256)
def _statement(
    numbers: tuple[tuple[type[models.Model], tuple[str, ...]], ...],
    kinds: tuple[tuple[type[models.Model], tuple[str, ...]], ...],
) -> str:
    quote, parts = connection.ops.quote_name, []
    for model, columns in numbers:
        listed, arrays = ", ".join(map(quote, columns)), ", ".join(["%s::bigint[]"] * len(columns))
        parts.append(f"INSERT INTO {quote(model._meta.db_table)} ({listed}) SELECT * FROM unnest({arrays})")  # noqa: S608 - the models' own names
    for model, leave_out in kinds:
        table, listed = quote(model._meta.db_table), ", ".join(quote(c) for c, _, _ in _columns(model, leave_out))
        parts.append(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM json_populate_recordset(NULL::{table}, %s)")  # noqa: S608 - the models' own names
    *first, last = parts
    return (f"WITH {', '.join(f'part{n} AS ({part})' for n, part in enumerate(first))} " if first else "") + last


@lru_cache(maxsize=256)
def _columns(model: type[models.Model], leave_out: tuple[str, ...]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """The columns of a model with the attribute each comes from and what prepares its value for JSON."""

    def prepared(field: Any) -> Callable[[Any], Any]:
        if as_it_is(field) or isinstance(field, models.JSONField):
            return lambda value: value
        return lambda value: field.get_db_prep_save(value, connection)

    fields = [field for field in model._meta.concrete_fields if field.name not in leave_out]
    return [(str(field.column), field.attname, prepared(field)) for field in fields]


def _copy_numbers(one: Numbers) -> None:
    quote, columns = connection.ops.quote_name, ", ".join(map(connection.ops.quote_name, one.columns))
    order = f"COPY {quote(one.model._meta.db_table)} ({columns}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        copy.set_types(["int8"] * len(one.columns))
        for row in zip(*one.columns.values(), strict=True):
            copy.write_row(row)
