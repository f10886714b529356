"""Deeds that begin in the same instant, each on a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from xinglin.kernel import lifecycle
from xinglin.kernel.refusals import Refusal


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed returned; they begin together, each on a database connection of its own."""
    line = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            line.wait(30)
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as people:
        return [one.result(60) for one in [people.submit(run, deed) for deed in deeds]]


def outcome(deed: Callable[[], Any]) -> Callable[[], str]:
    """The deed as one that says how it went: "done", or the code of its refusal."""

    def run() -> str:
        try:
            deed()
        except Refusal as refusal:
            return refusal.code
        return "done"

    return run


def in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes their first dossier waits a second for the other to have theirs: what could cross does cross."""
    line, own, take = threading.Barrier(2), threading.local(), lifecycle.take

    def taken(model: Any, key: str, **more: Any) -> Any:
        row = take(model, key, **more)
        if threading.current_thread() is not threading.main_thread() and not hasattr(own, "first"):
            own.first = key
            with suppress(threading.BrokenBarrierError):
                line.wait(1)
        return row

    monkeypatch.setattr(lifecycle, "take", taken)
