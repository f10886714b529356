"""Statements that are run thousands of times a second: prepared once per connection, run in one call.

Django's cursor writes values into the text, so that every statement is parsed and planned anew. `Prepared` is for short
statements of one shape, where psycopg's own cursor costs more in Python than the statement costs the database: values
travel in PostgreSQL's binary form. `prepared_cursor` is for long ones, whose text depends on what is asked.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import generators
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

# Types by their numbers in pg_type; the last four are integer[], bigint[], text[] and uuid[].
INT2, INT4, INT8, TEXT, MOMENT, JSON, INT4S, INT8S, TEXTS, UUIDS = 21, 23, 20, 25, 1184, 114, 1007, 1016, 1009, 2951
_UUID = 2950
_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_numbers = itertools.count(1)
int2 = struct.Struct(">h").pack
int8 = struct.Struct(">q").pack
_int4 = struct.Struct(">i").pack
# Arrays up to this length are packed again and again; the form of a longer one is not worth keeping.
_USUAL = 256


class Prepared:
    """A statement with parameters $1, $2, ... of the given types.

    It runs on Django's connection of this thread; inside a transaction it takes part in it.
    """

    __slots__ = ("_formats", "_name", "_sql", "_types")

    def __init__(self, sql: str, *types: int) -> None:
        self._sql, self._types = sql.encode(), types
        self._formats = [Format.BINARY] * len(types)
        self._name = b"xinglin_%d" % next(_numbers)

    def rows(self, *values: bytes | None) -> list[tuple[Any, ...]]:
        """Run it with values packed by the functions below; None is NULL. Raises Django's database errors."""
        # Django's proxy looks for the thread's connection at every attribute: here it is asked once. It is not kept: a
        # request may have been lent another.
        wrapper = _open()
        raw: Any = wrapper.connection
        try:
            wire = raw.pgconn
            if _to_begin(raw):
                _begin(raw)
            known = _known(raw)
            reader = known.get(self._name)
            if reader is None:
                _checked(wire.prepare(self._name, self._sql, self._types))
            result = wire.exec_prepared(self._name, values, self._formats, Format.BINARY)
            if result.status not in _GOOD:
                _checked(result)
            if reader is None:
                reader = Transformer(raw)
                reader.set_pgresult(result, set_loaders=True, format=Format.BINARY)
                known[self._name] = reader
                return reader.load_rows(0, result.ntuples, tuple)
            return _read(reader, result)
        except psycopg.Error as error:
            with wrapper.wrap_database_errors:
                raise error


def in_turn(*asked: tuple[Prepared, Sequence[bytes | None]]) -> list[list[tuple[Any, ...]]]:
    """Run short statements one after the other in one round trip; the rows of each.

    Each sees what was committed when it began, as if it had been sent alone. After one that fails none is run; raises
    Django's database errors.
    """
    wrapper = _open()
    raw: Any = wrapper.connection
    readers = [_known(raw).get(one._name) for one, _values in asked]
    if not all(readers) or (_to_begin(raw) and not _plain(raw)):
        return [one.rows(*values) for one, values in asked]
    try:
        results = _sent_together(raw, asked)
        return [_read(reader, result) for reader, result in zip(readers, results, strict=True) if reader]
    except psycopg.Error as error:
        with wrapper.wrap_database_errors:
            raise error


def _sent_together(raw: Any, asked: Sequence[tuple[Prepared, Sequence[bytes | None]]]) -> list[PGresult]:
    """The results in order. Waits without keeping other threads from running. Raises psycopg's errors."""
    wire, begin = raw.pgconn, _to_begin(raw)
    wire.enter_pipeline_mode()
    try:
        if begin:
            wire.send_query_params(b"BEGIN", None)
        for one, values in asked:
            wire.send_query_prepared(one._name, values, one._formats, Format.BINARY)
        wire.pipeline_sync()
        raw.wait(generators.send(wire))
        results: list[PGresult] = []
        # Behind each result comes a None; what is no result of a statement is the end.
        while (result := raw.wait(generators.fetch(wire))) is None or result.status != ExecStatus.PIPELINE_SYNC:
            if result is not None:
                results.append(result)
            elif wire.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection ended before all was answered")
    finally:
        wire.exit_pipeline_mode()
    for result in results:
        _checked(result)
    return results[1:] if begin else results


@cache
def server_version() -> int:
    """The number of the server's version, asked once: 180004 is 18.4. Only how a question is put may depend on it."""
    raw: Any = _open().connection
    return int(raw.pgconn.server_version)


def _open() -> BaseDatabaseWrapper:
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.connection is None:
        wrapper.ensure_connection()
    return wrapper


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """A cursor on Django's own connection, in its transaction, that takes `prepare=True`: a statement is planned once a
    connection, and its values travel apart from it. Django's own cursor writes them into the text instead."""
    wrapper = _open()
    raw: Any = wrapper.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 0
    with wrapper.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        yield cursor


def _watched(raw: Any) -> dict[bytes, Transformer]:
    """Begin to keep statements on a connection; forget them when psycopg lets go of all, its own and ours (it does so
    at a ROLLBACK if it has prepared any itself)."""
    known = raw.xinglin_prepared = dict[bytes, Transformer]()
    usual = raw._deallocate

    def deallocate(name: bytes | None) -> Any:
        if name is None:
            known.clear()
        return usual(name)

    raw._deallocate = deallocate
    return known


def _known(raw: Any) -> dict[bytes, Transformer]:
    """Name -> reader, of what is prepared on a connection; it lives and dies with the connection."""
    try:
        return raw.xinglin_prepared
    except AttributeError:
        return _watched(raw)


def _read(reader: Transformer, result: PGresult) -> list[tuple[Any, ...]]:
    """The rows. A prepared statement's columns never change their types: the server refuses to run it then."""
    reader.set_pgresult(result, set_loaders=False)
    return reader.load_rows(0, result.ntuples, tuple)


def _to_begin(raw: Any) -> bool:
    """Whether a transaction is wanted that has not begun."""
    return not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE


def _plain(raw: Any) -> bool:
    """Whether a transaction begins with nothing more said."""
    return raw.isolation_level is None and raw.read_only is None and raw.deferrable is None


def _begin(raw: Any) -> None:
    """What psycopg does before the first statement of a transaction."""
    if _plain(raw):
        _checked(raw.pgconn.exec_(b"BEGIN"))
    else:
        raw.execute("SELECT 1")


def _checked(result: PGresult) -> PGresult:
    if result.status not in _GOOD:
        raise psycopg.errors.error_from_result(result, encoding="utf-8")
    return result


def moment(value: datetime) -> bytes:
    """An aware datetime as timestamptz."""
    return int8((value - _EPOCH) // _MICROSECOND)


def int4s(values: Sequence[int]) -> bytes:
    """integer[]."""
    return _array(values, INT4, 4, "ii")


def int8s(values: Sequence[int]) -> bytes:
    """bigint[]."""
    return _array(values, INT8, 8, "iq")


def uuids(values: Sequence[UUID]) -> bytes:
    """uuid[]."""
    return _array([one.bytes for one in values], _UUID, 16, "i16s")


def texts(values: Sequence[str]) -> bytes:
    """text[]. Raises ValueError for a text with a NUL, which PostgreSQL cannot hold."""
    if not values:
        return _none(TEXT)
    parts = [struct.pack(">iiIii", 1, 0, TEXT, len(values), 1)]
    for one in values:
        if "\0" in one:
            raise ValueError("a text with a NUL")
        told = one.encode()
        parts += (_int4(len(told)), told)
    return b"".join(parts)


def _none(kind: int) -> bytes:
    """An array without members."""
    return struct.pack(">iiI", 0, 0, kind)


def _array(values: Sequence[Any], kind: int, size: int, pair: str) -> bytes:
    """One dimension without nulls: each element behind its length."""
    count = len(values)
    if not count:
        return _none(kind)
    flat: list[Any] = [size] * (2 * count)
    flat[1::2] = values
    shape = _shape(pair, count) if count <= _USUAL else _shape.__wrapped__(pair, count)
    return shape.pack(1, 0, kind, count, 1, *flat)


@lru_cache(maxsize=512)
def _shape(pair: str, count: int) -> struct.Struct:
    return struct.Struct(">iiIii" + pair * count)
