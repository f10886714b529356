"""What several requests want written at the same moment goes into one transaction.

Whoever comes first writes for all who wait meanwhile; nobody waits for others to come. Each is answered when the shared
transaction has committed. If it fails, each is written by itself, so that every one learns its own error and nobody
fails for somebody else's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

W = TypeVar("W")
R = TypeVar("R")
MOST = 64


class _Waiting(Generic[W, R]):
    __slots__ = ("done", "error", "found", "wish")

    def __init__(self, wish: W) -> None:
        self.wish, self.done = wish, False
        self.found: R | None = None
        self.error: BaseException | None = None


class Together(Generic[W, R]):
    """`deed` writes several wishes, in the order given, and returns what came of each, in that order.

    `statement` says that the deed writes in one statement, or opens a transaction itself: none is opened around it.
    """

    def __init__(self, deed: Callable[[Sequence[W]], Sequence[R]], *, statement: bool = False) -> None:
        self._deed, self._statement = deed, statement
        self._queue: list[_Waiting[W, R]] = []
        self._at_queue, self._turn = threading.Lock(), threading.Lock()

    def do(self, wish: W) -> R:
        """Write one, together with what others want written now; returns when it is committed.

        Inside a transaction it is written in that one, alone: it commits or fails with it.
        """
        mine: _Waiting[W, R] = _Waiting(wish)
        if connection.in_atomic_block:
            self._write([mine])
        else:
            with self._at_queue:
                self._queue.append(mine)
            with self._turn:
                while not mine.done:
                    self._write_those_who_wait()
        if mine.error is not None:
            raise mine.error
        found: Any = mine.found
        return found

    def _write_those_who_wait(self) -> None:
        with self._at_queue:
            several, self._queue = self._queue[:MOST], self._queue[MOST:]
        self._write(several)
        if len(several) > 1 and several[0].error is not None:
            for one in several:
                one.error = None
                self._write([one])

    def _write(self, several: list[_Waiting[W, R]]) -> None:
        error: BaseException | None = None
        try:
            with nullcontext() if self._statement and not connection.in_atomic_block else transaction.atomic():
                found = self._deed([one.wish for one in several])
            for one, came in zip(several, found, strict=True):
                one.found = came
        except BaseException as raised:
            error = raised
            if not isinstance(raised, Exception):
                raise
        finally:
            # Whatever happened, nobody is left waiting.
            for one in several:
                one.error, one.done = error, True
