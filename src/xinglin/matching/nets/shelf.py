"""Where the net is kept, and how it follows the register.

The net lies as one file in the home, named by its version; a process keeps it in memory. Before each use a stamp of a
few milliseconds says whether anybody changed. If so, the changed people get a small net of their own and their old rows
are masked; when that small net grows large the whole is woven anew. Nobody's consent is ever read from here: whoever is
caught is looked up live.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from xinglin.kernel import home
from xinglin.matching.nets.index import VERSION, Net, weave
from xinglin.roster.queries import candidates

# Above so many changed people the net is woven anew instead of patched.
PATCHED = 2_000
# Up to so many people no net is needed: all are ranked.
SMALL = 400


@dataclass
class Shelf:
    """One process's net: the base with the marks it was woven at, and the patch over it."""

    base: Net | None = None
    marks: dict[str, str] = field(default_factory=dict)
    patch: Net | None = None
    masked: NDArray[np.bool_] | None = None
    stamp: str = ""
    path: Path | None = None


_shelf = Shelf()
_lock = threading.Lock()


def caught(text: str, codes: list[str], most: int) -> list[str]:
    """Ids of the candidates worth ranking for a need, at most `most`, and a few strangers beside them.

    The strangers keep rare words rare: among people who all treat one disease, its name would else count for nothing.
    Up to SMALL people everybody is returned.
    """
    with _lock:
        if candidates.rankable().count() <= SMALL:
            return list(candidates.rankable().order_by("pk").values_list("pk", flat=True))
        shelf = _fresh()
    base = shelf.base or weave(())
    found = base.catch(text, codes, most, without=shelf.masked)
    if shelf.patch is not None:
        found += shelf.patch.catch(text, codes, most)
    strangers = [str(one) for one in base.ids[:: max(1, len(base) // 100)]]
    return list(dict.fromkeys([*found, *strangers]))


def prepare() -> int:
    """Bring the net up to date; how many people it holds. The daily job calls this, and so does an import's end."""
    with _lock:
        shelf = _fresh(whole=True)
    return len(shelf.base) if shelf.base is not None else 0


def _fresh(*, whole: bool = False) -> Shelf:
    """The shelf, brought up to date. Held under the lock."""
    path = home.home() / "ranking"
    if _shelf.path != path:
        _shelf.__dict__.update(Shelf(path=path).__dict__)
        _read(path)
    now = candidates.stamp()
    if _shelf.base is not None and _shelf.stamp == now and not (whole and _shelf.patch is not None):
        return _shelf
    marks = _marks()
    changed = {person for person, mark in marks.items() if _shelf.marks.get(person) != mark}
    gone = _shelf.marks.keys() - marks.keys()
    if _shelf.base is None or len(changed) > PATCHED or len(gone) > PATCHED or (whole and (changed or gone)):
        _shelf.base, _shelf.marks, _shelf.patch, _shelf.masked = weave(candidates.texts()), marks, None, None
        _write(path)
    else:
        base = _shelf.base
        _shelf.patch = weave(candidates.texts(changed)) if changed else None
        _shelf.masked = np.isin(base.ids, sorted(changed | gone)) if changed or gone else None
    _shelf.stamp = now
    return _shelf


def _write(folder: Path) -> None:
    """Keep the base for the next process. A crash leaves the old file or the new one, never half of one."""
    base = _shelf.base or weave(())
    folder.mkdir(mode=0o700, exist_ok=True)
    people = sorted(_shelf.marks)
    content = io.BytesIO()
    np.savez(
        content,
        version=np.array(VERSION),
        ids=base.ids,
        start=base.start,
        row=base.row,
        count=base.count,
        length=base.length,
        people=np.array(people),
        marks=np.array([_shelf.marks[one] for one in people]),
    )
    home.write_atomically(folder / f"{VERSION}.npz", content.getvalue())


def _read(folder: Path) -> None:
    """Take the kept base, if there is one that this version wrote; a damaged file is as good as none."""
    try:
        with np.load(folder / f"{VERSION}.npz", allow_pickle=False) as kept:
            _shelf.base = Net(kept["ids"], kept["start"], kept["row"], kept["count"], kept["length"])
            _shelf.marks = dict(zip(kept["people"].tolist(), kept["marks"].tolist(), strict=True))
    except (OSError, ValueError, KeyError, BadZipFile):
        _shelf.base, _shelf.marks = None, {}


def _marks() -> dict[str, str]:
    """The register's marks, shortened to what is kept in the file."""
    return {
        person: hashlib.blake2b(mark.encode(), digest_size=8).hexdigest() for person, mark in candidates.marks().items()
    }
