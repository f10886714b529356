"""What recognition does each minute: take back what rests on a fallen report, time out, and fold the board at last."""

from __future__ import annotations

import time
from collections.abc import Callable

from xinglin.exchange.recognition.actions import counting, orders
from xinglin.kernel import calendar, permits

# Seconds one of these may take of a minute; what is left over is done in the next.
LONGEST = 15.0


def _until_done(part: Callable[[], int]) -> int:
    """Part after part, each in a transaction of its own, until one finds nothing or the time is over."""
    done, began = 0, time.monotonic()
    while (count := part()) and time.monotonic() - began < LONGEST:
        done += count
    return done + count


calendar.each_minute(
    "recognition.find_invalid", lambda: _until_done(lambda: orders.find_invalid(by=permits.the_program())[0])
)
calendar.each_minute("recognition.time_out", lambda: _until_done(lambda: orders.time_out(by=permits.the_program())))
calendar.each_minute("recognition.fold", lambda: counting.keep_apart() + _until_done(counting.fold))
