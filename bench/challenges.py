"""Open challenges: each part of the claim in a file of its own, measured one after the other."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

# The parts there are; each file has `run(full)`.
PARTS = ("challenges_list", "challenges_blinding")


def run(full: bool = False) -> dict[str, Any]:
    """The figures of every part by its name."""
    return {
        part: importlib.import_module(f"bench.{part}").run(full=full) for part in PARTS if find_spec(f"bench.{part}")
    }
