"""Processes that end when the one that started them does."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(expected: int | None = None) -> None:
    """Ask the kernel for SIGTERM when our parent dies, so that kill -9 of the server leaves no orphans. Linux only.

    expected: the parent's process id, if we were told: it may have died before we could ask.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if expected is not None and os.getppid() != expected:
        os.kill(os.getpid(), signal.SIGTERM)
