"""The demonstration's accounts, shown on the sign-in page of a home that `xinglin demo` made, and nowhere else."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from xinglin.kernel import home

FILE = "demo.json"


def shown() -> dict[str, Any] | None:
    """{"password", "accounts": [{"username", "name"}]} when this home is a demonstration's; None otherwise."""
    path = home.home_path() / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        return {
            "password": str(told["password"]),
            "accounts": [{"username": str(one["username"]), "name": str(one["name"])} for one in told["accounts"]],
        }
    except (ValueError, KeyError, TypeError):
        return None
