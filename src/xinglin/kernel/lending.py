"""A connection that outlives the thread that used it, for requests too short to fetch one from the pool each.

Django ties a connection to its thread, and a server's threads come and go: a connection kept open on one is lost to the
pool when the thread ends. Here the open connections lie in one place between requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from xinglin.kernel.postgresql.base import has_news

_idle: list[Any] = []


@contextmanager
def lent() -> Iterator[None]:
    """Inside, this thread works on a kept connection, or on the one it has open already."""
    if any(one.connection is not None for one in connections.all(initialized_only=True)):
        yield
        return
    try:
        wrapper = _idle.pop()
    except IndexError:
        wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
        # It is handed from thread to thread, and is in one's hands at a time.
        wrapper.inc_thread_sharing()
    if wrapper.connection is not None and has_news(wrapper.connection.fileno()):
        # Nothing is awaited on it: this is its end, because the database went away.
        wrapper.close()
    connections[DEFAULT_DB_ALIAS] = wrapper
    try:
        yield
    finally:
        del connections[DEFAULT_DB_ALIAS]
        if wrapper.in_atomic_block:
            # A transaction that nobody ended is rolled back by the pool.
            wrapper.in_atomic_block = False
            wrapper.close()
        else:
            _idle.append(wrapper)


def close_all() -> None:
    """Give the kept connections back; for tests and for the end of a process."""
    while _idle:
        _idle.pop().close()
