"""Whose views stand out: read from the dated rules, at most once a minute per process."""

from __future__ import annotations

import time

from xinglin.kernel import configuration
from xinglin.kernel.phrases import say

# How long one process goes by what it read.
SECONDS = 60

configuration.rule("consent.watched_persons", [], say("Index persons each view of whom is shown to the auditor"),
                   "set by the alliance")  # fmt: skip
configuration.rule("consent.watch_colleagues", True,
                   say("Show views of people who work at the same hospital to the auditor"),
                   "set by the alliance")  # fmt: skip

_known: tuple[float, frozenset[int], bool] | None = None


def forget() -> None:
    """Read the rules anew at the next view."""
    global _known
    _known = None


def watched() -> tuple[frozenset[int], bool]:
    """The persons under watch, and whether views of colleagues stand out."""
    global _known
    if _known is None or time.monotonic() - _known[0] > SECONDS:
        persons = frozenset(int(one) for one in configuration.value("consent.watched_persons"))
        _known = (time.monotonic(), persons, bool(configuration.value("consent.watch_colleagues")))
    return _known[1:]
