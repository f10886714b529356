"""Watched folders: what a hospital's system lays into `inbox/<site>/` of the home, until it is taken and laid aside."""

from __future__ import annotations

import time
from pathlib import Path

from xinglin.kernel import home

# Seconds without change until a file counts as whole; and names that say it is not.
QUIET = 5
UNFINISHED = (".part", ".tmp", ".filepart")
TAKEN = "taken"


def folder(site: int) -> Path:
    """The watched folder of a site, by its number."""
    return home.home_path() / "inbox" / str(site)


def files_of(site: int) -> list[Path]:
    """The whole files that lie there, the oldest first."""
    place = folder(site)
    if not place.is_dir():
        return []
    now = time.time()
    found = []
    for one in place.iterdir():
        if (
            one.is_file()
            and not one.is_symlink()
            and not one.name.startswith(".")
            and not one.name.endswith(UNFINISHED)
        ):
            changed = one.stat().st_mtime
            if now - changed >= QUIET:
                found.append((changed, one))
    return [one for _, one in sorted(found)]


def lay_aside(path: Path) -> Path:
    """Move a file that was taken in out of the way; a name that is there already gets a number."""
    place = path.parent / TAKEN
    place.mkdir(exist_ok=True)
    target, number = place / path.name, 1
    while target.exists():
        number += 1
        target = place / f"{path.name}.{number}"
    path.replace(target)
    return target
