"""Open challenges: each part of the claim in a file of its own, measured one after the other."""

from __future__ import annotations

import importlib
from typing import Any

# Their files begin with an underscore: they are parts of one claim. Each has `run(full)`.
PARTS = ("_challenges_list", "_challenges_blinding")


def run(full: bool = False) -> dict[str, Any]:
    """The figures of every part by its name."""
    found = {}
    for part in PARTS:
        module = importlib.import_module(f"bench.{part}")
        found[part.removeprefix("_challenges_")] = module.run(full=full)
    return found
