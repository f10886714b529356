"""Where the net is kept, and how it follows the register.

The net lies as one file in the home, named by its version; a process keeps it in memory. Before each use a question of
a few milliseconds says whether anybody changed. If so, the changed people get a small net of their own and their old
rows are masked; when that small net grows large the whole is woven anew. Consent is never read from here: whoever is
caught is looked up live.
"""

from __future__ import annotations

import io
import threading
from dataclasses import astuple, dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from xinglin.kernel import home
from xinglin.matching.nets.index import VERSION, Net, weave
from xinglin.roster.queries import candidates
from xinglin.roster.queries.candidates import Newest

# Above so many changed people the net is woven anew instead of patched.
PATCHED = 2_000
# Up to so many people no net is needed: all are ranked.
SMALL = 400
# People taken along who were not caught, so that rare words stay rare.
STRANGERS = 60


@dataclass
class Shelf:
    """One process's net: the base, the state of the register it was woven at, and the patch over it."""

    base: Net | None = None
    versions: dict[str, int] = field(default_factory=dict)
    woven_at: Newest | None = None
    patch: Net | None = None
    masked: NDArray[np.bool_] | None = None
    seen: Newest | None = None
    path: Path | None = None


_shelf = Shelf()
_lock = threading.Lock()


def caught(text: str, codes: list[str], most: int) -> list[str]:
    """Ids of the candidates worth ranking for a need, at most `most`, and a few strangers beside them.

    The strangers keep rare words rare: among people who all treat one disease, its name would else count for nothing.
    Up to SMALL people everybody is returned.
    """
    with _lock:
        few = list(candidates.rankable().order_by("pk").values_list("pk", flat=True)[: SMALL + 1])
        if len(few) <= SMALL:
            return few
        shelf = _fresh()
        base, patch, masked = shelf.base or weave(()), shelf.patch, shelf.masked
    found = base.catch(text, codes, most, without=masked)
    if patch is not None:
        found += patch.catch(text, codes, most)
    strangers = [str(one) for one in base.ids[:: max(1, len(base) // STRANGERS)]]
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
    now = candidates.newest()
    if _shelf.base is not None and _shelf.seen == now and not (whole and _shelf.patch is not None):
        return _shelf
    versions = candidates.versions()
    added = candidates.added_since(_shelf.woven_at) if _shelf.woven_at else set()
    changed = {person for person, version in versions.items() if _shelf.versions.get(person) != version}
    changed |= added & versions.keys()
    gone = _shelf.versions.keys() - versions.keys()
    if _shelf.base is None or len(changed) > PATCHED or len(gone) > PATCHED or (whole and (changed or gone)):
        _shelf.base, _shelf.versions, _shelf.woven_at = weave(candidates.texts()), versions, now
        _shelf.patch, _shelf.masked = None, None
        _write(path)
    else:
        base = _shelf.base
        _shelf.patch = weave(candidates.texts(changed)) if changed else None
        _shelf.masked = np.isin(base.ids, sorted(changed | gone)) if changed or gone else None
    _shelf.seen = now
    return _shelf


def _write(folder: Path) -> None:
    """Keep the base for the next process. A crash leaves the old file or the new one, never half of one."""
    base = _shelf.base or weave(())
    folder.mkdir(mode=0o700, exist_ok=True)
    people = sorted(_shelf.versions)
    content = io.BytesIO()
    np.savez(
        content,
        ids=base.ids,
        start=base.start,
        row=base.row,
        count=base.count,
        length=base.length,
        people=np.array(people),
        versions=np.array([_shelf.versions[one] for one in people], np.int64),
        woven_at=np.array([str(value) for value in astuple(_shelf.woven_at or Newest(0, 0, "", ""))]),
    )
    home.write_atomically(folder / f"{VERSION}.npz", content.getvalue())


def _read(folder: Path) -> None:
    """Take the kept base, if there is one that this version wrote; a damaged file is as good as none."""
    try:
        with np.load(folder / f"{VERSION}.npz", allow_pickle=False) as kept:
            _shelf.base = Net(kept["ids"], kept["start"], kept["row"], kept["count"], kept["length"])
            _shelf.versions = dict(zip(kept["people"].tolist(), kept["versions"].tolist(), strict=True))
            people, versions, evidence, specialty = kept["woven_at"].tolist()
            _shelf.woven_at = Newest(int(people), int(versions), evidence, specialty)
    except (OSError, ValueError, KeyError, BadZipFile):
        _shelf.base, _shelf.versions, _shelf.woven_at = None, {}, None
